"""What a handout's PDF must be, taken from the content and the rendered page, never from the PDF."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from handout.base.diagnostics import Loc
from handout.fonts.bundled import FIELD_FAMILY
from handout.model.texts import walk_texts
from handout.render.formats import format_month, make_url
from handout.render.page import HandoutPage
from handout.render.strings import PageStrings

POINTS_PER_MM = 72 / 25.4
PAGE_SIZES = {"A4": (210 * POINTS_PER_MM, 297 * POINTS_PER_MM), "Letter": (612.0, 792.0)}
MAX_PAGES = {"standard": 4, "large": 16, "counter": 1}
# The most lines of each text of the counter page, by its key in the content.
MAX_LINES = {"request": 3, "latin": 1, "text": 2}
LABEL_LINES = {"label": 2, "question": 2}  # in large print as many as it needs


class Part(NamedTuple):
    """What begins a page, by the index of its first string, and the most pages that it may take."""

    start: int
    most: int


@dataclass(frozen=True)
class Expected:
    """What a handout's PDF must be. Lengths are in points, languages BCP 47, margins top, right, bottom, left.

    ``parts`` are the counter page and whatever else begins a page.
    ``strings`` are the texts of the pages with their language, in reading order; a text with words in another language
    is given in pieces. ``running`` are those of the page margins, on every page, with ``{page}`` and ``{pages}``;
    ``named`` are the paths of the operator's names in them.
    ``pairs`` are the indexes of those strings that begin the second language of a block. ``limits`` are texts in
    reading order with the most lines each may take and its path in the content; ``texts`` are all of them as printed.
    ``most_empty`` is the share of a page that may be empty at its foot, the last page excepted.
    ``fields`` are names and tooltips in tab order. ``digits`` are texts; every number in them is allowed.
    """

    parts: tuple[Part, ...]
    page_size: tuple[float, float]
    margins: tuple[float, float, float, float]
    lang: str
    languages: frozenset[str]
    strings: tuple[tuple[str, str], ...]
    families: frozenset[str]
    running: tuple[str, ...] = ()
    named: tuple[Loc, ...] = ()
    pairs: tuple[int, ...] = ()
    limits: tuple[tuple[str, int, Loc], ...] = ()
    texts: tuple[tuple[str, Loc], ...] = ()
    links: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()
    qr_addresses: tuple[str, ...] = ()
    most_empty: float = 1 / 3
    fields: Mapping[str, str] | None = None


def expect_pdf(page: HandoutPage, strings: PageStrings) -> Expected:
    """Return what the handout's PDF must be; the numbers allowed are those of facts, sources and reports."""
    content, handout = page.content, page.handout
    facts = [*page.operator.facts.values(), *content.regulator.facts.values()]
    values = [value for fact in facts for value in fact.values]
    printed = [words for s in content.sources.values() for words in (s.title, s.page_date or "", s.read)]
    values += [address for address in (content.guide.site.contact, content.guide.site.address) if address]
    values += [page.web_address] if page.web_address else []
    checked = {content.guide.checked, *(fact.checked for fact in facts if fact.checked)}
    checked |= {report.month for report in page.guide.reports}
    said = [words for report in page.guide.reports for words in report.strings]
    months = [format_month(month, language.locale) for month in sorted(checked) for language in page.both]
    return Expected(
        parts=tuple(limit_parts(page, strings)),
        page_size=PAGE_SIZES[content.guide.paper],
        margins=(12 * POINTS_PER_MM,) * 4,
        lang=strings.lang,
        languages=frozenset(language.bcp47 for language in page.both),
        strings=tuple(strings.strings),
        pairs=tuple(strings.pairs),
        limits=tuple(limit_lines(page)),
        texts=tuple(locate_texts(page)),
        running=tuple(text for _lang, text in strings.running),
        named=tuple(("operators", handout.operator, "names", language.code) for language in page.both),
        families=frozenset({language.font.family for language in content.languages.values()} | {FIELD_FAMILY}),
        links=frozenset([*map(make_url, values), *(source.url for source in content.sources.values() if source.url)]),
        digits=frozenset([*values, *printed, *months, *said]),
        most_empty=0.5 if handout.edition == "large" else 1 / 3,  # a heading and what it keeps are higher there
        qr_addresses=tuple(make_url(code) for code in strings.codes),
        fields=strings.fields,
    )


def limit_parts(page: HandoutPage, strings: PageStrings) -> Iterator[Part]:
    """Yield the parts of a handout; each has one page, and the last what is left."""
    *starts, last = (0, *strings.openings.values())
    yield from (Part(start, 1) for start in starts)
    yield Part(last, MAX_PAGES[page.handout.edition] - len(starts))


def locate_texts(page: HandoutPage) -> Iterator[tuple[str, Loc]]:
    """Yield the texts of a page as printed, each with its path in the content."""
    parts = {name: part for name, part in page.content if name != "reviews"}  # the most records, and no text
    places = {id(text): loc for loc, text in walk_texts(parts)}
    for text, code, words in page.printed:
        yield words.striptags(), (*places[id(text)], code)


def limit_lines(page: HandoutPage) -> Iterator[tuple[str, int, Loc]]:
    """Yield the counter page's texts in reading order: as printed, the most lines for it, its path in the content."""
    counter = page.content.guide.counter
    numbers = {answer.id: number for number, answer in enumerate(page.content.answers)}
    before = ("request", "asks", "latin", "fields")
    parts: list[tuple[Loc, Any]] = [(("guide", "counter", key), getattr(counter, key)) for key in before]
    parts += [(("answers", numbers[answer.id]), answer) for answer in page.guide.answers]
    parts.append((("guide", "counter", "record"), counter.record))
    limits = MAX_LINES if page.handout.edition == "large" else MAX_LINES | LABEL_LINES
    for start, part in parts:
        for loc, text in walk_texts(part, start):
            if most := limits.get(str(loc[-1])):
                for language in (page.staff, page.reader):
                    yield page.plain(text, language), most, (*loc, language.code)
