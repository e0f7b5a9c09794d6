"""Where readers can tell what is wrong: on the last page and the web pages when the guide says where, nowhere else."""

from __future__ import annotations

import re

import pikepdf
import pypdfium2
import pytest

from handout.base.paths import FONTS, TEMPLATES
from handout.pipeline import build_handouts
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.validate.inspect import inspect_content, validate_content
from handout.workers.request import Request


def set_contact(content, contact):
    """Write a contact into the guide of a copy of the content."""
    path = content / "guide.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("site:\n  address: null", f"site:\n  address: null\n  contact: {contact}"), "utf-8")


@pytest.mark.parametrize("contact", ["report@example.org", "https://example.org/report?to=us", "https://example.org"])
def test_a_contact_may_be(contact, content_copy):
    """An e-mail address and an https address are contacts; paper shows it without https and leads to it."""
    set_contact(content_copy, contact)
    page = HandoutPage(validate_content(content_copy, FONTS), Handout("alpha", "zh", "km", "standard"))
    html = render_handout(make_environment(TEMPLATES), page)
    address = contact if contact.startswith("https") else f"mailto:{contact}"
    link = re.search(rf'<a href="{re.escape(address)}" title="[^"]+">(.*?)</a>', html)
    assert link
    assert link[1].replace("\u200b", "") == contact.removeprefix("https://")


@pytest.mark.parametrize(
    "contact",
    [
        "http://example.org",
        "example.org",
        "012 345 678",
        "ask us",
        "javascript:alert(1)",
        "a@b",
        '"https://example.org/\\"x"',
        "mailto:report@example.org",
    ],
)
def test_what_is_no_contact(contact, content_copy):
    """Anything else is an error at its place, with a hint."""
    set_contact(content_copy, contact)
    path = str(content_copy / "guide.yaml")
    found = [one for one in inspect_content(content_copy, FONTS).problems if one.path == path]
    assert found
    assert all(one.line and one.hint and one.severity == "error" for one in found)


def test_no_contact_prints_nothing(frozen_built):
    """Without a contact neither paper nor a web page has the words for it."""
    pages = [*frozen_built.glob("*.html"), *(frozen_built / "html").glob("*.html")]
    assert pages
    assert not [path for path in pages if "Tell us" in path.read_text("utf-8")]


def test_contact_on_paper_and_on_the_web(content_copy, tmp_path):
    """It stands once on the last page, in both languages, with its link, and at the foot of both kinds of web pages."""
    set_contact(content_copy, "report2026@example.org")
    output = tmp_path / "output"
    build_handouts(Request(content_copy, output, ["alpha"], ["en-km"], ["standard"]))
    pdf = output / "pdf" / "alpha.en-km.pdf"
    with pypdfium2.PdfDocument(pdf) as document:
        *others, last = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    assert last.count("report2026@example.org") == 1
    assert "Tellus:" in last
    assert "សូមប្រាប់យើងខ្ញុំ៖" in last
    assert not [page for page in others if "report2026" in page]
    with pikepdf.open(pdf) as document:
        links = [str(note.A.URI) for note in document.pages[-1].Annots if "/A" in note]
    assert links.count("mailto:report2026@example.org") == 1
    for path in ("index.html", "html/alpha.en-km.html"):
        footer = (output / path).read_text("utf-8").rpartition("<footer>")[2]
        assert 'href="mailto:report2026@example.org"' in footer
