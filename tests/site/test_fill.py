"""fill.js fills in a handout's form: every reader draws and reads what was typed, or fill.js refuses it."""

import base64
import io
import json
import re
import unicodedata

import pikepdf
import PIL.Image
import PIL.ImageChops
import PIL.ImageDraw
import pypdf
import pytest
from browser import make_fixtures, needs_chromium
from filling import fill_all, open_filler
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from readers import DRAWERS, draw_mupdf, draw_pdfium, find_faults

from handout.fonts.bundled import FIELD_CHARACTERS
from handout.plan.handouts import Handout, plan_handouts
from handout.site.forms import write_form
from handout.site.pages import pick_handouts

address, browser, visit = make_fixtures("frozen_built")
SCALE = 3  # pixels a point
NAME = "field-name"
MARKS = "\u200b\u200e\u202a\u202c\u2060\u2066\u2068\u2069\ufeff"  # of no width; of direction, left to right
BLANKS = "".join(blank for blank in map(chr, range(0x3001)) if unicodedata.category(blank) == "Zs")
KNOWN = FIELD_CHARACTERS - {"\x7f"} | {*BLANKS, *MARKS}
# What is typed, and which of its characters the fields' font lacks.
TYPED = {
    "O’Brien – “Ann” €5 … •": "",
    "Zoe\u0308 \u212bngstr\u00f6m": "",  # composed, as the font has them
    r"(\) <</V (x)>> endobj %%EOF": "",
    "\u202a012\u00a0345\u202c": "",  # as phones copy a number
    "WANG\u3000LI\ufeff\u2009X": "",  # a Chinese keyboard's blank
    "e\u00admail": "\u00ad",  # PDFium leaves it out
    "WANG 王丽 王": "王丽",
    "សុខ": "សុខ",
    "Łódź": "Łź",
    "0១٢２": "១٢２",
    "שלום": "שלום",
    "\u202eabc": "\u202e",
    "👍🏽!": "👍🏽",
    "\ud83d": "\ud83d",
    "x\u0331": "\u0331",
    "a\tb\nc\x00\x7f\x81": "\t\n\x00\x7f\x81",
}


class Form:
    """A form: the paths of its description and its PDF, and what it says."""

    def __init__(self, handout, root):
        write_form(handout, "fonts/x.woff2", root)
        self.path, self.pdf = root / handout.form, root / handout.pdf
        self.said = json.loads(self.path.read_bytes())


# Fill in on the page: the PDF and the picture, both in base 64.
FILL = """async ([site, form, values, ...sent]) => {
    const [pdf, image] = sent.map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
    const { fillPdf, drawPicture } = await import(`${site}fill.js`);
    const canvas = await drawPicture(await createImageBitmap(new Blob([image])), form, values);
    const filled = fillPdf(pdf, form, values);
    return [btoa(filled.reduce((all, byte) => all + String.fromCharCode(byte), "")),
            canvas.toDataURL("image/png").split(",")[1]];
}"""
MARK = rb"(?<= )\([0-9a-f]{32}\)(?=]/Prev)"  # a filled PDF's own


@pytest.fixture(scope="module")
def forms(frozen_built, tmp_path_factory):
    """A form of each edition."""
    root = tmp_path_factory.mktemp("forms")
    (root / "pdf").symlink_to(frozen_built / "pdf")
    return {edition: Form(Handout("alpha", "zh", "km", edition), root) for edition in ("counter", "standard", "large")}


@pytest.fixture(scope="module")
def fill():
    """A function that fills in."""
    with open_filler() as fill:
        yield fill


@pytest.mark.parametrize("edition", ["counter", "large"])
def test_values_are_in_the_file(edition, forms, fill, tmp_path):
    """Every field has its value, the file is whole, still PDF/UA-1 and PDF/A-2a, and begins with what it was."""
    form, values = forms[edition], fill_all(forms[edition].said)
    answer = fill(form.path, form.pdf, target := tmp_path / "filled.pdf", values)
    assert answer == {"lacking": "", "long": [], "error": None}
    with pikepdf.open(target) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert {str(field.T): str(field.V) for field in pdf.Root.AcroForm.Fields} == {
            name: "/on" if value is True else value for name, value in values.items()
        }
    fields = pypdf.PdfReader(target).get_fields()
    assert {name: field["/V"] for name, field in fields.items()} == {
        name: "/on" if value is True else value for name, value in values.items()
    }
    assert list(find_faults(target)) == []
    assert target.read_bytes().startswith(form.pdf.read_bytes())


def test_what_the_font_lacks_is_refused(forms, fill, tmp_path):
    """Nothing is left out or replaced: a text is in the file as typed, accents composed, or its letters are told."""
    form = forms["counter"]
    for text, lacking in TYPED.items():
        answer = fill(form.path, form.pdf, target := tmp_path / "filled.pdf", {NAME: text})
        assert answer["lacking"] == lacking
        assert (answer["error"] is not None) == bool(lacking)
        if not lacking:
            assert pypdf.PdfReader(target).get_fields()[NAME]["/V"] == compose(text)
    answer = fill(form.path, form.pdf, tmp_path / "x.pdf", {NAME: "M" * 60, "field-number": "M"})
    assert (answer["long"], answer["error"]) == ([NAME], f"RangeError: no room in {NAME}")


