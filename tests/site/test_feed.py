"""What is new in each revision: on the start pages for people with an older print-out, and as Atom feeds."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from handout.base.paths import FONTS, TEMPLATES
from handout.model.guide import Change
from handout.model.texts import Text
from handout.plan.handouts import MadeHandout, plan_handouts
from handout.render.page import make_environment
from handout.site.pages import Site, render_feed, render_start_page

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-01T00:00:00Z")
NEWS = {
    "3": Change(month="2027-01", text=Text({"zh": "更新三。", "en": "Fees & “papers”, 1 < 2.", "km": "ថ្មីបី។"})),
    "2": Change(month="2026-11", text=Text({"zh": "更新二。", "en": "Second words.", "km": "ថ្មីពីរ។"})),
    "1": Change(month="2026-11", text=Text({"zh": "第一版。", "en": "First words.", "km": "ដំបូង។"})),
}


def make_site(content, newest, address="https://example.org/sim/"):
    """Return the site of a content whose revision is the ``newest``."""
    news = {number: change for number, change in NEWS.items() if int(number) <= newest}
    web = content.guide.site.model_copy(update={"address": address})
    guide = content.guide.model_copy(update={"revision": newest, "changes": news, "site": web})
    return Site(content.model_copy(update={"guide": guide}), make_environment(TEMPLATES), FONTS, Path())


def render_starts(site):
    """Return each language's start page without break aids."""
    made = [MadeHandout(handout, 4, 1, "", []) for handout in plan_handouts(site.content)[:1]]
    sizes = {one.handout.preview: (1, 1) for one in made}
    pages = {language.code: render_start_page(site, language, made, sizes, 1) for language in site.languages}
    return {code: page.replace("\u200b", "") for code, page in pages.items()}


def test_start_page_says_what_is_new_since_older_print_outs(frozen_content):
    """The lines of all revisions but the first, the newest first, in the page's language, open without a script."""
    for code, page in render_starts(make_site(frozen_content, 3)).items():
        (part,) = re.findall(r"<details>\n<summary>(?:(?!</details>).)*</details>", page, re.DOTALL)
        words = unescape(re.sub(r"<.*?>", "", part))
        assert words.index(NEWS["3"].text[code]) < words.index(NEWS["2"].text[code])
        assert NEWS["1"].text[code] not in page
        assert frozen_content.languages[code].words.revision.format(revision=2) in words


def test_first_revision_has_no_news(frozen_content):
    """Nobody has an older print-out."""
    for code, page in render_starts(make_site(frozen_content, 1)).items():
        assert NEWS["1"].text[code] not in page
        assert "<details>" not in page


@pytest.fixture(params=["zh", "en", "km"])
def language(request, frozen_content):
    """Each language of the site."""
    return frozen_content.languages[request.param]


def read_feed(content, language, newest=3):
    """Return the root of a language's feed: a document that an XML parser takes."""
    return ET.fromstring(render_feed(make_site(content, newest), language))


def test_feed_has_what_rfc_4287_requires(frozen_content, language):
    """One id, title, date and author of the feed, one id, title, date, page and summary of each entry; IRIs whole."""
    feed = read_feed(frozen_content, language)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language.bcp47
    entries = feed.findall(f"{ATOM}entry")
    for element, required in [(feed, ["author"]), *((entry, ["summary"]) for entry in entries)]:
        for name in ("id", "title", "updated", *required):
            (found,) = element.findall(f"{ATOM}{name}")
            assert "".join(found.itertext()).strip()
        assert DATE.fullmatch(element.findtext(f"{ATOM}updated"))
        assert UUID(element.findtext(f"{ATOM}id").removeprefix("urn:uuid:"))
        links = {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}
        assert urlsplit(links["alternate"])[:2] == ("https", "example.org")
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    name = "feed.xml" if language.code == "zh" else f"feed.{language.code}.xml"
    assert [link.get("href") for link in feed.findall(f"{ATOM}link[@rel='self']")] == [
        f"https://example.org/sim/{name}"
    ]
    assert [entry.findtext(f"{ATOM}summary") for entry in entries] == [c.text[language.code] for c in NEWS.values()]
    assert feed.findtext(f"{ATOM}updated") == "2027-01-01T00:00:00Z"


def test_ids_of_a_feed_are_its_own_and_stay(frozen_content, language):
    """A new revision adds an entry and leaves the others' ids; no two entries of any language share one."""
    ids = [one.text for one in read_feed(frozen_content, language).iter(f"{ATOM}id")]
    assert [one.text for one in read_feed(frozen_content, language, 2).iter(f"{ATOM}id")] == [ids[0], *ids[2:]]
    others = [other for code, other in frozen_content.languages.items() if code != language.code]
    taken = {one.text for other in others for one in read_feed(frozen_content, other).iter(f"{ATOM}id")}
    assert len({*ids} - taken) == 4
