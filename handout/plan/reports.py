"""Reports: what customers were told about one operator's unknown facts, equal answers counted together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from handout.model.content import SOURCE_LANGUAGE, Content
from handout.model.operators import Operator
from handout.model.reports import Report, Said
from handout.model.texts import Text, list_strings


class Reported(NamedTuple):
    """An answer that customers had when they asked to cancel or suspend: how many, and the newest month."""

    asked: str
    answer: list[Text | str]
    customers: int
    month: str


def select_reports(content: Content, operator: str) -> list[Report]:
    """Return the reports about an operator, given by its id, the newest first."""
    mine = [report for report in content.reports.values() if report.operator == operator]
    return sorted(mine, key=lambda report: report.month, reverse=True)


def group_reports(content: Content, reports: Iterable[Report], operator: Operator) -> dict[str, list[Reported]]:
    """Return what reports, the newest first, answer about each fact that nobody knows, in the guide's order.

    The newest answer comes first; equal ones are one.
    """
    grouped: dict[str, dict[tuple[str, str], Reported]] = {}
    for report in reports:
        for fact, said in report.answers.items():
            answer, groups = read_answer(content, fact, said), grouped.setdefault(fact, {})
            key = report.asked, str(sorted(words for part in answer for words in list_strings(part))).casefold()
            first = groups.get(key, Reported(report.asked, answer, 0, report.month))
            groups[key] = first._replace(customers=first.customers + 1)
    known = {name for name, fact in operator.facts.items() if not fact.unknown}
    return {
        name: list(grouped[name].values())
        for name in content.guide.facts.operator
        if name in grouped and name not in known
    }


def read_answer(content: Content, fact: str, said: Said) -> list[Text | str]:
    """Return the parts of an answer, in the content's order: texts of it and of the content, amounts, periods."""
    if isinstance(said, Text):
        return [said]
    choices, given = content.list_choices(fact), [said] if isinstance(said, str) else said
    chosen: list[Text | str] = [text for name, text in choices.items() if name in given]
    return [*chosen, *dict.fromkeys(_shorten(part) for part in given if part not in choices)]


def describe_reports(content: Content, operator: str, fact: str) -> Iterator[tuple[str, str]]:
    """Yield the month of each report about an operator's fact, the newest first, and what it says in English."""
    for report in select_reports(content, operator):
        if fact in report.answers:
            parts = read_answer(content, fact, report.answers[fact])
            words = ", ".join(part if isinstance(part, str) else part.root.get(SOURCE_LANGUAGE, "…") for part in parts)
            yield report.month, f"{words}  {report.town}, {report.asked}"


def _shorten(measured: str) -> str:
    """Return an amount or a period as it is written shortest: 5 USD for 5.00 USD, 1 days for 1 day."""
    number, unit = measured.split(" ")
    unit = "days" if unit == "day" else unit
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {unit}"