def test_a_form_fills_in_no_other_pdf(forms, fill, tmp_path):
    """A PDF of another build, as a browser may have kept, is refused."""
    answer = fill(forms["counter"].path, forms["large"].pdf, tmp_path / "x.pdf", {NAME: "A"})
    assert answer["error"] == "Error: the form is that of another PDF"


def test_the_counter_page_is_filled_in_where_it_was_made(frozen_content):
    """Each phone page has one form: the counter page's, else the standard handout's, else that in large print."""
    handouts = plan_handouts(frozen_content, ["alpha"], ["zh-km"])
    for left_out, edition in (((), "counter"), (("counter",), "standard"), (("counter", "standard"), "large")):
        forms = pick_handouts(one for one in handouts if one.edition not in left_out)
        assert {path: one.edition for path, one in forms.items()} == {handouts[0].html: edition}


@pytest.mark.long
@pytest.mark.parametrize("draw", DRAWERS.values(), ids=DRAWERS)
@pytest.mark.parametrize("edition", ["counter", "large"])
def test_every_reader_draws_the_values(edition, draw, forms, fill, tmp_path):
    """A PDF that was filled in twice has ink in each field of page 1, and is else as it was."""
    form, values = forms[edition], fill_all(forms[edition].said)
    values.pop(NAME)
    for source, target in ((form.pdf, "once.pdf"), (tmp_path / "once.pdf", "twice.pdf")):
        assert fill(form.path, source, tmp_path / target, values)["error"] is None
    empty, filled = draw(form.pdf, SCALE), draw(tmp_path / "twice.pdf", SCALE)
    for name, field in form.said["fields"].items():
        if field["page"] == 1:
            left, upper, right, lower = edges = place_box(form, field["box"])
            gained = count_ink(filled.crop(edges)) - count_ink(empty.crop(edges))
            assert gained > 40 if name in values else gained == 0, name
            for picture in (empty, filled):
                PIL.ImageDraw.Draw(picture).rectangle([left - 1, upper - 1, right + 1, lower + 1], fill=255)
    assert PIL.ImageChops.difference(empty, filled).getbbox() is None


@needs_chromium
@pytest.mark.long
@pytest.mark.parametrize("edition", ["counter", "large"])
def test_a_browser_fills_in_the_pdf_and_the_picture(edition, visit, address, forms, frozen_built, fill, tmp_path):
    """On a phone page, under its policy: the same PDF as elsewhere, and a picture that shows what MuPDF draws of it."""
    form, values = forms[edition], fill_all(forms[edition].said)
    said = form.said | {"font": form.said["font"] | {"file": find_field_font(frozen_built)}}
    assert fill(form.path, form.pdf, tmp_path / "node.pdf", values)["error"] is None
    draw_mupdf(form.pdf, SCALE).save(blank := io.BytesIO(), "PNG")
    page = visit(address + "html/alpha.zh-km.html")
    sent = [base64.b64encode(data).decode() for data in (form.pdf.read_bytes(), blank.getvalue())]
    pdf, picture = map(base64.b64decode, page.evaluate(FILL, [address, said, values, *sent]))
    assert re.sub(MARK, b"", pdf) == re.sub(MARK, b"", (tmp_path / "node.pdf").read_bytes())
    shown, drawn = PIL.Image.open(io.BytesIO(picture)).convert("L"), draw_mupdf(tmp_path / "node.pdf", SCALE)
    unfilled = PIL.Image.open(blank)
    assert shown.size == drawn.size
    for name, field in said["fields"].items():
        if field["page"] == 1:
            left, upper, right, lower = place_box(form, field["box"])
            edges = [left + 2, upper + 2, right - 2, lower - 2]  # a frame may reach into its field
            for one, other in zip(find_ink(shown.crop(edges)), find_ink(drawn.crop(edges)), strict=True):
                assert abs(one - other) <= 2, name
            for each in (shown, unfilled):
                PIL.ImageDraw.Draw(each).rectangle([left - 1, upper - 1, right + 1, lower + 1], fill=255)
    assert PIL.ImageChops.difference(shown, unfilled).getbbox() is None


