"""From paper back to the page: a QR code with the paper's revision, when the guide says where the site will be."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
import zxingcpp
from copier import copy_pages
from sample_page import write_page

from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import Handout, MadeHandout
from handout.render.expected import expect_pdf
from handout.render.formats import draw_qr
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.render.strings import read_strings
from handout.site.pages import Site, render_phone_page
from handout.validate.inspect import inspect_content
from handout.validate.texts import LONGEST_ADDRESS
from handout.workers.worker import make_worker

ENVIRONMENT = make_environment(TEMPLATES)


def render(content, edition, address):
    """Return a handout's page and HTML when the site is at an address."""
    web = content.guide.site.model_copy(update={"address": address})
    guide = content.guide.model_copy(update={"site": web})
    page = HandoutPage(content.model_copy(update={"guide": guide}), Handout("alpha", "zh", "km", edition))
    return page, render_handout(ENVIRONMENT, page)


@pytest.mark.parametrize("edition", ["standard", "large"])
@pytest.mark.parametrize("address", ["https://example.org/sim/", "https://example.org", "http://203.0.113.7:8080/~a"])
def test_paper_leads_to_its_page(address, edition, frozen_content):
    """A code and a link have the page's address and the revision; the words for it stand there in both languages."""
    page, html = render(frozen_content, edition, address)
    target = f"{address.rstrip('/')}/html/alpha.zh-km.html#revision-{frozen_content.guide.revision}"
    expected = expect_pdf(page, read_strings(html))
    assert expected.qr_addresses.count(target) == 1
    assert target in expected.links
    [link] = re.findall(rf'<a href="{re.escape(target)}" title="([^"]+)">', html)
    assert link.replace("\u200b", "") == " / ".join(language.words.scan_page for language in page.both)
    assert html.replace("\u200b", "").count(frozen_content.languages["km"].words.scan_page) > 1


@pytest.mark.parametrize(("edition", "address"), [("counter", "https://example.org"), ("standard", None)])
def test_paper_without_the_code(edition, address, frozen_content):
    """The counter edition has no room for it, and without an address there is nothing to lead to."""
    _page, html = render(frozen_content, edition, address)
    assert "#revision-" not in html


def set_address(content, address):
    """Write an address into the guide of a copy of the content; return its problems."""
    path = content / "guide.yaml"
    text = path.read_text(encoding="utf-8").replace("  address: null", f"  address: {address}")
    path.write_text(text, encoding="utf-8")
    return inspect_content(content, FONTS).problems


def make_address(content, excess):
    """Return an address whose longest page has so many letters more than a code may have."""
    spare = LONGEST_ADDRESS - len(f"/html/alpha.zh-km.html#revision-{content.guide.revision}") + excess
    return "https://example.org/".ljust(spare, "a")


def test_address_that_makes_fine_codes_is_told(content_copy, frozen_content):
    """One letter too many is an error at the address, with the most letters that it may have."""
    address = make_address(frozen_content, 1)
    [told] = set_address(content_copy, address)
    assert (told.code, told.path) == ("out-of-range", str(content_copy / "guide.yaml"))
    assert f"{len(address) - 1} characters" in told.hint
    line = (content_copy / "guide.yaml").read_text("utf-8").splitlines()[told.line - 1]
    assert line[told.column - 1 :] == address


def test_longest_address_is_let_pass(content_copy, frozen_content):
    """With exactly so many letters there is no problem."""
    assert set_address(content_copy, make_address(frozen_content, 0)) == []


@pytest.mark.parametrize("address", ["example.org", "https://例.org", "https://a.b/?c", '"https://a b"'])
def test_what_is_no_address(address, content_copy):
    """Anything but a plain web address is an error at its place, with an example."""
    [told] = set_address(content_copy, address)
    assert told.code == "wrong-form"
    assert "https://example.org/handouts" in told.hint


def test_finest_code_survives_a_photocopy(tmp_path):
    """A code as fine as they may be reads on every copy: grey, too light, too dark."""
    address = "https://example.org/".ljust(LONGEST_ADDRESS, "a")
    [css] = re.findall("--qr: (20mm)", (TEMPLATES / "print" / "variables.css.j2").read_text("utf-8"))
    path = write_page(tmp_path / "page.pdf", draw_qr(address), f"svg {{ width: {css}; height: {css} }}")
    [sheet] = copy_pages(path)
    assert {name: [code.text for code in zxingcpp.read_barcodes(copy)] for name, copy in sheet.copies.items()} == {
        name: [address] for name in ("grey", "pale", "dark")
    }


def test_made_paper_leads_to_a_place_of_its_page(frozen_content, tmp_path):
    """The code of a made PDF reads back; its link, which says where it leads, goes to an element of the page."""
    address = "https://handoutscambodiamobilenumbers2026.example.org/sim"
    page, _html = render(frozen_content, "standard", address)
    worker = make_worker(page.content, tmp_path)
    entry = worker.typeset(worker.render(page.handout, "tight"))
    with pikepdf.open(io.BytesIO(entry.pdf)) as pdf:
        links = {
            str(note.A.URI): str(note.Contents).replace("\u200b", "") for note in pdf.pages[-1].Annots if "/A" in note
        }
    assert links[page.web_address] == " / ".join(language.words.scan_page for language in page.both)
    path, _, place = page.web_address.removeprefix(f"{address}/").partition("#")
    site = Site(page.content, ENVIRONMENT, FONTS, tmp_path)
    made = MadeHandout(page.handout, entry.pages, len(entry.pdf), "", [])
    assert path == made.handout.html
    assert f' id="{place}"' in render_phone_page(site, made)
