"""Walk the content: every model and every text, with its path."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from handout.base.diagnostics import Loc
from handout.model.values import Text


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
