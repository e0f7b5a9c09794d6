"""The web pages: what they link to, which language and fonts they declare, and that they are the same every time."""

import base64
import hashlib
import json
import os
import re
import struct
import zipfile
from html.parser import HTMLParser
from pathlib import PurePosixPath

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from handout.base.paths import FONTS, TEMPLATES
from handout.model.facts import Fact, Passage, Sourced
from handout.model.texts import walk_models
from handout.plan.handouts import Handout, MadeHandout, plan_handouts
from handout.render.formats import format_month, format_size
from handout.render.linebreak import BREAK, prepare_text
from handout.render.page import make_environment
from handout.render.strings import QUOTED, read_strings
from handout.site.pages import Site, group_choices, render_phone_page
from handout.site.write import write_site

KHMER = re.compile("[\u1780-\u17ff]")


def make_stand_ins(folder, handouts):
    """Write stand-ins for the handouts' PDFs and pictures; return these."""
    made, whole = [], Image.radial_gradient("L").resize((1241, 1754))
    for name in ("pdf", "preview", "picture"):
        (folder / name).mkdir(parents=True)
    for number, handout in enumerate(sorted(handouts, key=lambda handout: handout.id)):
        data = handout.id.encode() * 1000
        for name in handout.pictures:
            whole.point([(grey + number) % 256 for grey in range(256)]).save(folder / name)
        (folder / handout.pdf).write_bytes(data)
        (folder / handout.preview).write_bytes(struct.pack(">16xII", 496, 702))
        made.append(MadeHandout(handout, 4, len(data), hashlib.sha256(data).hexdigest(), []))
    return made


def make_site(content, folder, cache, handouts=None):
    """Write a site for stand-ins of these handouts, or of all; return the folder."""
    made = make_stand_ins(folder, handouts if handouts is not None else plan_handouts(content))
    write_site(Site(content, make_environment(TEMPLATES), FONTS, cache), made, folder)
    return folder


@pytest.fixture(scope="module")
def content(frozen_content):
    """The tests' own content."""
    return frozen_content


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Where the cut fonts are kept."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def site(content, cache, tmp_path_factory):
    """The site of all handouts."""
    return make_site(content, tmp_path_factory.mktemp("site"), cache)


@pytest.fixture(scope="module")
def pages(site):
    """Path -> page of every HTML file."""
    return {p.relative_to(site).as_posix(): read_page(p.read_text("utf-8")) for p in sorted(site.rglob("*.html"))}


class Page(HTMLParser):
    """A page's source, elements, ids and text by language."""

    def __init__(self, html):
        super().__init__()
        self.html, self.elements, self.ids, self.texts, self._open = html, [], [], [], [("", "")]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        self.ids += [attrs["id"]] if "id" in attrs else []
        lang = attrs.get("lang") or self._open[-1][1]
        self.texts += [(lang, attrs[name]) for name in ("alt", "title", "placeholder") if name in attrs]
        if tag not in {"meta", "link", "img", "input", "br", "wbr"}:
            self._open.append((tag, lang))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        if self._open[-1][0] not in {"script", "style"}:
            self.texts.append((self._open[-1][1], data))

    def find(self, tag, **wanted):
        return [attrs for name, attrs in self.elements if name == tag and wanted.items() <= attrs.items()]


read_page = Page


def test_files_are_those_planned(site, content):
    """A start and a helpers' page a language, index.html the first reader's, and a phone page an operator and pair."""
    found = {p.name for p in [*site.glob("*.html"), *site.glob("*.xml")]}
    assert found == {"index.html", "en.html", "km.html", "helpers.html", "helpers.en.html", "helpers.km.html"}
    expected = {f"{operator}.{pair}.html" for operator in content.operators for pair in content.guide.pairs}
    assert {p.name for p in (site / "html").iterdir()} == expected


def test_every_page_has_the_help_inside_chats(pages):
    """Each page links PDFs, and its script, which is the same on all, opens the help: without one it would stop."""
    for path, page in pages.items():
        parts = page.find("details", **{"data-chats": None}), page.find("p", **{"data-home": None})
        assert list(map(len, parts)) == [1, 1], path


