"""Facts as they are printed: their values, a blank when nobody knows one, their age, and their sources' numbers."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple, get_args

from markupsafe import Markup

from handout.model.content import Content
from handout.model.facts import Fact, FactDefinition, Passage, SourceKind
from handout.model.languages import Language
from handout.model.operators import Operator
from handout.model.texts import PLACEHOLDER, Text
from handout.plan.guide import count_months
from handout.plan.reports import Reported
from handout.render.formats import format_days, format_month, list_values, make_url, strip_scheme
from handout.render.linebreak import fill_phrase, keep_together, part_ending, prepare_text

SCHEMES = {"phone": "tel", "email": "mailto"}  # of the addresses of facts that are links on a screen

# Values of these kinds may take more lines than one if they have more letters than fit into the list of numbers.
LONG_KINDS, LONGEST = ("name", "url", "email"), 18
GRADES = get_args(SourceKind)
SURE = GRADES[:3]  # what rests on one of these needs no word beside it


class Citations:
    """The sources that a page relies on, numbered in the order in which it first names them.

    ``passages`` are those of the facts that stand in sentences alone, each once.
    """

    def __init__(self) -> None:
        self.by_source: dict[str, int] = {}
        self.passages: dict[str, dict[Passage, None]] = {}

    def cite(self, sources: Iterable[str]) -> list[int]:
        """Return the numbers of sources of the content; one that has no number yet gets the next."""
        return [self.by_source.setdefault(key, len(self.by_source) + 1) for key in sources]


class Contact(NamedTuple):
    """An official site: the interface word for it, its address, and the fact if its sources stand nowhere else."""

    word: str
    address: str
    fact: Fact | None


class DefinedFact(NamedTuple):
    """A fact, and what the guide says of it."""

    fact: Fact
    definition: FactDefinition


class FactPrinter:
    """The facts of one operator and of the regulator, for one page on paper or on a screen.

    ``listed`` are the definitions of those in the list of numbers: known, or to be asked but not on the counter page;
    then those that customers have ``reported``.
    """

    def __init__(
        self,
        content: Content,
        operator: Operator,
        citations: Citations,
        reported: Mapping[str, list[Reported]],
        *,
        on_screen: bool,
    ) -> None:
        self.content, self.operator, self.citations, self.on_screen = content, operator, citations, on_screen
        self.units = content.units
        self.reported = reported
        self.listed = {
            name: definition
            for name, definition in content.guide.facts.operator.items()
            if definition.ask
            and (self.knows(name) or not (definition.optional or definition.answer or name in reported))
        } | {name: content.guide.facts.operator[name] for name in reported}

    def knows(self, name: str) -> bool:
        """Tell whether the operator has this fact and it is known."""
        return name in self.operator.facts and not self.operator.facts[name].unknown

    def is_in_list(self, fact: Fact) -> bool:
        """Tell whether a fact stands in the list of numbers, where its sources are."""
        return any(self.operator.facts.get(name) is fact for name in self.listed)

    def list_contacts(self) -> Iterator[Contact]:
        """Yield the official sites: the operator's, if known, whose sources stand in the list; the regulator's."""
        if self.knows("site"):
            yield from (Contact("scan_site", make_url(url), None) for url in self.operator.facts["site"].values)
        site = self.content.regulator.facts["site"]
        yield from (Contact("scan_regulator", make_url(url), site) for url in site.values)

    def cite(self, fact: Fact, language: Language) -> dict[int, str]:
        """Return the numbers of a fact's sources, each with a word if none of them is official."""
        word = "" if (grade := self.grade(fact)) in SURE else getattr(language.words, f"kind_{grade}")
        return dict.fromkeys(sorted(self._cite(fact)), word)

    def _cite(self, fact: Fact) -> list[int]:
        for key, passage in () if self.is_in_list(fact) else fact.passages.items():
            self.citations.passages.setdefault(key, {})[passage] = None
        return self.citations.cite(fact.sources)

    def grade(self, fact: Fact) -> SourceKind:
        """Return what the best of a fact's sources is."""
        return min((self.content.sources[key].kind for key in fact.sources), key=GRADES.index)

    def show(self, name: str, language: Language) -> Markup:
        """Return an operator's fact as it stands in the list of numbers, which both languages share."""
        fact = DefinedFact(self.operator.facts[name], self.content.guide.facts.operator[name])
        return Markup("").join(self.format(fact, language, Markup(" / ")))

    def look_up(self, raw: str) -> DefinedFact | Text:
        """Return what a raw placeholder stands for: a fact, or a name."""
        match = PLACEHOLDER.fullmatch(raw)
        if match is None:
            raise ValueError(f"{raw} is no placeholder: validate lets none pass")
        scope, name = match.groups()
        owner = self.operator if scope == "operator" else self.content.regulator
        if name == "name":
            return owner.names
        if name == "short":
            return self.content.regulator.short
        return DefinedFact(owner.facts[name], getattr(self.content.guide.facts, scope)[name])

    def format(self, defined: DefinedFact, language: Language, between: Markup | None = None) -> list[Markup]:
        """Return a fact as printed, a blank when nobody knows it; "or" or ``between`` joins several values.

        It comes in pieces, between which a line may break; the last one stays with what follows.
        """
        fact, definition = defined
        if fact.unknown:
            words = language.brackets.strip().format(language.words.ask)
            ask = prepare_text(words, language, self.units)
            return [Markup('<span class="blank"></span> <span class="ask">{}</span>').format(ask)]
        values = format_values(defined, language)
        if definition.kind == "text":
            *start, ending = part_ending(values[0], language, self.units)
            ending = keep_together(ending) if ending else ending
        else:
            self._cite(fact)
            space = "" if language.breaking == "ideographic" else " "
            either = Markup("{0}{1}{0}").format(space, language.words.or_) if between is None else between
            start, ending = [], either.join(self.mark_value(value, definition) for value in values)
        return [*start, ending + self.date(fact, language)]

    def mark_value(self, value: str, definition: FactDefinition) -> Markup:
        """Return one value of a fact as HTML; on a screen, telephone numbers and e-mail addresses are links."""
        if definition.kind in LONG_KINDS and len(value) > LONGEST:
            return Markup('<span class="fact long">{}</span>').format(value)
        kept = keep_together(value)
        if self.on_screen and definition.kind in SCHEMES:
            return Markup('<a href="{}:{}">{}</a>').format(SCHEMES[definition.kind], value.replace(" ", ""), kept)
        return kept if definition.kind == "date" else Markup('<span class="fact">{}</span>').format(kept)

    def date(self, fact: Fact, language: Language) -> Markup:
        """Return " (as of <month>)" for a fact that is old in the guide's month, else nothing."""
        guide = self.content.guide
        if fact.checked is None or count_months(fact.checked, guide.checked) <= guide.stale_after_months:
            return Markup("")
        month = format_month(fact.checked, language.locale)
        return Markup.escape(language.brackets).format(fill_phrase(language, "as_of", self.units, month=month))


def format_cited(numbers: Mapping[int, str]) -> Markup:
    """Return the numbers of sources as they stand behind a fact, such as [4; press 6, 7]: the official ones first."""
    order = sorted((word, number) for number, word in numbers.items())
    groups = [(word, [str(number) for _word, number in some]) for word, some in groupby(order, lambda one: one[0])]
    shown = "; ".join(f"{word} {', '.join(some)}".lstrip() for word, some in groups)
    return Markup('<span class="cite">[{}]</span>').format(shown)


def format_values(defined: DefinedFact, language: Language) -> list[str]:
    """Return a fact's values as plain words in one language."""
    fact, definition = defined
    if isinstance(fact.value, Text):
        return [fact.value[language.code]]
    if definition.kind == "days":
        return [format_days(int(value), language.locale) for value in fact.values]
    if definition.kind == "date":
        return [format_month(value, language.locale) for value in fact.values]
    if definition.kind == "url":
        return [strip_scheme(value) for value in fact.values]
    if definition.kind == "prefixes":
        return [list_values(fact.values, language.locale)]
    return fact.values
