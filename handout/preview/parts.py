"""Parts: a handout typeset in parts that begin a page, so that an edit lays out one of them again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from handout.fonts.bundled import cut_fonts
from handout.typeset.typesetter import Layout, write_pages
from handout.workers.worker import Worker, list_faces

# Sections of the standard edition that begin a page, by the style sheet, on A4; the counter page always is one.
PART = re.compile(r'(?=<section class="section-(?:documents|faqs)">)')
HAS_PARTS = re.compile(r'<html [^>]*class="standard [^"]*\ba4\b')
# A part's first page, and how many there are in all, as the whole handout would count them.
NUMBERS = "@page :first {{ counter-reset: page {} }} .n-pages::before {{ content: '{}' }}"


@dataclass
class LaidOutParts:
    """The parts of a handout as Layout.lay_out last made them, by their HTML and style."""

    layout: Layout | None = None
    parts: dict[tuple[str, str], Any] = field(default_factory=dict)


def typeset_parts(
    worker: Worker, html: str, path: Path, last: LaidOutParts, *, month: str, letters: Iterable[str]
) -> None:
    """Write a handout as PDF; of its parts that begin a page, only those that have changed are laid out again.

    ``letters`` are what the fonts are cut to. The pages are those of typeset_handout as long as these parts do begin
    a page.
    """
    fonts = cut_fonts(list_faces(worker.content), letters, worker.cache)
    if last.layout is None or last.layout.typesetter is not worker.typesetter or last.layout.fonts != fonts:
        last.layout, last.parts = Layout(worker.typesetter, fonts), {}
    parts, counts = split_parts(html), [len(part.pages) for part in last.parts.values()]
    if len(counts) != len(parts):
        counts = [1] * len(parts)
    while True:  # twice at most: how many pages a part has does not depend on their numbers
        starts = accumulate(counts, initial=1)
        keys = [(part, NUMBERS.format(start, sum(counts))) for part, start in zip(parts, starts, strict=False)]
        last.parts = {key: last.parts.get(key) or last.layout.lay_out(*key) for key in keys}
        before, counts = counts, [len(part.pages) for part in last.parts.values()]
        if counts == before:
            break
    write_pages(last.layout, list(last.parts.values()), path, html=html, month=month)


def split_parts(html: str) -> list[str]:
    """Return the HTML of a handout as documents of their own, one for each part that begins a page."""
    start, end = html.index("<main>") + len("<main>"), html.index("</main>")
    counter, mark, rest = html[start:end].partition("</section>")
    parts = PART.split(rest) if HAS_PARTS.search(html[:start]) else [rest]
    return [html[:start] + part + html[end:] for part in (counter + mark, *parts) if part.strip()]
