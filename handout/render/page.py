"""Render: one handout as HTML, a text that can be read and compared."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from babel import Locale
from babel.lists import format_list
from markupsafe import Markup

from handout.model.content import Content
from handout.model.facts import Fact, FactDefinition, Source
from handout.model.languages import Language
from handout.model.markup import PLACEHOLDER, split_markup
from handout.model.values import Text
from handout.plan.ages import is_old
from handout.plan.guide import OperatorGuide, resolve_guide
from handout.plan.handouts import Handout
from handout.plan.unreviewed import find_unreviewed
from handout.render.formats import format_days, format_month, make_url, strip_scheme
from handout.render.linebreak import CHINESE_CLOSING, find_ending, keep_together, prepare_text
from handout.render.qr import draw_qr

# Where the numbers of a text's sources stand: before the end of the sentence.
SENTENCE_END = re.compile(r"[。！？។៕]|[.!?](?=\s|$)")


@dataclass(frozen=True)
class Citation:
    """A source that this handout relies on: its number, and the labels of the facts taken from it."""

    number: int
    source: Source
    facts: list[Text] = field(default_factory=list)


def make_environment(templates: Path) -> jinja2.Environment:
    """Return the strict Jinja environment: undefined names are errors, everything is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment


def _format_cited(numbers: set[int]) -> Markup:
    return Markup('<span class="cite">[{}]</span>').format(", ".join(map(str, sorted(numbers))))


