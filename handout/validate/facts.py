"""Facts: each one that is declared is there, has a source and a month, and is written as its kind is."""

import datetime as dt
import re
from collections.abc import Iterator

from handout.base.diagnostics import Diagnostic, Loc, suggest_name
from handout.load.tree import Tree
from handout.model.content import Content
from handout.model.facts import Fact, FactKind
from handout.model.texts import Text

# How the values of a kind of fact are written.
FACT_FORMS = {
    "phone": (r"\+?[0-9][0-9 ]{1,18}", "a phone number: digits and spaces"),
    "code": (r"[*#0-9]{2,20}", "a code: digits, * and #, in quotes"),
    "url": (r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S{0,200})?", "an address such as www.example.com"),
    "email": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "an e-mail address such as info@example.com"),
    "days": (r"[0-9]{1,4}", "a number of days in digits"),
    "date": (r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?", "a date such as 2026, 2026-11 or 2026-11-05"),
    "prefixes": (r"0[0-9]{1,5}", "the first digits of numbers, such as 012"),
}


def check_facts(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report facts that are missing, that nothing declares, or that are not complete."""
    if "site" not in content.regulator.facts or content.regulator.facts["site"].unknown:
        message, hint = "the regulator's site must be known", "add its value, source and month"
        yield tree.report(("regulator", "facts", "site"), "missing-site", message, hint, key=True)
    owners: dict[Loc, dict[str, Fact]] = {("regulator", "facts"): content.regulator.facts}
    owners |= {("operators", key, "facts"): operator.facts for key, operator in content.operators.items()}
    for loc, facts in owners.items():
        definitions = content.guide.facts.regulator if loc[0] == "regulator" else content.guide.facts.operator
        misspelt = " ".join(suggest_name(name, definitions) for name in facts if name not in definitions)
        for name in set(definitions) - set(facts):
            if not definitions[name].optional and f'"{name}"' not in misspelt:
                hint = f'write "{name}: {{unknown: true}}" if nobody knows it'
                yield tree.report(loc, "missing-fact", f'fact "{name}" is missing', hint, key=True)
        for name, fact in facts.items():
            if name not in definitions:
                message, hint = f'no fact "{name}" is declared in guide.yaml', suggest_name(name, definitions)
                yield tree.report((*loc, name), "unknown-fact", message, hint, key=True)
                continue
            if fact.common is not None and not fact.unknown:
                yield from _check_common(content, tree, (*loc, name, "common"), fact, definitions[name].kind)
            yield from _check_fact(content, tree, (*loc, name), fact)
            yield from _check_form(tree, (*loc, name, "value"), fact, definitions[name].kind)


def check_sources(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report sources whose address or date cannot be."""
    for name, source in content.sources.items():
        if source.url is not None and not re.fullmatch(r"https?://[^\s\"<>]{3,300}", source.url):
            yield tree.report(("sources", name, "url"), "wrong-address", "this is not an address", "expected https://…")
        if source.page_date is not None and not _is_date(source.page_date):
            message = f"there is no day {source.page_date}"
            yield tree.report(("sources", name, "page_date"), "wrong-date", message, "expected YYYY-MM-DD")


def _check_fact(content: Content, tree: Tree, loc: Loc, fact: Fact) -> Iterator[Diagnostic]:
    """Report a fact that lacks its value, source or month; one that is unknown or common has none of its own."""
    if fact.unknown:
        if fact.value is not None or fact.common is not None:
            message = "a fact is unknown or has a value, not both"
            yield tree.report(loc, "fact-both", message, "delete one of the two", key=True)
        return
    if fact.common is not None and "value" not in fact.model_fields_set:
        return
    if not fact.values:
        hint = 'write "unknown: true" if nobody knows it, and a code with # in quotes'
        yield tree.report(loc, "fact-empty", "this fact has no value", hint, key=True)
    if not fact.sources:
        hint = "add source: with an id of sources.yaml"
        yield tree.report(loc, "fact-unsourced", "this fact has no source", hint, key=True)
    if fact.checked is None:
        yield tree.report(loc, "fact-undated", "this fact has no date", "add checked: YYYY-MM", key=True)
    elif fact.checked > content.guide.checked:
        message = "this month is later than the one printed on every page"
        hint = "raise checked: in guide.yaml, or mend this month"
        yield tree.report((*loc, "checked"), "fact-ahead", message, hint, "warning")
    for name in fact.sources:
        if name not in content.sources:
            message, hint = f'no source "{name}" in sources.yaml', suggest_name(name, content.sources)
            yield tree.report((*loc, "source"), "unknown-source", message, hint, part=name)


def _check_common(content: Content, tree: Tree, loc: Loc, fact: Fact, kind: FactKind) -> Iterator[Diagnostic]:
    """Report a common fact that does not exist, or does not go with the fact that names it."""
    name, facts, defined = str(fact.common), content.regulator.facts, content.guide.facts.regulator
    if loc[0] == "regulator":
        hint = "give it a value, or take it in an operator's file"
        yield tree.report(loc, "common-fact", "only an operator takes a common fact", hint, key=True)
    elif name not in facts or name not in defined:
        yield tree.report(loc, "unknown-fact", f'no fact "{name}" in regulator.yaml', suggest_name(name, facts))
    elif defined[name].kind != kind:
        message = f'"{name}" is of the kind {defined[name].kind}, this fact of the kind {kind}'
        yield tree.report(loc, "common-fact", message, "name a common fact of the same kind")
    elif "value" not in fact.model_fields_set and (fact.sources or fact.checked):
        message = "the common fact has a source and a month of its own"
        yield tree.report(loc, "common-fact", message, "delete those here")
    elif isinstance(fact.value, Text) or (fact.value is not None and isinstance(facts[name].value, Text)):
        message = "a text in several languages has no second value"
        yield tree.report(loc, "common-fact", message, "keep one of the two")


def _check_form(tree: Tree, loc: Loc, fact: Fact, kind: FactKind) -> Iterator[Diagnostic]:
    """Report values that are not written as their kind of fact is."""
    if fact.unknown or kind not in FACT_FORMS:
        return
    pattern, words = FACT_FORMS[kind]
    for value in fact.values:
        fits = re.fullmatch(pattern, value, re.ASCII) and (kind != "date" or _is_date(value))
        if isinstance(fact.value, Text) or not fits:
            yield tree.report(loc, "fact-form", f'"{value}" is not a {kind}', f"expected {words}", part=value)


def _is_date(date: str) -> bool:
    """Tell whether the day of a date exists; a year or a month alone does."""
    try:
        dt.date.fromisoformat(f"{date}-01-01"[:10])
    except ValueError:
        return False
    return True
