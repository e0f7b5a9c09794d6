"""Leaves: a handout typeset in parts that begin a page, so that an edit lays one of them out again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from handout.fonts.cut import cut_fonts
from handout.typeset.typesetter import Layout, write_pages
from handout.workers.worker import Worker, list_faces

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handout.typeset.typesetter import LaidOut

# Sections of the standard edition that begin a page, by the style sheet, on A4; the counter page always is one.
LEAF = re.compile(r'(?=<section class="section-(?:documents|faqs)">)')
LEAVES = re.compile(r'<html [^>]*class="standard [^"]*\ba4\b')
# A part's first page, and how many there are in all, as the whole handout would count them.
NUMBERS = "@page :first {{ counter-reset: page {} }} .n-pages::before {{ content: '{}' }}"


@dataclass
class Kept:
    """The parts of a handout as last laid out, and the pages of each."""

    layout: Layout | None = None
    parts: dict[tuple[str, str], LaidOut] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)


def typeset_leaves(worker: Worker, html: str, path: Path, kept: Kept, *, month: str, letters: Iterable[str]) -> None:
    """Write a handout as PDF; of its parts that begin a page, those are laid out anew that have changed since.

    ``letters`` are what the fonts are cut to. The pages are those of typeset_handout as long as these parts do begin
    a page.
    """
    fonts = cut_fonts(list_faces(worker.content), letters, worker.cache)
    if kept.layout is None or kept.layout.typesetter is not worker.typesetter or kept.layout.fonts != fonts:
        kept.layout, kept.parts = Layout(worker.typesetter, fonts), {}
    leaves = split_leaves(html)
    counts = kept.counts if len(kept.counts) == len(leaves) else [1] * len(leaves)
    while True:  # twice at most: how many pages a part has does not depend on their numbers
        starts = accumulate(counts, initial=1)
        keys = [(leaf, NUMBERS.format(start, sum(counts))) for leaf, start in zip(leaves, starts, strict=False)]
        kept.parts = {key: kept.parts.get(key) or kept.layout.lay_out(*key) for key in keys}
        kept.counts = [len(kept.parts[key].pages) for key in keys]
        if kept.counts == counts:
            break
        counts = kept.counts
    parts = list(kept.parts.values())
    write_pages(kept.layout, parts, path, html=html, month=month)


def split_leaves(html: str) -> list[str]:
    """Return the HTML of a handout as documents of their own, one for each part that begins a page."""
    start, end = html.index("<main>") + len("<main>"), html.index("</main>")
    counter, mark, rest = html[start:end].partition("</section>")
    leaves = LEAF.split(rest) if LEAVES.search(html[:start]) else [rest]
    return [html[:start] + leaf + html[end:] for leaf in (counter + mark, *leaves) if leaf.strip()]
