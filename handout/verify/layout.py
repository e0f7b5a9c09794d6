"""Layout: a made PDF is set as a careful typesetter would set it, or where it is not. Lengths are in points."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import PIL.Image
from PIL import ImageChops

from handout.render.expected import Expected
from handout.verify.blocks import Block, Mark
from handout.verify.crowding import POINTS_PER_MM, SAME_LINE, check_crowding
from handout.verify.failures import Wrong
from handout.verify.readback import DPI, Readback, squeeze

MOST_EMPTY = 1 / 3
LEAST_LAST = 2  # letters in a block's last line
LETTERS = re.compile(r"\w")
CITED = re.compile(r"\[[\d,]+\]")
FOOTER_GAP = 2.5 * POINTS_PER_MM  # the footer's rule is at most so far above its words


def check_widows(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report a block that is split over pages with one line alone on either."""
    for block in made.tree.blocks:
        parts = [list(part) for _page, part in groupby(block.marks, lambda mark: mark[0])]
        if len(parts) > 1:
            for part, side in ((parts[0], "foot"), (parts[-1], "head")):
                if _count_lines(made, part) == 1:
                    yield Wrong(made.text.name_mark(part[0]), f"one line alone at the {side} of the page")


def check_last_lines(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report a block of several lines whose last holds one letter alone, or nothing but the numbers of sources."""
    for block in made.tree.blocks:
        rows = _split_lines(made, block.marks)
        if len(rows) > 1:
            last = "".join(made.text.by_mark[mark] for mark in rows[-1])
            if len(LETTERS.findall(CITED.sub("", last))) < LEAST_LAST:
                yield Wrong(made.text.name_mark(rows[-1][0]), f"the last line is {last!r} alone")


def check_headings(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report a heading whose content begins on a later page; what stands beside an H1 or H2 is not its content."""
    for number, block in enumerate(made.tree.blocks):
        if block.tag.startswith("/H"):
            below = (b for b in made.tree.blocks[number + 1 :] if block.tag > "/H2" or not _is_beside(made, block, b))
            if (content := next(below, None)) and content.marks[0][0] > block.marks[-1][0]:
                yield Wrong(
                    made.text.name_mark(block.marks[0]), "a heading stands alone, what it heads is on the next page"
                )


def check_pairs(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report a block whose first language ends on another page than its second begins on."""
    text = made.text
    found = list(text.find_strings(string for _lang, string in expected.strings))
    for first, second in ((found[index - 1], found[index]) for index in expected.pairs):
        if first and second and text.marks[first[-1]][0] != text.marks[second[0]][0]:
            page = text.marks[first[-1]][0] + 1
            yield Wrong(text.name_place(second[0]), f"the same in the other language ends on page {page}")


def check_empty(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report a page, the last excepted, that is empty from its lowest ink down for over a third of the text area.

    Tints, frames and rules are no ink here: a frame without content is as empty as paper.
    """
    top = expected.margins[0]
    for number, picture in enumerate(made.pictures[:-1]):
        height = picture.height * 72 / DPI
        bottom = height - _find_footer(made, number, expected)
        empty = bottom - _find_lowest_ink(picture, round(bottom * DPI / 72)) * 72 / DPI
        if empty > MOST_EMPTY * (bottom - top):
            yield Wrong(f"page {number + 1}", f"{empty / (bottom - top):.0%} of the page are empty at its foot")


def check_lines(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report texts that take more lines than their places allow."""
    found = made.text.find_strings(text for text, _most, _loc in expected.limits)
    for (text, most, loc), positions in zip(expected.limits, found, strict=True):
        marks = dict.fromkeys(made.text.marks[position] for position in positions)
        if (count := _count_lines(made, marks)) > most:
            place = made.text.name_place(positions[0])
            yield Wrong(place, f"{text!r} takes {count} lines, there is room for {most}", loc)


LAYOUT_CHECKS = (check_widows, check_last_lines, check_headings, check_pairs, check_empty, check_crowding, check_lines)


def _count_lines(made: Readback, marks: Iterable[Mark]) -> int:
    return len(_split_lines(made, marks))


def _split_lines(made: Readback, marks: Iterable[Mark]) -> list[list[Mark]]:
    """Return the marks of each line of text, from the top of each page down."""
    lines = made.text.lines
    placed = [mark for mark in marks if mark in lines[mark[0]]]
    placed.sort(key=lambda mark: (mark[0], -lines[mark[0]][mark].baseline))
    rows: list[list[Mark]] = []
    for mark in placed:
        last = rows[-1][-1] if rows else None
        same = (
            last and last[0] == mark[0] and lines[last[0]][last].baseline - lines[mark[0]][mark].baseline <= SAME_LINE
        )
        if same:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return rows


def _is_beside(made: Readback, heading: Block, block: Block) -> bool:
    """Say whether a block begins on the heading's last line."""
    lines = made.text.lines[heading.marks[-1][0]]
    line, first = lines.get(heading.marks[-1]), lines.get(block.marks[0])
    return bool(line and first and first.baseline > line.baseline - SAME_LINE)


def _find_footer(made: Readback, page: int, expected: Expected) -> float:
    """Return how high above the page's foot its footer begins; without one, the height of the bottom margin."""
    words, marks = made.text.margins[page]
    starts = [words.find(squeeze(s.format(page=page + 1, pages=len(made.pages)))) for s in expected.running]
    tops = [made.text.decoration[marks[start]][3] + FOOTER_GAP for start in starts if start >= 0]
    return max([expected.margins[2], *tops])


def _find_lowest_ink(picture: PIL.Image.Image, bottom: int) -> int:
    """Return the lowest row above ``bottom`` that differs from the one above it by more than a rule across the page."""
    width = picture.width
    changes = ImageChops.difference(picture.crop((0, 0, width, bottom - 1)), picture.crop((0, 1, width, bottom)))
    while box := changes.getbbox():
        row = changes.crop((0, box[3] - 1, width, box[3]))
        if row.histogram()[0] > width / 2:
            return box[3]
        changes = changes.crop((0, 0, width, box[3] - 1))
    return 0
