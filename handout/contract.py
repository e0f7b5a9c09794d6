"""What a made PDF must be, and what is wrong with it: the words that expect, verify and layout share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handout.text import Loc

Wrong = tuple[str, str] | tuple[str, str, "Loc"]  # place in the PDF, message, path in the content when it is known


@dataclass(frozen=True)
class Failure:
    """One thing wrong with one made PDF; ``loc`` is the path in the content of the text at fault, if one is."""

    handout: str
    check: str
    place: str
    message: str
    loc: Loc = ()


class VerifyError(Exception):
    """A made PDF is not what it must be; its one argument lists the failures."""

    @property
    def failures(self) -> list[Failure]:
        """All that is wrong with it."""
        return list(self.args[0])


@dataclass(frozen=True)
class Expected:
    """What a handout's PDF must be. Lengths are in points, languages BCP 47, margins top, right, bottom, left.

    ``strings`` are the texts of the pages with their language, in reading order; a text with words in another language
    is given in pieces. ``running`` are those of the page margins, on every page, with ``{page}`` and ``{pages}``.
    ``pairs`` are the indexes of those strings that begin the second language of a block. ``limits`` are texts in
    reading order with the most lines each may take and its path in the content.
    ``fields`` are names and tooltips in tab order. ``digits`` are texts; every number in them is allowed.
    """

    handout: str
    max_pages: int
    page_size: tuple[float, float]
    margins: tuple[float, float, float, float]
    lang: str
    languages: frozenset[str]
    strings: tuple[tuple[str, str], ...]
    families: frozenset[str]
    running: tuple[str, ...] = ()
    pairs: tuple[int, ...] = ()
    limits: tuple[tuple[str, int, Loc], ...] = ()
    links: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()
    qr_addresses: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None
