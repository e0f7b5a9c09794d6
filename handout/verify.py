"""Verify: a made PDF is what was planned, or a list of what is wrong with it. Nothing is published that fails here."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import page
import pikepdf
import pypdfium2
import zxingcpp
from PIL import ImageChops

from handout.contract import Expected, Failure
from handout.layout import LAYOUT_CHECKS
from handout.readback import ARTIFACT, DPI, Readback, open_readback, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from handout.contract import Wrong

__all__ = ["CHECKS", "Expected", "Failure", "find_numbers", "squeeze", "verify_handout"]
INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs"}
SCRIPTS = {"KHMER": "km", "CJK": "zh"}
POINTS_TO_MM = 25.4 / 72
# Four digits or more, and phone numbers in shorter groups ("010 234 567").
DIGITS = re.compile(r"\d{4,}|(?<!\d)(?:\+\d{2,3}|0\d{1,2})(?:[ \u00a0-]\d{2,4}){2,}(?!\d)")


def verify_handout(pdf_path: Path, expected: Expected) -> list[Failure]:
    """Return every failure of every check."""
    try:
        with open_readback(pdf_path) as made:
            return [
                Failure(expected.handout, check.__name__.removeprefix("check_"), *wrong)
                for check in (*CHECKS, check_pdfua(pdf_path))
                for wrong in check(made, expected)
            ]
    except (pikepdf.PdfError, pypdfium2.PdfiumError, page.PageError) as error:
        return [Failure(expected.handout, "file", pdf_path.name, f"cannot be read: {error}")]


def check_pages(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report more pages than allowed, or another page size than planned."""
    if not 0 < len(made.pages) <= expected.max_pages:
        yield "whole", f"{len(made.pages)} pages, at most {expected.max_pages} are allowed"
    for number, made_page in enumerate(made.pages, 1):
        if any(abs(is_ - wanted) > 0.5 for is_, wanted in zip(made_page.get_size(), expected.page_size, strict=True)):
            width, height = (round(side * POINTS_TO_MM) for side in made_page.get_size())
            yield f"page {number}", f"is {width} x {height} mm"


