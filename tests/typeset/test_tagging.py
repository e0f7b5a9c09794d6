"""The structure tree, its languages and artifacts, and what makes the whole PDF/UA-1 and PDF/A-2a."""

import pikepdf
import pytest
import weasyprint
import weasyprint.pdf
from readers import find_faults
from sample_page import BODY, render_page, write_page

from handout.typeset import tagging
from handout.typeset.weasyprint_internals import TypesetError


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("tagging") / "sample.pdf")


@pytest.fixture(scope="module")
def tree(sample):
    """The structure tree as nested lists: [tag, language or "", kids...], content as text, annotations as subtype."""
    with pikepdf.open(sample) as pdf:
        texts = [read_marked(document_page) for document_page in pdf.pages]
        pages = {document_page.objgen: number for number, document_page in enumerate(pdf.pages)}
        return read_element(pdf.Root.StructTreeRoot.K, texts, pages)


def read_element(element, texts, pages):
    kids = []
    for kid in element.K:
        if isinstance(kid, int):
            kids.append(texts[pages[element.Pg.objgen]][kid])
        elif kid.get("/Type") == "/MCR":
            kids.append(texts[pages[kid.Pg.objgen]][kid.MCID])
        elif kid.get("/Type") == "/OBJR":
            kids.append(str(kid.Obj.Subtype))
        else:
            kids.append(read_element(kid, texts, pages))
    return [str(element.S)[1:], str(element.get("/Lang", "")), *kids]


def read_marked(document_page):
    """The text of a page by marked-content id, "Artifact" for that of artifacts."""
    maps = {name: read_to_unicode(font) for name, font in document_page.Resources.Font.items()}
    marks, font, texts = [], None, {"Artifact": ""}
    for operands, operator in pikepdf.parse_content_stream(document_page):
        match str(operator):
            case "BDC":
                marks.append(int(operands[1]["/MCID"]) if "/MCID" in operands[1] else "Artifact")
                texts.setdefault(marks[-1], "")
            case "BMC":
                marks.append("Artifact")
            case "EMC":
                marks.pop()
            case "Tf":
                font = maps[str(operands[0])]
            case "TJ" | "Tj":
                parts = operands[0] if str(operator) == "TJ" else operands
                raw = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
                codes = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
                texts[marks[-1]] += "".join(font[code] for code in codes)
    return texts


def read_to_unicode(font):
    if "/ToUnicode" not in font:
        return {}
    lines = font.ToUnicode.read_bytes().decode().split("\n")
    pairs = [line.strip("<>").split("> <") for line in lines if line.startswith("<") and line.count("<") == 2]
    return {int(pair[0], 16): bytes.fromhex(pair[1]).decode("utf-16-be") for pair in pairs if len(pair[0]) == 4}


def find(tree, tag):
    found = [tree] if tree[0] == tag else []
    return found + [hit for kid in tree[2:] if isinstance(kid, list) for hit in find(kid, tag)]


def text_of(element):
    return "".join(text_of(kid) if isinstance(kid, list) else kid for kid in element[2:])


def test_the_sample_page_is_pdf_ua_1_and_pdf_a_2a(sample):
    assert list(find_faults(sample)) == []


def test_what_was_pdf_ua_1_alone_is_not_pdf_a_2a(sample, tmp_path):
    """The validator sees each part of the frame that makes the difference."""
    for key in ("/OutputIntents", "/Metadata"):
        with pikepdf.open(sample) as pdf:
            del pdf.Root[key]
            pdf.save(tmp_path / "less.pdf")
        assert list(find_faults(tmp_path / "less.pdf"))
    with pikepdf.open(sample) as pdf:
        pdf.Root.AcroForm.NeedAppearances = True
        pdf.save(tmp_path / "less.pdf")
    assert list(find_faults(tmp_path / "less.pdf"))


def test_a_block_in_another_language_says_so_and_so_does_what_leads_back(tree):
    assert find(tree, "H1") == [["H1", "", ["Span", "", "我想注销号码"], ["Span", "km", "ខ្ញុំចង់បិទលេខទូរសព្ទ"]]]
    first, second = find(tree, "P")[:2]
    assert first[2:] == [["Span", "", "请", "永久", "注销（"], ["Span", "en", "cancel for good"], ["Span", "", "）。"]]
    assert first[:2] == ["P", ""]
    assert second == ["P", "km", ["Span", "", "សូម", "បិទ", "ជាអចិន្ត្រៃយ៍ "], ["Span", "zh-Hans", "注销"]]
    assert tree[:2] == ["Document", ""]


def test_the_document_says_its_title_language_dates_and_identifier(sample):
    with pikepdf.open(sample) as pdf:
        assert pdf.Root.Lang == "zh-Hans"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.docinfo["/CreationDate"] == pdf.docinfo["/ModDate"] == "D:20261101"
        assert bytes(pdf.trailer.ID[0]) == b"sample"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == pdf.docinfo["/Title"] == "注销号码"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata.pdfa_status == "2A"


def test_lists_have_labels_bodies_and_a_numbering_and_span_pages(tree, sample):
    ticks, steps = find(tree, "L")
    assert [item[0] for item in steps[2:]] == ["LI", "LI"]
    first, second = steps[2:]
    assert first == ["LI", "", ["Lbl", "", "1. "], ["LBody", "", ["P", "", "查余额"], ["P", "km", "ពិនិត្យ"]]]
    assert second[3] == ["LBody", "", ["Span", "", "先备份"], ["P", "", "再去营业厅"]], (
        "one item, though a page ends in it"
    )
    assert [kid[0] for item in ticks[2:] for kid in item[2:]] == ["LBody", "LBody"], "no marker, no label"
    with pikepdf.open(sample) as pdf:
        kinds = [str(e.A.ListNumbering) for e in pdf.objects if is_element(e, "/L")]
    assert kinds == ["/None", "/Decimal"]


