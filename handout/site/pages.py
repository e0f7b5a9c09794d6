"""Pages of the web site in the output folder, from which people get from their phone to paper in two taps.

One start page a language and one phone page an operator and language pair; static files that work from any folder,
without a server, without JavaScript and without a network. Everything a page says comes from the content.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import jinja2
from markupsafe import Markup

from handout.model.content import Content
from handout.model.facts import Source
from handout.model.languages import Language
from handout.model.operators import Operator
from handout.model.texts import Text
from handout.plan.handouts import Handout, MadeHandout
from handout.render.formats import format_size, list_values
from handout.render.linebreak import fill_phrase, prepare_text
from handout.render.page import HandoutPage
from handout.site.booklet import Booklet

ARCHIVE = "handouts.zip"
STYLE = "site.css"  # becomes part of each page, which is then seen after one answer of the network
SHARED_FILES = ("chats.js", "fill.js", "icon.svg", "mydetails.js", "site.js", "sw.js")
UNKNOWN_SIZE = Markup("<!-- size -->")  # in a page of a handout that has not been made yet
FORM_EDITIONS = ("counter", "standard", "large")  # the first that was made has the form that is filled in


@dataclass(frozen=True)
class Site:
    """What the web pages are made of: the content, the templates, the bundled fonts and where cut ones are kept."""

    content: Content
    environment: jinja2.Environment
    fonts: Path
    cache: Path
    share_size: ClassVar = (1200, 630)  # pixels, of what chats show beside a link

    @property
    def languages(self) -> list[Language]:
        """Return the languages of the start pages: the readers' first; the first one's page is index.html."""
        readers, staffs = zip(*(pair.split("-") for pair in self.content.guide.pairs), strict=True)
        return [self.content.languages[code] for code in dict.fromkeys(readers + staffs)]

    def name_start_page(self, language: Language) -> str:
        """Return the file name of a language's start page."""
        return "index.html" if language == self.languages[0] else f"{language.code}.html"

    def name_helpers_page(self, language: Language) -> str:
        """Return the file name of a language's page for people who print for others."""
        return "helpers.html" if language == self.languages[0] else f"helpers.{language.code}.html"

    def name_feed(self, language: Language) -> str:
        """Return the file name of a language's feed."""
        return "feed.xml" if language == self.languages[0] else f"feed.{language.code}.xml"

    def name_entry(self, language: Language, revision: str) -> str:
        """Return the name of a revision's entry in a feed, which stays as long as the site's address."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.locate(self.name_feed(language))}#{revision}").urn

    def open_page(self, made: MadeHandout) -> HandoutPage:
        """Return a handout as a page for the screen."""
        return HandoutPage(self.content, made.handout, on_screen=True)

    def prepare(self, text: Text, language: Language) -> Markup:
        """Return words of the guide that name no fact, as HTML."""
        return prepare_text(text[language.code], language, self.content.units)

    def prepare_words(self, language: Language) -> SimpleNamespace:
        """Return a language's interface words as HTML, for what is not an attribute."""
        words = language.words.model_dump()
        return SimpleNamespace(**{key: prepare_text(text, language, self.content.units) for key, text in words.items()})

    def ask_print_shop(self, language: Language) -> Markup:
        """Return what a print shop is asked for: page 1 twice, on the paper that it is made for, as large as it is."""
        guide = self.content.guide
        return fill_phrase(language, "print_shop", self.content.units, paper=guide.paper, scale="100%")

    def list_prefix_sources(self, operators: Iterable[Operator], language: Language) -> list[tuple[Source, str]]:
        """Return the sources of these operators' number prefixes, each with the names of those whom it is for."""
        names: dict[str, list[str]] = {}
        for operator in operators:
            for key in operator.facts["prefixes"].sources:
                names.setdefault(key, []).append(operator.names[language.code])
        return [(self.content.sources[key], list_values(named, language.locale)) for key, named in names.items()]

    def locate(self, path: str) -> str | None:
        """Return the web address of a file, if the guide says where the site will be."""
        return self.content.guide.site.locate(path.removesuffix("index.html"))


def render_start_page(
    site: Site,
    language: Language,
    made: Sequence[MadeHandout],
    sizes: Mapping[str, tuple[int, int]],
    archive_bytes: int,
) -> str:
    """Return the HTML of one language's start page, without its fonts.

    ``sizes`` are width and height of each preview in pixels, by its path.
    """
    return site.environment.get_template("site/start.html.j2").render(
        site=site,
        language=language,
        made=made,
        operators=list(group_choices(site, made, language.code)),
        sizes=sizes,
        archive=ARCHIVE,
        archive_bytes=archive_bytes,
    )


def render_helpers_page(
    site: Site, language: Language, made: Sequence[MadeHandout], booklets: Sequence[Booklet], archive_bytes: int
) -> str:
    """Return the HTML of one language's page for people who print for others, without its fonts."""
    template = site.environment.get_template("site/helpers.html.j2")
    size = {"archive": ARCHIVE, "archive_bytes": archive_bytes}
    return template.render(site=site, language=language, made=made, booklets=booklets, **size)


def render_feed(site: Site, language: Language) -> str:
    """Return what is new in each revision as an Atom feed (RFC 4287) in one language; the site needs an address."""
    template = site.environment.get_template("site/feed.xml.j2")
    return template.render(site=site, guide=site.content.guide, language=language)


def group_choices(site: Site, made: Sequence[MadeHandout], code: str) -> Iterator[list[list[MadeHandout]]]:
    """Yield each operator's language pairs, each as its editions; those with the page's ``code`` come first."""
    pairs, editions = site.content.guide.pairs, list[str](site.content.guide.editions)

    def rank(one: MadeHandout) -> tuple[object, ...]:
        h = one.handout
        has_language = (h.reader != code, code not in (h.reader, h.staff))
        return (h.operator, *has_language, pairs.index(h.pair), editions.index(h.edition))

    for _operator, mine in groupby(sorted(made, key=rank), lambda one: one.handout.operator):
        yield [list(choice) for _pair, choice in groupby(mine, lambda one: one.handout.pair)]


def pick_handouts(handouts: Iterable[Handout], editions: Sequence[str] = FORM_EDITIONS) -> dict[str, Handout]:
    """Return the first of the editions for each phone page, by the page's path; by default its form is filled in."""
    last_to_first = sorted(handouts, key=lambda one: editions.index(one.edition), reverse=True)
    return {one.html: one for one in last_to_first}


def render_phone_page(site: Site, made: MadeHandout, form: Handout | None = None, paths: Collection[str] = ()) -> str:
    """Return the HTML of one handout for the screen, without its fonts; ``form`` is filled in there, or the handout.

    ``paths`` are those of all phone pages that there are. Of a handout without bytes the size is left to be filled in.
    """
    page = site.open_page(made)
    alternates: dict[str, str] = {}
    for pair in site.content.guide.pairs:
        reader, staff = pair.split("-")
        path = Handout(page.operator.id, reader, staff, "standard").html
        if path in paths:
            alternates.setdefault(reader, path.removeprefix("html/"))
    alternates[page.reader.code] = made.handout.html.removeprefix("html/")
    template = site.environment.get_template("site/handout.html.j2")
    in_languages = [site.content.languages[code] for code in alternates]
    size = format_size(made.bytes, page.reader.locale) if made.bytes else UNKNOWN_SIZE
    given = {
        "size": size,
        "made": made,
        "form": form or made.handout,
        "alternates": alternates,
        "in_languages": in_languages,
    }
    return template.render(site=site, page=page, **given)