def test_same_content_gives_the_same_bytes(content, site, cache, tmp_path):
    """A second run, with fonts cut anew, writes the same files."""
    again = make_site(content, tmp_path / "site", tmp_path / "cache")
    files = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    assert files == {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}


def test_links_lead_somewhere(site, pages):
    """Every link and file of a page exists, and every fragment has its element."""
    checked = 0
    for path, page in pages.items():
        for _tag, attrs in page.elements:
            for name in ("href", "src", "popovertarget", "for", "aria-labelledby", "aria-describedby"):
                target = attrs.get(name)
                # The sums are written by publish.
                if not target or target.startswith(("http", "tel:", "mailto:")) or target == "SHA256SUMS":
                    continue
                file, _, fragment = target.partition("#") if name in {"href", "src"} else ("", "", target)
                file = (PurePosixPath(path).parent / file).as_posix() if file else path
                file = str(PurePosixPath(file.replace("html/../", "")))
                assert (site / file).is_file(), (path, target)
                assert not fragment or fragment in pages[file].ids, (path, target)
                checked += 1
    assert checked > 300


def test_outside_addresses_are_facts(content, pages):
    """Links out of the site, to telephones and to mailboxes are the content's facts and sources, nothing else."""
    owners = [*content.operators.values(), content.regulator]
    values = {value for owner in owners for fact in owner.facts.values() for value in fact.values}
    passages = [
        passage for _loc, one in walk_models(content) if isinstance(one, Sourced) for passage in one.passages.values()
    ]
    known = {source.url for source in content.sources.values()} | {f"https://{value}" for value in values}
    known |= {passage.fixed for passage in passages}
    known |= {f"tel:{value.replace(' ', '')}" for value in values} | {f"mailto:{value}" for value in values}
    hrefs = {a["href"] for page in pages.values() for a in page.find("a")}
    links = {href for href in hrefs if href.startswith(("http", "tel:", "mailto:"))}
    assert links <= known
    assert {"tel:1000", "tel:012000111", "tel:018000222", "tel:1900", "mailto:info@example.org"} <= links
    assert "https://archive.example.net/2026/https://example.com/help/" in links


def test_every_block_has_its_language(pages):
    """Khmer letters stand in elements marked as Khmer only, Chinese ones in Chinese."""
    seen = 0
    for path, page in pages.items():
        for lang, text in page.texts:
            if KHMER.search(text):
                assert lang == "km", (path, text)
                seen += 1
            if re.search("[\u4e00-\u9fff]", text):
                assert lang == "zh-Hans", (path, text)
    assert seen > 100


def test_phone_page_says_once_which_letters_are_wanted(pages, content):
    """Beside "My details", in both languages, a phone page says in which letters they are wanted."""
    html = {path: page.html for path, page in pages.items() if path.startswith("html/")}
    for path, words in {path: re.sub("<[^>]*>|\u200b", "", text) for path, text in html.items()}.items():
        for code in re.search(r"\.(\w+)-(\w+)\.html", path).groups():
            assert words.count(content.guide.counter.latin.root[code]) == 1, path


def test_pages_in_other_languages_are_those_that_were_made(content, tmp_path):
    """A page names its like in another language only where that was made too, and always itself."""
    site = Site(content, make_environment(TEMPLATES), FONTS, tmp_path)
    made = {
        pair: MadeHandout(Handout("alpha", *pair.split("-"), "standard"), 4, 1, "", []) for pair in content.guide.pairs
    }
    for pairs in (["zh-km"], ["zh-km", "en-km"], ["zh-en", "en-km"]):
        paths = [made[pair].handout.html for pair in pairs]
        html = render_phone_page(site, made[pairs[0]], paths=paths)
        named = re.findall('rel="alternate" hreflang="[^"]+" href="([^"]+)"', html)
        assert sorted(f"html/{name}" for name in named) == sorted(paths)


