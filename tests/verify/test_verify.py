"""Each check of verify finds what it is there for, names it, and finds nothing in a good page."""

import re
import time
from dataclasses import replace

import pikepdf
import pytest
import segno
from sample_page import ADDRESS, make_qr, render_page, write_page

from handout.render.expected import Expected, Part
from handout.verify.failures import Failure, VerifyError, Wrong
from handout.verify.pages import PAGE_CHECKS, check_qr
from handout.verify.readback import open_readback
from handout.verify.text import TEXT_CHECKS, find_numbers
from handout.verify.verify import open_verified

KHMER = "សូមបិទលេខទូរសព្ទ ជាអចិន្ត្រៃយ៍។"
BODY = f"""
<h1>注销号码</h1>
<div class="pair"><div class="cell">请永久注销。客服：010 234 567，1777。</div>
  <div class="cell" lang="km">{KHMER}</div></div>
<p><input type="text" name="number" title="号码 / លេខ"> <input type="text" name="name" title="姓名 / ឈ្មោះ"></p>
<p><a href="{ADDRESS}">smart.com.kh</a></p><p>{make_qr(ADDRESS)}</p>
"""
GOOD = Expected(
    parts=(Part(0, 1),),
    page_size=(595.28, 841.89),
    margins=(42, 42, 14, 42),
    lang="zh-Hans",
    languages=frozenset({"zh-Hans", "km"}),
    strings=(
        ("zh-Hans", "注销号码"),
        ("zh-Hans", "请永久注销。客服：010 234 567，1777。"),
        ("km", KHMER.replace("ទូរ", "ទូរ\u200b")),
        ("zh-Hans", "smart.com.kh"),
    ),
    running=("第 {page}/{pages} 页",),
    families=frozenset({"Noto Sans", "Noto Sans SC", "Noto Sans Khmer", "Handout Field"}),
    links=frozenset({ADDRESS}),
    digits=frozenset({"010 234 567", "1777"}),
    qr_addresses=(ADDRESS,),
    fields={"number": "号码 / លេខ", "name": "姓名 / ឈ្មោះ"},
)


def find_failures(path, expected, fine=0):
    """Return what is wrong with a PDF whose first pages are drawn finely."""
    try:
        with open_verified(path, expected, fine):
            return []
    except VerifyError as error:
        return error.args[0]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("verify") / "good.pdf", BODY)


def test_a_good_page_has_no_failure(good):
    assert find_failures(good, GOOD) == []


def test_a_failure_names_handout_check_place_and_message(good):
    assert find_failures(good, replace(GOOD, digits=frozenset({"1777"}))) == [
        Failure("digits", Wrong("page 1", "the number 010234567 has no source"))
    ]


LONG = "<p style='white-space: nowrap'>" + "注销号码" * 20 + "</p>"
WIDE = '<div class="pair"><div class="cell" style="white-space: nowrap">{}</div><div class="cell">停</div></div>'
# What is put at the end of the page, and what verify says about it.
BAD_PAGES = {
    "a page too many": ('<p style="break-before: page">停机</p>', "", "pages", "1 line too many for the page"),
    "another paper": ("", "@page { size: B4 }", "pages", "is 250 x 353 mm"),
    "a character that no font has": ("<p>\ue000</p>", "", "glyphs", r"has no glyph for '\\ue000'|U\+E000"),
    "no language tag": (f"<p>{KHMER}</p>", "", "languages", "'ស' is tagged zh-Hans"),
    "Chinese tagged as Khmer": ('<p lang="km">停机</p>', "", "languages", "'停' is tagged km"),
    "drawn out of order": ("<p style='position: relative'>停机</p><p>复机</p>", "", "order", "another order"),
    "an unplanned field": ('<p><input name="x" title="x"></p>', "", "fields", "'x' was not planned"),
    "a foreign link": ('<p><a href="https://other.example">其他</a></p>', "", "links", "https://other.example that no"),
    "an unsourced number": ("<p>2026</p>", "", "digits", "number 2026 has"),
    "an unsourced phone number": ("<p>012 345 678</p>", "", "digits", "number 012345678 has"),
    "an unsourced number in Khmer digits": ('<p lang="km">១២៣៤</p>', "", "digits", "number 1234 has"),
    "an unplanned QR code": (make_qr("https://other.example"), "", "qr", "reads https://other.example, which was not"),
    "a line off the page": (LONG, "", "margins", r"ink reaches \d+\.\d mm into the right margin"),
    "a word wider than its column": (WIDE.format("注销号码" * 7), "", "overlap", "lies on other text"),
}


