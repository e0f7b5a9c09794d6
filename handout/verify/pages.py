"""Pages: a made PDF has the planned pages, fonts, fields, links, margins and QR codes; no text lies on other text."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

import zxingcpp
from PIL import ImageChops

from handout.base.diagnostics import Loc
from handout.render.expected import POINTS_PER_MM, Expected
from handout.verify.failures import Wrong
from handout.verify.measures import RECTANGLE_PAIR, measure_overlap, pair_lines
from handout.verify.readback import DPI, Readback
from handout.verify.room import find_excess

CODE_SHAPES, CODE_SEGMENTS = 50, 100
# Let pass, in points: below, where the Khmer name of December hangs half a millimetre from the foot; and elsewhere.
HANGING, BEYOND = 0.6 * POINTS_PER_MM, 72 / DPI + 0.5


def check_pages(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report parts with more pages than allowed, or another page size than planned."""
    most, excess = sum(part.most for part in expected.parts), list(find_excess(made, expected))
    yield from excess
    if not (excess or 0 < len(made.pages) <= most):
        yield Wrong("whole", f"{len(made.pages)} pages, at most {most} are allowed")
    for number, made_page in enumerate(made.pages, 1):
        if any(abs(is_ - wanted) > 0.5 for is_, wanted in zip(made_page.get_size(), expected.page_size, strict=True)):
            width, height = (round(side / POINTS_PER_MM) for side in made_page.get_size())
            yield Wrong(f"page {number}", f"is {width} x {height} mm")


def check_fonts(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report fonts that are not embedded or not ours."""
    for name, font in made.fonts.items():
        descriptor = font.get("/DescendantFonts", [font])[0].get("/FontDescriptor", {})
        family = str(descriptor.get("/FontFamily", font.get("/BaseFont", name)))
        if not any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")):
            yield Wrong(f"font {family}", "is not embedded")
        if family not in expected.families:
            yield Wrong(f"font {family}", "is none of the bundled fonts")


def check_fields(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report fields that are not those planned, in this tab order, each with its tooltip."""
    fields, wanted = {}, expected.fields or {}
    for number, note in made.annotations:
        if note.get("/Subtype") == "/Widget":
            name = str(note.get("/T", note.get("/Parent", {}).get("/T", "")))
            fields[name] = str(note.get("/TU", ""))
            if name not in wanted:
                yield Wrong(f"page {number + 1}", f"field {name!r} was not planned")
    for name, tooltip in wanted.items():
        if name not in fields:
            yield Wrong("whole", f"field {name!r} is missing")
        elif fields[name] != tooltip:
            yield Wrong(f"field {name!r}", f"is named {fields[name]!r}, not {tooltip!r}")
    if fields.keys() == wanted.keys() and list(fields) != list(wanted):
        first = next(is_ for is_, name in zip(fields, wanted, strict=True) if is_ != name)
        yield Wrong(f"field {first!r}", "comes out of its order")


def check_links(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report links to unknown addresses, and whatever else might happen at a click."""
    for number, note in made.annotations:
        action = note.get("/A", note.get("/AA", {}))
        address = str(action.get("/URI", ""))
        if action and address not in expected.links:
            yield Wrong(f"page {number + 1}", f"a link to {address or action.get('/S')} that no source has")


def check_qr(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report QR codes that, read from the drawn pages, are not the planned addresses."""
    wanted = Counter(expected.qr_addresses)
    shaped = zip(made.pictures, made.shapes, strict=True)
    read = Counter(_read_codes(picture for picture, shapes in shaped if _may_hold_code(shapes)))
    if wanted - read:
        read |= Counter(_read_codes(made.draw(2)))
    for address in (wanted - read).elements():
        yield Wrong("whole", f"no QR code reads {address}")
    for address in (read - wanted).elements():
        yield Wrong("whole", f"a QR code reads {address}, which was not planned")


def check_margins(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report ink in the margins, empty pages, and the first footer that has no room for the operator's name."""
    top, right, bottom, left = expected.margins
    told: set[Loc] = set()
    for number, (picture, scale) in enumerate(zip(made.pictures, made.scales, strict=True), 1):
        if (box := ImageChops.invert(picture).getbbox()) is None:
            yield Wrong(f"page {number}", "is empty")
            continue
        width, height = (side / scale for side in picture.size)
        x1, y1, x2, y2 = (side / scale for side in box)
        sides = {"left": left - x1, "top": top - y1, "right": x2 - (width - right), "bottom": y2 - (height - bottom)}
        for side, beyond in sides.items():
            if beyond > (HANGING if side == "bottom" else BEYOND):
                wrapped = list(_find_wrapped(made, expected, number - 1)) if side == "bottom" else []
                message = f"ink reaches {beyond / POINTS_PER_MM:.1f} mm into the {side} margin"
                wrong = (wrapped or [Wrong(f"page {number}", message)])[0]
                if wrong.loc not in told or not wrong.loc:
                    yield wrong
                    told.add(wrong.loc)


def check_overlap(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report text that lies on other text, as it does when a word is wider than its column."""
    for lines in made.text.lines:
        for mark, other in pair_lines(lines, 0):
            width, height = measure_overlap(lines[mark].box, lines[other].box)
            if width > 1 and height > 0.5 * min(lines[mark].height, lines[other].height):
                yield Wrong(made.text.name_mark(mark), f"lies on other text ({made.text.name_mark(other)})")


PAGE_CHECKS = (check_pages, check_fonts, check_fields, check_links, check_qr, check_margins, check_overlap)


def _find_wrapped(made: Readback, expected: Expected, number: int) -> Iterator[Wrong]:
    """Yield a page's footer if one of its strings takes more than a line, at the operator's name in the longest one."""
    running = made.text.find_running(expected.running, number).values()
    rows = [[made.text.decoration[mark] for mark in marks] for marks in running]
    lines = max((1 + sum(after[0] < box[2] - 1 for box, after in pairwise(row)) for row in rows), default=1)
    if lines > 1 and expected.named:
        _longest, loc = max(zip(expected.running, expected.named, strict=False), key=lambda named: len(named[0]))
        message = f"the footer takes {lines} lines, there is no room for as many; shorten the operator's name, "
        message += "or page_of, revision or checked in the language's file"
        yield Wrong(f"page {number + 1}", message, loc)


def _may_hold_code(shapes: Collection[tuple[object, int]]) -> bool:
    """Tell whether a page draws what a QR code of 21 rows takes, frames left out: many shapes, or shapes of many parts.

    Looking for codes takes as long as drawing the page.
    """
    counts = [count for _drawn, count in shapes if count not in RECTANGLE_PAIR]
    return len(counts) >= CODE_SHAPES or sum(counts) >= CODE_SEGMENTS or min(counts, default=1) <= 0


def _read_codes(pictures: Iterable[object]) -> Iterator[str]:
    for picture in pictures:
        for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
            yield code.text
