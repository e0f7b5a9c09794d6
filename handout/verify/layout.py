"""Layout: a made PDF is set as a careful typesetter would set it, or where it is not. Lengths are in points."""

import math
import re
from collections.abc import Iterator
from itertools import groupby

import PIL.Image
from PIL import ImageChops

from handout.render.expected import POINTS_PER_MM, Expected
from handout.verify.blocks import Block, StructureTree
from handout.verify.failures import Wrong
from handout.verify.measures import MarkedLine, measure_overlap, pair_lines
from handout.verify.readback import Readback
from handout.verify.room import SAME_LINE, find_bottom, split_lines

LEAST_LAST = 2  # letters in a block's last line
BAND = 100  # rows of dots that are compared at once, as most pages are full to their foot
LETTERS = re.compile(r"\w")
CITED = re.compile(r"\[\d[^\]]*\]")
COLUMN_GAP = 3 * POINTS_PER_MM
FIELD_GAP = 1 * POINTS_PER_MM
RULE_GAP = 0.25 * POINTS_PER_MM
FIELD_LINE = 0.75  # a field's border is drawn around its annotation
FIELD_NEAR = FIELD_GAP + FIELD_LINE
TIGHTEST = 1.05  # from baseline to baseline, in parts of the larger font size


def check_widows(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report a block that is split over pages with one line alone on either."""
    for block in made.tree.blocks:
        parts = [list(part) for _page, part in groupby(block.marks, lambda mark: mark[0])]
        if len(parts) > 1:
            for part, side in ((parts[0], "foot"), (parts[-1], "head")):
                if len(split_lines(made, part)) == 1:
                    yield Wrong(made.text.name_mark(part[0]), f"one line alone at the {side} of the page")


def check_last_lines(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report a block of several lines whose last holds one letter alone, or nothing but the numbers of sources."""
    for block in made.tree.blocks:
        rows = split_lines(made, block.marks)
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
                place = made.text.name_mark(block.marks[0])
                yield Wrong(place, "a heading stands alone, what it heads is on the next page")


def check_pairs(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report a block whose first language ends on another page than its second begins on."""
    text = made.text
    found = list(text.find_strings(string for _lang, string in expected.strings))
    for first, second in ((found[index - 1], found[index]) for index in expected.pairs):
        if first and second and text.marks[first[-1]][0] != text.marks[second[0]][0]:
            page = text.marks[first[-1]][0] + 1
            yield Wrong(text.name_place(second[0]), f"the same in the other language ends on page {page}")


def check_empty(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report a page, the last excepted, that is empty from its lowest ink down for more than allowed of the text area.

    Tints, frames and rules are no ink here: a frame without content is as empty as paper.
    """
    top = expected.margins[0]
    for number, picture in enumerate(made.pictures[:-1]):
        bottom, scale = find_bottom(made, expected, number), made.scales[number]
        empty = bottom - _find_lowest_ink(picture, round(bottom * scale)) / scale
        if empty > expected.most_empty * (bottom - top):
            yield Wrong(f"page {number + 1}", f"{empty / (bottom - top):.0%} of the page are empty at its foot")


def check_lines(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report texts that take more lines than their places allow."""
    found = made.text.find_strings(text for text, _most, _loc in expected.limits)
    for (text, most, loc), positions in zip(expected.limits, found, strict=True):
        marks = dict.fromkeys(made.text.marks[position] for position in positions)
        if (count := len(split_lines(made, marks))) > most:
            place = made.text.name_place(positions[0])
            yield Wrong(place, f"{text!r} takes {count} lines, there is room for {most}", loc)


def check_crowding(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report what is too near: columns (3 mm), lines of two blocks, text and rules, text and another block's field."""
    text, tree = made.text, made.tree
    blocks = {mark: number for number, block in enumerate(tree.blocks) for mark in block.marks}
    for lines, rules in zip(text.lines, made.rules, strict=True):
        for mark, other in pair_lines(lines, COLUMN_GAP):
            if blocks[mark] == blocks[other] or not (message := _measure_gap(lines[mark], lines[other])):
                continue
            first, second = sorted((mark, other), key=blocks.__getitem__)
            distance = blocks[second] - blocks[first]
            same_line = abs(lines[first].baseline - lines[second].baseline) < SAME_LINE
            # A run-in heading, or the number of what follows it.
            runs_in = distance == 1 and same_line and tree.blocks[blocks[first]].tag[:2] in ("/H", "/L")
            if not runs_in:
                yield Wrong(text.name_mark(mark), f"{message} ({text.name_mark(other)})")
        for mark, line in lines.items():
            left, bottom, right, top = line.box
            # How far its ink is above or below a rule across it; negative where they cross.
            gaps = [
                max(bottom - head, foot - top)
                for start, foot, end, head in rules
                if head > bottom - RULE_GAP and foot < top + RULE_GAP and min(right, end) > max(left, start)
            ]
            if (gap := min(gaps, default=RULE_GAP)) < RULE_GAP:
                yield Wrong(text.name_mark(mark), f"is {gap / POINTS_PER_MM:.2f} mm from a rule")
    for field, box in tree.fields.items():
        left, bottom, right, top = (*(side - FIELD_NEAR for side in box[:2]), *(side + FIELD_NEAR for side in box[2:]))
        for mark, line in text.lines[field[0]].items():
            start, foot, end, head = line.box
            if head <= bottom or foot >= top or end <= left or start >= right:
                continue
            gap = math.hypot(*(max(-side, 0) for side in measure_overlap(box, line.box))) - FIELD_LINE
            if gap < FIELD_GAP and blocks[mark] not in _find_own_text(tree, blocks[field]):
                yield Wrong(text.name_mark(mark), f"is {gap / POINTS_PER_MM:.1f} mm from a field of another block")


LAYOUT_CHECKS = (check_widows, check_last_lines, check_headings, check_pairs, check_empty, check_crowding, check_lines)


def _is_beside(made: Readback, heading: Block, block: Block) -> bool:
    """Say whether a block begins on the heading's last line."""
    lines = made.text.lines[heading.marks[-1][0]]
    line, first = lines.get(heading.marks[-1]), lines.get(block.marks[0])
    return bool(line and first and first.baseline > line.baseline - SAME_LINE)


def _find_lowest_ink(picture: PIL.Image.Image, bottom: int) -> int:
    """Return the lowest row above ``bottom`` that differs from the one above it by more than a rule across the page."""
    width = picture.width
    while bottom > 1:
        top = max(0, bottom - BAND)
        changes = ImageChops.difference(
            picture.crop((0, top, width, bottom - 1)), picture.crop((0, top + 1, width, bottom))
        )
        while box := changes.getbbox():
            row = changes.crop((0, box[3] - 1, width, box[3]))
            if row.histogram()[0] > width / 2:
                return top + box[3]
            changes.paste(0, (0, box[3] - 1, width, box[3]))
        bottom = top + 1
    return 0


def _measure_gap(line: MarkedLine, other: MarkedLine) -> str:
    """Say how two lines of different blocks are too near, or nothing."""
    across, height = measure_overlap(line.box, other.box)
    if across > 0:
        leading = abs(line.baseline - other.baseline) / max(line.size, other.size)
        return f"lines are {leading:.2f} of their font size apart" if leading < TIGHTEST else ""
    beside = height > 0.3 * min(line.height, other.height)
    return f"columns are {-across / POINTS_PER_MM:.1f} mm apart" if beside and -across < COLUMN_GAP else ""


def _find_own_text(tree: StructureTree, number: int) -> set[int]:
    """Return the blocks of a field's own words: up to two before it, and up to two after a tick box.

    What stands between two tick boxes are the words of the first.
    """

    def is_tick(near: int) -> bool:
        left, bottom, right, top = tree.fields[tree.blocks[near].marks[0]]
        return right - left < 1.5 * (top - bottom)

    fields = [near for near, block in enumerate(tree.blocks) if block.tag == "/Form"]
    before = max((near for near in fields if near < number), default=-1)
    after = min((near for near in fields if near > number), default=len(tree.blocks))
    words_before = range(max(before + 1, number - 2), number)
    if not is_tick(number):
        return {*words_before}
    words_after = range(number + 1, min(after, number + 3))
    follows = before >= max(0, number - 3) and is_tick(before)
    return {*words_after} if follows else {*words_before, *words_after}
