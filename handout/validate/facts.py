"""Facts: each one that is declared is there, has a source and a month, and is what its kind may be."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from handout.base.diagnostics import Diagnostic, Loc, suggest_name, suggest_source
from handout.load.characters import explain_form
from handout.load.tree import Tree
from handout.model.content import PAPERS, Content
from handout.model.facts import Fact, FactDefinition, FactKind, Sourced
from handout.model.texts import Text


class Form(NamedTuple):
    """How a kind of fact is written: a pattern for each of its strings, that in words, and what its value may be."""

    pattern: str
    words: str
    shapes: tuple[type, ...] = (str, list)


SHAPES: dict[type, str] = {str: "one value", list: "a list", Text: "a text in several languages"}
_PHONE = (
    r"\+855 ?[1-9](?: ?[0-9]){7,8}|\+(?!855|0)[0-9](?: ?[0-9]){6,14}|(?!00|855(?: ?[0-9]){8})[0-9](?: ?[0-9]){1,14}"
)
_URL = r"(?:https?://)?(?:[\w-]+\.)+[A-Za-z][\w-]+(?::[0-9]{1,5})?(?:[/?#][!#-;=?-~]{0,200})?"
_DATE = r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?"
_WORDS = r"(?:(?!\*\*|\{\{)[\s\S])+", "words alone, without ** and {{"
FACT_FORMS: dict[FactKind, Form] = {
    "phone": Form(_PHONE, "a phone number: digits and single spaces; +855 stands in place of the first 0"),
    "code": Form(r"[*#0-9]{2,20}", "a code: digits, * and #, in quotes"),
    "url": Form(_URL, "an address such as www.example.com"),
    "email": Form(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "an e-mail address such as info@example.com"),
    "name": Form(*_WORDS, (str, list, Text)),
    "text": Form(*_WORDS, (str, Text)),
    "days": Form(r"[1-9][0-9]{0,3}", "a number of days in digits"),
    "date": Form(_DATE, "a date such as 2026, 2026-11 or 2026-11-05"),
    "prefixes": Form(r"0[0-9]{1,5}", "the first digits of numbers, such as 012"),
}
ONE_LANGUAGE = re.compile("[\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")  # letters that not all readers read
# The facts that pages look up by their names, and of which kind they are there.
NEEDED: dict[str, dict[str, FactKind]] = {
    "operator": {"site": "url", "prefixes": "prefixes"},
    "regulator": {"site": "url"},
}


def check_definitions(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report facts that pages look up and guide.yaml lacks or has of another kind, and unknown answers of page 1."""
    answers = [PAPERS, *(answer.id for answer in content.answers)]
    for name, definition in content.guide.facts.operator.items():
        if definition.answer is not None and definition.answer not in answers:
            at, message = ("guide", "facts", "operator", name, "answer"), f'no answer "{definition.answer}"'
            yield tree.report(at, "unknown-id", message, suggest_name(definition.answer, answers))
    for scope, names in NEEDED.items():
        loc, defined = ("guide", "facts", scope), getattr(content.guide.facts, scope)
        for name, kind in names.items():
            message = f'every page needs "{name}" of the kind {kind}'
            if name not in defined:
                hint = f'write "{name}:" and below it "kind: {kind}"'
                yield tree.report(loc, "missing-fact", message, hint, key=True)
            elif defined[name].kind != kind:
                yield tree.report((*loc, name, "kind"), "fact-kind", message, f"expected {kind}")


