"""Typed content: what pydantic refuses, in the words of an editor, at the place in the file."""

from __future__ import annotations

import copy
import types
import typing
from typing import Any

from pydantic import BaseModel, ValidationError

from handout.base.diagnostics import Diagnostic, suggest_name
from handout.model.content import Content
from handout.model.values import (
    Brackets,
    Code,
    FontFamily,
    FontFile,
    Hash,
    Identifier,
    LanguageTag,
    Month,
    PairName,
    PartialDate,
    Text,
)

if typing.TYPE_CHECKING:
    from handout.base.places import Loc
    from handout.load.tree import Tree

# What an editor should write where the content types want something else.
EXPECTED = {
    "string_type": "expected text",
    "list_type": 'expected a list: lines that begin with "- "',
    "dict_type": 'expected lines such as "en: words" below it',
    "model_type": 'expected lines such as "key: value" below it',
    "int_parsing": "expected a whole number",
    "float_parsing": "expected a number",
    "bool_parsing": "expected true or false",
}
LIMITS = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}

_ALIASES: tuple[Any, ...] = (
    Identifier,
    Code,
    Month,
    PartialDate,
    PairName,
    Hash,
    FontFile,
    FontFamily,
    LanguageTag,
    Brackets,
)

FORMS = {alias.__metadata__[0].pattern: alias.__metadata__[1].description for alias in _ALIASES}
FOUND = {"str": "text", "list": "a list", "dict": "a group of keys"}


def type_content(data: dict[str, Any], tree: Tree) -> tuple[Content | None, list[Diagnostic]]:
    """Return the typed content and what is wrong with it; what is wrong is cut off, so that the rest can be checked."""
    problems: list[Diagnostic] = []
    lists: dict[str, list[Any]] = {
        name: [] for name in ("steps", "documents", "answers", "faqs", "warnings", "glossary")
    }
    data = {**lists, "sources": {}, "reviews": {}, **copy.deepcopy(data)}
    for attempt in range(4):
        try:
            return Content.model_validate(data), problems
        except ValidationError as error:
            errors = [(_clean_loc(e["loc"], data, e["type"]), e) for e in error.errors()]
            if not attempt:
                problems = _explain_errors(errors, tree)
            for loc, _ in reversed(errors):
                _cut_off(data, loc)
    return None, problems


def _explain_errors(errors: list[tuple[Loc, Any]], tree: Tree) -> list[Diagnostic]:
    """Explain each mistake once: the branches of a union each report, and the one that got furthest is meant."""
    told: dict[Loc, Diagnostic] = {}
    for loc, error in errors:
        deeper = any(other != loc and other[: len(loc)] == loc for other, _ in errors)
        if not (deeper and error["type"] in EXPECTED):
            told.setdefault(loc, _explain(loc, error, tree))
    return list(told.values())


def _clean_loc(loc: Any, data: Any, kind: str) -> Loc:
    """Return the path without the names of union branches, which pydantic puts between the keys."""
    clean: list[str | int] = []
    for number, part in enumerate(loc):
        if (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int)):
            data = data[part]
        elif kind != "missing" or number < len(loc) - 1:
            continue
        clean.append(part)
    return tuple(clean)


def _cut_off(data: Any, loc: Loc) -> None:
    """Delete the deepest existing part of a path; of a list also all that follows, so that paths stay true."""
    parent: Any = None
    last: Any = None
    for part in loc:
        if not (
            (isinstance(data, dict) and part in data)
            or (isinstance(data, list) and isinstance(part, int) and part < len(data))
        ):
            break
        parent, last = data, part
        data = parent[last]
    if isinstance(parent, list):
        del parent[last:]
    elif parent is not None:
        del parent[last]


def _explain(loc: Loc, error: Any, tree: Tree) -> Diagnostic:
    """Turn one pydantic error into words for an editor, at the place in the file."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    last = loc[-1] if loc else ""
    key, value = tree.find_place(loc, key=True), tree.find_place(loc)
    if kind == "missing":
        parent = tree.find_place(loc[:-1], key=True)
        return tree.report(parent, "missing-key", f'key "{last}" is missing here', f'add a line "{last}: …"')
    if kind == "extra_forbidden":
        return tree.report(key, "unknown-key", f'unknown key "{last}"', suggest_name(str(last), _known_keys(loc[:-1])))
    if kind == "literal_error":
        known = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        return tree.report(value, "unknown-value", f'"{given}" is not allowed here', suggest_name(str(given), known))
    if kind == "string_too_short" or given is None:
        return tree.report(key, "empty-text", "there is nothing here", EXPECTED.get(kind, "expected text"))
    if kind == "string_pattern_mismatch":
        place = key if error["loc"][-1] == "[key]" else value
        message = f'"{given}" is not written as expected'
        return tree.report(
            place, "wrong-form", message, f"expected {FORMS.get(context['pattern'], context['pattern'])}"
        )
    if kind in LIMITS:
        name, words = LIMITS[kind]
        return tree.report(value, "out-of-range", f"{given} is not allowed here", f"expected {words} {context[name]:g}")
    if kind == "string_too_long":
        return tree.report(
            value, "out-of-range", "this is too long", f"expected at most {context['max_length']} characters"
        )
    if kind == "too_short":
        return tree.report(key, "empty-list", f'"{last}" needs at least one entry', EXPECTED["list_type"])
    found = FOUND[type(given).__name__]
    message = f'"{given}" stands here' if kind.endswith("parsing") else f"{found} stands here"
    return tree.report(
        value if kind.endswith("parsing") else key, "wrong-type", message, EXPECTED.get(kind, error["msg"])
    )


def _known_keys(loc: Loc) -> list[str]:
    """Return the keys that the content type at ``loc`` knows."""
    here: Any = Content
    for part in loc:
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {info.alias or name: info for name, info in here.model_fields.items()}
            here = fields[str(part)].annotation if str(part) in fields else None
        else:
            here = next(reversed(typing.get_args(here)), None)
        while typing.get_origin(here) in (typing.Union, types.UnionType, typing.Annotated):
            here = next(a for a in typing.get_args(here) if a is not type(None))
    if isinstance(here, type) and issubclass(here, BaseModel) and here is not Text:
        return [info.alias or name for name, info in here.model_fields.items()]
    return []
