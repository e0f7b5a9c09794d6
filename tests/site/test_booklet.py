"""Booklets: the counter pages of a language pair as one PDF, in which nothing is lost and nothing is twice."""

import json
import re
import shutil
from collections import Counter

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from handout.base.files import hash_file, read_sums
from handout.plan.handouts import MadeHandout, plan_handouts
from handout.site import booklet as booklets
from handout.site.booklet import find_losses, join_pages, make_booklets
from handout.tools.verify_published import verify_published

PAIRS = ["zh-km", "en-km", "zh-en"]


def list_paths(built, pair="zh-km"):
    """Return the counter pages of a pair, by operator."""
    return {operator: built / "pdf" / f"{operator}.{pair}.counter.pdf" for operator in ("alpha", "beta")}


@pytest.fixture
def joined(frozen_built):
    """The objects of a booklet."""
    with pikepdf.open(frozen_built / "booklet" / "zh-km.pdf") as pdf:
        yield pdf


def test_manifest_and_record_have_the_booklets(frozen_built):
    """Each pair has one with a page an operator; the manifest lists it under a key of its own, with its hash."""
    found = json.loads((frozen_built / "manifest.json").read_bytes())["booklets"]
    assert [(one["pair"], one["pdf"], one["pages"]) for one in found] == [(p, f"booklet/{p}.pdf", 2) for p in PAIRS]
    for one in found:
        path = frozen_built / one["pdf"]
        assert (path.stat().st_size, hash_file(path)) == (one["bytes"], one["sha256"])
        assert read_sums(frozen_built)[one["pdf"]] == one["sha256"]


def test_booklet_with_a_new_record_is_told(frozen_built, tmp_path):
    """A manifest that has another hash of a booklet is a wrong record."""
    output = shutil.copytree(frozen_built, tmp_path / "output")
    manifest = output / "manifest.json"
    words = manifest.read_text("utf-8").replace(hash_file(output / "booklet" / "zh-km.pdf"), "0" * 64)
    manifest.write_text(words, encoding="utf-8")
    sums = output / "SHA256SUMS"
    sums.write_text(
        re.sub(r".*manifest", f"{hash_file(manifest)}  manifest", sums.read_text("utf-8")), encoding="utf-8"
    )
    [told] = verify_published(output)
    assert (told.code, "booklet/zh-km.pdf" in told.message) == ("wrong-record", True)


@pytest.mark.parametrize("pair", PAIRS)
def test_pages_are_those_of_the_handouts(frozen_built, pair):
    """Each page has the text of its operator's counter page and is drawn alike, fields included."""
    with pypdfium2.PdfDocument(frozen_built / "booklet" / f"{pair}.pdf") as whole:
        whole.init_forms()
        for page, path in zip(whole, list_paths(frozen_built, pair).values(), strict=True):
            with pypdfium2.PdfDocument(path) as single:
                single.init_forms()
                assert page.get_textpage().get_text_range() == single[0].get_textpage().get_text_range()
                drawn = [one.render(scale=1).to_pil() for one in (page, single[0])]
                assert ImageChops.difference(*drawn).getbbox() is None


def test_fields_have_names_of_their_own(joined, frozen_built):
    """An operator's id stands before the names of its fields; tooltips and font stay; each field stands on a page."""
    names, widgets = [], [note for page in joined.pages for note in page.Annots]
    for operator, path in list_paths(frozen_built).items():
        with pikepdf.open(path) as single:
            names += [(f"{operator}.{field.T}", str(field.TU)) for field in single.Root.AcroForm.Fields]
    assert [(f"{note.Parent.T}.{note.T}", str(note.TU)) for note in widgets] == names
    assert max(Counter(name for name, _tooltip in names).values()) == 1
    assert {kid.objgen for field in joined.Root.AcroForm.Fields for kid in field.Kids} == {n.objgen for n in widgets}
    assert set(joined.Root.AcroForm.DR.Font.keys()) == {"/Wingdings", "/ZaDb"}


def test_tree_owns_every_mark_and_field(joined):
    """A part an operator below one document; the numbers of pages and fields lead to elements of their own part."""
    tree = joined.Root.StructTreeRoot
    assert tree.K.S == "/Document"
    assert [(part.S, part.P.objgen) for part in tree.K.K] == [("/Part", tree.K.objgen)] * 2
    keys, owners = (list(tree.ParentTree.Nums)[start::2] for start in (0, 1))
    assert keys == [*range(tree.ParentTreeNextKey)]
    for page, part in zip(joined.pages, tree.K.K, strict=True):
        elements = [owner for owner in owners[page.StructParents] if owner is not None]
        elements += [owners[note.StructParent] for note in page.Annots]
        assert {climb(element, tree.K).objgen for element in elements} == {part.objgen}