def test_interface_words_break_where_the_handout_s_do(pages, content):
    """Khmer words of the web pages have our breaks, in which the glossary's names are whole."""
    for key in ("choose_operator", "other_editions", "read_on_phone"):
        words = prepare_text(getattr(content.languages["km"].words, key), content.languages["km"], content.units)
        assert BREAK in words
        assert f">{words}<" in pages["km.html"].html


def test_ids_are_unique(pages):
    """No two elements of a page share an id."""
    assert all(len(page.ids) == len(set(page.ids)) for page in pages.values())


def test_policy_allows_the_site_s_own_files_alone(pages):
    """The policy comes first, names no other host, and within the page allows one style sheet alone, by its hash."""
    for path, page in pages.items():
        names = [tag for tag, _ in page.elements]
        [policy] = page.find("meta", **{"http-equiv": "Content-Security-Policy"})
        at = page.elements.index(("meta", policy))
        assert at < min(names.index("script"), names.index("link"), names.index("style"))
        [style] = re.findall("<style>(.*?)</style>", page.html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}';" in policy["content"]
        pictures = " data:" if path.startswith("html/") else ""  # the one that a phone page makes
        assert f"img-src 'self'{pictures}; font-src 'self'; connect-src 'self';" in policy["content"]
        assert "<style" not in page.html.replace("<style>", "", 1)
        assert 'rel="stylesheet"' not in page.html
        assert "http" not in policy["content"]
        assert "unsafe" not in policy["content"]
        assert not re.search(r"\son\w+=|\sstyle=", page.html)


def test_fonts_have_every_letter_that_is_shown(site, pages):
    """A page's fonts have all its letters, by language and weight: no letter falls back on the device's fonts.

    Those that show at first are in the font without a range, so that no other is loaded for them.
    """
    checked = 0
    for path, page in pages.items():
        css = re.findall(
            r'font-family: "([^"]+)"; font-weight: (\d+).*?url\("([^"]+)"\).*?(unicode-range: \S+)? \}', page.html
        )
        families = dict(re.findall(r'\[lang="([^"]+)"\] \{ font-family: "([^"]+)"', page.html))
        fonts = {
            (family, int(weight), bool(extent)): TTFont((site / path).parent / url)
            for family, weight, url, extent in css
        }
        for (lang, weight, folded), letters in read_strings(page.html).letters.items():
            if lang not in families or not "".join(letters).strip() or (lang, weight) == ("zh-Hans", QUOTED):
                continue
            faces = [fonts.get((families[lang], weight or 400, extent)) for extent in {False, folded}]
            assert all(font.flavor == "woff2" for font in faces if font)
            had = {code for font in faces if font for code in font.getBestCmap()}
            missing = {c for c in letters if c > " " and ord(c) not in had} - set("\u200b\u200c")
            checked += 1
            assert not {c for c in missing if KHMER.match(c) or c.isalpha()}, (path, lang, weight, folded)
    assert checked > 30


def test_fonts_of_closed_parts_name_their_letters(site, pages):
    """A font with a range has the letters of that range, and none of the same weight's other; Chinese ones alone."""
    ranges = 0
    for path, page in pages.items():
        faces = {}
        for line in re.findall("@font-face .*", page.html):
            [style], [url] = re.findall('family: ".*?"; font-weight: \\d+', line), re.findall(r'url\("(.*?)"\)', line)
            had, codes = set(TTFont((site / path).parent / url).getBestCmap()), re.findall(r"U\+([0-9A-F]+)", line)
            assert {code for code in had if code > ord(" ")} <= {int(code, 16) for code in codes} or not codes
            assert not had & faces.get(style, set())
            assert "Noto Sans SC" in style or not codes
            faces[style], ranges = had, ranges + bool(codes)
    assert ranges > 2


def read_words(html):
    """Return the words of a piece of HTML, without its tags and break aids."""
    return " ".join(re.sub("<[^>]*>|[\u200b\u2060]", "", html).split())


