"""Room: how full the pages of a made PDF are, and which texts to shorten where they are too full. Lengths in points."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import pairwise
from statistics import median

from PIL import ImageChops

from handout.base.diagnostics import Loc
from handout.render.expected import POINTS_PER_MM, Expected
from handout.verify.blocks import Mark
from handout.verify.failures import Wrong
from handout.verify.readback import DPI, Readback, squeeze

FOOTER_GAP = 2.5 * POINTS_PER_MM  # the footer's rule is at most so far above its words
SAME_LINE = 3  # baselines nearer than this are of one line; the smallest text is of 8 points
MOST_NAMED = 3  # texts to shorten


def find_excess(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Yield the longest texts of each part that takes more pages than it may, with how many lines are too many."""
    text = made.text
    found = text.find_strings(string for _lang, string in expected.strings)
    starts = {index: positions[0] for index, positions in enumerate(found) if positions}
    if any(start not in starts for start, _most in expected.parts):
        return  # that is told as text which does not read back
    begun = [(starts[start], most) for start, most in expected.parts]
    ends = [*(position for position, _most in begun[1:]), len(text.characters)]
    for (position, most), end in zip(begun, ends, strict=True):
        first = text.marks[position][0] if position != begun[0][0] else 0
        pages = range(first, text.marks[end - 1][0] + 1)
        if len(pages) > most:
            full = first + most - 1
            lines = _count_excess(made, expected, full, pages[most:])
            longest = nlargest(MOST_NAMED, _measure_texts(made, expected, position, end))
            for count, loc in longest or [(0, ())]:
                which = f"; this text has {count}, shorten it or another one" if loc else ""
                yield Wrong(f"page {full + 1}", f"{lines} line{'s' * (lines > 1)} too many for the page{which}", loc)


def measure_lines_left(made: Readback, expected: Expected) -> list[int]:
    """Return how many more lines each page has room for."""
    distances = [
        above - below
        for block in made.tree.blocks
        for (above, page), (below, next_page) in pairwise(
            (made.text.lines[row[0][0]][row[0]].baseline, row[0][0]) for row in split_lines(made, block.marks)
        )
        if page == next_page
    ]
    leading = median(distances) if distances else math.inf
    return [math.floor(measure_free(made, expected, number) / leading) for number in range(len(made.pages))]


def measure_free(made: Readback, expected: Expected, number: int) -> float:
    """Return how much of a page is free below its lowest ink."""
    picture, bottom = made.pictures[number], find_bottom(made, expected, number)
    ink = ImageChops.invert(picture).crop((0, 0, picture.width, math.floor(bottom * DPI / 72))).getbbox()
    return bottom - (ink[3] * 72 / DPI if ink else expected.margins[0])


def find_bottom(made: Readback, expected: Expected, number: int) -> float:
    """Return how far below a page's upper edge its text area ends: above the footer's rule."""
    marks = made.text.find_running(expected.running, number).values()
    footer = [made.text.decoration[mark][3] + FOOTER_GAP for mark in marks]
    return float(made.pictures[number].height * 72 / DPI - max([expected.margins[2], *footer]))


def split_lines(made: Readback, marks: Iterable[Mark]) -> list[list[Mark]]:
    """Return the marks of each line of text, from the top of each page down."""
    lines = {mark: line for mark in marks if (line := made.text.lines[mark[0]].get(mark))}
    rows: list[list[Mark]] = []
    for mark in sorted(lines, key=lambda mark: (mark[0], -lines[mark].baseline)):
        last = rows[-1][-1] if rows else None
        if last and last[0] == mark[0] and lines[last].baseline - lines[mark].baseline <= SAME_LINE:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return rows


def _count_excess(made: Readback, expected: Expected, full: int, beyond: Iterable[int]) -> int:
    """Return how many lines of the pages ``beyond`` the one that is full have no room on it."""
    by_language = defaultdict[str, list[Mark]](list)  # two languages may stand side by side
    height = 0.0
    for number in beyond:
        height += find_bottom(made, expected, number) - expected.margins[0] - measure_free(made, expected, number)
        for mark in made.text.lines[number]:
            by_language[made.tree.languages[mark]].append(mark)
    count = max((len(split_lines(made, marks)) for marks in by_language.values()), default=1)
    free = max(0.0, measure_free(made, expected, full))
    return max(1, math.ceil(count * (1 - free / height))) if height > 0 else count


def _measure_texts(made: Readback, expected: Expected, start: int, end: int) -> Iterator[tuple[int, Loc]]:
    """Yield how many lines each text has that stands between two positions, and its path in the content."""
    text = made.text
    first, last = (bisect_left(text.content, position) for position in (start, end))
    for words, loc in dict.fromkeys(expected.texts):
        wanted = squeeze(words)
        if wanted and (at := text.words.find(wanted, first, last)) >= 0:
            marks = dict.fromkeys(text.marks[position] for position in text.content[at : at + len(wanted)])
            yield len(split_lines(made, marks)), loc
