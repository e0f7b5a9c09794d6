"""Inline markup of texts: bold and placeholders, nothing else."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from handout.fonts.khmer import COENG, SIGN

PLACEHOLDER = re.compile(r"\{\{ ?([a-z_]+)\.([a-z_]+) ?\}\}")
_PARTS = re.compile(r"(\{\{.*?\}\}|\*\*)", re.DOTALL)
# A word ends here: what follows is no Latin, Greek or Cyrillic letter, and no part of a Khmer cluster.
_WORD_END = f"(?![A-Za-z\u00c0-\u052f\u1e00-\u1fff{COENG}{SIGN}])"
Part = tuple[Literal["words", "placeholder"], str]


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


def join_words(words: Iterable[str]) -> str:
    """Return a regular expression for any of the words, the longest that fits; for none it never matches."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


def join_units(words: Iterable[str]) -> str:
    """Return a regular expression for any of the units; "day" is none in "daylight"."""
    return f"(?:{join_words(words)}){_WORD_END}"