@pytest.mark.long
def test_values_stand_where_they_are_meant_to(forms, fill, tmp_path):
    """A reader that draws what the file says shows them in the style sheet's size or smaller, in the field's middle."""
    form = forms["counter"]
    texts = {NAME: "HANDOUT", "field-identity": "HANDOUT 0123456789 " * 3}
    assert fill(form.path, form.pdf, tmp_path / "x.pdf", texts)["error"] is None
    picture, font = draw_mupdf(tmp_path / "x.pdf", SCALE), open_font(form.pdf)
    for name, text in texts.items():
        edges = place_box(form, form.said["fields"][name]["box"])
        left, upper, right, lower = (side / SCALE for side in find_ink(picture.crop(edges)))
        wide, high = outline_text(font, text)
        size = (right - left) / wide
        assert size == pytest.approx(11, abs=0.1) if name == NAME else 7 < size < 10
        assert lower - upper == pytest.approx(high * size, abs=0.6)
        assert upper + font["OS/2"].sCapHeight / 2000 * size == pytest.approx(16.5 / 2, abs=0.5)


letters = st.one_of(
    st.sampled_from(sorted(KNOWN)),
    st.sampled_from("()\\<>[]{}/%\r\n\t\x00\x1b"),
    st.sampled_from([*"\u0301\u0308\u0327\u034f\u200d\u200f\u202e", "e\u0301", "👩\u200d👧", "שלום", "\ud83d"]),
    st.characters(categories=["Nd"]),
    st.characters(),
)
texts = st.one_of(
    st.text(st.sampled_from(sorted(KNOWN)), max_size=60),
    st.text(st.sampled_from("WiA1 "), max_size=400),
    st.lists(letters, max_size=200).map("".join),
)


@pytest.mark.long
@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(st.lists(texts, max_size=9), st.lists(st.booleans(), max_size=9))
def test_every_filling_is_drawn_whole_or_refused(forms, fill, tmp_path_factory, written, ticked):
    """Whatever is typed or ticked: the file is whole and shows all of it, or nothing is written and it is told why."""
    form, values = forms["counter"], {}
    for items, is_tick in ((written, False), (ticked, True)):
        names = [name for name, field in form.said["fields"].items() if ("on" in field) == is_tick]
        values |= dict(zip(names, items, strict=False))
    target = tmp_path_factory.getbasetemp() / "generated.pdf"
    target.unlink(missing_ok=True)
    answer = fill(form.path, form.pdf, target, values)
    typed = {name: compose(text) for name, text in values.items() if isinstance(text, str)}
    odd = set("".join(typed.values())) - KNOWN
    assert bool(answer["lacking"]) == bool(odd)
    assert target.exists() == (not answer["lacking"] and not answer["long"]) == (answer["error"] is None)
    if not target.exists():
        return
    with pikepdf.open(target) as pdf:
        assert pdf.check_pdf_syntax() == []
        for field in pdf.Root.AcroForm.Fields:
            wanted = typed.get(str(field.T), "") if field.FT == "/Tx" else "/on" if values.get(str(field.T)) else "/Off"
            assert str(field.V) == wanted
            if field.FT == "/Tx" and wanted:
                (shown,) = pikepdf.parse_content_stream(field.AP.N, "Tj")
                assert bytes(shown.operands[0]).decode("cp1252") == wanted
    picture, font = draw_pdfium(target, SCALE), open_font(form.pdf)
    for name, text in typed.items():
        if outline := outline_text(font, text):
            left, upper, right, lower = find_ink(picture.crop(place_box(form, form.said["fields"][name]["box"])))
            ink, longer = (right - left, lower - upper), outline.index(max(outline))
            size = ink[longer] / outline[longer]
            assert ink == pytest.approx([side * size for side in outline], abs=SCALE), text


def find_field_font(site):
    """Return the path of the published font of the fields."""
    return json.loads(next((site / "forms").glob("*.json")).read_bytes())["font"]["file"]


def compose(text):
    """Return a text as it is filled in."""
    return unicodedata.normalize("NFC", text).translate(str.maketrans(BLANKS, " " * len(BLANKS), MARKS))


def place_box(form, box):
    """Return a box of page 1 in pixels from the upper left corner."""
    left, bottom, right, top = box
    height = form.said["page"][1]
    return [round(side * SCALE) for side in (left, height - top, right, height - bottom)]


def find_ink(picture):
    """Return the box of a picture's dark pixels."""
    return picture.point(lambda level: 255 * (level < 170)).getbbox()


def count_ink(picture):
    return sum(picture.histogram()[:170])


def open_font(path):
    """Return the font of the fields as it is in the PDF."""
    with pikepdf.open(path) as pdf:
        return TTFont(io.BytesIO(pdf.Root.AcroForm.DR.Font.Wingdings.FontDescriptor.FontFile2.read_bytes()))


def outline_text(font, text):
    """Return how wide and high the ink of a text is at size 1; none for blanks."""
    names, place, edges = font.getBestCmap(), 0, []
    for letter in text:
        name = names[ord(letter)]
        outline = font["glyf"][name]
        if outline.numberOfContours:
            edges.append((place + outline.xMin, place + outline.xMax, outline.yMin, outline.yMax))
        place += font["hmtx"][name][0]
    if not edges:
        return None
    left, right, bottom, top = zip(*edges, strict=True)
    return (max(right) - min(left)) / 1000, (max(top) - min(bottom)) / 1000