def test_tables_have_heads_with_scope(tree, sample):
    table = find(tree, "Table")[0]
    assert [kid[0] for kid in table[2:]] == ["Caption", "THead", "TBody"]
    assert find(table, "TD")[1] == ["TD", "", ["Span", "", "24 "], ["Span", "en", "hours"]]
    with pikepdf.open(sample) as pdf:
        assert [str(e.A.Scope) for e in pdf.objects if is_element(e, "/TH")] == [*["/Column"] * 3, *["/Row"] * 4]
        assert [e.A.ColSpan for e in pdf.objects if is_element(e, "/TD") if "/A" in e] == [2]


def test_a_table_head_repeated_on_the_next_page_is_an_artifact(tmp_path):
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(60))
    path = write_page(
        tmp_path / "long.pdf", f"<table><thead><tr><th>项目</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    with pikepdf.open(path) as pdf:
        assert [is_element(e, "/THead") for e in pdf.objects].count(True) == 1
        assert "项目" in read_marked(pdf.pages[1])["Artifact"]
    assert list(find_faults(path)) == []


def test_a_paragraph_that_a_page_break_cuts_stays_one(tmp_path):
    path = write_page(tmp_path / "long.pdf", "<div>" + "注销号码，" * 600 + "</div>")
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 2
        assert [str(e.S) for e in pdf.objects if is_element(e, "/P")] == ["/P"]
    assert list(find_faults(path)) == []


def test_page_numbers_and_decoration_are_artifacts(tree, sample):
    with pikepdf.open(sample) as pdf:
        first, second = (read_marked(document_page)["Artifact"] for document_page in pdf.pages)
        assert first.endswith("第 1/2 页")
        assert "◆" in second
        assert b"/Pagination" in pdf.pages[0].Contents.read_bytes()
    assert "页" not in text_of(tree)
    assert "◆" not in text_of(tree)


def test_figures_and_links_are_described(tree, sample):
    assert find(tree, "Link") == [["Link", "", "/Link", "smart.com.kh"]]
    with pikepdf.open(sample) as pdf:
        figures = [e for e in pdf.objects if is_element(e, "/Figure")]
        assert [str(figure.Alt) for figure in figures] == ["二维码"]
        left, bottom, right, top = figures[0].A.BBox
        assert (right - left, top - bottom) == pytest.approx((99 * 0.75, 99 * 0.75), abs=0.1)
        link = next(note for note in pdf.pages[1].Annots if note.Subtype == "/Link")
        assert link.Contents == "Smart 网站"
        assert link.F == 4, "it prints"
        assert abs(link.Rect[1] - bottom) < 20, "the box is measured from the page's bottom, as the link is"


def test_fields_stand_in_the_tree_where_they_stand_on_the_page(tree):
    ticks = find(tree, "L")[0]
    assert ticks[2] == ["LI", "", ["LBody", "", ["Form", "", "/Widget"], ["Span", "", "注销 "], ["Span", "km", "បិទ"]]]
    assert len(find(tree, "Form")) == 7


def test_tabbing_follows_the_reading_order(sample):
    with pikepdf.open(sample) as pdf:
        order = [note.StructParent for document_page in pdf.pages for note in document_page.get("/Annots", [])]
        assert order == sorted(order)
        assert {str(document_page.Tabs) for document_page in pdf.pages} == {"/S"}


def test_the_same_input_gives_the_same_bytes(sample, tmp_path):
    assert write_page(tmp_path / "again.pdf").read_bytes() == sample.read_bytes()


def test_no_font_maps_a_glyph_to_nothing(sample):
    with pikepdf.open(sample) as pdf:
        for name, font in pdf.pages[0].Resources.Font.items():
            assert "" not in read_to_unicode(font).values(), name
            assert "\0" not in "".join(read_to_unicode(font).values()), name


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<dl><dt>a</dt></dl>", "no PDF tag is known for <dl>"),
        ('<svg width="9" height="9"></svg>', "<svg> needs alt, aria-label or aria-hidden"),
        ('<p style="opacity: .5">a</p>', "content in a group of its own"),
        (
            '<p aria-hidden="true"><a href="https://a.kh">a</a></p>',
            "a link to https://a.kh in what is not",
        ),
        ('<input type="text" name="a">', "field 'a' needs a title"),
        ('<input type="text" title="a">', "needs a title and a name"),
        ('<input name="a" title="a"><input name="a" title="b">', "field names are used twice: a"),
        ('<input name="a" title="a"><p style="font-family: Handout Field">a</p>', "a font of their own"),
        (
            '<input name="a" title="a"><input name="b" title="b" style="font-family: Noto Sans Khmer">',
            "need the same font",
        ),
    ],
)
def test_what_cannot_be_tagged_is_an_error(body, message, tmp_path):
    with pytest.raises(TypesetError, match=message):
        write_page(tmp_path / "bad.pdf", body)


def test_a_page_without_a_title_is_an_error(tmp_path):
    document = render_page()
    document.metadata.title = None
    with pytest.raises(TypesetError, match="needs a <title>"):
        tagging.write_tagged_pdf(document, tmp_path / "x.pdf", identifier=b"", dated=None)


def test_weasyprint_is_left_as_it_was(tmp_path):
    before = weasyprint.pdf.add_tags
    with pytest.raises(TypesetError):
        write_page(tmp_path / "bad.pdf", BODY + "<dl><dt>a</dt></dl>")
    assert weasyprint.pdf.add_tags is before


def is_element(entry, tag):
    return isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/StructElem" and tag == entry.S
