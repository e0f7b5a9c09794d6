"""A handout that is laid out part by part for the preview has the pages that a build gives it."""

import re
from dataclasses import replace

import pypdfium2
import pytest
from longer import add_questions

from handout.base.paths import FONTS, ROOT
from handout.fonts.bundled import cut_fonts
from handout.plan.handouts import Handout
from handout.preview.preview import OpenHandout, Preview, lay_out_parts, split_parts
from handout.render.strings import read_strings
from handout.typeset.typesetter import Layout
from handout.validate.inspect import validate_content
from handout.workers.worker import list_faces, make_worker

MONTH = "2026-11"


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    """A worker for the tests' own content on A4, where some sections begin a page."""
    folder = tmp_path_factory.mktemp("sheets")
    content = validate_content(ROOT / "tests" / "content", FONTS)
    guide = content.guide.model_copy(update={"paper": "A4"})
    return make_worker(content.model_copy(update={"guide": guide}), folder / "fonts")


def draw(path):
    """Return the pages as pictures, each as bytes."""
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return [page.render(scale=1).to_pil().tobytes() for page in document]


def set_whole(worker, html, path):
    """Typeset a handout as a build does."""
    fonts = cut_fonts(list_faces(worker.content), read_strings(html).texts, worker.cache)
    worker.typesetter.typeset_handout(html, fonts, path, month=MONTH)
    return draw(path)


def set_parts(worker, html, path, last):
    """Typeset a handout as the preview does."""
    layout, parts = lay_out_parts(worker, html, last, read_strings(html).texts)
    layout.write_pages(list(parts.values()), path, html=html, month=MONTH)
    return draw(path)


@pytest.mark.parametrize("name", ["alpha zh km standard", "beta en km standard", "alpha en km large"])
def test_parts_make_the_pages_of_the_whole(name, worker, tmp_path):
    """Every page, its number and the number of all included, is the same to the pixel."""
    html = worker.render(Handout(*name.split())).html
    whole = set_whole(worker, html, tmp_path / "whole.pdf")
    assert set_parts(worker, html, tmp_path / "parts.pdf", OpenHandout()) == whole
    assert len(whole) >= len(split_parts(html)) > 1


def test_where_no_section_begins_a_page_the_guide_is_one_part(worker):
    """On Letter, and in an order that the pages were not laid out for."""
    handout, guide = Handout("alpha", "en", "km", "standard"), worker.content.guide
    assert len(split_parts(worker.render(handout).html)) == 4
    for change in ({"paper": "Letter"}, {"order": [*guide.order[1:-2], guide.order[0], *guide.order[-2:]]}):
        content = worker.content.model_copy(update={"guide": guide.model_copy(update=change)})
        assert len(split_parts(replace(worker, content=content).render(handout).html)) == 2


def test_only_the_part_that_changed_is_laid_out_anew(worker, tmp_path, monkeypatch):
    """One answer changes one part of four; a part that grows by a page renumbers the others; the pages stay right."""
    laid_out, original = [], Layout.lay_out
    monkeypatch.setattr(Layout, "lay_out", lambda *given: laid_out.append(given) or original(*given))
    last, html = OpenHandout(), worker.render(Handout("alpha", "en", "km", "standard")).html
    set_parts(worker, html, tmp_path / "parts.pdf", last)
    assert len(laid_out) == len(split_parts(html)) == 4
    edited = html.replace("An eSIM can replace a card.", "A card can replace an eSIM.")
    assert edited != html
    pages = set_parts(worker, edited, tmp_path / "parts.pdf", last)
    assert len(laid_out) == 5
    assert pages == set_whole(worker, edited, tmp_path / "whole.pdf")
    longer = edited.replace("A card can replace an eSIM.", "A card can replace an eSIM. " * 40)
    pages = set_parts(worker, longer, tmp_path / "parts.pdf", last)
    assert pages == set_whole(worker, longer, tmp_path / "whole.pdf")
    assert len(pages) > 4


def test_a_text_too_long_for_its_page_is_told(content_copy, tmp_path):
    """The problem has the text's place, stays while other files change, and goes when the text is shorter."""
    good = (content_copy / "operators" / "alpha.yaml").read_bytes()
    add_questions(content_copy, 44)
    preview = Preview(content_copy, tmp_path / "preview")
    preview.opened["alpha.zh-km"] = OpenHandout()
    told = r"content/operators/alpha\.yaml:\d+:\d+: error: alpha\.zh-km, page 4: \d+ lines too many for the page; this"
    for edit in ("", "# Another line above every text.\n"):
        path = content_copy / "operators" / "alpha.yaml"
        path.write_text(edit + path.read_text(encoding="utf-8"), encoding="utf-8")
        [*_, last] = preview.update()
        assert re.search(told, last["problems"])
    (content_copy / "operators" / "alpha.yaml").write_bytes(good)
    [*_, last] = preview.update()
    assert "too many" not in last["problems"]
    assert preview.opened["alpha.zh-km"].pages == 3
