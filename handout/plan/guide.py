"""One operator's guide: the operator's differences applied, the ages of its facts, and who has reviewed its words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from handout.model.content import SOURCE_LANGUAGE, Content, hash_text
from handout.model.facts import Fact, FactDefinition, Passage
from handout.model.guide import Answer, Document, Faq, Item, Step, TextItem
from handout.model.languages import Language
from handout.model.operators import Operator, Regulator
from handout.model.reports import Report
from handout.model.texts import walk_texts
from handout.plan.reports import select_reports

ItemType = TypeVar("ItemType", bound=Item)


@dataclass(frozen=True)
class OperatorGuide:
    """The guide as one operator's handouts print it: items left out, replaced and added."""

    operator: Operator
    why: list[TextItem]
    numbers_notes: list[TextItem]
    steps: list[Step]
    documents: list[Document]
    answers: list[Answer]
    faqs: list[Faq]
    warnings: list[TextItem]
    reports: list[Report]


def resolve_operator(content: Content, operator_id: str) -> Operator:
    """Return an operator whose facts have the values and sources of the common facts that they name."""
    operator = content.operators[operator_id]
    facts = {name: _resolve_fact(fact, content.regulator) for name, fact in operator.facts.items()}
    for report in select_reports(content, operator_id):
        facts |= {name: Fact(unknown=True) for name in report.answers if name not in facts}
    return operator.model_copy(update={"facts": facts})


def _resolve_fact(fact: Fact, regulator: Regulator) -> Fact:
    """Return a fact with the common one's values and passages after its own; it is as old as the older of the two."""
    if fact.common is None:
        return fact
    common = regulator.facts[fact.common]
    if not fact.values:
        return common
    return Fact(
        value=list(dict.fromkeys([*fact.values, *common.values])),
        source={**dict.fromkeys([*fact.sources, *common.sources]), **common.passages, **fact.passages},
        checked=min(month for month in (fact.checked, common.checked) if month),
    )


def place_items(items: list[ItemType], extra: Iterable[Any]) -> list[ItemType]:
    """Return items with those added, each after the one that it names, in their order after the same or at the end.

    What follows an item that does not stand in the list is lost: validate lets none pass.
    """
    following: dict[str | None, list[Any]] = {}
    for item in extra:
        following.setdefault(item.after, []).append(item)

    def spread(some: list[Any]) -> list[ItemType]:
        return [one for item in some for one in (item, *spread(following.get(item.id, [])))]

    return spread([*items, *following.get(None, [])])


def resolve_guide(content: Content, operator_id: str) -> OperatorGuide:
    """Apply one operator's differences and the items' conditions to the common guide."""
    operator = resolve_operator(content, operator_id)
    added, replaced = operator.differences.add, operator.differences.replace
    known = {name for name, fact in operator.facts.items() if not fact.unknown}

    def apply(items: list[ItemType], extra: Iterable[Any] = ()) -> list[ItemType]:
        return [replace_words(item) for item in place_items(items, extra) if is_printed(item)]

    def is_printed(item: Item) -> bool:
        wanted = known.issuperset(item.if_known) and known.isdisjoint(item.if_unknown)
        return wanted and item.id not in operator.differences.leave_out

    def replace_words(item: ItemType) -> ItemType:
        words = {str(part): text for part, text in replaced.get(item.id, {}).items()}
        return item.model_copy(update=words) if words else item

    steps = [
        step.model_copy(update={"actions": apply(step.actions), "tips": apply(step.tips)})
        for step in apply(content.steps, added.steps)
    ]
    return OperatorGuide(
        operator=operator,
        why=apply(content.guide.why),
        numbers_notes=apply(content.guide.numbers_notes),
        steps=steps,
        documents=apply(content.documents, added.documents),
        answers=apply(content.answers),
        faqs=apply(content.faqs, added.faqs),
        warnings=apply(content.warnings, added.warnings),
        reports=select_reports(content, operator_id),
    )


def find_unreviewed(content: Content, guide: OperatorGuide, languages: Iterable[Language]) -> list[Language]:
    """Return the languages in which an operator's handouts show words that no native speaker has reviewed."""
    common = content.guide
    shown = [
        [guide.operator.names, guide.operator.notice, guide.operator.facts, content.regulator],
        [guide.why, guide.numbers_notes, guide.steps, guide.documents, guide.answers, guide.faqs, guide.warnings],
        guide.reports,
        [common.title, common.facts, common.counter, common.sections, common.documents_note, common.procedure_note],
    ]
    texts = [text.root for _, text in walk_texts(shown)]
    return [language for language in languages if not _is_reviewed(content, language, texts)]


def _is_reviewed(content: Content, language: Language, texts: list[dict[str, str]]) -> bool:
    if language.code == SOURCE_LANGUAGE:
        return True
    records = content.reviews.get(language.code, {}).values()
    reviewed = {(record.source, record.text) for record in records if record.by}
    pairs = [(text.get(SOURCE_LANGUAGE, ""), text[language.code]) for text in texts if language.code in text]
    pairs += zip(dict(content.languages[SOURCE_LANGUAGE].words).values(), dict(language.words).values(), strict=True)
    return all((hash_text(source), hash_text(text)) in reviewed for source, text in pairs)


@dataclass(frozen=True)
class FactLine:
    """One fact as it is listed: whose it is, how many months old (None when unknown), and its state.

    That is "known", "old" when it was checked more months ago than the guide allows, or "unknown".
    """

    owner: str
    name: str
    fact: Fact
    definition: FactDefinition
    age: int | None
    state: str


def count_months(since: str, until: str) -> int:
    """Return the months from one ``YYYY-MM`` to another."""
    (year, month), (last_year, last_month) = (map(int, text.split("-")) for text in (since, until))
    return 12 * (last_year - year) + last_month - month


def list_facts(content: Content, today: str, operators: Sequence[str] = ()) -> Iterator[FactLine]:
    """Yield the facts of the operators (all, and the regulator, when none is named) with their age on ``today``."""
    defined = content.guide.facts
    wanted = [key for key in content.operators if key in (operators or [key])]
    owners = [(key, resolve_operator(content, key).facts, defined.operator) for key in wanted]
    if not operators:
        owners.append(("regulator", content.regulator.facts, defined.regulator))
    for owner, facts, definitions in owners:
        for name, fact in facts.items():
            age = count_months(fact.checked, today) if fact.checked else None
            state = "unknown" if age is None else "old" if age > content.guide.stale_after_months else "known"
            yield FactLine(owner, name, fact, definitions[name], age, state)


def list_evidence(content: Content, fact: Fact) -> Iterator[str]:
    """Yield two lines for each source of a fact: whose it is, where in it and when the words were read; the words."""
    for key in fact.sources:
        source, passage = content.sources[key], fact.passages.get(key, Passage())
        parts = [source.publisher, source.kind, passage.where, f"read {passage.read or source.read}", passage.fixed]
        yield f"{key}: {', '.join(filter(None, parts))}"
        yield f"  “{passage.quote}”" if passage.quote else "  no quote"
