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
WORDS = {"zh": "新的步骤", "en": "Fees & “papers” <", "km": "ជំហាន"}
NEWS = {
    str(n): Change(month=f"2026-0{n}", text=Text({code: f"{words} {n}." for code, words in WORDS.items()}))
    for n in range(5, 0, -1)
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


@pytest.mark.parametrize(("newest", "told"), [(1, []), (2, "2"), (3, "32"), (5, "543")])
def test_start_page_says_what_is_new_since_older_print_outs(newest, told, frozen_content):
    """The newest three lines in the page’s language, but not the first revision’s, which is news to nobody."""
    for code, page in render_starts(make_site(frozen_content, newest)).items():
        parts = re.findall(r"<details>\n<summary>(?:(?!</details>).)*</details>", page, re.DOTALL)
        words = unescape(re.sub(r"<.*?>", "", "".join(parts)))
        at = [words.find(NEWS[number].text[code]) for number in told]
        assert at == sorted(at)
        assert -1 not in at
        assert words.count(WORDS[code]) == len(told)
        named = [frozen_content.languages[code].words.revision.format(revision=number) for number in told]
        assert all(name in words for name in named)
        assert len(parts) == bool(told)


@pytest.fixture(params=["zh", "en", "km"])
def language(request, frozen_content):
    """Each language of the site."""
    return frozen_content.languages[request.param]


def read_feed(content, language, newest=5):
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
    assert feed.findtext(f"{ATOM}updated") == "2026-05-01T00:00:00Z"


def test_ids_of_a_feed_are_its_own_and_stay(frozen_content, language):
    """A new revision adds an entry and leaves the others' ids; no two entries of any language share one."""
    ids = [one.text for one in read_feed(frozen_content, language).iter(f"{ATOM}id")]
    assert [one.text for one in read_feed(frozen_content, language, 4).iter(f"{ATOM}id")] == [ids[0], *ids[2:]]
    others = [other for code, other in frozen_content.languages.items() if code != language.code]
    taken = {one.text for other in others for one in read_feed(frozen_content, other).iter(f"{ATOM}id")}
    assert len({*ids} - taken) == 6