def test_a_tap_shows_what_a_number_rests_on(pages):
    """Below each known fact of the list: the best of its sources, and of each the words and when they were read."""
    html = pages["html/alpha.en-km.html"].html
    shown = {}
    for fact in re.findall('<dl class="known">(.*?)</dl>', html, re.DOTALL):
        [proof] = re.findall("<details>(.*?)</details>", fact, re.DOTALL)
        summary, *words = re.findall("<(?:summary|p)>(.*?)</(?:summary|p)>", proof, re.DOTALL)
        shown[read_words(fact.partition("</span>")[0])] = [read_words(summary), *map(read_words, words)]
    assert len(shown) == len(re.findall('class="known"', html)) > 4
    hotline = next(key for key in shown if "hotline" in key.casefold())
    assert shown[hotline] == [
        "official [1, 2, 3]",
        "Alpha (official) Please call us on 1000 or 012-000-111. 2026-11-20",
        "Alpha (official) 客服热线：1000 2026-11",
        "Example Regulator (regulator) 1901: customer service 2026-11",
    ]
    assert '<q lang="zh-Hans">客服热线：1000</q>' in html


def test_sources_show_what_sentences_rest_on(pages):
    """What stands in sentences or is a contact has its words below its source; those of the list are not said again."""
    words = {
        path: [read_words(source) for source in re.findall(r'<li id="source-\d+">(.*?)</li>', page.html, re.DOTALL)]
        for path, page in pages.items()
    }
    [notice] = [source for source in words["html/beta.en-km.html"] if "Notice to consumers" in source]
    assert "(2026-01-15; 2026-11; regulator)" in notice
    assert "off for 30 days" in notice
    assert re.search(r"(?<!@)\bexample\.org\b", notice)
    assert any("List of operators" in source and "thirty days" in source for source in words["html/beta.en-km.html"])
    assert not any("MyAlpha" in source for source in words["html/alpha.en-km.html"])
    assert "Get the MyAlpha app" in read_words(pages["html/alpha.en-km.html"].html)


def test_quotes_are_in_the_device_s_fonts(content, cache, tmp_path):
    """Those of Chinese, and of what no bundled font has: they make no font heavier; others are in the page's fonts."""
    alpha = content.operators["alpha"]
    status = {"alpha-help": Passage(quote="龘 한", lang="zh"), "page-km": Passage(quote="ឞ", lang="km")}
    facts = alpha.facts | {"app": alpha.facts["app"].model_copy(update={"source": status})}
    changed = {"operators": content.operators | {"alpha": alpha.model_copy(update={"facts": facts})}}
    changed["sources"] = content.sources | {"page-km": content.sources["alpha-help"]}
    folder = make_site(content.model_copy(update=changed), tmp_path / "site", cache)
    html = (folder / "html" / "alpha.zh-km.html").read_text(encoding="utf-8")
    assert '<q lang="zh-Hans">龘 한</q>' in html
    letters = {letter for path in (folder / "fonts").glob("*.woff2") for letter in TTFont(path).getBestCmap()}
    assert letters.isdisjoint(map(ord, "龘한"))
    assert ord("ឞ") in letters
    assert 'q[lang="zh-Hans"] { font-family: system-ui' in html
    assert 'q[lang="km"]' not in html


def test_web_fonts_and_files_have_nothing_to_spare(site):
    """Fonts have their copyright for a name, Chinese ones no kerning; the Khmer ones place their signs; no comments."""
    for path in (site / "fonts").glob("*.woff2"):
        font = TTFont(path)
        assert {record.nameID for record in font["name"].names} == {0}
        assert ("GPOS" in font) != path.name.startswith("NotoSansSC")
    for name in ("index.html", "site.js", "fill.js", "mydetails.js", "sw.js"):
        assert "/*" not in (site / name).read_text(encoding="utf-8")


def test_published_fonts_have_their_licences(site):
    """Beside the fonts are the licences of their families, no others, word for word."""
    families = {path.name.split("-")[0] for path in (site / "fonts").glob("*.woff2")}
    licences = {path.name: path.read_bytes() for path in (site / "fonts").glob("*.txt")}
    assert licences == {f"OFL-{family}.txt": (FONTS / f"OFL-{family}.txt").read_bytes() for family in families}
    assert len(families) == 3


