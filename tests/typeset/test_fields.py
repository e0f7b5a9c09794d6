"""The fields of a made PDF take what other programs fill in, and every reader draws it."""

import os
import shutil
import subprocess

import pikepdf
import pikepdf.form
import PIL.Image
import pypdf
import pypdfium2
import pytest
from readers import give_up
from sample_page import write_page

SCALE = 2  # pixels a point
VALUES = {"number": "012 345 6789", "name": "Sok Dara, Dr. & Co"}


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("fields") / "blank.pdf")


def fill_with_pypdf(source, target):
    writer = pypdf.PdfWriter(clone_from=source)
    writer.update_page_form_field_values(None, {**VALUES, "cancel": "/on", "plan": "/1"}, auto_regenerate=False)
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


def fill_values_only(source, target):
    """As a script does that knows nothing of appearances."""
    with pikepdf.open(source) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            if (name := str(field.T)) in VALUES:
                field.V = VALUES[name]
            elif name == "cancel":
                field.V = field.AS = pikepdf.Name.on
            elif name == "plan":
                field.V = field.Kids[1].AS = pikepdf.Name("/1")
        pdf.save(target)


def draw_with_poppler(path):
    if not shutil.which("pdftoppm"):
        give_up("pdftoppm is not installed: apt install poppler-utils")
    picture = path.with_suffix("")
    command = ["pdftoppm", "-png", "-gray", "-singlefile", "-r", str(72 * SCALE), str(path), str(picture)]
    # With the system's fonts, which a typesetter in this process hides: poppler draws ticks with one of them.
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("FONTCONFIG")}
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=surroundings)
    assert result.stderr == "", "poppler has nothing to complain about"
    return PIL.Image.open(picture.with_suffix(".png")).convert("L")


def draw_with_pdfium(path):
    with pypdfium2.PdfDocument(path) as document:
        document.init_forms()
        return document[0].render(scale=SCALE, grayscale=True).to_pil().convert("L")


@pytest.mark.parametrize("draw", [draw_with_poppler, draw_with_pdfium])
@pytest.mark.parametrize(
    "fill",
    [fill_with_pypdf, fill_with_pypdf_and_leave_drawing_to_the_reader, fill_with_pikepdf, fill_values_only],
)
def test_what_is_filled_in_is_drawn(fill, draw, blank, tmp_path):
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
    assert measure_ink(tmp_path / "on.pdf", draw_with_pdfium)["cancel"] > 15
    assert measure_ink(tmp_path / "Off.pdf", draw_with_pdfium)["cancel"] == 0


def test_typing_in_pdfium_shows_latin_digits(blank):
    """PDFium draws typed text with the field's own font: the pixels are those of a filled-in value."""
    with pypdfium2.PdfDocument(blank) as document:
        document.init_forms()
        form, page = document.formenv, document[0]
        left, bottom, right, top = find_rectangles(blank)["number"]
        pypdfium2.raw.FORM_OnLButtonDown(form, page, 0, (left + right) / 2, (bottom + top) / 2)
        pypdfium2.raw.FORM_OnLButtonUp(form, page, 0, (left + right) / 2, (bottom + top) / 2)
        for character in VALUES["number"]:
            pypdfium2.raw.FORM_OnChar(form, page, ord(character), 0)
        pypdfium2.raw.FORM_ForceToKillFocus(form)
        picture = page.render(scale=SCALE, grayscale=True).to_pil().convert("L")
        typed = count_ink(picture, (left, bottom, right, top), page.get_height())
    assert typed - measure_ink(blank, draw_with_pdfium)["number"] > 100


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


def measure_ink(path, draw):
    picture = draw(path)
    return {name: count_ink(picture, box, picture.height / SCALE) for name, box in find_rectangles(path).items()}


def count_ink(picture, rectangle, height):
    """Count the dark pixels in a rectangle, its outermost points (the border) left out."""
    left, bottom, right, top = rectangle
    edges = (left + 1.5, height - top + 1.5, right - 1.5, height - bottom - 1.5)
    return sum(picture.crop([round(edge * SCALE) for edge in edges]).histogram()[:128])
