"""Room: how full the pages of a made PDF are, and which texts to shorten where they are too full. Lengths in points."""

import math
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from PIL import ImageChops

from handout.base.diagnostics import Loc
from handout.render.expected import POINTS_PER_MM, Expected
from handout.verify.blocks import Mark
from handout.verify.failures import Wrong
from handout.verify.readback import Readback

FOOTER_GAP = 2.5 * POINTS_PER_MM  # the footer's rule is at most so far above its words
SAME_LINE = 3  # baselines nearer than this are of one line; the smallest text is of 8 points
MOST_NAMED = 3  # texts to shorten


class PlacedPart(NamedTuple):
    """Where a part of a handout is: positions in the text, its pages counted from 0, and the most that it may have."""

    start: int
    end: int
    pages: range
    most: int


def find_excess(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Yield the longest texts of each part that takes more pages than it may, with how many lines are too many."""
    for place in _place_parts(made, expected):
        if len(place.pages) > place.most:
            leading = measure_leading(made)
            full, *beyond = place.pages[place.most - 1 :]
            *heights, filled = (_find_end(made, number) for number in (*beyond, full))
            room = math.floor((find_bottom(made, expected, full) - filled) / leading)
            lines = max(1, math.ceil(sum(height - expected.margins[0] for height in heights) / leading) - room)
            texts = list(_measure_texts(made, expected, place))
            longest = nlargest(MOST_NAMED, [text for text in texts if text[0] > 1] or texts, key=lambda text: text[0])
            for count, loc in longest or [(0, ())]:
                which = f"; this text has {count}, shorten it or another one" if loc else ""
                yield Wrong(f"page {full + 1}", f"{lines} line{'s' * (lines > 1)} too many for the page{which}", loc)


def measure_lines_left(made: Readback, expected: Expected) -> dict[int, int]:
    """Return how many more lines each part has room for, by the number of its last page, pages not begun included."""
    leading, left = measure_leading(made), {}
    for place in _place_parts(made, expected):
        last, spare = place.pages[-1], place.most - len(place.pages)
        whole = math.floor(_measure_height(made, expected, last) / leading)
        left[last + 1] = math.floor(measure_free(made, expected, last) / leading) + spare * whole
    return left


def measure_leading(made: Readback) -> float:
    """Return the distance from one line to the next that is the middle one of those in paragraphs, or else of all."""
    blocks = [split_lines(made, block.marks) for block in made.tree.blocks]
    return median(
        _measure_distances(made, blocks)
        or _measure_distances(made, [split_lines(made, made.tree.languages)])
        or [math.inf]
    )


def _measure_distances(made: Readback, blocks: Iterable[list[list[Mark]]]) -> list[float]:
    """Return the distances between the baselines of lines that follow one another on a page."""
    lines, pairs = made.text.lines, ((above[0], below[0]) for rows in blocks for above, below in pairwise(rows))
    return [lines[a[0]][a].baseline - lines[b[0]][b].baseline for a, b in pairs if a[0] == b[0]]


def measure_free(made: Readback, expected: Expected, number: int) -> float:
    """Return how much of a page is free below its lowest ink."""
    picture, scale, bottom = made.pictures[number], made.scales[number], find_bottom(made, expected, number)
    ink = ImageChops.invert(picture).crop((0, 0, picture.width, math.floor(bottom * scale))).getbbox()
    return bottom - (ink[3] / scale if ink else expected.margins[0])


def find_bottom(made: Readback, expected: Expected, number: int) -> float:
    """Return how far below a page's upper edge its text area ends: above the footer's rule."""
    marks = made.text.find_running(expected.running, number).values()
    footer = [made.text.decoration[first][3] + FOOTER_GAP for first, *_rest in marks]
    return float(made.pictures[number].height / made.scales[number] - max([expected.margins[2], *footer]))


def _find_end(made: Readback, number: int) -> float:
    """Return how far below a page's upper edge its last words or field end; frames and tints go on to its end."""
    boxes = [line.box for line in made.text.lines[number].values()]
    boxes += [box for (page, _mark), box in made.tree.fields.items() if page == number]
    height = made.pages[number].get_height()
    return float(height - min((box[1] for box in boxes), default=height))


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


def _place_parts(made: Readback, expected: Expected) -> list[PlacedPart]:
    """Return where the parts are; none when one does not read back, which is told as such."""
    text = made.text
    found = list(text.find_strings(string for _lang, string in expected.strings))
    if not all(found[start : start + 1] and found[start] for start, _most in expected.parts):
        return []
    starts = [found[start][0] for start, _most in expected.parts]
    ends = [*starts[1:], len(text.characters)]
    first = [0, *(text.marks[start][0] for start in starts[1:])]
    pages = [range(page, text.marks[end - 1][0] + 1) for page, end in zip(first, ends, strict=True)]
    return list(map(PlacedPart, starts, ends, pages, (part.most for part in expected.parts)))


def _measure_height(made: Readback, expected: Expected, number: int) -> float:
    """Return how high the text area of a page is."""
    return find_bottom(made, expected, number) - expected.margins[0]


def _measure_texts(made: Readback, expected: Expected, place: PlacedPart) -> Iterator[tuple[int, Loc]]:
    """Yield how many lines each text of a part has, and its path in the content; they are in the order of the pages."""
    text = made.text
    for (_words, loc), positions in zip(expected.texts, text.find_strings(w for w, _ in expected.texts), strict=True):
        if positions and place.start <= positions[0] < place.end:
            marks = dict.fromkeys(text.marks[position] for position in positions)
            yield len(split_lines(made, marks)), loc