def test_choices_begin_with_the_page_s_language(content, tmp_path):
    """Pairs read in the page's language come first, then those that have it, in the guide's order."""
    made = [MadeHandout(h, 4, 1, "", []) for h in plan_handouts(content)]
    site = Site(content, make_environment(TEMPLATES), FONTS, tmp_path)
    for code, expected in (
        ("zh", ["zh-km", "zh-en", "en-km"]),
        ("en", ["en-km", "zh-en", "zh-km"]),
        ("km", ["zh-km", "en-km", "zh-en"]),
    ):
        for choices in group_choices(site, made, code):
            assert [choice[0].handout.pair for choice in choices] == expected
            editions = [[one.handout.edition for one in choice] for choice in choices]
            assert editions == [content.guide.editions] * 3


@pytest.mark.parametrize("code", ["zh", "en", "km"])
def test_an_open_operator_offers_one_thing(pages, content, code):
    """The likely pair's first edition: to download, open, print from a picture, read on the phone; the rest folded."""
    html = pages["index.html" if code == "zh" else f"{code}.html"].html
    likely = {"zh": "zh-km", "en": "en-km", "km": "zh-km"}[code]
    for operator in content.operators:
        part = html.partition(f'data-operator="{operator}"')[2].partition('<details class="operator"')[0]
        first, closed = part.partition('<section class="lookup">')[0].split('<details class="more">')
        shown = [f"{folder}/{operator}.{likely}" for folder in ("pdf", "pdf", "picture", "html")]
        assert re.findall('href="((?:pdf|picture|html)/.*?)\\.(?:pdf|png|html)"', first) == shown
        assert first.count("<img") == 1
        assert "<img" not in closed
        offered = re.findall('href="(.*?)" download', first + closed)
        assert sorted(offered) == sorted(n for h in plan_handouts(content, [operator]) for n in (h.pdf, *h.pictures))
        phone_pages = {h.html for h in plan_handouts(content, [operator])}
        assert sorted(re.findall('href="(html/.*?)"', first + closed)) == sorted(phone_pages)


def test_no_line_parts_the_checked_month(pages, content):
    """The month that facts were checked in stays on one line, on every page in every language."""
    for path, page in pages.items():
        language = next(one for one in content.languages.values() if one.bcp47 == page.find("html")[0]["lang"])
        month = format_month(content.guide.checked, language.locale)
        figures = re.findall('<p class="figures">(.*?)</p>', page.html)
        assert figures, path
        assert all(re.search(f'<span class="keep[^"]*">{month}</span>', line) for line in figures), path


def test_nothing_is_folded_where_there_is_one_handout(content, cache, tmp_path):
    """An operator of one pair and one edition has no closed part within its own."""
    handouts = plan_handouts(content, ["alpha"], ["zh-km"], ["standard"])
    page = read_page((make_site(content, tmp_path / "site", cache, handouts) / "index.html").read_text("utf-8"))
    assert page.find("a", href="pdf/alpha.zh-km.pdf", download="cancel-sim-alpha-zh-km.pdf")
    assert not page.find("details", **{"class": "more"})


def test_start_page_shows_what_a_handout_is(pages, content):
    """Pages, size, revision, the checked month and a lazy picture of known size stand beside each PDF."""
    page = pages["en.html"]
    assert len([a for a in page.find("a") if a["href"].endswith(".pdf") and "download" in a]) == len(
        plan_handouts(content)
    )
    assert all(img.keys() >= {"alt", "width", "height"} and img["loading"] == "lazy" for img in page.find("img"))
    words = " ".join(text for _lang, text in page.texts)
    count = content.languages["en"].words.pages_count.format(count=4)
    assert f"{count} · 19\u00a0kB" in words
    assert f"Revision {content.guide.revision} · Facts checked" in words


