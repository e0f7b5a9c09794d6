"""Whatever order of the sections guide.yaml names, it is printed whole, or told."""

from html.parser import HTMLParser

import pypdfium2
import pytest
from all_pages import render_pages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handout.base.paths import FONTS
from handout.fonts.bundled import cut_fonts
from handout.plan.handouts import Handout
from handout.render.strings import VOID
from handout.validate.inspect import inspect_content
from handout.workers.worker import list_faces, make_worker

USUAL = ["why", "numbers", "before", "documents", "branch", "after", "faqs", "warnings", "contacts", "sources"]
FREE, LAST = USUAL[:-2], USUAL[-2:]
LINE = f"order: [{', '.join(USUAL)}]"
CODES = {"missing-section", "duplicate-section", "section-last"}


class Elements(HTMLParser):
    """Fails at a tag that closes another element than the innermost; knows the sections in their order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.sections = [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.sections += [name[8:] for name in dict(attrs).get("class", "").split() if name.startswith("section-")]

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def inspect_order(folder, order):
    """Return what comes of the content with its sections in another order."""
    path = folder / "guide.yaml"
    text = path.read_text("utf-8")
    assert LINE in text
    path.write_text(text.replace(LINE, f"order: [{', '.join(order)}]"), "utf-8")
    try:
        return inspect_content(folder, FONTS)
    finally:
        path.write_text(text, "utf-8")


orders = st.one_of(
    st.permutations(FREE).map(lambda names: [*names, *LAST]),
    st.permutations(USUAL),
    st.lists(st.sampled_from(USUAL), max_size=12),
    st.tuples(st.permutations(FREE), st.integers(0, 8)).map(lambda drawn: [*drawn[0][: drawn[1]], *LAST]),
)


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(order=orders)
def test_any_order_is_printed_or_told(order, content_copy):
    """Each section once, contacts and sources last: then every element of every page is closed, in that order."""
    inspection = inspect_order(content_copy, order)
    if sorted(order) == sorted(USUAL) and order[-2:] == LAST:
        for (page, _name), html in render_pages(inspection.require_content(), ["alpha"], ["zh-km"]).items():
            sections = Elements(html).sections
            assert page not in ("paper", "phone") or sections == order
    else:
        told = [p for p in inspection.problems if p.severity == "error"]
        assert {p.code for p in told} <= CODES
        assert all(p.path == "content/guide.yaml" and p.excerpt.startswith("order: [") and p.hint for p in told)
        assert told


@pytest.mark.parametrize(
    "order",
    [["faqs", *(name for name in FREE if name != "faqs")], [*FREE[1:], FREE[0]], FREE[::-1]],
    ids=["questions first", "reasons last", "backwards"],
)
def test_another_order_can_be_typeset(order, content_copy, tmp_path):
    """The PDF is verified: no page too empty, every source listed, everything tagged."""
    worker = make_worker(inspect_order(content_copy, [*order, *LAST]).require_content(), tmp_path)
    assert worker.typeset(worker.render(Handout("alpha", "zh", "km", "standard"))).pages <= 4


@pytest.mark.parametrize(
    ("paper", "order", "pages"),
    [("A4", USUAL, 4), ("A4", [*FREE[::-1], *LAST], 3), ("Letter", USUAL, 3), ("Letter", [*FREE[::-1], *LAST], 3)],
)
def test_sections_begin_a_page_where_the_pages_are_then_full(paper, order, pages, frozen_content, tmp_path):
    """That is on A4 and in the usual order: elsewhere a page would be left half empty, and the text runs on."""
    guide = frozen_content.guide.model_copy(update={"paper": paper, "order": order})
    worker = make_worker(frozen_content.model_copy(update={"guide": guide}), tmp_path)
    rendered = worker.render(Handout("alpha", "zh", "km", "standard"))
    fonts = cut_fonts(list_faces(worker.content), rendered.strings.texts, tmp_path)
    worker.typesetter.typeset_handout(rendered.html, fonts, tmp_path / "made.pdf", month="2026-11")
    with pypdfium2.PdfDocument(tmp_path / "made.pdf") as document:
        assert len(document) == pages
