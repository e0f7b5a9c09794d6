"""Inline markup of texts: bold and placeholders, nothing else."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from handout.fonts.khmer import COENG, SIGN

PLACEHOLDER = re.compile(r"\{\{ ?([a-z_]+)\.([a-z_]+) ?\}\}")
_PARTS = re.compile(r"(\{\{.*?\}\}|\*\*)", re.DOTALL)
# A word ends here: what follows is no Latin, Greek or Cyrillic letter, and no part of a Khmer cluster.
_WORD_END = f"(?![A-Za-z\u00c0-\u052f\u1e00-\u1fff{COENG}{SIGN}])"


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


def join_words(words: Iterable[str]) -> str:
    """Return a regular expression for any of the words, the longest that fits; for none it never matches."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


def join_units(words: Iterable[str]) -> str:
    """Return a regular expression for any of the units; "day" is none in "daylight"."""
    return f"(?:{join_words(words)}){_WORD_END}"
