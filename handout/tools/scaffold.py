"""Skeletons of new files: valid at once, with the mark TO_FILL_IN before each value that is still to be filled in."""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import babel
import jinja2
from pydantic import TypeAdapter, ValidationError

from handout.base.diagnostics import MachineError, SelectionError
from handout.base.files import replace_file
from handout.base.paths import FONTS, TEMPLATES
from handout.load.tree import TO_FILL_IN
from handout.model.content import SOURCE_LANGUAGE
from handout.model.texts import Identifier
from handout.validate.inspect import Inspection, inspect_content

SAME_FONT = {"Cyrl": "Latn", "Grek": "Latn"}  # scripts (ISO 15924) that are in the bundled fonts of another


def add_operator(folder: Path, name: str) -> Iterator[str]:
    """Write the skeleton of an operator, in which no fact is known yet, and return lines that say what to fill in."""
    inspection = inspect_content(folder, FONTS)
    inspection.require_content()
    try:
        TypeAdapter(Identifier).validate_python(name)
    except ValidationError:
        hint = "write at most 60 small letters and digits, with hyphens between words, such as seatel"
        raise SelectionError(f'"{name}" is no id: {hint}') from None
    if not re.search("[a-z]", name):
        raise SelectionError(f'"{name}" is no id: without a letter it reads as a number, write one such as seatel')
    return _write(inspection, folder / "operators" / f"{name}.yaml", "operator.yaml.j2")


def add_language(folder: Path, code: str) -> Iterator[str]:
    """Write the skeleton of a language, with English interface words, and yield lines that say what to do next.

    It has the font and sizes of the content's language that has the same script.
    """
    inspection = inspect_content(folder, FONTS)
    languages, locale = inspection.require_content().languages.values(), read_locale(code)
    script = find_script(locale)
    alike = next((one for one in languages if find_script(babel.Locale.parse(one.locale)) == script), None)
    lacks = ""
    if not alike:
        name = babel.Locale("en").scripts[script]
        lacks = f'no bundled font is made for its script ({name}), see "Add a language" in docs/manual.md'
    path = folder / "languages" / f"{code}.yaml"
    yield from _write(inspection, path, "language.yaml.j2", lacks, locale=locale, alike=alike)
    pair = f"{code}-{inspection.require_content().guide.pairs[0].split('-')[1]}"
    yield f"The other texts: python build.py translations --export po, then po/{code}.po"
    yield f"To see the pages, gaps in English: python build.py serve --draft {pair}"


def read_locale(code: str) -> babel.Locale:
    """Return the CLDR locale of a language's code; raises SelectionError for one that the content cannot have."""
    try:
        locale = babel.Locale.parse(code.replace("-", "_"))
    except (ValueError, babel.UnknownLocaleError):
        locale = babel.Locale.parse("root")
    if locale.language == "root":
        raise SelectionError(f'"{code}" is no language that CLDR knows: write a code such as vi')
    if not re.fullmatch("[a-z]{2,3}", code):
        hint = f'write {locale.language}; a region or script is said in its file, by "locale" and "bcp47"'
        raise SelectionError(f'"{code}" is no code of two or three small letters: {hint}')
    return locale


def find_script(locale: babel.Locale) -> str:
    """Return the script of a locale, or the one that has the bundled font of its own."""
    likely = str(babel.core.get_global("likely_subtags").get(str(locale), "und_Latn"))
    script = locale.script or likely.split("_")[1]
    return SAME_FONT.get(script, script)


def _write(inspection: Inspection, path: Path, template: str, lacks: str = "", **known: Any) -> Iterator[str]:
    """Write a new file of the content, which is valid with it, and yield lines that say what to fill in.

    ``lacks`` is a reason why the language cannot be printed. Raises SelectionError when the file cannot be.
    """
    if os.path.lexists(path):
        raise SelectionError(f"{path} is there already")
    content = inspection.require_content()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "new"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (YAML, which is no HTML)
    )
    environment.filters |= {"json": partial(json.dumps, ensure_ascii=False), "mark": _mark}
    known |= {"content": content, "source": content.languages[SOURCE_LANGUAGE], "name": path.stem}
    text = environment.get_template(template).render(known)
    try:
        problems = _inspect_with(inspection, path, text).problems
        wrong = next((f"{p.message}, {p.hint}" for p in problems if p.severity == "error"), lacks)
        if wrong:
            raise SelectionError(f'no file is written for "{path.stem}": {wrong}')
        replace_file(path, text.encode())
    except OSError as error:
        raise MachineError(f"{error.filename or path} cannot be written: {error.strerror or error}") from None
    yield f"{path} is there. To fill in:"
    own = (p for p in problems if p.code == "fill-in" and Path(p.path).parts[-2:] == path.parts[-2:])
    yield from (f"  {path}:{p.line}:{p.column}: {p.excerpt.strip()}" for p in own)


def _inspect_with(inspection: Inspection, path: Path, text: str) -> Inspection:
    """Return what a copy of the content would be with one more file; nothing is written beside the content."""
    with tempfile.TemporaryDirectory(prefix="handout-new-") as copy:
        for name, words in {**inspection.tree.texts, str(path): text}.items():
            file = Path(copy, Path(name).relative_to(path.parents[1]))
            file.parent.mkdir(exist_ok=True)
            file.write_text(words, encoding="utf-8")
        return inspect_content(Path(copy), FONTS)


def _mark(value: Any) -> Any:
    """Return a text, or a list by its first one, as it stands until somebody has filled it in."""
    return [_mark(value[0]), *value[1:]] if isinstance(value, list) else f"{TO_FILL_IN} {value}"
