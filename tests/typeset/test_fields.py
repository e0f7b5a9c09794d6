"""The fields of a made PDF take what other programs fill in, and every reader draws it."""

import io
import json
import re

import pikepdf
import pikepdf.form
import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from readers import DRAWERS, draw_mupdf, draw_pdfium, find_faults, run_pdfjs
from sample_page import write_page

SCALE = 2  # pixels a point
FINE = 6
PAGE_HEIGHT = 297 / 25.4 * 72
VALUES = {"number": "012 345 6789", "name": "Sok Dara, Dr. & Co"}
# What WinAnsiEncoding has, but for spaces and the soft hyphen.
CHARACTERS = re.sub("[\\s\x7f\xad]", "", bytes(range(0x20, 0x100)).decode("cp1252", "ignore"))
TYPED = ["O’Brien – “Ann” €5 … • —", *(CHARACTERS[start : start + 30] for start in range(0, len(CHARACTERS), 30))]
NAME = "ANNA MAGDALENA ANASTASIA KONSTANTINOPOLSKA VON HOHENZOLLERN "[:60]
# Fields as wide as those of page 1, in points: for a name, an amount, and a date in two sizes; and what is put in.
WIDTHS = {"name": 246, "amount": 96, "date": 80, "large": 246, "tall": 120}
SHORT = dict.fromkeys(WIDTHS, "H0")
LONG = {
    "name": NAME,
    "amount": "8985501023456789012345678901234567890123",
    "date": "27 NOVEMBER 2026 AFTER TEN",
    "large": "“A” – ‘B’ — €5 … " * 4,
}


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("fields") / "blank.pdf")


def make_fields(folder, names, css):
    """Write a page of text fields."""
    body = " ".join(f'<input type="text" name="{name}" title="{name}" class="{name}">' for name in names)
    return write_page(folder / "fields.pdf", body, f'input[type="text"] {{ float: left; height: 8mm; {css} }}')


@pytest.fixture(scope="module")
def one_each(tmp_path_factory):
    """A field for each character."""
    return make_fields(tmp_path_factory.mktemp("each"), map(ord, CHARACTERS), "width: 11mm")


@pytest.fixture(scope="module")
def lengths(tmp_path_factory):
    """Fields of several widths and sizes."""
    widths = "".join(f"}} .{name}.{name} {{ width: {width}pt" for name, width in WIDTHS.items())
    css = widths + "} .large.large { font-size: 16pt; height: 10mm } .tall.tall { height: 16mm"
    return make_fields(tmp_path_factory.mktemp("lengths"), WIDTHS, css)


def fill_with_pypdf(source, target, values=VALUES):
    writer = pypdf.PdfWriter(clone_from=source)
    writer.update_page_form_field_values(None, {**values, "cancel": "/on", "plan": "/1"}, auto_regenerate=False)
    writer.write(target)


def fill_with_pypdf_and_leave_drawing_to_the_reader(source, target):
    """As pypdf does by default; it then writes a radio group's value as a string, which poppler takes for none."""
    writer = pypdf.PdfWriter(clone_from=source)
    writer.update_page_form_field_values(None, {**VALUES, "cancel": "/on"}, auto_regenerate=True)
    writer.write(target)


def fill_with_pikepdf(source, target):
    with pikepdf.open(source) as pdf:
        form = pikepdf.form.Form(pdf, pikepdf.form.DefaultAppearanceStreamGenerator)
        for name, value in VALUES.items():
            form[name].value = value
        form["cancel"].checked = True
        form["plan"].options[1].select()
        pdf.save(target)


def fill_values_only(source, target, values=VALUES):
    """As a script does that draws nothing and says so, which leaves drawing to the reader (12.7.2)."""
    with pikepdf.open(source) as pdf:
        pdf.Root.AcroForm.NeedAppearances = True
        for field in pdf.Root.AcroForm.Fields:
            if (name := str(field.T)) in values:
                field.V = pikepdf.String(values[name])
            elif name == "cancel":
                field.V = field.AS = pikepdf.Name.on
            elif name == "plan":
                field.V = field.Kids[1].AS = pikepdf.Name("/1")
        pdf.save(target)


def fill_with_pdfjs(source, target, values=VALUES):
    """As Firefox saves."""
    states = {**values, "cancel": True, "plan": "1"} if "number" in values else values
    target.write_bytes(run_pdfjs("fill_pdfjs.mjs", str(source), json.dumps(states)))


def pair_all(*fills, lacking=()):
    """Each way of filling in with each reader, but for those that are lacking."""
    pairs = [(fill, draw) for fill in fills for draw in DRAWERS.values() if draw not in lacking]
    return pytest.mark.parametrize(("fill", "draw"), pairs)


@pair_all(fill_with_pypdf, fill_with_pikepdf, fill_with_pdfjs)
def test_what_is_filled_in_is_drawn(fill, draw, blank, tmp_path):
    """Every reader draws what any program fills in, and leaves empty what it does not tick."""
    check_filled(fill, draw, blank, tmp_path)


