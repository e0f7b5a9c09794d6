"""Measures: where the lines of text and the rules of a page are, and which are near one another. Lengths in points."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from handout.verify.blocks import Box, Mark

THINNEST = 0.1  # points that a rule measures at least
RECTANGLE_PAIR = (8, 10)  # segments of two rectangles, each with or without one that closes it


@dataclass(frozen=True)
class MarkedLine:
    """The piece of a line that one mark holds: the box of its ink, its baseline and its font size in points."""

    box: Box
    baseline: float
    size: float

    @property
    def height(self) -> float:
        """Return how high its ink is."""
        return self.box[3] - self.box[1]


def pair_lines(lines: dict[Mark, MarkedLine], gap: float) -> Iterator[tuple[Mark, Mark]]:
    """Yield a page's lines from the top down, each with those that begin at most its font size below it.

    Those farther than ``gap`` beside it are left out.
    """
    downwards = sorted(((mark, *line.box) for mark, line in lines.items()), key=lambda line: -line[4])
    for index, (mark, left, bottom, right, _top) in enumerate(downwards):
        lowest, start, end = bottom - lines[mark].size, left - gap, right + gap
        for other, other_left, _bottom, other_right, top in downwards[index + 1 :]:
            if top < lowest:
                break
            if other_left < end and other_right > start:
                yield mark, other


def measure_overlap(box: Box, other: Box) -> tuple[float, float]:
    """Return how far two boxes lie on each other, across and upwards; what lies between them is negative."""
    return min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])


def find_rules(drawn: pypdfium2.PdfObject, count: int) -> Iterator[Box]:
    """Yield what lies between a path's two rectangles at the top and at the foot."""
    matrix, corners, x, y = drawn.get_matrix(), [], ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(drawn, index), x, y)
        corners.append(matrix.on_point(x.value, y.value))
    left, bottom, right, top = _bound(corners[: count // 2])
    _left, other_bottom, _right, other_top = _bound(corners[count // 2 :])
    for foot, head in (sorted((top, other_top)), sorted((bottom, other_bottom))):
        if head - foot > THINNEST:
            yield left, foot, right, head


def _bound(corners: list[tuple[float, float]]) -> Box:
    """Return the box around points."""
    across, upwards = zip(*corners, strict=True)
    return min(across), min(upwards), max(across), max(upwards)


def measure_bounds(drawn: Any) -> Box:
    """Return the box of a PDFium object."""
    left, bottom, right, top = (ctypes.c_float() for _side in range(4))
    pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def measure_line(drawn: Any, known: MarkedLine | None) -> MarkedLine:
    """Measure a text object, joined with what its mark has already; baseline and size are those of the first."""
    box = measure_bounds(drawn)
    if known:
        return replace(known, box=_bound([box[:2], box[2:], known.box[:2], known.box[2:]]))
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(drawn, matrix)
    pdfium.FPDFTextObj_GetFontSize(drawn, size)
    return MarkedLine(box, matrix.f, size.value * matrix.d)