@pytest.mark.parametrize(("more", "css", "check", "message"), BAD_PAGES.values(), ids=BAD_PAGES)
def test_a_bad_page_fails(more, css, check, message, tmp_path):
    path = write_page(tmp_path / "bad.pdf", BODY + more, css)
    failures = find_failures(path, GOOD)
    assert check in {failure.check for failure in failures}
    assert_matches(message, next(failure for failure in failures if failure.check == check).wrong.message)


def test_a_page_too_full_hides_what_follows_from_it(tmp_path):
    """What stands elsewhere because of it is no second mistake, in the order of the text as little as in the layout."""
    more = "".join(BAD_PAGES[name][0] for name in ("drawn out of order", "a page too many"))
    path = write_page(tmp_path / "full.pdf", BODY + more)
    failures = find_failures(path, replace(GOOD, strings=(*GOOD.strings, GOOD.strings[0])))
    assert {failure.check for failure in failures} == {"pages"}


# What is expected otherwise, and what verify says about the good page then.
UNMET = {
    "another document language": ({"lang": "km"}, "languages", "is tagged zh-Hans, not km"),
    "a language that is nowhere": ({"languages": frozenset({"zh-Hans", "en"})}, "languages", "no text is tagged en"),
    "a string that is not there": (
        {"strings": (("zh-Hans", "请永久注消"),)},
        "text",
        "does not read back: '请永久注消'",
    ),
    "a string out of order": ({"strings": (*GOOD.strings, GOOD.strings[0])}, "text", "comes earlier: '注销号码'"),
    "a string in another language": ({"strings": (("en", "smart.com.kh"),)}, "text", "is tagged zh-Hans, not en"),
    "another footer": ({"running": ("第 {page} 页",)}, "text", "margin does not read back"),
    "a font that is not ours": ({"families": GOOD.families - {"Noto Sans SC"}}, "fonts", "none of the bundled"),
    "a missing field": ({"fields": {**GOOD.fields, "date": "日期"}}, "fields", "field 'date' is missing"),
    "a field with another name": (
        {"fields": {**GOOD.fields, "name": "名"}},
        "fields",
        "is named '姓名 / ឈ្មោះ', not '名'",
    ),
    "fields in another order": ({"fields": dict(reversed(GOOD.fields.items()))}, "fields", "comes out of its order"),
    "another QR code": ({"qr_addresses": ("https://trc.gov.kh",)}, "qr", "no QR code reads https://trc.gov.kh"),
    "wider margins": ({"margins": (42, 42, 42, 42)}, "margins", r"ink reaches \d+\.\d mm into the bottom margin"),
}


@pytest.mark.parametrize(("change", "check", "message"), UNMET.values(), ids=UNMET)
def test_an_unmet_expectation_fails(change, check, message, good):
    failures = find_failures(good, replace(GOOD, **change))
    assert {failure.check for failure in failures} == {check}
    assert_matches(message, failures[0].wrong.message)


@pytest.mark.parametrize("fine", [0, 1])
@pytest.mark.parametrize("name", ["another QR code", "wider margins"])
def test_what_is_drawn_finely_is_read_alike(name, fine, good):
    """A page drawn for print shows the same codes, and ink as far in the margins, as one drawn for verifying alone."""
    change, check, message = UNMET[name]
    failures = find_failures(good, replace(GOOD, **change), fine)
    assert {failure.check for failure in failures} == {check}
    assert_matches(message, failures[0].wrong.message)
    assert find_failures(good, GOOD, fine) == []


def draw_squares(code):
    rows = enumerate(code.matrix_iter(border=4))
    squares = [f'<path d="M{x} {y}h1v1h-1z"/>' for y, row in rows for x, dark in enumerate(row) if dark]
    return f'<svg role="img" aria-label="c" width="99" height="99" viewBox="0 0 29 29">{"".join(squares)}</svg>'


def draw_rows(code):
    """Return an inline picture of a code, a path for each row."""
    rows = []
    for y, row in enumerate(code.matrix):
        parts = "".join(f"M{4 + x} {4 + y}h1v1h-1z" for x, dark in enumerate(row) if dark)
        rows.append(f'<path d="{parts}"/>')
    return f'<svg role="img" aria-label="c" width="99" height="99" viewBox="0 0 29 29">{"".join(rows)}</svg>'


CODES = {
    "a path for each row": draw_rows,
    "one path": lambda code: code.svg_inline(scale=3).replace("<svg ", '<svg role="img" aria-label="c" '),
    "a path for each module": draw_squares,
    "a picture": lambda code: f'<img alt="c" src="{code.png_data_uri(scale=3)}">',
}


