"""What chats show of a link: title, lead and languages, and the top of page 1 where the site has an address."""

import re
from html import unescape

import pytest
from PIL import Image, ImageChops
from test_site import make_site, read_page

from handout.plan.handouts import Handout, plan_handouts
from handout.render.formats import add_territory
from handout.site.pages import Site
from handout.site.write import cut_share

ADDRESS = "https://example.org/sim"
TERRITORIES = {"zh-Hans": "zh_CN", "en": "en_US", "km": "km_KH"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Where the cut fonts are kept."""
    return tmp_path_factory.mktemp("cache")


def set_address(content, address):
    """Return a content whose site has this address."""
    web = content.guide.site.model_copy(update={"address": address})
    return content.model_copy(update={"guide": content.guide.model_copy(update={"site": web})})


@pytest.fixture(scope="module", params=[None, ADDRESS], ids=["no address", "address"])
def site(request, frozen_content, cache, tmp_path_factory):
    """The folder of an operator's site, without an address and with one; and that address."""
    content = set_address(frozen_content, request.param)
    handouts = plan_handouts(content, ["alpha"], editions=["standard"])
    return make_site(content, tmp_path_factory.mktemp("site"), cache, handouts), request.param


@pytest.fixture(scope="module")
def pages(site):
    """Path -> page of every HTML file."""
    folder, _address = site
    return {path.relative_to(folder).as_posix(): read_page(path.read_text("utf-8")) for path in folder.rglob("*.html")}


def read_tags(page):
    """Return what a page's tags for chats say; those that may stand several times as lists."""
    tags = {}
    for meta in page.find("meta"):
        key = meta.get("property") or meta.get("name", "")
        if key.startswith(("og:", "twitter:")):
            tags.setdefault(key, []).append(meta["content"])
    alternates = tags.pop("og:locale:alternate", [])
    assert all(len(values) == 1 for values in tags.values())
    return {key: value for key, [value] in tags.items()} | {"alternates": alternates}


def test_links_say_what_a_page_is(pages, frozen_content):
    """Every page has the title and its lead, as search engines get them, the site's name and its languages."""
    for path, page in pages.items():
        tags, lang = read_tags(page), page.find("html")[0]["lang"]
        assert tags["og:title"] == unescape(re.search("<title>(.*?)</title>", page.html)[1]), path
        assert tags["og:description"] == page.find("meta", name="description")[0]["content"]
        words, end = frozen_content.guide.site, {"zh-Hans": "。", "en": ". ", "km": "។ "}[lang]
        lead = (words.helpers if path.startswith("helpers") else words).lead[lang.split("-")[0]]
        assert tags["og:description"] == (tags["og:title"] + end + lead if path.startswith("html/") else lead)
        assert tags["og:site_name"] == frozen_content.guide.site.title[lang.split("-")[0]]
        assert tags["og:type"] == "website"
        assert tags["og:locale"] == TERRITORIES[lang]
        others = {link["hreflang"] for link in page.find("link", rel="alternate") if "hreflang" in link}
        assert {*tags["alternates"]} == {TERRITORIES[other] for other in others - {lang, "x-default"}}
        assert len(tags["alternates"]) == 2 - path.startswith("html/")  # no phone page is for Khmer readers


def test_pictures_are_named_by_their_whole_address_or_not_at_all(site, pages):
    """A chat cannot make use of a part of an address; what it is told of a picture is true of that."""
    folder, address = site
    if not address:
        assert not any({"og:url", "og:image", "twitter:image"} & read_tags(page).keys() for page in pages.values())
        assert {read_tags(page)["twitter:card"] for page in pages.values()} == {"summary"}
        assert not (folder / "share").exists()
        return
    for page in pages.values():
        tags = read_tags(page)
        assert tags["twitter:card"] == "summary_large_image"
        assert tags["og:url"] == page.find("link", rel="canonical")[0]["href"]
        assert tags["og:image:alt"]
        path = folder / tags["og:image"].removeprefix(f"{address}/")
        with Image.open(path) as picture:
            assert picture.size == (int(tags["og:image:width"]), int(tags["og:image:height"])) == (1200, 630)
            assert picture.get_format_mimetype() == tags["og:image:type"] == "image/png"


def test_each_phone_page_has_its_own_picture(site, pages):
    """It is the top of its handout's page 1, from margin to margin; a start page has that of its first handout."""
    folder, address = site
    if not address:
        return
    shown = {path: read_tags(page)["og:image"].removeprefix(f"{address}/") for path, page in pages.items()}
    for path, share in shown.items():
        if path.startswith("html/"):
            assert share == path.replace("html", "share", 1).replace(".html", ".png")
        with Image.open(folder / share) as picture, Image.open(folder / share.replace("share", "picture", 1)) as whole:
            assert not ImageChops.difference(picture, whole.crop((20, 20, 1220, 650))).getbbox()
    first = {"index.html": "alpha.zh-km", "en.html": "alpha.en-km", "km.html": "alpha.zh-km"}
    assert {path: shown[path] for path in first} == {path: f"share/{name}.png" for path, name in first.items()}
    assert {p.name for p in (folder / "share").iterdir()} == {share.removeprefix("share/") for share in shown.values()}


@pytest.mark.parametrize("edition", ["large", "counter"])
def test_a_site_of_few_handouts_has_its_pictures(edition, frozen_content, cache, tmp_path):
    """Whatever edition alone was made, its page 1 is what all pages show."""
    content = set_address(frozen_content, ADDRESS)
    folder = make_site(content, tmp_path / "site", cache, plan_handouts(content, ["beta"], ["zh-en"], [edition]))
    pages = [read_page(path.read_text("utf-8")) for path in folder.rglob("*.html")]
    assert {read_tags(page)["og:image"] for page in pages} == {f"{ADDRESS}/share/beta.zh-en.png"}
    assert [path.name for path in (folder / "share").iterdir()] == ["beta.zh-en.png"]


@pytest.mark.parametrize("size", [(1241, 1754), (1275, 1650)], ids=["A4", "Letter"])
def test_pictures_of_links_have_one_size(size, tmp_path):
    """On either paper they are cut out of the middle, as wide as the form and from as far above as from its left."""
    handout, whole = Handout("alpha", "zh", "km", "standard"), Image.radial_gradient("L").resize(size)
    (tmp_path / "picture").mkdir()
    whole.save(tmp_path / handout.pictures[0])
    cut_share(Site, handout, tmp_path)
    margin = (size[0] - 1200) // 2
    with Image.open(tmp_path / handout.share) as cut:
        assert cut.size == (1200, 630)
        assert not ImageChops.difference(cut, whole.crop((margin, margin, margin + 1200, margin + 630))).getbbox()


@pytest.mark.parametrize(
    ("locale", "known"),
    [
        ("zh_Hans", "zh_CN"),
        ("zh_Hant", "zh_TW"),
        ("zh_Hant_HK", "zh_HK"),
        ("en_GB", "en_GB"),
        ("km", "km_KH"),
        ("vi", "vi_VN"),
        ("sr_Latn", "sr_RS"),
        ("tlh", "tlh"),
    ],
)
def test_languages_get_their_territory(locale, known):
    """Open Graph names a language with a territory: the one that the content says, else the likely one of CLDR."""
    assert add_territory(locale) == known
