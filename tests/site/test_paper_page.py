"""What a phone page says to those who come from paper: whether theirs is the newest revision, and what is new."""

from urllib.parse import urljoin

import pytest
from browser import DESK, PHONE, check_text_size, make_fixtures, needs_chromium, wait_until
from test_feed import NEWS
from test_site import make_site

from handout.plan.handouts import plan_handouts

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="browser tests left out: no axe-core")

pytestmark = [needs_chromium, pytest.mark.long]
address, browser, visit = make_fixtures("site_of_five_revisions")
NEWEST = len(NEWS)
FONTS_LOADED = "performance.getEntriesByType('resource').filter(e => /woff2/.test(e.name)).length"
PAGE = "html/alpha.zh-km.html"


@pytest.fixture(scope="module")
def site_of_five_revisions(frozen_content, tmp_path_factory):
    """A site with an address, whose handouts have their fifth revision."""
    web = frozen_content.guide.site.model_copy(update={"address": "https://example.org/sim"})
    guide = frozen_content.guide.model_copy(update={"site": web, "revision": NEWEST, "changes": NEWS})
    content = frozen_content.model_copy(update={"guide": guide})
    folder, handouts = tmp_path_factory.mktemp("five"), plan_handouts(content, ["alpha"], ["zh-km"], ["standard"])
    return make_site(content, folder / "site", folder / "cache", handouts)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_paper_learns_what_is_new(visit, address, viewport, script):
    """An older print-out sees what changed since, oldest first; the newest that it is."""
    page = visit(urljoin(address, PAGE), viewport, java_script_enabled=script)
    assert page.locator(".paper > :visible").count() == 0
    for revision in range(1, NEWEST + 1):
        page.goto(urljoin(address, f"{PAGE}#revision-{revision}"))
        shown = page.locator(".paper > :visible").all_inner_texts()
        changes = [words for words in shown if "新的步骤" in words]
        assert len(changes) == NEWEST - revision
        assert all(f"第{n}版" in words and f"新的步骤 {n}." in words for n, words in enumerate(changes, revision + 1))
        assert ("您的打印件是最新版" in shown[0]) == (revision == NEWEST)
        assert page.locator(f"#revision-{revision}").bounding_box()["y"] < viewport["height"]


def test_paper_s_revision_shows_in_both_languages(visit, address):
    """On a desk both languages say it, on a phone the reader's, and the other one after a tap."""
    for viewport, tap, shown in ((DESK, False, True), (PHONE, False, False), (PHONE, True, True)):
        page = visit(urljoin(address, PAGE), viewport)
        page.goto(urljoin(address, f"{PAGE}#revision-1"))
        if tap:
            page.check("#both")
        khmer = page.locator(".paper [lang=km] >> visible=true")
        assert (khmer.count() == NEWEST) is shown
    assert page.evaluate("document.activeElement.id") == "both"


def test_keyboard_goes_on_from_what_is_new(visit, address):
    """Who comes from paper has the focus there: the next stop is the way to print anew."""
    page = visit(urljoin(address, PAGE))
    page.goto(urljoin(address, f"{PAGE}#revision-2"))
    assert page.evaluate("document.activeElement.id") == "revision-2"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "../pdf/alpha.zh-km.pdf"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_from_paper(visit, address, viewport):
    """No finding by axe-core, for the newest and for older print-outs."""
    page = visit(urljoin(address, PAGE), viewport)
    for revision in (1, NEWEST):
        page.goto(urljoin(address, f"{PAGE}#revision-{revision}"))
        assert [v["id"] for v in axe.Axe().run(page).response["violations"]] == []


def test_paper_s_page_fits_with_large_text(visit, address):
    """At 320 pixels and with text of 200 % nothing scrolls sideways."""
    page = visit(urljoin(address, PAGE), {"width": 320, "height": 740})
    check_text_size(page, urljoin(address, f"{PAGE}#revision-1"), 200, "text alone")


def test_letters_for_paper_alone_are_loaded_from_paper_alone(visit, address):
    """Who does not come from paper loads no font for what it is told."""
    page = visit(urljoin(address, PAGE))
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(FONTS_LOADED)
    page.goto(urljoin(address, f"{PAGE}#revision-1"))
    wait_until(page, f"{FONTS_LOADED} > {loaded}")
