"""Start page: the operators and their handouts in one language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from handout.model.languages import Language
from handout.plan.handouts import MadeHandout
from handout.render.formats import format_size
from handout.site.phone import PhonePage
from handout.site.site import ARCHIVE, Site

Sizes = dict[str, tuple[int, int]]  # width and height of each preview in pixels, by its path


@dataclass(frozen=True)
class Choice:
    """One language pair of an operator's handouts: its page for the screen, and its editions."""

    page: PhonePage
    editions: list[MadeHandout]


def render_start_page(
    site: Site, language: Language, made: Sequence[MadeHandout], sizes: Sizes, archive_bytes: int
) -> str:
    """Return the HTML of one language's start page, without its fonts."""
    return site.environment.get_template("site/start.html.j2").render(
        site=site,
        guide=site.content.guide,
        language=language,
        path=site.name_start_page(language),
        root="",
        operators=list(group_choices(site, made, language.code)),
        sizes=sizes,
        archive=ARCHIVE,
        archive_size=format_size(archive_bytes, language.locale),
        data=describe_documents(site, language, made),
    )


def group_choices(site: Site, made: Sequence[MadeHandout], code: str) -> Iterator[list[Choice]]:
    """Yield each operator's language pairs; those with the page's language ``code`` come first."""
    pairs, editions = site.content.guide.pairs, list[str](site.content.guide.editions)

    def rank(one: MadeHandout) -> tuple[object, ...]:
        h = one.handout
        return (
            h.operator,
            h.reader != code,
            code not in (h.reader, h.staff),
            pairs.index(h.pair),
            editions.index(h.edition),
        )

    for _operator, mine in groupby(sorted(made, key=rank), lambda one: one.handout.operator):
        grouped = [list(group) for _pair, group in groupby(mine, lambda one: one.handout.pair)]
        yield [Choice(PhonePage(site.content, group[0].handout), group) for group in grouped]


def describe_documents(site: Site, language: Language, made: Sequence[MadeHandout]) -> dict[str, Any]:
    """Return the start page's structured data: the PDFs as a list of schema.org DigitalDocument."""
    content = site.content
    documents = [
        {
            "@type": "DigitalDocument",
            "name": PhonePage(content, handout).plain(content.guide.title, language),
            "url": site.locate(handout.pdf) or handout.pdf,
            "encodingFormat": "application/pdf",
            "inLanguage": [content.languages[code].bcp47 for code in (handout.reader, handout.staff)],
            "version": content.guide.revision,
        }
        for handout in (one.handout for one in made)
    ]
    return {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": documents}