@pytest.mark.parametrize("draw", CODES.values(), ids=CODES)
def test_an_unplanned_code_is_found_however_it_is_drawn(draw, tmp_path):
    """The smallest code that there is, on a page with nothing else, is read."""
    code = segno.make("1777", version=1, micro=False)
    made = write_page(tmp_path / "code.pdf", f"<p>注销号码</p><p>{draw(code)}</p>")
    with open_readback(made) as read:
        found = check_qr(read, replace(GOOD, qr_addresses=()))
        assert [wrong.message for wrong in found] == ["a QR code reads 1777, which was not planned"]


def drop_font_file(pdf):
    for font in pdf.pages[0].Resources.Font.values():
        if "/DescendantFonts" in font:
            del font.DescendantFonts[0].FontDescriptor.FontFile2


def drop_tooltip(pdf):
    del pdf.Root.AcroForm.Fields[0].TU


def drop_title(pdf):
    with pdf.open_metadata() as metadata:
        del metadata["dc:title"]


def drop_structure(pdf):
    del pdf.Root.StructTreeRoot


def add_script(pdf):
    pdf.Root.AcroForm.Fields[0].A = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def map_a_glyph_to(code):
    """Return what makes one glyph stand for another character, as UTF-16 in hexadecimal digits."""

    def damage(pdf):
        for font in pdf.pages[0].Resources.Font.values():
            if "/ToUnicode" in font:
                right = font.ToUnicode.read_bytes()
                font.ToUnicode.write(right.replace("销".encode("utf-16-be").hex().encode(), code))

    return damage


BROKEN_FILES = [
    (drop_font_file, "fonts", "is not embedded"),
    (drop_tooltip, "fields", "is named '', not"),
    (drop_title, "pdfua", "title"),
    (drop_structure, "pdfua", "not nested within a Link structure element"),
    (drop_structure, "text", "does not read back"),
    (add_script, "links", "a link to /JavaScript"),
    (map_a_glyph_to(b"200b"), "glyphs", r"U\+200B in the text"),
    (map_a_glyph_to(b"200b"), "text", "does not read back: '注销号码'"),
    # PDFium's text of a whole page has a hyphen, or nothing, for these.
    (map_a_glyph_to(b"0000"), "glyphs", r"U\+0000 in the text"),
    (map_a_glyph_to(b"e000"), "glyphs", r"U\+E000 in the text"),  # it has no name
    (map_a_glyph_to(b"d800"), "glyphs", r"U\+D800 in the text"),
    (map_a_glyph_to(b"d800"), "text", "does not read back: '注销号码'"),
]


@pytest.mark.parametrize(("damage", "check", "message"), BROKEN_FILES)
def test_a_damaged_file_fails(damage, check, message, good, tmp_path):
    with pikepdf.open(good) as pdf:
        damage(pdf)
        pdf.save(tmp_path / "broken.pdf")
    failures = [failure for failure in find_failures(tmp_path / "broken.pdf", GOOD) if failure.check == check]
    assert failures
    assert_matches(message, failures[0].wrong.message)


def test_what_is_no_pdf_fails(tmp_path):
    (tmp_path / "no.pdf").write_bytes(b"hello")
    assert [(failure.check, failure.wrong.place) for failure in find_failures(tmp_path / "no.pdf", GOOD)] == [
        ("file", "no.pdf")
    ]


def test_every_check_has_a_test_in_which_it_fails():
    tested = {case[2] for case in BAD_PAGES.values()} | {case[1] for case in UNMET.values()}
    tested |= {case[1] for case in BROKEN_FILES}
    own = (*PAGE_CHECKS, *TEXT_CHECKS)  # those of the layout have theirs in test_layout.py
    assert tested == {check.__name__.removeprefix("check_") for check in own} | {"pdfua"}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("call 1777 or *1200#", ["1777", "1200"]),
        ("010 234 567\n023-123-456", ["010234567", "023123456"]),
        ("+855 23 123 456", ["85523123456"]),
        ("12,345 riel", ["12345"]),
        ("60 days, 30 days, 24/7, 2 copies", []),
        ("១៧៧៧", ["1777"]),
    ],
)
def test_numbers_are_found_however_they_are_grouped(text, numbers):
    assert list(find_numbers(text)) == numbers


def test_verifying_costs_less_than_typesetting(good, tmp_path):
    render_page(BODY)

    def measure(work):
        start = time.process_time()
        work()
        return time.process_time() - start

    typesetting = min(measure(lambda: write_page(tmp_path / "timed.pdf", BODY)) for _ in range(3))
    verifying = min(measure(lambda: find_failures(good, GOOD)) for _ in range(3))
    assert verifying < typesetting


def assert_matches(pattern, message):
    assert re.search(pattern, message), message
