"""Crowding: columns, lines, rules and fields of a made PDF that stand nearer than reads well. Lengths are in points."""

from collections.abc import Iterator

from handout.render.expected import Expected
from handout.verify.blocks import Block, Box, Mark
from handout.verify.failures import Wrong
from handout.verify.readback import MarkedLine, Readback

POINTS_PER_MM = 72 / 25.4
COLUMN_GAP = 3 * POINTS_PER_MM
FIELD_GAP = 1 * POINTS_PER_MM
RULE_GAP = 0.25 * POINTS_PER_MM
FIELD_LINE = 0.75  # a field's border is drawn around its annotation
TIGHTEST = 1.05  # from baseline to baseline, in parts of the larger font size
SAME_LINE = 3  # baselines nearer than this are of one line; the smallest text is of 8 points


def check_crowding(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report what is too near: columns (3 mm), lines of two blocks, text and rules, text and another block's field."""
    blocks = {mark: number for number, block in enumerate(made.tree.blocks) for mark in block.marks}
    for lines in made.text.lines:
        for mark, other, message in _find_near_lines(lines, blocks):
            first, second = sorted((mark, other), key=blocks.__getitem__)
            follows = blocks[second] == blocks[first] + 1
            if not (follows and _runs_in(made.tree.blocks[blocks[first]], lines[first], lines[second])):
                yield Wrong(made.text.name_mark(mark), f"{message} ({made.text.name_mark(other)})")
    for mark, box in made.tree.fields.items():
        own = _find_own_text(made.tree.blocks, made.tree.fields, blocks[mark])
        for other, line in made.text.lines[mark[0]].items():
            if blocks[other] not in own and (gap := _distance(box, line.box) - FIELD_LINE) < FIELD_GAP:
                yield Wrong(
                    made.text.name_mark(other), f"is {gap / POINTS_PER_MM:.1f} mm from a field of another block"
                )
    for number, lines in enumerate(made.text.lines):
        for mark, line in lines.items():
            if (
                gap := min((_distance_to_rule(line, rule) for rule in made.rules[number]), default=RULE_GAP)
            ) < RULE_GAP:
                yield Wrong(made.text.name_mark(mark), f"is {gap / POINTS_PER_MM:.2f} mm from a rule")


def _distance_to_rule(line: MarkedLine, rule: Box) -> float:
    """Return how far the ink of a line is above or below a rule across it; it is negative where they cross."""
    (left, bottom, right, top), (start, foot, end, head) = line.box, rule
    return max(bottom - head, foot - top) if min(right, end) > max(left, start) else RULE_GAP


def _find_near_lines(lines: dict[Mark, MarkedLine], blocks: dict[Mark, int]) -> Iterator[tuple[Mark, Mark, str]]:
    """Yield the lines of different blocks of a page that are too near, from the top down, and how near."""
    downwards = sorted(lines.items(), key=lambda item: -item[1].box[3])
    for index, (mark, line) in enumerate(downwards):
        for other, other_line in downwards[index + 1 :]:
            if other_line.box[3] < line.box[1] - line.size:
                break
            if blocks[mark] != blocks[other] and (message := _measure_gap(line, other_line)):
                yield mark, other, message


def _measure_gap(line: MarkedLine, other: MarkedLine) -> str:
    """Say how two lines of different blocks are too near, or nothing."""
    (left, bottom, right, top), (other_left, other_bottom, other_right, other_top) = line.box, other.box
    gap = max(left, other_left) - min(right, other_right)
    if gap < 0:
        leading = abs(line.baseline - other.baseline) / max(line.size, other.size)
        return f"lines are {leading:.2f} of their font size apart" if leading < TIGHTEST else ""
    height = min(top, other_top) - max(bottom, other_bottom)
    beside = height > 0.3 * min(top - bottom, other_top - other_bottom)
    return f"columns are {gap / POINTS_PER_MM:.1f} mm apart" if beside and gap < COLUMN_GAP else ""


def _runs_in(first: Block, line: MarkedLine, other: MarkedLine) -> bool:
    """Say whether the first block is a run-in heading or a number on the line that the next block goes on with."""
    return first.tag[:2] in ("/H", "/L") and abs(line.baseline - other.baseline) < SAME_LINE


def _distance(box: Box, other: Box) -> float:
    across = max(box[0] - other[2], other[0] - box[2], 0)
    upwards = max(box[1] - other[3], other[1] - box[3], 0)
    return float((across**2 + upwards**2) ** 0.5)


def _find_own_text(blocks: list[Block], fields: dict[Mark, Box], number: int) -> set[int]:
    """Return the blocks of a field's own words: up to two before it, and up to two after a tick box.

    What stands between two tick boxes are the words of the first.
    """

    def is_tick(near: int) -> bool:
        left, bottom, right, top = fields[blocks[near].marks[0]]
        return right - left < 1.5 * (top - bottom)

    before = next((near for near in range(number - 1, -1, -1) if blocks[near].tag == "/Form"), -1)
    after = next((near for near in range(number + 1, len(blocks)) if blocks[near].tag == "/Form"), len(blocks))
    if not is_tick(number):
        return set(range(max(before + 1, number - 2), number))
    own = set(range(number + 1, min(after, number + 3)))
    if before < number - 3 or before < 0 or not is_tick(before):
        own |= set(range(max(before + 1, number - 2), number))
    return own
