"""Skeletons of new files: valid at once, with a comment at everything that is still to be filled in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import babel

from handout.base.diagnostics import SelectionError
from handout.base.paths import FONTS
from handout.load.tree import TO_FILL_IN
from handout.model.content import SOURCE_LANGUAGE
from handout.model.languages import Language, Units, Words
from handout.tools.schema import name_schema
from handout.validate.inspect import inspect_content, validate_content

# The bundled family of each script (ISO 15924), with the way its lines break and its sizes.
FAMILIES = {
    **dict.fromkeys(("Latn", "Cyrl", "Grek"), ("Noto Sans", "NotoSans", "words", 11, 1.35)),
    "Khmr": ("Noto Sans Khmer", "NotoSansKhmer", "dictionary", 12, 1.6),
    "Hans": ("Noto Sans SC", "NotoSansSC", "ideographic", 11, 1.4),
}


def add_operator(folder: Path, name: str) -> Iterator[str]:
    """Write the skeleton of an operator, in which no fact is known yet, and return lines that say what to fill in."""
    content = validate_content(folder, FONTS)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise SelectionError(f'"{name}" is no id: write small letters and digits, such as seatel')
    languages = sorted(content.languages)
    lines = [
        f"# {name.capitalize()}: its names and the facts about it.",
        '# To give a fact, replace "unknown: true" by value, source (an id of sources.yaml) and checked (YYYY-MM).',
        f"id: {name}",
        f"# {TO_FILL_IN}: the name as it is written in each language",
        "names:",
        *(f"  {code}: {name.capitalize()}" for code in languages),
        f'# {TO_FILL_IN}: "operating" when a source says so, else leave "unconfirmed"',
        "status: unconfirmed",
        "facts:",
    ]
    for fact, definition in content.guide.facts.operator.items():
        if not definition.optional:
            question = (definition.ask or definition.label)[SOURCE_LANGUAGE]
            lines += [f"  # {TO_FILL_IN} ({definition.kind}): {question}", f"  {fact}: {{unknown: true}}"]
    return _write(folder, "operators", name, lines)


def add_language(folder: Path, code: str) -> Iterator[str]:
    """Write the skeleton of a language, with English interface words, and return lines that say what to fill in."""
    content = validate_content(folder, FONTS)
    try:
        locale = babel.Locale.parse(code)
    except (ValueError, babel.UnknownLocaleError):
        raise SelectionError(f'"{code}" is no language code that CLDR knows: write one such as vi') from None
    likely = str(babel.core.get_global("likely_subtags").get(code, "und_Latn"))
    script = locale.script or likely.split("_")[1]
    missing = f"# {TO_FILL_IN}: no bundled font has the script {script}; add one to templates/fonts"
    family, file, breaking, size, leading = FAMILIES.get(script, FAMILIES["Latn"])
    lines = [
        f"# {locale.get_display_name('en')}: fonts, sizes (points), line breaking and the interface words.",
        f"code: {code}",
        f"locale: {code}",
        f"bcp47: {code}",
        f"name: {json.dumps(locale.get_display_name(code), ensure_ascii=False)}",
        *([] if script in FAMILIES else [missing]),
        "font:",
        f"  family: {family}",
        f"  regular: {file}-Regular.ttf",
        f"  bold: {file}-Bold.ttf",
        "size:",
        f"  standard: {size}",
        "  large: 18",
        "  caption: 9",
        f"leading: {leading}",
        "# How wide this language's column is beside another one: the share of the line its words need.",
        "measure: 1",
        f"breaking: {breaking}",
        *_list_words(content.languages[SOURCE_LANGUAGE]),
    ]
    return _write(folder, "languages", code, lines)


def _list_words(source: Language) -> Iterator[str]:
    """Yield the lines of all that is still as in the source language."""
    yield f"# {TO_FILL_IN}: how sentences end, and how a remark in brackets follows a word; this is as in English"
    yield f"sentence_ends: {json.dumps(source.sentence_ends)}"
    yield f"brackets: {json.dumps(source.brackets)}"
    yield f"# {TO_FILL_IN}: the units below are English; write yours, in all their forms"
    yield "units:"
    yield from _list_keys(source.units)
    yield f"# {TO_FILL_IN}: the words below are English; translate them here or with build.py translations --export"
    yield "words:"
    yield from _list_keys(source.words)


def _list_keys(model: Units | Words) -> Iterator[str]:
    for key, value in model.model_dump(by_alias=True).items():
        yield f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"


def _write(folder: Path, kind: str, name: str, lines: list[str]) -> Iterator[str]:
    path = folder / kind / f"{name}.yaml"
    if path.exists():
        raise SelectionError(f"{path} is there already")
    path.write_text("\n".join([name_schema(path, folder), *lines]) + "\n", encoding="utf-8")
    yield f"{path} is there. To fill in:"
    inspection = inspect_content(folder, FONTS)
    inspection.require_content()
    yield from (f"  {p.place}: {p.message}" for p in inspection.problems if p.path == str(path))
