"""Texts of the content: where they stand in it, and their inline markup (bold and placeholders, nothing else)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from handout.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACEHOLDER = re.compile(r"\{\{ ?([a-z_]+)\.([a-z_]+) ?\}\}")
_PARTS = re.compile(r"(\{\{.*?\}\}|\*\*)", re.DOTALL)
Part = tuple[Literal["words", "placeholder"], str]
Loc = tuple[str | int, ...]


def split_markup(text: str) -> Iterator[Part]:
    """Yield the plain words and the raw placeholders of a text in order, without the bold marks."""
    for kind, value, _bold in split_bold(text):
        yield kind, value


def split_bold(text: str) -> Iterator[tuple[Literal["words", "placeholder"], str, bool]]:
    """Yield (kind, value, bold) for each run of a text: words or a raw ``{{ placeholder }}``."""
    bold = False
    for part in _PARTS.split(text):
        if part == "**":
            bold = not bold
        elif part.startswith("{{"):
            yield "placeholder", part, bold
        elif part:
            yield "words", part, bold


def list_placeholders(text: str) -> list[str]:
    """Return the raw placeholders of a text, sorted."""
    return sorted(value for kind, value in split_markup(text) if kind == "placeholder")


def walk_models(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, BaseModel]]:
    """Yield every model below (and including) a model, mapping or list, with its path by the keys of the files."""
    if isinstance(value, BaseModel):
        yield loc, value
    if isinstance(value, Text):
        return
    if isinstance(value, BaseModel):
        children: Any = ((info.alias or name, getattr(value, name)) for name, info in type(value).model_fields.items())
    elif isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    else:
        return
    for key, part in children:
        yield from walk_models(part, (*loc, key))


def walk_texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Text]]:
    """Yield every Text below a model, mapping or list, with its path."""
    yield from ((where, model) for where, model in walk_models(value, loc) if isinstance(model, Text))
