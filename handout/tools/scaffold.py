"""Skeletons of new files: valid at once, with a comment at everything that is still to be filled in."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import babel
import jinja2

from handout.base.diagnostics import SelectionError
from handout.base.paths import FONTS, TEMPLATES
from handout.load.tree import TO_FILL_IN
from handout.model.content import SOURCE_LANGUAGE, Content
from handout.validate.inspect import inspect_content, validate_content

SAME_FONT = {"Cyrl": "Latn", "Grek": "Latn"}  # scripts (ISO 15924) that are in the bundled fonts of another


def add_operator(folder: Path, name: str) -> Iterator[str]:
    """Write the skeleton of an operator, in which no fact is known yet, and return lines that say what to fill in."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise SelectionError(f'"{name}" is no id: write small letters and digits, such as seatel')
    return _write(validate_content(folder, FONTS), folder / "operators" / f"{name}.yaml", "operator.yaml.j2")


def add_language(folder: Path, code: str) -> Iterator[str]:
    """Write the skeleton of a language, with English interface words, and return lines that say what to fill in.

    It has the font and sizes of the content's language that has the same script; of English where none has it.
    """
    try:
        locale = babel.Locale.parse(code)
    except (ValueError, babel.UnknownLocaleError):
        locale = None
    if locale is None or not re.fullmatch("[a-z]{2,3}", code):
        raise SelectionError(f'"{code}" is no language code that CLDR knows: write one such as vi')
    content, script = validate_content(folder, FONTS), find_script(locale)
    alike = (one for one in content.languages.values() if find_script(babel.Locale.parse(one.locale)) == script)
    known = {"locale": locale, "script": script, "alike": next(alike, None)}
    return _write(content, folder / "languages" / f"{code}.yaml", "language.yaml.j2", **known)


def find_script(locale: babel.Locale) -> str:
    """Return the script of a locale, or the one that has the bundled font of its own."""
    likely = str(babel.core.get_global("likely_subtags").get(str(locale), "und_Latn"))
    script = locale.script or likely.split("_")[1]
    return SAME_FONT.get(script, script)


def _write(content: Content, path: Path, template: str, **known: Any) -> Iterator[str]:
    """Write a new file of the content and yield lines that say what to fill in."""
    if path.exists():
        raise SelectionError(f"{path} is there already")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "new"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (YAML, which is no HTML)
    )
    environment.filters["json"] = partial(json.dumps, ensure_ascii=False)
    source = content.languages[SOURCE_LANGUAGE]
    known |= {"content": content, "source": source, "name": path.stem, "fill_in": TO_FILL_IN}
    text = environment.get_template(template).render(known)
    path.write_text(text, encoding="utf-8")
    inspection = inspect_content(path.parents[1], FONTS)
    if inspection.content is None:
        path.unlink()  # or every later command fails
    inspection.require_content()
    yield f"{path} is there. To fill in:"
    yield from (f"  {p.place}: {p.message}" for p in inspection.problems if p.path == str(path))