class HandoutPage:
    """What a template sees of one handout: words, facts, blanks and citations in either language."""

    def __init__(self, content: Content, handout: Handout) -> None:
        """Resolve the operator's guide; nothing is read from disk here."""
        self.content = content
        self.handout = handout
        self.guide: OperatorGuide = resolve_guide(content, handout.operator)
        self.operator = self.guide.operator
        self.reader: Language = content.languages[handout.reader]
        self.staff: Language = content.languages[handout.staff]
        self.both = (self.reader, self.staff)
        self.citations: dict[str, Citation] = {}

    def words(self, text: Text, language: Language, sources: Collection[int] = ()) -> Markup:
        """Return a text in one language as HTML: bold, facts filled in, line breaks allowed or forbidden.

        The sources of the facts are named at the end of their sentence, except those that the list of numbers names;
        ``sources`` are the numbers of those that the whole text relies on, named at the end of the first sentence.
        """
        pieces: list[Markup] = []
        cited = set(sources)
        for kind, value, bold in split_markup(text[language.code]):
            rest, shape = value, Markup("<strong>{}</strong>") if bold else Markup("{}")
            if kind == "placeholder":
                pieces += map(shape.format, self._fill_placeholder(value, language))
                cited |= self._cite_in_text(value)
                continue
            if cited and (end := SENTENCE_END.search(value)):
                before, rest = value[: end.start()], value[end.start() :]
                # A line does not begin with the number.
                if before:
                    pieces += map(shape.format, self._part_ending(before, language))
                pieces.append(keep_together(pieces.pop() + _format_cited(cited)))
                cited = set()
            pieces.append(shape.format(self._prepare(rest, language)))
        if cited:
            pieces.append(_format_cited(cited))
        return Markup("").join(pieces)

    def _part_ending(self, words: str, language: Language) -> list[Markup]:
        """Return words as HTML in two pieces: at the start of the second a line may begin, not inside it."""
        at = find_ending(words) if language.breaking == "ideographic" else len(words)
        return [prepare_text(words[:at], language.breaking, language.phrases), Markup.escape(words[at:])]

    def _prepare(self, words: str, language: Language) -> Markup:
        """Return words with their line breaks; the last words of a Chinese sentence stay together."""
        at = len(words)
        if language.breaking == "ideographic" and words.endswith(tuple(CHINESE_CLOSING)):
            at = find_ending(words)
        start = prepare_text(words[:at], language.breaking, language.phrases)
        return start + keep_together(words[at:]) if words[at:] else start

    def plain(self, text: Text, language: Language) -> str:
        """Return a text in one language without markup or break aids, as attributes need it."""
        return "".join(
            value if kind == "words" else self._fill_plain(value, language)
            for kind, value, _bold in split_markup(text[language.code])
        )

    def label(self, text: Text) -> str:
        """Return a text in both languages for a field's tooltip."""
        return " / ".join(self.plain(text, language) for language in self.both)

    def phrase(self, language: Language, key: str, **values: object) -> Markup:
        """Return an interface word with its {braces} filled in."""
        raw = str(getattr(language.words, key))
        return self._prepare(raw, language).format(**values)

    def page_of(self, language: Language) -> Markup:
        """Return "Page x of y"; the counters are the style sheet's."""
        counters = {name: Markup('<span class="n-{}"></span>').format(name) for name in ("page", "pages")}
        return self.phrase(language, "page_of", **counters)

    def unreviewed(self) -> list[Language]:
        """Return the languages of this handout whose words no native speaker has reviewed."""
        return find_unreviewed(self.content, self.guide, self.both)

    def name_languages(self, languages: Sequence[Language], language: Language) -> str:
        """Return the names of languages in another one, as CLDR has them."""
        names = [Locale.parse(language.locale).languages[named.code] for named in languages]
        return str(format_list(names, "standard", locale=language.locale))

    def month(self, month: str, language: Language) -> str:
        """Return a month or date in the language's own form."""
        return format_month(month, language.locale)

    def fact(self, name: str, language: Language) -> Markup:
        """Return an operator's fact as it stands in the list of numbers, which both languages share."""
        return self._format_fact(self.operator.facts[name], self.definitions[name], language, Markup(" / "))

    @property
    def definitions(self) -> dict[str, FactDefinition]:
        """Return the operator facts that the guide declares, by name."""
        return self.content.guide.facts.operator

    def knows(self, name: str) -> bool:
        """Tell whether the operator has this fact and it is known."""
        return name in self.operator.facts and not self.operator.facts[name].unknown

    def lists(self, name: str) -> bool:
        """Tell whether a fact stands in the list of numbers: known, or to be asked, but not on the counter page."""
        definition = self.definitions[name]
        return self.knows(name) or not (definition.optional or definition.on_counter_page)

    def contacts(self) -> Iterator[tuple[str, str, list[int]]]:
        """Yield (interface word, address, sources) of the official sites: the operator's, if known, the regulator's.

        The sources of the operator's stand in the list of numbers.
        """
        if self.knows("site"):
            yield "scan_site", make_url(self.operator.facts["site"].values[0]), []
        site = self.content.regulator.facts["site"]
        numbers = self._cite_fact(site, self.content.guide.facts.regulator["site"])
        yield "scan_regulator", make_url(site.values[0]), numbers

    def qr(self, url: str) -> Markup:
        """Return an address as a QR code whose text alternative is the address."""
        return draw_qr(url, strip_scheme(url))

    def address(self, url: str) -> Markup:
        """Return an address as printed; long ones may break after a slash."""
        return Markup("/<wbr>").join(strip_scheme(url).split("/"))

    def domain(self, url: str) -> str:
        """Return the host of an address: enough to type by hand; the link behind it has the whole."""
        return strip_scheme(url).split("/")[0].removeprefix("www.")

    def bcp47(self, code: str) -> str:
        """Return the BCP 47 tag of a language code; the code itself for one without a file."""
        return self.content.languages[code].bcp47 if code in self.content.languages else code

    def foreign(self, words: str, code: str) -> Markup:
        """Return words that are quoted in their own language, such as a source's title."""
        language = self.content.languages.get(code)
        return prepare_text(words, language.breaking, language.phrases) if language else Markup.escape(words)

    def cite(self, name: str) -> list[int]:
        """Return the numbers of the sources of an operator's fact, numbered in the order of first use."""
        return sorted(self._cite_fact(self.operator.facts[name], self.definitions[name]))

    def cite_guide(self) -> list[int]:
        """Return the number of the general guide that the procedure comes from."""
        return [self._cite_source(key).number for key, s in self.content.sources.items() if s.kind == "guide"]

    def _fill_placeholder(self, raw: str, language: Language) -> list[Markup]:
        """Return what a placeholder stands for as one piece, a text in two, the last of which no line may break."""
        fact, definition, name = self._look_up(raw)
        if fact is None or definition is None:
            words = name[language.code]
            phrases = [words] if words.isascii() and " " not in words else language.phrases
            return [prepare_text(words, language.breaking, phrases)]
        if definition.kind == "text" and not fact.unknown:
            *start, ending = self._part_ending(self._format_values(fact, definition, language)[0], language)
            return [*start, ending + self._date_fact(fact, language)]
        return [self._format_fact(fact, definition, language)]

    def _cite_in_text(self, raw: str) -> set[int]:
        """Return the numbers of the sources of a fact inside a text, none for one whose sources stand elsewhere."""
        fact, definition, _name = self._look_up(raw)
        if fact is None or definition is None or fact.unknown or self._is_in_list(fact):
            return set()
        return set() if self.handout.edition == "counter" else set(self._cite_fact(fact, definition))

    def _is_in_list(self, fact: Fact) -> bool:
        """Tell whether a fact stands in the list of numbers, where its sources are."""
        listed = (name for name, definition in self.definitions.items() if definition.ask and self.lists(name))
        return any(self.operator.facts.get(name) is fact for name in listed)

    def _fill_plain(self, raw: str, language: Language) -> str:
        fact, definition, name = self._look_up(raw)
        if fact is None or definition is None:
            return name[language.code]
        return " / ".join(self._format_values(fact, definition, language)) or "…"

    def _look_up(self, raw: str) -> tuple[Fact | None, FactDefinition | None, Text]:
        match = PLACEHOLDER.fullmatch(raw)
        if match is None:
            raise ValueError(f"{raw} is no placeholder: validate lets none pass")
        scope, name = match.groups()
        owner = self.operator if scope == "operator" else self.content.regulator
        if name == "name":
            return None, None, owner.names
        if name == "short":
            return None, None, self.content.regulator.short
        definitions = self.definitions if scope == "operator" else self.content.guide.facts.regulator
        return owner.facts[name], definitions[name], owner.names

    def _format_fact(
        self, fact: Fact, definition: FactDefinition, language: Language, between: Markup | None = None
    ) -> Markup:
        """Return a fact as printed, a blank when nobody knows it; "or" or ``between`` joins several values."""
        if fact.unknown:
            ask = prepare_text(f"({language.words.ask})", language.breaking, language.phrases)
            return Markup('<span class="blank"></span> <span class="ask">{}</span>').format(ask)
        self._cite_fact(fact, definition)
        dated = self._date_fact(fact, language)
        values = self._format_values(fact, definition, language)
        if definition.kind == "text":
            return prepare_text(values[0], language.breaking, language.phrases) + dated
        if definition.kind == "date":
            return keep_together(values[0]) + dated
        marked = [Markup('<span class="fact">{}</span>').format(keep_together(v)) for v in values]
        return (between or self._say_or(language)).join(marked) + dated

    def _say_or(self, language: Language) -> Markup:
        space = "" if language.breaking == "ideographic" else " "
        return Markup("{0}{1}{0}").format(space, language.words.or_)

    def _date_fact(self, fact: Fact, language: Language) -> Markup:
        """Return " (as of <month>)" for a fact that is old in the guide's month, else nothing."""
        guide = self.content.guide
        if fact.checked is None or not is_old(fact.checked, guide.checked, guide.stale_after_months):
            return Markup("")
        return Markup(" ({})").format(self.phrase(language, "as_of", month=self.month(fact.checked, language)))

    def _format_values(self, fact: Fact, definition: FactDefinition, language: Language) -> list[str]:
        if definition.kind == "text" and isinstance(fact.value, Text):
            return [fact.value[language.code]]
        if definition.kind == "days":
            return [format_days(int(v), language.locale) for v in fact.values]
        if definition.kind == "date":
            return [format_month(v, language.locale) for v in fact.values]
        if definition.kind == "url":
            return [strip_scheme(v) for v in fact.values]
        if definition.kind == "prefixes":
            return [format_list(fact.values, "unit", locale=language.locale)]
        return fact.values

    def _cite_fact(self, fact: Fact, definition: FactDefinition) -> list[int]:
        numbers = []
        for key in fact.sources:
            citation = self._cite_source(key)
            if definition.label not in citation.facts:
                citation.facts.append(definition.label)
            numbers.append(citation.number)
        return numbers

    def _cite_source(self, key: str) -> Citation:
        return self.citations.setdefault(key, Citation(len(self.citations) + 1, self.content.sources[key]))


def render_handout(environment: jinja2.Environment, page: HandoutPage) -> str:
    """Return the HTML of one handout for paper; its page for the screen is made by site."""
    return environment.get_template("handout.html.j2").render(page=page, guide=page.content.guide)
