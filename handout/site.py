"""Site: the web pages of the output folder, from which people get from their phone to paper in two taps.

One start page a language and one phone page an operator and language pair; static files that work from any folder,
without a server, without JavaScript and without a network. Everything a page says comes from the content.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.lists import format_list
from fontTools.ttLib import TTFont
from markupsafe import Markup

from handout.cache import replace_file
from handout.fonts import Face, cut_face
from handout.linebreak import keep_together, prepare_text
from handout.plan import Handout
from handout.render import HandoutPage
from handout.strings import UNSEEN, VOID
from handout.sums import hash_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import jinja2

    from handout.model import Content, Fact, FactDefinition, Guide, Language, Operator, Source, Text

ARCHIVE = "handouts.zip"
ASSETS = ("icon.svg", "site.css", "site.js", "sw.js")
# Elements that the style sheet sets in bold: the bold fonts have the characters of these alone.
BOLD = {"h1", "h2", "h3", "strong", "b"}
# Where the sheet of the fonts goes: last, or a browser that is quick asks for fonts that the page's own sheet hides.
HEAD_END = "</head>"

Entry = dict[str, Any]
Letters = dict[tuple[str, int], set[str]]


@dataclass(frozen=True)
class Site:
    """What the web pages are made of: the content, the templates, the bundled fonts and where cut ones are kept."""

    content: Content
    environment: jinja2.Environment
    fonts: Path
    cache: Path

    @property
    def languages(self) -> list[Language]:
        """Return the languages of the start pages: the readers' first; the first one's page is index.html."""
        pairs = [pair.split("-") for pair in self.content.guide.pairs]
        codes = dict.fromkeys([reader for reader, _staff in pairs] + [staff for _reader, staff in pairs])
        return [self.content.languages[code] for code in codes]

    def name_start_page(self, language: Language) -> str:
        """Return the file name of a language's start page."""
        return "index.html" if language == self.languages[0] else f"{language.code}.html"

    def prepare(self, text: Text, language: Language) -> Markup:
        """Return words of the guide that name no fact, as HTML."""
        return prepare_text(text[language.code], language.breaking, language.phrases)

    def list_prefix_sources(self, operators: Iterable[Operator], language: Language) -> list[tuple[Source, str]]:
        """Return the sources of these operators' number prefixes, each with the names of those whom it is for."""
        names: dict[str, list[str]] = {}
        for operator in operators:
            for key in operator.facts["prefixes"].sources:
                names.setdefault(key, []).append(operator.names[language.code])
        return [
            (self.content.sources[key], str(format_list(named, "unit", locale=language.locale)))
            for key, named in names.items()
        ]

    def open_page(self, entry: Entry) -> PhonePage:
        """Return the page of a manifest's entry."""
        return PhonePage(self.content, Handout(*(entry[key] for key in ("operator", "reader", "staff", "edition"))))

    def locate(self, path: str) -> str | None:
        """Return the web address of a file, if the guide says where the site will be."""
        address = self.content.guide.site.address
        return f"{address.rstrip('/')}/{path.removesuffix('index.html')}" if address else None


# The kinds of facts that are links on a screen, with the scheme of their addresses.
SCHEMES = {"phone": "tel", "email": "mailto"}


class PhonePage(HandoutPage):
    """A handout for the screen: telephone numbers and e-mail addresses are links."""

    def _format_fact(
        self, fact: Fact, definition: FactDefinition, language: Language, between: Markup | None = None
    ) -> Markup:
        if fact.unknown or definition.kind not in SCHEMES:
            return super()._format_fact(fact, definition, language, between)
        self._cite_fact(fact, definition)
        link, scheme = Markup('<a href="{}:{}">{}</a>'), SCHEMES[definition.kind]
        links = [link.format(scheme, value.replace(" ", ""), keep_together(value)) for value in fact.values]
        return (between or self._say_or(language)).join(links) + self._date_fact(fact, language)