def check_facts(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report facts that are missing, that nothing declares, or that are not complete."""
    if "site" in content.regulator.facts and content.regulator.facts["site"].unknown:
        message, hint = "the regulator's site must be known", "add its value, source and month"
        yield tree.report(("regulator", "facts", "site"), "missing-site", message, hint, key=True)
    for loc, facts, definitions in list_owners(content):
        needed = NEEDED["regulator" if loc[0] == "regulator" else "operator"]
        misspelt = " ".join(suggest_name(name, definitions) for name in facts if name not in definitions)
        for name in set(definitions) - set(facts):
            if (name in needed or not definitions[name].optional) and f'"{name}"' not in misspelt:
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


def check_status(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report a status that lacks its source or month; nobody needs one to leave "unconfirmed" as it is."""
    for key, operator in content.operators.items():
        status = operator.status
        if status.value != "unconfirmed" or status.sources or status.checked:
            yield from _check_source(content, tree, ("operators", key, "status"), status)


def check_numbers(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report a number that is grouped in two ways, and warn of one after +855 that is none of its owner's others."""
    grouped: dict[str, str] = {}
    for loc, facts, definitions in list_owners(content):
        phones = {name: facts[name] for name in facts if name in definitions and definitions[name].kind == "phone"}
        own = [at for name, fact in phones.items() for at in locate_values((*loc, name, "value"), fact)]
        if not all(re.fullmatch(FACT_FORMS["phone"].pattern, number, re.ASCII) for _at, number in own):
            continue  # one mistake, one diagnostic
        taken = [fact for name, fact in content.regulator.facts.items() if name in {f.common for f in phones.values()}]
        everything = [*(number for _at, number in own), *(number for fact in taken for number in fact.values)]
        inside = {number.replace(" ", ""): number for number in everything if number.startswith("0")}
        for at, number in own:
            spaced = re.sub(r"^\+855 ?", "0", number)
            first = grouped.setdefault(spaced.replace(" ", ""), spaced)
            if spaced != number and inside and spaced.replace(" ", "") not in inside:
                message = f'"{number}" is not {" or ".join(inside.values())} as dialled from abroad'
                wanted = " or ".join(f"+855 {other[1:].lstrip()}" for other in inside.values())
                hint = f"expected {wanted}, unless it is a number of its own"
                yield tree.report(at, "number-abroad", message, hint, "warning", part=number)
            elif spaced != first:
                message, hint = f'"{number}" is grouped otherwise elsewhere', f'expected the groups of "{first}"'
                yield tree.report(at, "number-groups", message, hint, part=number)


def check_prefixes(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Warn of first digits that two operators have."""
    taken: dict[str, str] = {}
    for key, operator in content.operators.items():
        loc = ("operators", key, "facts", "prefixes")
        for at, prefix in locate_values((*loc, "value"), operator.facts.get("prefixes", Fact())):
            if (owner := taken.setdefault(prefix, key)) != key:
                message, hint = f'"{prefix}" is among the prefixes of {owner}', "the start page can name one alone"
                yield tree.report(at, "prefix-taken", message, hint, "warning", part=prefix)


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
    yield from _check_source(content, tree, loc, fact)


def _check_source(content: Content, tree: Tree, loc: Loc, fact: Sourced) -> Iterator[Diagnostic]:
    """Report a fact, or a status, that lacks its source or month, or has one that cannot be."""
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
            message, hint = f'no source "{name}" in sources.yaml', suggest_source(name, content.sources)
            at = (*loc, "source", name) if isinstance(fact.source, dict) else tree.find_inside((*loc, "source"), name)
            yield tree.report(at, "unknown-source", message, hint, key=True)


def _check_common(content: Content, tree: Tree, loc: Loc, fact: Fact, kind: FactKind) -> Iterator[Diagnostic]:
    """Report a common fact that does not exist, or does not go with the fact that names it."""
    name, facts, defined = str(fact.common), content.regulator.facts, content.guide.facts.regulator
    shared = [one for one in facts if one in defined and defined[one].common]
    if loc[0] == "regulator":
        hint = "give it a value, or take it in an operator's file"
        yield tree.report(loc, "common-fact", "only an operator takes a common fact", hint, key=True)
    elif name not in facts or name not in defined:
        yield tree.report(loc, "unknown-fact", f'no fact "{name}" in regulator.yaml', suggest_name(name, shared))
    elif name not in shared:
        message = f'"{name}" is the regulator\'s own fact, which no operator takes'
        near = suggest_name(name, [one for one in shared if defined[one].kind == kind])
        hint = f'write "common: true" at the fact in guide.yaml if it holds for every network{near and f"; {near}"}'
        yield tree.report(loc, "common-fact", message, hint)
    elif defined[name].kind != kind:
        message = f'"{name}" is of the kind {defined[name].kind}, this fact of the kind {kind}'
        yield tree.report(loc, "common-fact", message, "name a common fact of the same kind")
    elif "value" not in fact.model_fields_set and (fact.sources or fact.checked):
        message = "the common fact has a source and a month of its own"
        yield tree.report(loc, "common-fact", message, "delete those here")
    elif fact.value is not None and (
        list not in FACT_FORMS[kind].shapes or Text in (type(fact.value), type(facts[name].value))
    ):
        message = "a text has no second value"
        yield tree.report(loc, "common-fact", message, "keep one of the two")


def _check_form(tree: Tree, loc: Loc, fact: Fact, kind: FactKind) -> Iterator[Diagnostic]:
    """Report a value that is not what its kind of fact may be, strings not written as it is, and those given twice."""
    pattern, words, shapes = FACT_FORMS[kind]
    if fact.unknown or fact.value is None:
        return
    if type(fact.value) not in shapes:
        message = f"a fact of the kind {kind} cannot be {SHAPES[type(fact.value)]}"
        hint = f"expected {' or '.join(SHAPES[shape] for shape in shapes)}"
        yield tree.report(loc, "fact-shape", message, hint, key=True)
        return
    seen: set[str] = set()
    for at, value in locate_values(loc, fact):
        host, slash, path = re.sub(r"^https?://|/$", "", value).partition("/")
        same = host.casefold() + slash + path  # the case of a path matters
        if not re.fullmatch(pattern, value, re.ASCII) or (kind == "date" and not is_date(value)):
            said = explain_form(value, pattern, f'"{value}" is not of the kind {kind}', f"expected {words}")
            yield tree.report(at, "fact-form", *said, part=value)
        elif not isinstance(fact.value, Text) and ONE_LANGUAGE.search(value):
            hint = 'write it in every language: "zh: …", "en: …", "km: …" below "value:"'
            yield tree.report(at, "fact-form", f'"{value}" is in one language alone', hint, part=value)
        elif isinstance(fact.value, list) and same in seen:
            yield tree.report(at, "fact-twice", f'"{value}" stands here twice', "keep one of the two", part=value)
        seen.add(same)


def locate_values(loc: Loc, fact: Fact) -> Iterator[tuple[Loc, str]]:
    """Yield each string of a fact's value, which is at ``loc``, with its path."""
    if isinstance(fact.value, str):
        yield loc, fact.value
    elif fact.value is not None:
        parts = fact.value.root.items() if isinstance(fact.value, Text) else enumerate(fact.value)
        yield from (((*loc, key), value) for key, value in parts)


def list_owners(content: Content) -> Iterator[tuple[Loc, dict[str, Fact], dict[str, FactDefinition]]]:
    """Yield the facts of the regulator and of each operator, with their path and what the guide says of them."""
    yield ("regulator", "facts"), content.regulator.facts, content.guide.facts.regulator
    for key, operator in content.operators.items():
        yield ("operators", key, "facts"), operator.facts, content.guide.facts.operator


def is_date(date: str) -> bool:
    """Tell whether the day of a date exists; a year or a month alone does."""
    try:
        dt.date.fromisoformat(f"{date}-01-01"[:10])
    except ValueError:
        return False
    return True


CHECKS = (check_definitions, check_facts, check_status, check_numbers, check_prefixes)
