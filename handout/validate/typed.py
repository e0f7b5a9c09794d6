"""Typed content: what pydantic refuses, in the words of an editor, at the place in the file."""

import copy
import types
import typing
from typing import Any

from pydantic import BaseModel, ValidationError

from handout.base.diagnostics import Diagnostic, Loc, Place, suggest_name
from handout.load.characters import explain_lookalike
from handout.load.tree import Tree
from handout.model import texts
from handout.model.content import Content
from handout.model.facts import Fact

# What an editor should write where the content types want something else.
EXPECTED = {
    "string_type": "expected text",
    "list_type": 'expected a list: lines that begin with "- "',
    "dict_type": 'expected lines such as "en: words" below it',
    "model_type": 'expected lines such as "key: value" below it',
    "int_parsing": "expected a whole number",
    "float_parsing": "expected a number",
    "fact": 'expected {unknown: true}, {common: …}, or lines such as "value: …" and "source: …" below it',
    "bool_parsing": "expected true or false; what is known of a fact stands below value:, source: and checked:",
}
# Our code, message and hint for pydantic's kinds of mistakes.
SAID = {
    "missing": ("missing-key", 'key "{last}" is missing here', 'add a line "{last}: …"'),
    "too_short": ("empty-list", '"{last}" needs at least one entry', EXPECTED["list_type"]),
    "greater_than_equal": ("out-of-range", "{given} is not allowed here", "expected at least {ge:g}"),
    "less_than_equal": ("out-of-range", "{given} is not allowed here", "expected at most {le:g}"),
    "string_too_long": ("out-of-range", "this is too long", "expected at most {max_length} characters"),
}
# What stands in for a wrong value while the rest is checked; what is still wrong with it is mended by the next attempt.
STAND_INS: dict[str, Any] = {
    "missing": None,
    "list_type": [],
    "dict_type": {},
    "model_type": {},
    "too_short": [None],
    "int_parsing": 1,
    "int_type": 1,
    "float_parsing": 1,
    "float_type": 1,
    "bool_parsing": False,
    "bool_type": False,
}
ATTEMPTS = 8
# The codes of mistakes that a sign of another width, or curly quotation marks, may explain, by the kinds' last words.
ALIKE = {"error": "unknown-value", "mismatch": "wrong-form", "parsing": "wrong-type"}
FOUND = {"str": "text", "list": "a list", "dict": "a group of keys"}


def type_content(data: dict[str, Any], tree: Tree) -> tuple[Content | None, list[Diagnostic], set[Place]]:
    """Return the typed content, what is wrong with it, and the places where something stands in for what is wrong.

    With stand-ins all that is right can be checked in the same run. What no stand-in mends is cut off.
    """
    problems: list[Diagnostic] = []
    guessed: set[Place] = set()
    lists = ("steps", "documents", "answers", "faqs", "warnings", "glossary")
    data = {**{name: [] for name in lists}, "sources": {}, "reviews": {}, "revisions": {}, **copy.deepcopy(data)}
    for attempt in range(2 * ATTEMPTS):
        try:
            return Content.model_validate(data), problems, guessed
        except ValidationError as error:
            errors = _select_errors([(_clean_loc(e["loc"], data, e["type"]), e) for e in error.errors()])
            if not attempt:
                problems = _explain_errors(errors, tree)
            for loc, one in reversed(errors.items()):
                guessed |= {tree.find_place(loc), tree.find_place(loc, key=True)}
                if attempt >= ATTEMPTS or not _stand_in(data, loc, one):
                    _cut_off(data, loc)
    return None, problems, guessed


def _select_errors(errors: list[tuple[Loc, Any]]) -> dict[Loc, Any]:
    """Return one error a path: the branches of a union each report, and the one that got furthest is meant."""
    selected: dict[Loc, Any] = {}
    parents = {loc[:end] for loc, _ in errors for end in range(len(loc))}
    for loc, error in errors:
        if not (loc in parents and error["type"] in EXPECTED):
            selected.setdefault(loc, error)
    return selected


def _explain_errors(errors: dict[Loc, Any], tree: Tree) -> list[Diagnostic]:
    """Explain each mistake once: a key that is misspelt is not missing as well."""
    told = {loc: _explain(loc, error, tree) for loc, error in errors.items()}
    misspelt = {(*loc[:-1], one.hint) for loc, one in told.items() if one.code == "unknown-key"}
    return [one for loc, one in told.items() if (*loc[:-1], f'did you mean "{loc[-1]}"?') not in misspelt]