def write_site(site: Site, entries: Sequence[Entry], staging: Path) -> None:
    """Write the pages for the manifest's entries into ``staging``, which has their PDFs and previews."""
    write_archive([(entry["pdf"], staging / entry["pdf"]) for entry in entries], staging / ARCHIVE)
    (staging / "fonts").mkdir(exist_ok=True)
    site.cache.mkdir(parents=True, exist_ok=True)
    for language in site.languages:
        path = site.name_start_page(language)
        sizes = {entry["id"]: read_png_size(staging / entry["preview"]) for entry in entries}
        html = render_start_page(site, language, entries, sizes, (staging / ARCHIVE).stat().st_size)
        write_pages(site, [(path, html)], staging)
    handouts: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: site.content.guide.editions.index(entry["edition"])):
        handouts.setdefault(entry["html"], entry)
    write_pages(site, ((path, render_phone_page(site, handouts[path])) for path in sorted(handouts)), staging)
    for name in ASSETS:
        shutil.copyfile(find_template(site, name), staging / name)
    if site.content.guide.site.address:
        paths = [*map(site.name_start_page, site.languages), *sorted(handouts)]
        page = site.environment.get_template("site/sitemap.xml.j2").render(urls=map(site.locate, paths))
        (staging / "sitemap.xml").write_text(page, encoding="utf-8")


def render_start_page(
    site: Site, language: Language, entries: Sequence[Entry], sizes: dict[str, tuple[int, int]], archive_bytes: int
) -> str:
    """Return the HTML of one language's start page, without its fonts."""
    operators = [
        {"page": site.open_page(choices[0][0]), "choices": choices}
        for choices in group_choices(site.content.guide, entries, language.code)
    ]
    path = site.name_start_page(language)
    return site.environment.get_template("site/start.html.j2").render(
        site=site, guide=site.content.guide, language=language, path=path, root="", operators=operators, sizes=sizes,
        archive=ARCHIVE, archive_size=format_size(archive_bytes), format_size=format_size,
        data=describe_documents(site, language, entries),
    )  # fmt: skip


def render_phone_page(site: Site, entry: Entry) -> str:
    """Return the HTML of one handout for the screen, without its fonts."""
    page = site.open_page(entry)
    alternates: dict[str, str] = {}
    for pair in site.content.guide.pairs:
        reader, staff = pair.split("-")
        alternates.setdefault(reader, Handout(page.operator.id, reader, staff, "standard").html.removeprefix("html/"))
    alternates[page.reader.code] = entry["html"].removeprefix("html/")
    return site.environment.get_template("site/handout.html.j2").render(
        site=site, guide=site.content.guide, language=page.reader, path=entry["html"], root="../", page=page,
        entry=entry, alternates=alternates, format_size=format_size, data=describe_steps(page),
    )  # fmt: skip


def group_choices(guide: Guide, entries: Sequence[Entry], code: str) -> Iterator[list[list[Entry]]]:
    """Yield each operator's language pairs, each as its editions; pairs of the page's language come first."""

    def rank(entry: Entry) -> tuple[object, ...]:
        pair = entry["reader"], entry["staff"]
        order = guide.pairs.index("-".join(pair))
        return entry["operator"], pair[0] != code, code not in pair, order, guide.editions.index(entry["edition"])

    for _operator, mine in groupby(sorted(entries, key=rank), itemgetter("operator")):
        yield [list(editions) for _pair, editions in groupby(mine, itemgetter("reader", "staff"))]


