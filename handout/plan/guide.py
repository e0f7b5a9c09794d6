"""One operator's guide: what it says once the operator's differences are applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from handout.model.content import Content
from handout.model.facts import Fact
from handout.model.guide import Answer, Document, Faq, Item, Step, TextItem
from handout.model.operators import Operator, Regulator
from handout.model.texts import Text

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


def resolve_operator(content: Content, operator_id: str) -> Operator:
    """Return an operator whose facts have the values and sources of the common facts that they name."""
    operator = content.operators[operator_id]
    facts = {name: _resolve_fact(fact, content.regulator) for name, fact in operator.facts.items()}
    return operator.model_copy(update={"facts": facts})


def _resolve_fact(fact: Fact, regulator: Regulator) -> Fact:
    """Return a fact with the common one's values and sources after its own; it is as old as the older of the two."""
    if fact.common is None:
        return fact
    common = regulator.facts[fact.common]
    if not fact.values:
        return common
    return Fact(
        value=list(dict.fromkeys([*fact.values, *common.values])),
        source=list(dict.fromkeys([*fact.sources, *common.sources])),
        checked=min(month for month in (fact.checked, common.checked) if month),
    )


def resolve_guide(content: Content, operator_id: str) -> OperatorGuide:
    """Apply one operator's differences and the items' conditions to the common guide."""
    operator = resolve_operator(content, operator_id)
    added = operator.differences.add

    def apply(items: list[ItemType], extra: Iterable[Any] = ()) -> list[ItemType]:
        return _apply_differences(items, extra, operator)

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
    )


def _apply_differences(items: list[ItemType], extra: Iterable[Any], operator: Operator) -> list[ItemType]:
    result: list[ItemType] = list(items)
    for item in extra:
        at = next((i + 1 for i, other in enumerate(result) if other.id == item.after), len(result))
        result.insert(at, item)
    differences = operator.differences
    kept = [item for item in result if item.id not in differences.leave_out and _is_wanted(item, operator)]
    return [_replace_words(item, operator) for item in kept]


def _is_wanted(item: Item, operator: Operator) -> bool:
    def known(name: str) -> bool:
        return name in operator.facts and not operator.facts[name].unknown

    return all(known(n) for n in item.if_known) and not any(known(n) for n in item.if_unknown)


def _replace_words(item: ItemType, operator: Operator) -> ItemType:
    words = operator.differences.replace.get(item.id)
    if words is None:
        return item
    new: dict[str, Text] = {name: getattr(words, name) for name in words.model_fields_set}
    return item.model_copy(update=new)
