"""A photocopier for drawn pages, and what of a page is lost in it. Pictures are grey, boxes in points."""

from dataclasses import dataclass, field

import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageFilter

from handout.verify.readback import open_readback

DPI = 150
FINE = 3  # how much finer the drawing is whose strokes are counted as the true ones
PALE, DARK = 96, 215  # set too light, it keeps only what is darker than the one; set too dark, all below the other
POINTS_PER_MM = 72 / 25.4


@dataclass
class Sheet:
    """A drawn page and its copies: lines (name, box) of text, boxes of fields, boxes of dashed lines."""

    drawn: Image.Image
    fine: Image.Image
    lines: list
    fields: list
    dashes: list
    copies: dict = field(init=False)

    def __post_init__(self):
        self.copies = {
            "grey": copy_grey(self.drawn),
            "pale": copy_black(self.drawn, PALE),
            "dark": copy_black(self.drawn, DARK),
        }


def copy_grey(picture):
    """Copy with the blur of optics and twice the contrast: from 192 up all is white, below 64 all is black."""
    return picture.filter(ImageFilter.GaussianBlur(0.5)).point([min(255, max(0, 2 * n - 128)) for n in range(256)])


def copy_black(picture, threshold):
    """Copy with the blur of optics in black and white: black is what is darker than the threshold."""
    return picture.filter(ImageFilter.GaussianBlur(0.5)).point([0 if n < threshold else 255 for n in range(256)])


def copy_pages(path, pages=None):
    """Yield the sheets of a PDF, all or the first few."""
    with open_readback(path) as made:
        for number, page in enumerate(made.pages[:pages]):
            yield Sheet(
                page.render(scale=DPI / 72, grayscale=True).to_pil(),
                page.render(scale=FINE * DPI / 72, grayscale=True).to_pil(),
                [(made.text.name_mark(mark), line.box) for mark, line in made.text.lines[number].items()],
                [box for mark, box in made.tree.fields.items() if mark[0] == number],
                [shape.get_bounds() for shape in page.get_objects() if pdfium.FPDFPageObj_GetDashCount(shape.raw) > 0],
            )


def find_lost_text(sheet, kept=0.5):
    """Return the lines of text that lose more than half of their strokes in a copy.

    A stroke is where, along a row of pixels, white turns dark (below 128). Text that pales loses strokes, and text
    that fills in too: they run together. The true number is that of a drawing at 450 dpi, a third of it, dark being
    there the darker half of the line's levels. Lines of less than 30 strokes, a bracket or a stop, are let pass.
    """
    for name, box in sheet.lines:
        exact = _cut(sheet.fine, box, DPI * FINE)
        true = _count_strokes(exact, sum(exact.getextrema()) // 2) / FINE
        if true >= 30:
            for copy, picture in sheet.copies.items():
                if (share := _count_strokes(_cut(picture, box)) / true) < kept:
                    yield f"{name}: {share:.2f} of the strokes are in the {copy} copy"


def find_lost_fields(sheet):
    """Return the fields whose border or inside is lost in a copy.

    The border stays: from 9 places in the middle of each side of the field's inside, dark (below 128) is met within
    2.5 mm outwards, at no more than one place of all not. The inside stays: at most 1% of it is dark.
    """
    for box in sheet.fields:
        for copy, picture in sheet.copies.items():
            if (missing := _count_gaps(picture, box)) > 1:
                yield f"field at {box[0]:.0f}, {box[1]:.0f}: {missing} of 36 places have no border in the {copy} copy"
            left, bottom, right, top = box
            if (ink := _measure_ink(_cut(picture, (left + 1, bottom + 1, right - 1, top - 1)))) > 0.01:
                yield f"field at {box[0]:.0f}, {box[1]:.0f}: {ink:.0%} of it are dark in the {copy} copy"


def find_lost_dashes(sheet):
    """Return the dashed lines (the stamp box) of which less than 30% or over 85% of the length is dark in a copy."""
    for box in sheet.dashes:
        for copy, picture in sheet.copies.items():
            share = _measure_dashes(_cut(picture, box))
            if not 0.3 <= share <= 0.85:
                yield f"dashes at {box[0]:.0f}, {box[1]:.0f}: {share:.0%} of the line are dark in the {copy} copy"


def find_dark_tints(sheet):
    """Return the flat tints that a copier does not leave light.

    A tint is a level, neither black nor white, of at least 1% of the page. In the grey copy it is to be 240 or more,
    in the copy set too dark white.
    """
    histogram = sheet.drawn.histogram()
    for level in range(1, 255):
        if histogram[level] >= 0.01 * sum(histogram):
            flat = Image.new("L", (9, 9), level)
            if copy_grey(flat).getpixel((4, 4)) < 240 or copy_black(flat, DARK).getpixel((4, 4)) == 0:
                yield f"a tint of level {level}"


def find_weak_text(sheet, least=7):
    """Return the lines of text whose contrast on the drawn page is below 7:1 (WCAG 2.2, success criterion 1.4.6).

    It is that of the levels which the darkest and the lightest 3% of the line's pixels reach: strokes and ground.
    """
    for name, box in sheet.lines:
        if (contrast := _measure_contrast(_cut(sheet.drawn, box))) < least:
            yield f"{name}: {contrast:.1f}:1"


def _cut(picture, box, dpi=DPI):
    left, bottom, right, top = (round(side * dpi / 72) for side in box)
    return picture.crop((left, picture.height - top, right + 1, picture.height - bottom + 1))


def _measure_ink(picture):
    return sum(picture.histogram()[:128]) / (picture.width * picture.height)


def _measure_dashes(strip):
    if strip.width < strip.height:
        strip = strip.transpose(Image.Transpose.ROTATE_90)
    dark = [min(strip.getpixel((x, y)) for y in range(strip.height)) < 128 for x in range(strip.width)]
    return sum(dark) / len(dark)


def _count_strokes(picture, middle=128):
    dark = picture.point([255 if n < middle else 0 for n in range(256)])
    return ImageChops.subtract(dark, ImageChops.offset(dark, 1, 0)).histogram()[255]


def _count_gaps(picture, box):
    left, bottom, right, top = (side * DPI / 72 for side in box)
    upper, lower = picture.height - top, picture.height - bottom
    missing = 0
    for part in (n / 10 for n in range(1, 10)):
        x, y = left + part * (right - left), upper + part * (lower - upper)
        starts = ((left, y, -1, 0), (right, y, 1, 0), (x, upper, 0, -1), (x, lower, 0, 1))
        missing += sum(not _meets_dark(picture, *start) for start in starts)
    return missing


def _meets_dark(picture, x, y, right, down):
    reach = round(2.5 * POINTS_PER_MM * DPI / 72)
    return any(picture.getpixel((int(x + right * n), int(y + down * n))) < 128 for n in range(-1, reach))


def _measure_contrast(picture):
    histogram = picture.histogram()
    least = 0.03 * sum(histogram)
    dark = next(level for level in range(256) if sum(histogram[: level + 1]) >= least)
    light = next(level for level in range(255, -1, -1) if sum(histogram[level:]) >= least)
    return (_linear(light / 255) + 0.05) / (_linear(dark / 255) + 0.05)


def _linear(level):
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4