def describe_documents(site: Site, language: Language, entries: Sequence[Entry]) -> dict[str, Any]:
    """Return the start page's structured data: the PDFs as a list of schema.org DigitalDocument."""
    content = site.content
    documents = [
        {
            "@type": "DigitalDocument",
            "name": site.open_page(entry).plain(content.guide.title, language),
            "url": site.locate(entry["pdf"]) or entry["pdf"],
            "encodingFormat": "application/pdf",
            "inLanguage": [content.languages[entry[key]].bcp47 for key in ("reader", "staff")],
            "version": content.guide.revision,
        }
        for entry in entries
    ]
    return {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": documents}


def describe_steps(page: HandoutPage) -> dict[str, Any]:
    """Return a phone page's structured data: the steps as a schema.org HowTo in the reader's language."""
    guide, language = page.content.guide, page.reader
    steps = [
        {
            "@type": "HowToStep",
            "name": page.plain(step.title, language),
            "text": language.sentence_space.join(page.plain(action.text, language) for action in step.actions),
        }
        for step in page.guide.steps
    ]
    return {
        "@context": "https://schema.org",
        "@type": "HowTo",
        "name": page.plain(guide.title, language),
        "inLanguage": language.bcp47,
        "step": steps,
    }


def write_pages(site: Site, pages: Iterable[tuple[str, str]], staging: Path) -> None:
    """Write pages, each a path and its HTML, of one folder: they share the fonts and the style sheet that names these.

    Their letters are known when all have been made, which then have the link put in, one in memory at a time.
    """
    reader, paths = _LetterReader(), list[Path]()
    for path, html in pages:
        reader.feed(html)
        paths.append(staging / path)
        paths[-1].parent.mkdir(exist_ok=True)
        paths[-1].write_text(html, encoding="utf-8")
    style = "".join(cut_web_fonts(site, reader.letters, staging)).encode()
    sheet = f"fonts/{hashlib.sha256(style).hexdigest()[:24]}.css"
    (staging / sheet).write_bytes(style)
    for page in paths:
        link = f'<link rel="stylesheet" href="{"../" * (len(page.relative_to(staging).parts) - 1)}{sheet}">'
        html = page.read_text("utf-8").replace(HEAD_END, f"{link}\n{HEAD_END}", 1)
        page.write_text(html, encoding="utf-8")


class _LetterReader(HTMLParser):
    """Collects the letters that pages show, by language tag and weight."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: Letters = {}
        self._open = [("", "", 400)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        _tag, lang, weight = self._open[-1]
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("lang") or lang, 700 if tag in BOLD else weight))

    def handle_endtag(self, tag: str) -> None:
        while self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        _tag, lang, weight = self._open[-1]
        if not UNSEEN & {tag for tag, *_ in self._open}:
            self.letters.setdefault((lang, weight), set()).update(data)


def cut_web_fonts(site: Site, letters: Letters, staging: Path) -> Iterator[str]:
    """Put the fonts of these letters into ``staging`` as WOFF2 and yield the style sheet's lines for them."""
    for language in site.content.languages.values():
        for weight, name in ((400, language.font.regular), (700, language.font.bold)):
            wanted = letters.get((language.bcp47, weight), set())
            if "".join(wanted).strip():
                face = Face(language.font.family, weight, site.fonts / name)
                path = pack_font(cut_face(face, frozenset(wanted), [], site.cache).path)
                shutil.copyfile(path, staging / "fonts" / path.name)
                yield (
                    f'@font-face {{ font-family: "{face.family}"; font-weight: {weight}; font-display: swap; '
                    f'src: url("{path.name}") format("woff2") }}\n'
                )
        yield f'[lang="{language.bcp47}"] {{ font-family: "{language.font.family}", system-ui, sans-serif }}\n'


def pack_font(path: Path) -> Path:
    """Return a cut font as WOFF2, made beside it unless it is there and whole."""
    packed, digest = path.with_suffix(".woff2"), path.with_suffix(".woff2.sha256")
    if not (packed.exists() and digest.exists() and digest.read_bytes() == hash_file(packed).encode()):
        with TTFont(path, recalcTimestamp=False) as font:
            font.flavor = "woff2"
            buffer = BytesIO()
            font.save(buffer)
        replace_file(packed, buffer.getvalue())
        replace_file(digest, hashlib.sha256(buffer.getvalue()).hexdigest().encode())
    return packed


def write_archive(files: Sequence[tuple[str, Path]], target: Path) -> None:
    """Write a zip of the files, each under its name; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in files:
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())


def read_png_size(path: Path) -> tuple[int, int]:
    """Return the width and height of a PNG file in pixels, from its header."""
    with path.open("rb") as file:
        width, height = struct.unpack(">16xII", file.read(24))
    return width, height


def find_template(site: Site, name: str) -> Path:
    """Return the file of a template that is published as it is."""
    template = site.environment.get_template(f"site/{name}")
    return Path(str(template.filename))


def format_size(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 1_000_000:.1f}\u00a0MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))}\u00a0kB"
