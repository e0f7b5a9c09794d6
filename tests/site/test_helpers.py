"""The page for people who print for others: every PDF and booklet once, for keyboard, small screens and large text."""

import re
from urllib.parse import urljoin

import pytest
from browser import DESK, PHONE, check_text_size, make_fixtures, needs_chromium
from test_site import make_stand_ins, read_page, read_words

from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import plan_handouts
from handout.render.page import make_environment
from handout.site.booklet import Booklet
from handout.site.pages import Site, render_helpers_page, render_start_page

NAMES = {"zh": "helpers.html", "en": "helpers.en.html", "km": "helpers.km.html"}
BOOKLETS = [Booklet("zh-km", "booklet/zh-km.pdf", 2, 120_000, ""), Booklet("zh-en", "booklet/zh-en.pdf", 2, 90_000, "")]
address, browser, visit = make_fixtures("frozen_built")


@pytest.fixture
def render(frozen_content, tmp_path):
    """A function of a language, booklets and the site's address that gives the page, and the start page."""
    made = make_stand_ins(tmp_path, plan_handouts(frozen_content))

    def render(code="en", booklets=BOOKLETS, address=None):
        web = frozen_content.guide.site.model_copy(update={"address": address})
        guide = frozen_content.guide.model_copy(update={"site": web})
        site = Site(frozen_content.model_copy(update={"guide": guide}), make_environment(TEMPLATES), FONTS, tmp_path)
        language, sizes = site.content.languages[code], {one.handout.preview: (1, 1) for one in made}
        return (
            read_page(render_helpers_page(site, language, made, booklets, 5)),
            read_page(render_start_page(site, language, made, sizes, 5)),
        )

    return render


@pytest.mark.parametrize("code", NAMES)
def test_every_file_is_there_once(code, render, frozen_content):
    """Each PDF and booklet is linked once, under a name that says what it is; start page and helpers' page link."""
    page, start = render(code)
    links = {a["href"]: a["download"] for a in page.find("a") if "download" in a}
    wanted = {one.pdf: f"{one.download_name}.pdf" for one in plan_handouts(frozen_content)}
    wanted |= {one.pdf: f"cancel-sim-booklet-{one.pair}.pdf" for one in BOOKLETS}
    assert links == wanted | {"handouts.zip": "cancel-sim-handouts.zip"}
    assert len([a for a in page.find("a") if "download" in a]) == len(links)
    assert start.find("a", href=NAMES[code])
    assert page.find("a", href="index.html" if code == "zh" else f"{code}.html")


def test_a_link_says_which_handout_it_is(render):
    """Whoever hears a link alone hears its edition, operator and languages; each language is marked."""
    page, _start = render()
    [link] = re.findall('<a href="pdf/alpha.zh-km.large.pdf".*?>(.*?)</a>', page.html)
    assert read_words(link) == "Large print: Alpha, 中文 + ខ្មែរ"
    assert '<span lang="zh-Hans">中文</span>' in link


def test_an_operator_that_may_be_gone_says_so(render, frozen_content):
    """Who prints in stacks sees beside an operator's name, as on the start page, that nobody could confirm it."""
    page, _start = render()
    for operator in frozen_content.operators.values():
        heads = re.findall(f'<th scope="row">({operator.names["en"]}.*?)</th>', page.html)
        unconfirmed = frozen_content.languages["en"].words.unconfirmed
        assert len(heads) == len(frozen_content.guide.pairs)
        assert {unconfirmed in head for head in heads} == {operator.status.value == "unconfirmed"}
    assert {operator.status.value for operator in frozen_content.operators.values()} > {"unconfirmed"}


def test_booklets_are_explained_where_there_are_any(render):
    """Pages and size stand beside each; without a booklet nothing is said of them."""
    words, without = (read_words(render(booklets=some)[0].html) for some in (BOOKLETS, []))
    assert "Pages: 2 · 120 kB" in words.replace("\u00a0", " ")
    assert "as one PDF" in words
    assert "one PDF" not in without
    assert "Print in black and white, at actual size." in without


@pytest.mark.parametrize("address", [None, "https://example.org/sim"])
def test_news_are_linked_where_there_is_a_feed(address, render):
    """The feed is there with the site's address alone."""
    assert bool(render(address=address)[0].find("a", href="feed.en.xml")) == bool(address)


@needs_chromium
@pytest.mark.long
def test_page_works_without_a_script(visit, address):
    """Without JavaScript a booklet is downloaded under its name."""
    page = visit(urljoin(address, "helpers.en.html"), java_script_enabled=False)
    with page.expect_download() as download:
        page.click("a[href='booklet/zh-km.pdf']")
    assert download.value.suggested_filename == "cancel-sim-booklet-zh-km.pdf"


@needs_chromium
@pytest.mark.long
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_for_helpers(visit, address, viewport):
    """No finding by axe-core; with a script, nothing is said on the console."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="browser tests left out: no axe-core")
    page = visit(urljoin(address, "helpers.km.html"), viewport)
    assert [v["id"] for v in axe.Axe().run(page).response["violations"]] == []


@needs_chromium
@pytest.mark.long
def test_helpers_page_fits_small_screens(visit, address):
    """At 320 pixels and with text of 200 % nothing scrolls sideways."""
    page = visit(urljoin(address, "helpers.html"), {"width": 320, "height": 740})
    for name in NAMES.values():
        check_text_size(page, urljoin(address, name), 200, "text alone")