def _stand_in(data: Any, loc: Loc, error: Any) -> bool:
    """Put a value of the form that was wanted in place of a wrong or missing one; tell whether that could be done."""
    kind, context = error["type"], error.get("ctx", {})
    is_key = kind == "extra_forbidden" or error["loc"][-1] == "[key]"
    # A missing file cannot be made up, nor the kind of a fact, by which its values elsewhere are judged.
    if is_key or len(loc) < 2 or (loc[:2] == ("guide", "facts") and loc[-1] == "kind"):
        return False
    for part in loc[:-1]:
        if not _has(data, part):
            return False
        data = data[part]
    if kind == "literal_error":
        value: Any = context["expected"].split("'")[1]
    elif kind == "string_pattern_mismatch":
        value = texts.find_example(context["pattern"])
    else:
        value = context.get("ge", context.get("le", copy.copy(STAND_INS.get(kind, "?"))))
    if isinstance(data, dict) or _has(data, loc[-1]):
        data[loc[-1]] = value
    return isinstance(data, dict) or _has(data, loc[-1])


def _clean_loc(loc: Loc, data: Any, kind: str) -> Loc:
    """Return the path without the names of union branches, which pydantic puts between the keys."""
    clean: list[str | int] = []
    for number, part in enumerate(loc):
        if _has(data, part):
            data = data[part]
        elif kind != "missing" or number < len(loc) - 1:
            continue
        clean.append(part)
    return tuple(clean)


def _cut_off(data: Any, loc: Loc) -> None:
    """Delete the deepest existing part of a path; of a list also all that follows, so that paths stay true."""
    parent: Any = {}
    last: Any = None
    for part in loc:
        if not _has(data, part):
            break
        parent, last, data = data, part, data[part]
    if isinstance(parent, list):
        del parent[last:]
    else:
        parent.pop(last, None)


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, dict) and part in data


def _explain(loc: Loc, error: Any, tree: Tree) -> Diagnostic:
    """Turn one pydantic error into words for an editor, at the place in the file."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "dict_type" and _find_kind(loc) is not texts.Text:
        kind = "model_type"  # has keys of its own, such as revisions or facts, and no languages
    if kind == "model_type" and _find_kind(loc) is Fact:
        kind = "fact"
    last = str(loc[-1]) if loc else ""
    keys = [f"{key}: …" for key in _list_fields(_find_kind(loc))] or ["key: value"]
    expected = EXPECTED.get(kind, error["msg"]).replace("key: value", keys[0])
    is_key = error["loc"][-1] == "[key]"
    char, message, meant = explain_lookalike(given if isinstance(given, str) else "")
    if char and (code := ALIKE.get(kind.rpartition("_")[2])) and not is_key:
        return tree.report(loc, code, message, f"write {meant}", part=char)
    if kind in SAID:
        code, message, hint = (words.format(last=last, given=given, **context) for words in SAID[kind])
        place = loc[:-1] if kind == "missing" else loc
        return tree.report(place, code, message, hint, key=kind in ("missing", "too_short"))
    if kind == "extra_forbidden":
        fields = _list_fields(_find_kind(loc[:-1]))
        homes = [name for name in fields if last in _list_fields(_find_kind((*loc[:-1], name, "")))]
        hint = f'it belongs into the lines below "{homes[0]}:", under an id' if homes else suggest_name(last, fields)
        return tree.report(loc, "unknown-key", f'unknown key "{last}"', hint, key=True)
    if kind == "string_too_short" or given is None:
        hint = EXPECTED.get(kind, f"expected {context.get('expected', 'text')}")
        return tree.report(loc, "empty-text", "there is nothing here", hint, key=True)
    if kind == "literal_error":
        known = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        if is_key:
            return tree.report(loc, "unknown-key", f'unknown key "{last}"', suggest_name(last, known), key=True)
        return tree.report(loc, "unknown-value", f'"{given}" is not allowed here', suggest_name(str(given), known))
    if kind == "string_pattern_mismatch":
        message, hint = f'"{given}" is not written as expected', texts.FORMS.get(context["pattern"], context["pattern"])
        return tree.report(loc, "wrong-form", message, f"expected {hint}", key=is_key)
    if kind.endswith("parsing"):
        return tree.report(loc, "wrong-type", f'"{given}" stands here', expected)
    return tree.report(loc, "wrong-type", f"{FOUND[type(given).__name__]} stands here", expected, key=True)


def _find_kind(loc: Loc) -> Any:
    """Return the type of what the content has at ``loc``."""
    here: Any = Content
    for part in loc:
        fields = _list_fields(here)
        here = fields.get(str(part)) if fields else next(reversed(typing.get_args(here)), None)
        while typing.get_origin(here) in (typing.Union, types.UnionType, typing.Annotated):
            kinds = [kind for kind in typing.get_args(here) if kind is not types.NoneType]
            # Of a union the last one, which has the keys; of an annotated type the type itself.
            here = kinds[0 if typing.get_origin(here) is typing.Annotated else -1]
    return here


def _list_fields(kind: Any) -> dict[str, Any]:
    """Return the type of each key that a content type knows; none for a text, a list or a plain value."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not texts.Text:
        return {info.alias or name: info.annotation for name, info in kind.model_fields.items()}
    return {}
