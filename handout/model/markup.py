"""Inline markup of texts: bold and placeholders, nothing else."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

PLACEHOLDER = re.compile(r"\{\{ ?([a-z_]+)\.([a-z_]+) ?\}\}")
_PARTS = re.compile(r"(\{\{.*?\}\}|\*\*)", re.DOTALL)


class Run(NamedTuple):
    """A part of a text in one style: words, or a raw ``{{ placeholder }}``."""

    kind: Literal["words", "placeholder"]
    text: str
    bold: bool


def split_markup(text: str) -> Iterator[Run]:
    """Yield the runs of a text in order."""
    bold = False
    for part in _PARTS.split(text):
        if part == "**":
            bold = not bold
        elif part:
            yield Run("placeholder" if part.startswith("{{") else "words", part, bold)


def list_placeholders(text: str) -> list[str]:
    """Return the raw placeholders of a text, sorted."""
    return sorted(run.text for run in split_markup(text) if run.kind == "placeholder")
