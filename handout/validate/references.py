"""References: every name of a language, item, section, fact or source is one that there is; ids stand once."""

import re
import string
from collections.abc import Collection, Iterator
from typing import Any, get_args

import babel

from handout.base.diagnostics import Diagnostic, Loc, Place, suggest_name, suggest_source
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content
from handout.model.guide import FormField, Item, Option, SectionName
from handout.model.operators import Added
from handout.model.texts import Text, list_placeholders, walk_models, walk_texts

SECTIONS = get_args(SectionName)
LAST = ["contacts", "sources"]  # at the foot of the last page, side by side; sources lists what all others cite
LONGEST_CHANGE = 200  # characters: a line or two of a phone's page
NOUNS = {"unknown-fact": "fact", "unknown-id": "item"}


def check_languages(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report pairs of one language or of one without a file, files with a wrong name, and unknown locales."""
    languages = content.languages
    for i, pair in enumerate(content.guide.pairs):
        first, second = pair.split("-")
        for code in {first, second} - set(languages):
            hint = suggest_name(code, languages)
            yield tree.report(("guide", "pairs", i), "unknown-language", f"no file languages/{code}.yaml", hint)
        if first == second:
            yield tree.report(("guide", "pairs", i), "same-language", "a pair needs two languages", "such as zh-km")
    names = [("languages", stem, "code", language.code) for stem, language in languages.items()]
    names += [("operators", stem, "id", operator.id) for stem, operator in content.operators.items()]
    for folder, stem, key, name in names:
        if name != stem:
            message = f'{key} "{name}" is not the file\'s name'
            yield tree.report((folder, stem, key), "wrong-id", message, f'expected "{stem}"')
    for stem, language in languages.items():
        try:
            locale = babel.Locale.parse(language.locale)
        except (ValueError, babel.UnknownLocaleError):
            loc, hint = ("languages", stem, "locale"), "expected a CLDR name such as km or zh_Hans"
            yield tree.report(loc, "unknown-locale", f'no locale "{language.locale}"', hint)
            continue
        if locale.text_direction == "rtl":
            message, hint = "this language runs from right to left", "pages can be made for the other direction only"
            yield tree.report(("languages", stem, "locale"), "right-to-left", message, hint)


def check_words(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report interface words whose names in braces are not those of the source language."""
    for stem, language in content.languages.items():
        source = content.languages.get(SOURCE_LANGUAGE, language).words.model_dump(by_alias=True)
        for key, words in language.words.model_dump(by_alias=True).items():
            known = set(re.findall(r"\{(\w+)\}", source[key]))
            if _list_braces(words) != known:
                wanted = ", ".join(f"{{{name}}}" for name in sorted(known)) or "no braces"
                message = "the names in {braces} are not the ones to be filled in"
                hint = f"expected {wanted}, as in {SOURCE_LANGUAGE}.yaml"
                yield tree.report(("languages", stem, "words", key), "wrong-braces", message, hint)


def _list_braces(words: str) -> set[str]:
    """Return the names in braces; "{" stands for what cannot be filled in."""
    try:
        parts = [part[1:] for part in string.Formatter().parse(words) if part[1] is not None]
    except ValueError:
        return {"{"}
    return {"{" if form or conversion else str(name) for name, form, conversion in parts}


def check_translations(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report texts that lack a language of a pair, or the pair where most do; and texts with one that has no file."""
    languages, texts = content.languages, list(walk_texts(content))
    for i, pair in enumerate(content.guide.pairs):
        for code in sorted(set(pair.split("-")) & set(languages)):
            missing, none = [loc for loc, text in texts if code not in text.root], f"no {code} ({languages[code].name})"
            if 2 * len(missing) > len(texts):
                hint = f"take {pair} out until they have one; to see it meanwhile: python build.py serve --draft {pair}"
                message = f"{len(missing)} texts have {none}"
                yield tree.report(("guide", "pairs", i), "missing-translation", message, hint)
                continue
            for loc in missing:
                message, hint = f'"{loc[-1]}" has {none}', f'add a line "{code}: …"'
                yield tree.report(loc, "missing-translation", message, hint, key=True)
    for loc, text in texts:
        for code in set(text.root) - set(languages):
            message, hint = f"no file languages/{code}.yaml", suggest_name(code, languages)
            yield tree.report((*loc, code), "unknown-language", message, hint, key=True)


def check_ids(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report ids that two items, options or fields have."""
    seen: dict[str, Place] = {}
    for loc, model in walk_models(content):
        if isinstance(model, Item | FormField | Option):
            place = tree.find_place((*loc, "id"))
            first = seen.setdefault(model.id, place)
            if first is not place:
                hint = f"{first.path}:{first.line} has it"
                yield tree.report(place, "duplicate-id", f'id "{model.id}" is taken', hint)


def check_guide(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report sections without a title or a place in the order, choices without options, terms of unknown sources."""
    yield from _check_sections(content, tree)
    for at, field in walk_models(content.guide.counter, ("guide", "counter")):
        if isinstance(field, FormField) and (field.kind == "choice") != bool(field.options):
            message = "only a choice has options, and it needs them"
            yield tree.report((*at, "kind"), "choice-options", message, "see field-plan", key=True)
    asks = content.guide.counter.asks
    for i, ask in enumerate(asks):
        others = [other.id for other in asks if other is not ask]
        if ask.instead_of is not None and ask.instead_of not in others:
            at, hint = ("guide", "counter", "asks", i, "instead_of"), suggest_name(ask.instead_of, others)
            yield tree.report(at, "unknown-id", f'nothing else that is asked for is "{ask.instead_of}"', hint)
    for i, term in enumerate(content.glossary):
        if term.source not in {"unsourced", *content.sources}:
            loc, message = ("glossary", i, "source"), f'no source "{term.source}" in sources.yaml'
            yield tree.report(loc, "unknown-source", message, suggest_source(term.source, content.sources))


def _check_sections(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report sections without a title, those that do not stand in the order once, and sources that are not its end."""
    order, loc = content.guide.order, ("guide", "order")
    for name in SECTIONS:
        if name not in content.guide.sections:
            message, hint = f'section "{name}" has no title', f'add a line "{name}:" with its title below'
            yield tree.report(("guide", "sections"), "missing-section", message, hint, key=True)
    if missing := [name for name in SECTIONS if name not in order]:
        hint = f"add {', '.join(missing)}: each section is printed once"
        yield tree.report(loc, "missing-section", "sections are missing in the order", hint, key=True)
    for i, name in enumerate(order):
        if name in order[:i]:
            message = f'section "{name}" stands here twice'
            yield tree.report((*loc, i), "duplicate-section", message, "keep one of the two")
    if sorted(order) == sorted(SECTIONS) and order[-2:] != LAST:
        wrong = next(i for i, name in enumerate(order) if name in LAST and order[i:] != LAST)
        message = "contacts and sources stand beside each other at the end: what they name must come before"
        yield tree.report((*loc, wrong), "section-last", message, "end with contacts, sources")


def check_changes(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report revisions without a line that says what is new, lines out of order, and numbers given out before.

    A line's month is not later than that of a newer one, nor than the one that every page prints.
    """
    guide, at, month = content.guide, ("guide", "revision"), content.guide.checked
    numbers = [int(key) for key in guide.changes]
    if (latest := max(map(int, content.revisions), default=0)) > guide.revision:
        message, hint = f"handouts of revision {latest} were given out before", f"write {latest} or more"
        yield tree.report(at, "revision-taken", message, hint)
    if guide.revision not in numbers:
        message = f"nothing says what is new in revision {guide.revision}"
        hint = f'add "{guide.revision}:" at the top of changes:, with its month and text'
        yield tree.report(at, "missing-change", message, hint)
    wanted = max((number for number in numbers if number <= guide.revision), default=0)
    for key, change in guide.changes.items():
        loc: Loc = ("guide", "changes", key)
        if int(key) != wanted:
            message, hint = f"the line of revision {wanted} belongs here", "a line for each revision, the newest first"
            if int(key) > guide.revision:
                message, hint = (
                    f"the guide's revision is {guide.revision}",
                    f"write revision: {key}, or delete this line",
                )
            yield tree.report(loc, "change-order", message, hint, key=True)
            return
        if change.month > month:
            message, hint = (
                f"this month is later than {month}",
                "mend it, or raise checked: if facts were checked again",
            )
            yield tree.report((*loc, "month"), "change-ahead", message, hint, "warning")
        for code, words in change.text.root.items():
            if len(words) > LONGEST_CHANGE:
                hint = f"expected at most {LONGEST_CHANGE} characters: one line"
                yield tree.report((*loc, "text", code), "out-of-range", "this is too long", hint)
        wanted, month = wanted - 1, min(month, change.month)


def check_conditions(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report conditions that name no fact; warn of a fact in a text that is printed only where it is unknown."""
    for loc, item in _walk_items(content):
        for key, names in (("if_known", item.if_known), ("if_unknown", item.if_unknown)):
            for i, name in enumerate(names):
                yield from _check_name(tree, (*loc, key, i), name, content.guide.facts.operator, "unknown-fact")
        blanks = {f"operator.{name}" for name in item.if_unknown}
        for inner, text in walk_texts(item, loc):
            found = [((*inner, code), raw) for code, words in text.root.items() for raw in list_placeholders(words)]
            for at, raw in [(at, raw) for at, raw in found if raw.strip("{} ") in blanks][:1]:
                message, hint = f"{raw} is a blank wherever this is printed", "if_unknown names it: leave it out"
                yield tree.report(at, "always-blank", message, hint, "warning", part=raw)


def check_differences(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report differences of operators that name no item, or words that the item does not have."""
    items = list(_walk_items(content))
    common = {item.id: item for loc, item in items if loc[0] != "operators"}
    for key, operator in content.operators.items():
        base: Loc = ("operators", key, "differences")
        for i, name in enumerate(operator.differences.leave_out):
            yield from _check_name(tree, (*base, "leave_out", i), name, common, "unknown-id")
        for name, words in operator.differences.replace.items():
            loc = (*base, "replace", name)
            if name not in common:
                yield tree.report(loc, "unknown-id", f'no item "{name}"', suggest_name(name, common), key=True)
                continue
            has = [field for field, value in common[name] if isinstance(value, Text)]
            for part in set(words) - set(has):
                message, hint = f'"{name}" has no "{part}" to replace', suggest_name(part, has)
                yield tree.report((*loc, part), "unknown-key", message, hint, key=True)
        places = {item.id: loc for loc, item in items if loc[0] != "operators" or loc[:2] == base[:2]}
        added = {item.id: (loc, item.after) for loc, item in items if loc[:2] == base[:2] and isinstance(item, Added)}
        yield from _check_after(tree, places, {name: at for name, at in added.items() if at[1] is not None})


def _check_after(tree: Tree, places: dict[str, Loc], added: dict[str, tuple[Loc, Any]]) -> Iterator[Diagnostic]:
    """Report added items that follow none of their list, or themselves; each is given with the id that it follows."""
    told: set[str] = set()
    for name, (loc, after) in added.items():
        same = [other for other, place in places.items() if place[-2] == loc[-2]]
        if after not in places:
            yield from _check_name(tree, (*loc, "after"), after, same, "unknown-id")
        elif after not in same:
            message = f'"{after}" stands in {places[after][-2]}, this item in {loc[-2]}'
            yield tree.report((*loc, "after"), "after-list", message, suggest_name(after, same))
        chain = [name]
        while (following := added.get(chain[-1], (loc, None))[1]) and following not in chain:
            chain.append(following)
        if following == name and name not in told:
            told.update(chain)
            message = f"{' after '.join([*chain, name])}: an item cannot follow itself"
            yield tree.report((*loc, "after"), "after-itself", message, "name another one, or leave it out for the end")


def _walk_items(content: Content) -> Iterator[tuple[Loc, Item]]:
    return ((loc, model) for loc, model in walk_models(content) if isinstance(model, Item))


def _check_name(tree: Tree, loc: Loc, name: str, known: Collection[str], code: str) -> Iterator[Diagnostic]:
    if name not in known:
        yield tree.report(loc, code, f'no {NOUNS[code]} "{name}"', suggest_name(name, known))


CHECKS = (
    *(check_languages, check_words, check_translations, check_ids, check_guide, check_changes),
    *(check_conditions, check_differences),
)
