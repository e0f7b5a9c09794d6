"""What verification expects of one handout's PDF, taken from the content and the rendered page, never from the PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handout.fonts import FIELD_FAMILY
from handout.render import HandoutPage, make_url
from handout.verify import Expected

if TYPE_CHECKING:
    from handout.strings import PageStrings

POINTS_PER_MM = 72 / 25.4
PAGE_SIZES = {"A4": (210 * POINTS_PER_MM, 297 * POINTS_PER_MM), "Letter": (612.0, 792.0)}
MAX_PAGES = {"standard": 4, "large": 16, "counter": 1}
MARGIN = 12 * POINTS_PER_MM


def expect_pdf(page: HandoutPage, strings: PageStrings) -> Expected:
    """Return what the handout's PDF must be; the numbers allowed are those of facts and sources."""
    content, handout = page.content, page.handout
    facts = [*page.operator.facts.values(), *content.regulator.facts.values()]
    dates = [date for source in content.sources.values() for date in (source.page_date or "", source.read)]
    checked = {content.guide.checked, *(fact.checked for fact in facts if fact.checked)}
    months = [page.month(month, language) for month in sorted(checked) for language in page.both]
    return Expected(
        handout=handout.id,
        max_pages=MAX_PAGES[handout.edition],
        page_size=PAGE_SIZES[content.guide.paper],
        margins=(MARGIN,) * 4,
        lang=strings.lang,
        languages=frozenset(language.bcp47 for language in page.both),
        strings=tuple(strings.strings),
        running=tuple(text for _lang, text in strings.running),
        families=frozenset({language.font.family for language in content.languages.values()} | {FIELD_FAMILY}),
        links=frozenset(
            {make_url(value) for fact in facts for value in fact.values}
            | {source.url for source in content.sources.values() if source.url}
        ),
        digits=frozenset([*(value for fact in facts for value in fact.values), *dates, *months]),
        qr_addresses=tuple(make_url(code) for code in strings.codes),
        fields=strings.fields,
    )