@pair_all(fill_with_pypdf_and_leave_drawing_to_the_reader, fill_values_only, lacking=[draw_mupdf])
def test_what_a_program_only_sets_is_drawn(fill, draw, blank, tmp_path):
    """It says that appearances are needed. MuPDF does not make any for a field that has one, as PDF/A asks for."""
    check_filled(fill, draw, blank, tmp_path)


@pytest.mark.parametrize("fill", [fill_with_pypdf, fill_with_pikepdf, fill_with_pdfjs])
def test_what_is_filled_in_still_conforms(fill, blank, tmp_path):
    fill(blank, tmp_path / "filled.pdf")
    assert list(find_faults(tmp_path / "filled.pdf")) == []


def check_filled(fill, draw, blank, tmp_path):
    filled = tmp_path / "filled.pdf"
    fill(blank, filled)
    empty, full = measure_ink(blank, draw), measure_ink(filled, draw)
    gained = {name: full[name] - empty[name] for name in full}
    assert gained["number"] > 100
    assert gained["name"] > gained["number"] * 1.1, "the longer value takes more ink"
    assert gained["cancel"] > 15
    assert gained["plan 1"] > 15 or fill is fill_with_pypdf_and_leave_drawing_to_the_reader
    assert gained["suspend"] == gained["plan 0"] == 0, "what is not ticked stays empty"


def test_a_tick_can_be_taken_back(blank, tmp_path):
    for state in ("/on", "/Off"):
        writer = pypdf.PdfWriter(clone_from=tmp_path / "on.pdf" if state == "/Off" else blank)
        writer.update_page_form_field_values(None, {"cancel": state}, auto_regenerate=False)
        writer.write(tmp_path / f"{state[1:]}.pdf")
    assert measure_ink(tmp_path / "on.pdf", draw_pdfium)["cancel"] > 15
    assert measure_ink(tmp_path / "Off.pdf", draw_pdfium)["cancel"] == 0


@pytest.mark.parametrize("text", TYPED)
def test_typing_in_pdfium_takes_the_fields_font_alone(text, blank):
    """PDFium draws typed text with the field's own font, quotes, dashes and letters with a caron, too."""
    with pypdfium2.PdfDocument(blank) as document:
        document.init_forms()
        form, page = document.formenv, document[0]
        left, bottom, right, top = find_rectangles(blank)["number"]
        pypdfium2.raw.FORM_OnLButtonDown(form, page, 0, (left + right) / 2, (bottom + top) / 2)
        pypdfium2.raw.FORM_OnLButtonUp(form, page, 0, (left + right) / 2, (bottom + top) / 2)
        for character in text:
            pypdfium2.raw.FORM_OnChar(form, page, ord(character), 0)
        pypdfium2.raw.FORM_ForceToKillFocus(form)
        document.save(file := io.BytesIO())
    with pikepdf.open(file) as pdf:
        drawn = pikepdf.parse_content_stream(pdf.Root.AcroForm.Fields[0].AP.N)
        fonts = {str(operands[0]) for operands, operator in drawn if str(operator) == "Tf"}
        assert fonts == {name for name in pdf.Root.AcroForm.DR.Font.keys() if name != "/ZaDb"}  # noqa: SIM118
        codes = b"".join(bytes(operands[0]) for operands, operator in drawn if str(operator) == "Tj")
    assert codes.replace(b"\x7f", b"\x95") == text.encode("cp1252"), "codes without a character are bullets, too"


@pair_all(fill_with_pypdf, fill_with_pdfjs)
def test_every_character_of_the_encoding_is_drawn(fill, draw, one_each, tmp_path):
    """Each character is drawn whole: its ink is as wide and high as its glyph in the fields' font."""
    fill(one_each, tmp_path / "filled.pdf", {str(ord(character)): character for character in CHARACTERS})
    inked = find_ink(tmp_path / "filled.pdf", draw)
    assert [chr(int(name)) for name, box in inked.items() if not box] == []
    font = open_font(one_each)
    names, outlines = font.getBestCmap(), font["glyf"]
    scale = (inked["72"][3] - inked["72"][1]) / outlines["H"].yMax
    wrong = {}
    for name, (left, upper, right, lower) in inked.items():
        outline = outlines[names[int(name)]]
        difference = [
            right - left - scale * (outline.xMax - outline.xMin),
            lower - upper - scale * (outline.yMax - outline.yMin),
        ]
        if max(map(abs, difference)) > 0.4:  # points
            wrong[chr(int(name))] = difference
    assert wrong == {}


