"""Ages of facts: how many months ago each was checked, and which are old."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from handout.model.content import Content
from handout.model.facts import Fact, FactDefinition
from handout.plan.guide import resolve_operator

FactState = Literal["known", "old", "unknown"]


@dataclass(frozen=True)
class FactLine:
    """One fact as it is listed: whose it is, how many months old (None when unknown), and its state."""

    owner: str
    name: str
    fact: Fact
    definition: FactDefinition
    age: int | None
    state: FactState


def count_months(since: str, until: str) -> int:
    """Return the months from one ``YYYY-MM`` to another."""
    (year, month), (last_year, last_month) = (map(int, text.split("-")) for text in (since, until))
    return 12 * (last_year - year) + last_month - month


def is_old(checked: str, today: str, months: int) -> bool:
    """Tell whether a fact was checked more than so many months before ``today`` (both ``YYYY-MM``)."""
    return count_months(checked, today) > months


def list_facts(content: Content, today: str, operators: Sequence[str] = ()) -> Iterator[FactLine]:
    """Yield the facts of the operators (all, and the regulator, when none is named) with their age on ``today``."""
    defined = content.guide.facts
    wanted = [key for key in content.operators if key in (operators or [key])]
    owners = [(key, resolve_operator(content, key).facts, defined.operator) for key in wanted]
    if not operators:
        owners.append(("regulator", content.regulator.facts, defined.regulator))
    for owner, facts, definitions in owners:
        for name, fact in facts.items():
            if fact.checked is None:
                yield FactLine(owner, name, fact, definitions[name], None, "unknown")
                continue
            old = is_old(fact.checked, today, content.guide.stale_after_months)
            age = count_months(fact.checked, today)
            yield FactLine(owner, name, fact, definitions[name], age, "old" if old else "known")