def check_fonts(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report fonts that are not embedded or not ours."""
    for name, font in made.fonts.items():
        descriptor = font.get("/DescendantFonts", [font])[0].get("/FontDescriptor", {})
        family = str(descriptor.get("/FontFamily", font.get("/BaseFont", name)))
        if not any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")):
            yield f"font {family}", "is not embedded"
        if family not in expected.families:
            yield f"font {family}", "is none of the bundled fonts"


def check_glyphs(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report characters that are drawn as a missing glyph or read back as an invisible character.

    WeasyPrint gives a font with missing glyphs an encoding of its own that sends them to glyph 0.
    """
    for font in made.fonts.values():
        if isinstance(font.get("/Encoding"), pikepdf.Stream):
            missing = set(re.findall(rb"<([0-9a-f]{4})> 0\b", font.Encoding.read_bytes()))
            lines = font.ToUnicode.read_bytes().splitlines()
            for code, text in (line[1:-1].split(b"> <") for line in lines if line[1:5] in missing and b"> <" in line):
                character = bytes.fromhex(text.decode()).decode("utf-16-be")
                yield f"font {font.BaseFont}", f"has no glyph for {character!r} (code {code.decode()})"
    for position, character in enumerate(made.text.characters):
        if unicodedata.category(character) in INVISIBLE or character == "\ufffd":
            yield made.text.name_place(position), f"U+{ord(character):04X} in the text"


def check_text(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report strings that do not read back letter for letter, one after the other, each in its language."""
    text, after = made.text, 0
    found = text.find_strings(string for _lang, string in expected.strings)
    for (lang, string), positions in zip(expected.strings, found, strict=True):
        shown = string.replace("\u200b", "")
        if not positions:
            place = text.name_place(after) if after < len(text.characters) else "at the end"
            yield place, f"{'comes earlier' if squeeze(string) in text.words else 'does not read back'}: {shown!r}"
            continue
        after = positions[-1] + 1
        languages = {text.languages[position] for position in positions}
        if languages - {lang}:
            yield text.name_place(positions[0]), f"{shown!r} is tagged {', '.join(sorted(languages))}, not {lang}"
    for number, (margin, _marks) in enumerate(text.margins):
        for string in expected.running:
            if squeeze(string.format(page=number + 1, pages=len(made.pages))) not in margin:
                yield f"page {number + 1}", f"the margin does not read back: {string!r}"


def check_languages(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report a document or text without its language, and Khmer and Chinese characters in another one."""
    if (lang := str(made.pdf.Root.get("/Lang", ""))) != expected.lang:
        yield "whole", f"is tagged {lang or 'with no language'}, not {expected.lang}"
    text = made.text
    if missing := expected.languages - set(text.languages):
        yield "whole", f"no text is tagged {', '.join(sorted(missing))}"
    reported = set()
    for position, (character, lang) in enumerate(zip(text.characters, text.languages, strict=True)):
        if character < "\u1000" or lang == ARTIFACT or text.marks[position] in reported:
            continue
        wanted = SCRIPTS.get(unicodedata.name(character, "").split()[0].split("-")[0])
        if wanted and lang.split("-")[0] != wanted:
            reported.add(text.marks[position])
            yield text.name_place(position), f"{character!r} is tagged {lang}"


def check_order(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report a page whose text is drawn in another order than the structure tree has it in."""
    drawn = list(dict.fromkeys(mark for mark in made.text.marks if mark in made.languages))
    read = set(drawn)
    tree = sorted((mark for mark in made.languages if mark in read), key=lambda mark: mark[0])
    for is_, wanted in zip(drawn, tree, strict=True):
        if is_ != wanted:
            yield made.text.name_place(made.text.marks.index(is_)), "the tree has another order than the page"
            return


def check_fields(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report fields that are not those planned, in this tab order, each with its tooltip."""
    fields = {}
    for number, note in made.annotations:
        if note.get("/Subtype") == "/Widget":
            name = str(note.get("/T", note.get("/Parent", {}).get("/T", "")))
            fields[name] = str(note.get("/TU", ""))
            if name not in (expected.fields or {}):
                yield f"page {number + 1}", f"field {name!r} was not planned"
    wanted = expected.fields or {}
    for name, tooltip in wanted.items():
        if name not in fields:
            yield "whole", f"field {name!r} is missing"
        elif fields[name] != tooltip:
            yield f"field {name!r}", f"is named {fields[name]!r}, not {tooltip!r}"
    if fields.keys() == wanted.keys() and list(fields) != list(wanted):
        first = next(is_ for is_, name in zip(fields, wanted, strict=True) if is_ != name)
        yield f"field {first!r}", "comes out of its order"


def check_links(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report links to unknown addresses, and whatever else might happen at a click."""
    for number, note in made.annotations:
        action = note.get("/A", note.get("/AA", {}))
        address = str(action.get("/URI", ""))
        if action and address not in expected.links:
            yield f"page {number + 1}", f"a link to {address or action.get('/S')} that no source has"


def check_digits(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report numbers of four digits or more, in any script, that come from no fact or source."""
    known = {number for text in expected.digits | expected.links for number in find_numbers(text)}
    for position, lines in enumerate(made.lines, 1):
        for number in dict.fromkeys(find_numbers(lines)):
            if number not in known:
                yield f"page {position}", f"the number {number} has no source"


def check_qr(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report QR codes that, read from the drawn pages, are not the planned addresses."""
    wanted = Counter(expected.qr_addresses)
    read = Counter(_read_codes(made.pictures))
    if wanted - read:
        read |= Counter(_read_codes(made.draw(DPI * 2)))
    for address in (wanted - read).elements():
        yield "whole", f"no QR code reads {address}"
    for address in (read - wanted).elements():
        yield "whole", f"a QR code reads {address}, which was not planned"


def check_margins(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report ink in the margins and empty pages; half a point is let pass."""
    top, right, bottom, left = expected.margins
    for number, picture in enumerate(made.pictures, 1):
        if (box := ImageChops.invert(picture).getbbox()) is None:
            yield f"page {number}", "is empty"
            continue
        width, height = (side * 72 / DPI for side in picture.size)
        x1, y1, x2, y2 = (side * 72 / DPI for side in box)
        sides = {"left": left - x1, "top": top - y1, "right": x2 - (width - right), "bottom": y2 - (height - bottom)}
        for side, beyond in sides.items():
            if beyond > 72 / DPI + 0.5:
                yield f"page {number}", f"ink reaches {beyond * POINTS_TO_MM:.1f} mm into the {side} margin"


def check_overlap(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report text that lies on other text, as it does when a word is wider than its column."""
    for lines in made.text.lines:
        upwards = sorted(((mark, line.box) for mark, line in lines.items()), key=lambda item: item[1][1])
        for index, (mark, (left, bottom, right, top)) in enumerate(upwards):
            for other_mark, (other_left, other_bottom, other_right, other_top) in upwards[index + 1 :]:
                if other_bottom > top:
                    break
                height = min(top, other_top) - other_bottom
                width = min(right, other_right) - max(left, other_left)
                if width > 1 and height > 0.5 * min(top - bottom, other_top - other_bottom):
                    yield made.text.name_mark(mark), f"lies on other text ({made.text.name_mark(other_mark)})"


def check_pdfua(path: Path) -> Callable[[Readback, Expected], Iterator[Wrong]]:
    """Return the check that the file passes `page`, a validator of PDF/UA-1, which reads the file itself."""

    def check_pdfua(_made: Readback, _expected: Expected) -> Iterator[Wrong]:
        for failure in page.validate_pdf(path, profile="ua1").failures:
            yield failure.rule_id, failure.message

    return check_pdfua


CHECKS = (
    check_pages,
    check_fonts,
    check_glyphs,
    check_text,
    check_languages,
    check_order,
    check_fields,
    check_links,
    check_digits,
    check_qr,
    check_margins,
    check_overlap,
    *LAYOUT_CHECKS,
)


def find_numbers(text: str) -> Iterator[str]:
    """Yield the numbers of four digits or more as plain ASCII digits; thousands may have commas."""
    for match in DIGITS.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text)):
        yield "".join(str(unicodedata.decimal(character)) for character in match if character.isdecimal())


def _read_codes(pictures: Iterable[object]) -> Iterator[str]:
    for picture in pictures:
        for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
            yield code.text