@pair_all(fill_with_pypdf, fill_with_pdfjs)
def test_long_values_shrink_instead_of_being_cut(fill, draw, lengths, tmp_path):
    """A long value is drawn from its first letter to its last: its ink is as wide as its height asks for."""
    fill(lengths, tmp_path / "filled.pdf", LONG)
    font, inked = open_font(lengths), find_ink(tmp_path / "filled.pdf", draw)
    names, advances, height = font.getBestCmap(), font["hmtx"], font["OS/2"].sCapHeight
    for name, text in LONG.items():
        left, upper, right, lower = inked[name]
        proportion = sum(advances[names[ord(letter)]][0] for letter in text) / height
        assert (right - left) / (lower - upper) > 0.8 * proportion, name


@pair_all(fill_with_pypdf, fill_with_pdfjs)
def test_short_values_are_as_large_as_the_style_sheet_says(fill, draw, lengths, tmp_path):
    """A short value does not grow with its field, and stands in the middle of it."""
    fill(lengths, tmp_path / "filled.pdf", SHORT)
    inked, capital = find_ink(tmp_path / "filled.pdf", draw), open_font(lengths)["OS/2"].sCapHeight / 1000
    for name, (_left, bottom, _right, top) in find_rectangles(lengths).items():
        size = 16 if name == "large" else 11
        _, upper, _, lower = inked[name]
        assert 0.75 * size < (lower - upper) / capital < 1.25 * size, name
        assert abs(PAGE_HEIGHT - (upper + lower) / 2 - (bottom + top) / 2) < 0.2 * size, name


def test_fields_have_names_in_both_languages_and_a_simple_embedded_font(blank):
    fields = pypdf.PdfReader(blank).get_fields()
    assert {name: field["/TU"] for name, field in fields.items()} == {
        "number": "号码 / លេខទូរសព្ទ",
        "name": "姓名 / ឈ្មោះ",
        "cancel": "注销 / បិទ",
        "suspend": "停机 / ផ្អាក",
        "plan": "付费方式 / របៀបបង់ប្រាក់",
        "paper": "证件 / ឯកសារ",
    }
    with pikepdf.open(blank) as pdf:
        form = pdf.Root.AcroForm
        assert len(form.Fields) == 6, "a group of radio buttons is one field"
        assert [str(kid.TU) for kid in form.Fields[4].Kids] == ["预付费", "后付费"]
        assert all("/Off" in note.AP.N for note in pdf.pages[0].Annots if note.FT == "/Btn")
        fonts = {name: font for name, font in form.DR.Font.items() if name != "/ZaDb"}
        for font in fonts.values():
            assert font.Encoding == "/WinAnsiEncoding"
            assert font.FontDescriptor.FontFile2
            assert font.Widths[ord("0") - font.FirstChar] == 572, "Noto Sans has 572/1000 em wide digits"
            names, advances = open_font(blank).getBestCmap(), open_font(blank)["hmtx"]
            for code in range(font.FirstChar, font.LastChar + 1):
                character = bytes([code]).decode("cp1252", "ignore").replace("\x7f", "") or "•"
                assert font.Widths[code - font.FirstChar] == advances[names[ord(character)]][0], character
        assert {str(field.DA).split()[0] for field in form.Fields if field.FT == "/Tx"} == set(fonts)
        assert all(field.Rect[1] < field.Rect[3] for field in form.Fields if "/Rect" in field)


def find_rectangles(path):
    """The rectangles of the first page's fields, in points: left, bottom, right, top."""
    with pikepdf.open(path) as pdf:
        found = {}
        for note in pdf.pages[0].Annots:
            if note.Subtype == "/Widget":
                name = str(note.T) if "/T" in note else f"{note.Parent.T} {[*note.Parent.Kids].index(note)}"
                found[name] = [float(side) for side in note.Rect]
        return found


def open_font(path):
    """Return the font of the fields as it is in the PDF."""
    with pikepdf.open(path) as pdf:
        (file,) = (font.FontDescriptor.FontFile2 for name, font in pdf.Root.AcroForm.DR.Font.items() if name != "/ZaDb")
        return TTFont(io.BytesIO(file.read_bytes()))


def find_ink(path, draw):
    """Return where the ink of the first page's fields is, in points from the page's upper left corner, or nothing."""
    picture = draw(path, FINE)
    found = {}
    for name, (left, bottom, right, top) in find_rectangles(path).items():
        edges = [
            round(side * FINE) for side in (left, picture.height / FINE - top, right, picture.height / FINE - bottom)
        ]
        ink = picture.crop(edges).point(lambda level: 255 * (level < 170)).getbbox()
        found[name] = ink and [(side + edges[number % 2]) / FINE for number, side in enumerate(ink)]
    return found


def measure_ink(path, draw):
    picture = draw(path, SCALE)
    return {name: count_ink(picture, box, picture.height / SCALE) for name, box in find_rectangles(path).items()}


def count_ink(picture, rectangle, height):
    """Count the dark pixels in a rectangle, its outermost points (the border) left out."""
    left, bottom, right, top = rectangle
    edges = (left + 1.5, height - top + 1.5, right - 1.5, height - bottom - 1.5)
    return sum(picture.crop([round(edge * SCALE) for edge in edges]).histogram()[:128])
