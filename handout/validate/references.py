"""References: ids stand once, and every name of an item, section, source or fact is one that there is."""

from collections.abc import Collection, Iterator

from handout.base.diagnostics import Diagnostic, Loc, Place, suggest_name
from handout.load.tree import Tree
from handout.model.content import Content
from handout.model.guide import FormField
from handout.model.items import Item, Option
from handout.model.markup import list_placeholders
from handout.model.operators import Added
from handout.model.values import Text
from handout.model.walk import walk_models, walk_texts

NOUNS = {"unknown-fact": "fact", "unknown-id": "item", "unknown-source": "source"}


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


def check_guide(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report sections that have no title or stand in the order twice, and choices that have nothing to choose from."""
    order = content.guide.order
    for i, name in enumerate(order):
        loc = ("guide", "order", i)
        if name not in content.guide.sections:
            yield tree.report(loc, "missing-section", f'section "{name}" has no title', "add it below sections:")
        if name in order[:i]:
            message = f'section "{name}" stands here twice'
            yield tree.report(loc, "duplicate-section", message, "keep one of the two")
    for at, field in walk_models(content.guide.counter, ("guide", "counter")):
        if isinstance(field, FormField) and (field.kind == "choice") != bool(field.options):
            message = "only a choice has options, and it needs them"
            yield tree.report((*at, "kind"), "choice-options", message, "see field-plan", key=True)


def check_glossary(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report glossary terms whose source is not one that there is."""
    for i, term in enumerate(content.glossary):
        if term.source != "unsourced":
            yield from _check_name(tree, ("glossary", i, "source"), term.source, content.sources, "unknown-source")


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
            for part in words.model_fields_set - set(has):
                message, hint = f'"{name}" has no "{part}" to replace', suggest_name(part, has)
                yield tree.report((*loc, part), "unknown-key", message, hint, key=True)
        own = [(loc, item) for loc, item in items if loc[:2] == base[:2]]
        known = {*common, *(item.id for _loc, item in own)}
        for loc, item in own:
            if isinstance(item, Added) and item.after is not None:
                yield from _check_name(tree, (*loc, "after"), item.after, known, "unknown-id")


def _walk_items(content: Content) -> Iterator[tuple[Loc, Item]]:
    return ((loc, model) for loc, model in walk_models(content) if isinstance(model, Item))


def _check_name(tree: Tree, loc: Loc, name: str, known: Collection[str], code: str) -> Iterator[Diagnostic]:
    if name not in known:
        yield tree.report(loc, code, f'no {NOUNS[code]} "{name}"', suggest_name(name, known))
