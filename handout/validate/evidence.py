"""Evidence: the pages that facts come from, and the words of these pages that say what a fact says."""

import re
from collections.abc import Iterator

from handout.base.diagnostics import Diagnostic, Loc
from handout.load.characters import explain_form
from handout.load.tree import Tree
from handout.model.content import Content
from handout.model.facts import Fact, FactKind, Passage, Sourced
from handout.model.texts import Text, walk_models
from handout.validate.facts import FACT_FORMS, is_date, list_owners, locate_values
from handout.validate.numerals import spell_out
from handout.validate.prose import simplify

_ADDRESS = r"https?://[^\s\"<>]{3,300}(?<![“”„‘’«»，。、；：？！）])"  # a sentence's last sign is none of it
_GAP = r"[\W_]{0,3}"  # between the digits of a number, which every page groups in its own way
_UNITS = (1, 7, 30, 365)  # days of what a page may count in


def check_sources(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report sources whose address or date cannot be."""
    for name, source in content.sources.items():
        yield from _check_address(tree, ("sources", name, "url"), source.url)
        yield from _check_day(tree, ("sources", name, "page_date"), source.page_date)


def check_passages(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report passages whose address or day cannot be, and warn of sources of which nobody has noted the words."""
    for loc, sourced in walk_models(content):
        if not isinstance(sourced, Sourced):
            continue
        for name, passage in sourced.passages.items():
            at = (*loc, "source", name)
            yield from _check_address(tree, (*at, "fixed"), passage.fixed)
            yield from _check_day(tree, (*at, "read"), passage.read)
            if passage.read and passage.read[:7] > content.guide.checked:
                message = "this is later than the month printed on every page"
                hint = "raise checked: in guide.yaml, or mend this date"
                yield tree.report((*at, "read"), "fact-ahead", message, hint, "warning")
        is_unknown = isinstance(sourced, Fact) and sourced.unknown
        for name in () if is_unknown else _list_unquoted(sourced):
            if name in content.sources:
                at, is_named = (*loc, "source"), isinstance(sourced.source, dict)
                message = f'nobody has noted the words of "{name}" that say this'
                hint = f'write "quote: …" below "{name}:" with the page\'s own words'
                place = tree.find_place((*at, name), key=True) if is_named else tree.find_inside(at, name)
                yield tree.report(place, "fact-unquoted", message, hint, "warning")


def check_quotes(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Warn of values that stand in none of their quotes; a fact of which some words are not noted is left out."""
    for loc, facts, definitions in list_owners(content):
        for name, fact in facts.items():
            if name not in definitions or _list_unquoted(fact) or isinstance(fact.value, Text):
                continue
            kind, passages = definitions[name].kind, list(fact.passages.values())
            if kind == "url":  # a page shows where it stands, too
                pages = (content.sources[key].url for key in fact.sources if key in content.sources)
                passages += [Passage(quote=url) for url in pages if url]
            for at, value in locate_values((*loc, name, "value"), fact):
                formed = re.fullmatch(FACT_FORMS[kind].pattern, value, re.ASCII)
                if formed and passages and not any(_is_quoted(value, kind, passage) for passage in passages):
                    message = f'"{value}" stands in none of its quotes'
                    hint = "quote the words that say it, or mend the value"
                    yield tree.report(at, "quote-value", message, hint, "warning", part=value)


def _list_unquoted(sourced: Sourced) -> list[str]:
    """Return the ids of the sources of which no words are noted."""
    return [key for key in sourced.sources if not sourced.passages.get(key, Passage()).quote]


def _is_quoted(value: str, kind: FactKind, passage: Passage) -> bool:
    """Tell whether a quote says a value, however it is grouped or spelled, or says it in a way that nobody can tell."""
    value, quote = (simplify(words).casefold() for words in (value, passage.quote or ""))
    if kind in ("phone", "prefixes"):
        digits = re.sub(r"^(\+855|0)|\D", "", value)
        ending = r"(?!\d)" if kind == "phone" else ""
        return bool(re.search(rf"(?<!\d)(?:(?:00)?855)?{_GAP}0?{_GAP}{_GAP.join(digits)}{ending}", quote))
    if kind == "code":
        return bool(re.search(rf"(?<![\d*#]){' ?'.join(map(re.escape, value))}(?![\d*#])", quote))
    if kind == "days":
        found, days = re.findall(r"\d+", quote), int(value)
        counts = [days * 24, *(days // unit for unit in _UNITS if days % unit == 0)]
        return not found or any(str(n) in found or spell_out(n, passage.lang) in quote for n in counts)
    if kind in ("url", "email"):
        return re.sub(r"^https?://|^www\.|/$", "", value) in re.sub(r"\s", "", quote)
    if kind == "name":  # a page in another language may translate the rest of it
        longest = max(re.findall(r"[^\W_]+", value), key=len, default="")
        return longest in re.sub(r"[\W_]", "", quote) or not re.search("[a-z]", quote)
    return True


def _check_address(tree: Tree, loc: Loc, address: str | None) -> Iterator[Diagnostic]:
    if address is not None and not re.fullmatch(_ADDRESS, address):
        said = explain_form(address, _ADDRESS, "this is not an address", "expected https://…")
        yield tree.report(loc, "wrong-address", *said)


def _check_day(tree: Tree, loc: Loc, day: str | None) -> Iterator[Diagnostic]:
    if day is not None and not is_date(day):
        yield tree.report(loc, "wrong-date", f"there is no day {day}", "expected YYYY-MM-DD")


CHECKS = (check_sources, check_passages, check_quotes)