def test_downloads_are_named_for_a_list_of_downloads(pages, content):
    """PDFs, pictures and archive say what they are, in ASCII, each by a name of its own on all pages."""
    names = {}
    for path, page in pages.items():
        for link in page.find("a"):
            if "download" in link:
                names.setdefault(link["href"].removeprefix("../"), set()).add(link["download"])
        assert path.startswith("html/") or {*names} >= {n for h in plan_handouts(content) for n in (h.pdf, *h.pictures)}
    given = [name for each in names.values() for name in each]
    assert len({*given}) == len(given) == len(names)
    assert all(re.fullmatch(r"cancel-sim-[a-z0-9-]+\.(pdf|png|zip)", name) for name in given)
    assert all(
        {PurePosixPath(name).suffix for name in each} == {PurePosixPath(href).suffix} for href, each in names.items()
    )
    assert names["pdf/beta.zh-en.counter.pdf"] == {"cancel-sim-beta-zh-en-counter.pdf"}
    assert names["picture/beta.zh-en.large.2.png"] == {"cancel-sim-beta-zh-en-large-2.png"}
    assert names["handouts.zip"] == {"cancel-sim-handouts.zip"}


def test_no_page_shows_a_placeholder(pages):
    """What stands in {braces} in the interface words is filled in wherever they are shown."""
    shown = {path: "".join(text for _lang, text in page.texts) for path, page in pages.items()}
    assert not {path: found for path, words in shown.items() if (found := re.findall(r"\{\w+\}", words))}


def test_prefixes_carry_their_caveat(pages, content):
    """The prefixes are the facts', and the page says what they do not tell, and where each list comes from."""
    for path, language in (("index.html", "zh"), ("en.html", "en"), ("km.html", "km")):
        page = pages[path]
        for operator in content.operators.values():
            [item] = page.find("details", **{"data-operator": operator.id})
            assert item["data-prefixes"].split() == operator.facts["prefixes"].values
        words = "".join(text for _lang, text in page.texts).replace("\u200b", "")
        assert content.guide.site.prefix_note[language] in words
        for operator in content.operators.values():
            for source in (content.sources[key] for key in operator.facts["prefixes"].sources):
                assert page.find("a", href=source.url)
                kind = getattr(content.languages[language].words, f"kind_{source.kind}").replace("\u200b", "")
                assert re.search(f"{operator.names[language]}[^:]*: {kind}, ", words)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_print_shop_is_asked_in_both_languages(content, cache, tmp_path, paper):
    """Each operator's part has what to say to a print shop, in its first pair's languages, with the paper's name."""
    content = content.model_copy(update={"guide": content.guide.model_copy(update={"paper": paper})})
    page = read_page((make_site(content, tmp_path / "site", cache) / "en.html").read_text("utf-8"))
    parts = re.findall('<div class="print-shop">(.*?)</div>', page.html, re.DOTALL)
    asked = [one for part in parts for one in re.findall('<p lang="(.*?)">(.*?)</p>', part)]
    assert [lang for lang, _words in asked] == ["en", "km"] * len(content.operators)
    assert read_words(asked[0][1]) == f"Please print 2 copies of page 1: {paper}, black and white, actual size (100%)."
    assert all(paper in words for _lang, words in asked)


def test_operator_without_prefixes_is_in_no_list(content, cache, tmp_path):
    """It has no prefix to match, no line in the list, and no source; one of open data is called so."""
    unknown = content.operators["alpha"].model_copy(deep=True)
    unknown.facts["prefixes"] = Fact(unknown=True)
    content = content.model_copy(update={"operators": {**content.operators, "alpha": unknown}})
    page = read_page((make_site(content, tmp_path / "site", cache) / "en.html").read_text("utf-8"))
    assert page.find("details", **{"data-operator": "alpha"})[0]["data-prefixes"] == ""
    words = "".join(text for _lang, text in page.texts)
    assert "Beta: open data, " in words
    assert "Alpha, Beta: open data, " not in words


