"""Skeletons of new files: valid at once, with a comment at everything that is still to be filled in."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import babel
import jinja2

from handout.base.diagnostics import SelectionError
from handout.base.paths import FONTS, TEMPLATES
from handout.load.tree import TO_FILL_IN
from handout.model.content import SOURCE_LANGUAGE
from handout.tools.schema import name_schema
from handout.validate.inspect import inspect_content, validate_content


class ScriptFont(NamedTuple):
    """The bundled family of a script, with the way its lines break, its size in points and its leading."""

    family: str
    file: str
    breaking: str
    size: int
    leading: float


# By script (ISO 15924).
SCRIPTS = {
    **dict.fromkeys(("Latn", "Cyrl", "Grek"), ScriptFont("Noto Sans", "NotoSans", "words", 11, 1.35)),
    "Khmr": ScriptFont("Noto Sans Khmer", "NotoSansKhmer", "dictionary", 12, 1.6),
    "Hans": ScriptFont("Noto Sans SC", "NotoSansSC", "ideographic", 11, 1.4),
}


def add_operator(folder: Path, name: str) -> Iterator[str]:
    """Write the skeleton of an operator, in which no fact is known yet, and return lines that say what to fill in."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise SelectionError(f'"{name}" is no id: write small letters and digits, such as seatel')
    return _write(folder, folder / "operators" / f"{name}.yaml", "operator.yaml.j2")


def add_language(folder: Path, code: str) -> Iterator[str]:
    """Write the skeleton of a language, with English interface words, and return lines that say what to fill in."""
    try:
        locale = babel.Locale.parse(code)
    except (ValueError, babel.UnknownLocaleError):
        raise SelectionError(f'"{code}" is no language code that CLDR knows: write one such as vi') from None
    likely = str(babel.core.get_global("likely_subtags").get(code, "und_Latn"))
    script = locale.script or likely.split("_")[1]
    font = SCRIPTS.get(script, SCRIPTS["Latn"])
    known = {"locale": locale, "script": script, "is_bundled": script in SCRIPTS, "font": font}
    return _write(folder, folder / "languages" / f"{code}.yaml", "language.yaml.j2", **known)


def _write(folder: Path, path: Path, template: str, **known: Any) -> Iterator[str]:
    """Write a new file of the content in ``folder`` and yield lines that say what to fill in."""
    content = validate_content(folder, FONTS)
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
    known |= {"schema": name_schema(path, folder), "name": path.stem, "fill_in": TO_FILL_IN}
    text = environment.get_template(template).render(content=content, source=source, **known)
    path.write_text(text, encoding="utf-8")
    yield f"{path} is there. To fill in:"
    inspection = inspect_content(folder, FONTS)
    inspection.require_content()
    yield from (f"  {p.place}: {p.message}" for p in inspection.problems if p.path == str(path))