def climb(element, document):
    """Return the part that an element stands in."""
    return element if element.P.objgen == document.objgen else climb(element.P, document)


def test_booklet_says_what_it_is(joined, frozen_content):
    """Language, title in both languages, a bookmark an operator with those of its page below it."""
    title = " / ".join(frozen_content.guide.site.title[code] for code in ("zh", "km"))
    assert (str(joined.Root.Lang), str(joined.docinfo["/Title"])) == ("zh-Hans", title)
    assert joined.open_metadata()["dc:title"] == title
    assert bool(joined.Root.ViewerPreferences.DisplayDocTitle)
    with joined.open_outline() as outline:
        assert [("Alpha" in mark.title, "Beta" in mark.title) for mark in outline.root] == [(1, 0), (0, 1)]
        pages = [mark.destination[0].objgen for mark in outline.root]
        assert all(len(mark.children) == 4 for mark in outline.root)
    assert pages == [page.objgen for page in joined.pages]


def test_booklet_is_the_same_every_time_and_small(frozen_built):
    """The same pages give the same bytes; fonts that several pages share are there once."""
    paths = list_paths(frozen_built)
    data = join_pages(paths, "title")
    assert data == join_pages(paths, "title")
    assert len(data) < sum(path.stat().st_size for path in paths.values())


def test_only_several_counter_pages_make_a_booklet(frozen_built, frozen_content, tmp_path):
    """None of other editions, nor of one operator alone."""
    shutil.copytree(frozen_built / "pdf", tmp_path / "pdf")
    handouts = plan_handouts(frozen_content)
    for wanted, pairs in (
        ([one for one in handouts if one.edition != "counter"], []),
        ([one for one in handouts if one.operator == "alpha"], []),
        ([one for one in handouts if (one.edition, one.pair) == ("counter", "en-km")], ["en-km"]),
    ):
        made = [MadeHandout(one, 1, 1, "", []) for one in wanted]
        assert [one.pair for one in make_booklets(frozen_content, made, tmp_path)] == pairs


def test_a_booklet_grows_to_a_limit(frozen_built, frozen_content, monkeypatch, tmp_path):
    """As many operators as a booklet may have make one; with one more there is none, so that memory is bounded."""
    shutil.copytree(frozen_built / "pdf", tmp_path / "pdf")
    made = [MadeHandout(one, 1, 1, "", []) for one in plan_handouts(frozen_content, pairs=["zh-km"])]
    count = len(frozen_content.operators)
    for most, pairs in ((count, ["zh-km"]), (count - 1, [])):
        monkeypatch.setattr(booklets, "MOST", most)
        assert [one.pair for one in make_booklets(frozen_content, made, tmp_path)] == pairs


def exchange_pages(pdf):
    """Let the last page come first."""
    pdf.Root.Pages.Kids = pikepdf.Array(reversed(list(pdf.Root.Pages.Kids)))


def lose_a_field(pdf):
    """Take a field out of the form."""
    del pdf.Root.AcroForm.Fields[0].Kids[0]


def lose_a_language(pdf):
    """Take the language off an element."""
    element = pdf.Root.StructTreeRoot.K.K[0]
    while "/Lang" not in element:
        element = element.K[0]
    del element.Lang


def lose_a_tag(pdf):
    """Take the tags off a page."""
    del pdf.pages[0].StructParents


@pytest.mark.parametrize("lose", [exchange_pages, lose_a_field, lose_a_language, lose_a_tag])
def test_what_is_lost_is_told(lose, frozen_built, frozen_content, tmp_path, monkeypatch):
    """A booklet that lacks anything fails the build."""
    shutil.copytree(frozen_built / "pdf", tmp_path / "pdf")
    paths, broken = list_paths(frozen_built), tmp_path / "broken.pdf"
    with pikepdf.open(frozen_built / "booklet" / "zh-km.pdf") as pdf:
        lose(pdf)
        pdf.save(broken)
    assert list(find_losses(frozen_built / "booklet" / "zh-km.pdf", paths)) == []
    assert list(find_losses(broken, paths))
    monkeypatch.setattr(booklets, "join_pages", lambda *_: broken.read_bytes())
    made = [MadeHandout(one, 1, 1, "", []) for one in plan_handouts(frozen_content) if one.edition == "counter"]
    with pytest.raises(RuntimeError, match=r"zh-km\.pdf"):
        list(make_booklets(frozen_content, made, tmp_path))