def test_alternates_and_structured_data(content, pages):
    """Each page names its other languages, relative while no address is known, and says what it is as JSON-LD."""
    for path, page in pages.items():
        tags = {link["hreflang"]: link["href"] for link in page.find("link", rel="alternate") if "hreflang" in link}
        assert page.find("html")[0]["lang"] in tags
        assert tags.get("x-default", "index.html") == "index.html"
        data = json.loads(re.search('<script type="application/ld\\+json">(.*?)</script>', page.html)[1])
        assert data["@type"] == ("HowTo" if path.startswith("html/") else "ItemList")
        assert len(data.get("step") or data["itemListElement"]) >= 5
        assert not page.find("link", rel="canonical") + page.find("link", type="application/atom+xml")
    titles = [re.search("<title>(.*?)</title>", page.html)[1] for page in pages.values()]
    assert len(set(titles)) == 6 + 2 * len(content.operators)  # of one operator's, the two Chinese ones share a title


def test_address_gives_canonical_links_and_a_site_map(content, cache, tmp_path):
    """With the site's address configured, canonical links, alternates and the site map are absolute."""
    web = content.guide.site.model_copy(update={"address": "https://example.org/sim/"})
    content = content.model_copy(update={"guide": content.guide.model_copy(update={"site": web})})
    folder = make_site(content, tmp_path / "site", cache)
    page = read_page((folder / "html/alpha.zh-km.html").read_text("utf-8"))
    assert page.find("link", rel="canonical")[0]["href"] == "https://example.org/sim/html/alpha.zh-km.html"
    start = read_page((folder / "index.html").read_text("utf-8"))
    assert start.find("link", rel="canonical")[0]["href"] == "https://example.org/sim/"
    urls = re.findall("<loc>(.*?)</loc>", (folder / "sitemap.xml").read_text("utf-8"))
    assert len(urls) == 6 + 3 * len(content.operators)
    assert urls[:2] == ["https://example.org/sim/", "https://example.org/sim/en.html"]
    assert start.find("link", type="application/atom+xml")[0]["href"] == "feed.xml"
    assert {path.name for path in folder.glob("feed*")} == {"feed.xml", "feed.en.xml", "feed.km.xml"}


def test_archive_has_every_pdf(site):
    """The zip of all PDFs has their bytes."""
    with zipfile.ZipFile(site / "handouts.zip") as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {f"pdf/{p.name}": p.read_bytes() for p in (site / "pdf").iterdir()}


def test_archive_s_files_may_be_read(content, site, cache, tmp_path):
    """Unpacked, they are plain files for everybody to read, and the archive is the same on every machine."""
    with zipfile.ZipFile(site / "handouts.zip") as archive:
        rights = {(one.create_system, one.external_attr >> 16) for one in archive.infolist()}
    assert rights == {(3, 0o100644)}
    before = os.umask(0o077)
    try:
        again = make_site(content, tmp_path / "site", cache)
    finally:
        os.umask(before)
    assert (again / "handouts.zip").read_bytes() == (site / "handouts.zip").read_bytes()


def test_large_edition_alone_has_its_page(content, cache, tmp_path):
    """A build of one edition has its phone pages, which link the PDF that there is."""
    handouts = [h for h in plan_handouts(content) if (h.operator, h.edition) == ("alpha", "large")]
    folder = make_site(content, tmp_path / "site", cache, handouts)
    page = read_page((folder / "html/alpha.zh-km.html").read_text("utf-8"))
    assert page.find("a", href="../pdf/alpha.zh-km.large.pdf")
    for name, given in (("large.png", "large.png"), ("large.2.png", "large-2.png")):  # its form takes two pages
        assert page.find("a", href=f"../picture/alpha.zh-km.{name}", download=f"cancel-sim-alpha-zh-km-{given}")


@pytest.mark.parametrize(("count", "words"), [(1, "1 kB"), (117_400, "117 kB"), (3_943_130, "3.9 MB")])
@pytest.mark.parametrize("locale", ["en", "km", "vi", "zh_Hans"])
def test_sizes_are_round(count, words, locale):
    """Sizes are written in kB or MB, with the language's decimal sign and a space that does not break."""
    words = words.replace(".", ",") if locale == "vi" else words
    assert format_size(count, locale) == words.replace(" ", "\u00a0")
