"""Explain: where each block of a handout comes from, and where a content id stands and is printed."""

from collections.abc import Iterator
from dataclasses import dataclass

from handout.base.diagnostics import Loc, SelectionError, suggest_name
from handout.load.tree import Tree
from handout.model.content import Content, Term
from handout.model.guide import FormField
from handout.model.items import Item, Option, Step
from handout.model.markup import list_placeholders
from handout.model.walk import walk_models, walk_texts
from handout.plan.guide import OperatorGuide, resolve_guide
from handout.plan.handouts import Handout, list_handouts


@dataclass(frozen=True)
class Origin:
    """A block and the place that it comes from, with a remark such as "replaces faqs.yaml:3"."""

    block: str
    loc: Loc
    remark: str = ""


def explain_handout(content: Content, handout: Handout) -> Iterator[Origin]:
    """Yield the blocks of a handout in the order of its pages."""
    guide, operator = resolve_guide(content, handout.operator), handout.operator
    items = locate_items(content)
    yield Origin("title", ("guide", "title"))
    yield from (Origin(key, ("guide", "counter", key)) for key in ("request", "asks", "fields"))
    yield from (_locate(content, items, operator, item) for item in guide.answers)
    yield from (Origin(key, ("guide", "counter", key)) for key in ("record", "stamp", "keep"))
    for section in content.guide.order:
        yield Origin(f"section {section}", ("guide", "sections", section))
        yield from (_locate(content, items, operator, item) for item in _list_items(guide, section))
        if section == "numbers":
            for name in content.operators[operator].facts:
                yield Origin(f"fact operator.{name}", ("operators", operator, "facts", name))


def explain_name(content: Content, name: str) -> Iterator[Origin]:
    """Yield where an id of the content stands and where it is used; raises SelectionError for an unknown one."""
    places = {key: [loc] for key, loc in locate_items(content).items()}
    for key in content.sources:
        places.setdefault(key, []).append(("sources", key))
    for scope in ("operator", "regulator"):
        for fact in getattr(content.guide.facts, scope):
            places[f"{scope}.{fact}"] = [("guide", "facts", scope, fact), *_locate_fact(content, scope, fact)]
    if name not in places:
        raise SelectionError(f'no handout and no id "{name}", {suggest_name(name, [*places, *list_handouts(content)])}')
    yield from (Origin(name, loc) for loc in places[name])
    for key, operator in content.operators.items():
        base: Loc = ("operators", key, "differences")
        if name in operator.differences.replace:
            yield Origin(name, (*base, "replace", name), f"replaces it for {key}")
        if name in operator.differences.leave_out:
            at = operator.differences.leave_out.index(name)
            yield Origin(name, (*base, "leave_out", at), f"leaves it out for {key}")
        guide = resolve_guide(content, key)
        printed = {item.id for section in [*content.guide.order, "answers"] for item in _list_items(guide, section)}
        if name in printed:
            yield Origin(name, ("operators", key), f"printed in {key}.*")
    for loc, text in walk_texts(content):
        if any(
            name in raw.strip("{} ") for words in text.root.values() for raw in list_placeholders(words) if "." in name
        ):
            yield Origin(name, loc, "fills it in")
    for owner, facts in (("regulator", content.regulator.facts), *((k, o.facts) for k, o in content.operators.items())):
        folder: Loc = ("regulator",) if owner == "regulator" else ("operators", owner)
        for key, fact in facts.items():
            if name in fact.sources:
                yield Origin(name, (*folder, "facts", key, "source"), f"is the source of {owner}'s {key}")
            if name == f"regulator.{fact.common}":
                yield Origin(name, (*folder, "facts", key, "common"), f"is taken as {owner}'s {key}")


def format_origin(origin: Origin, tree: Tree, width: int = 28) -> str:
    """Return a line: block, path:line and remark."""
    place = tree.find_place(origin.loc, key=True)
    return f"{origin.block:{width}} {place.path}:{place.line}{'  ' + origin.remark if origin.remark else ''}"


def locate_items(content: Content) -> dict[str, Loc]:
    """Return where everything with an id stands."""
    kinds = (Item, Option, FormField, Term)
    return {model.id: loc for loc, model in walk_models(content) if isinstance(model, kinds)}


def _list_items(guide: OperatorGuide, section: str) -> list[Item]:
    if section in ("before", "branch", "after"):
        steps: list[Step] = [step for step in guide.steps if step.phase == section]
        return [item for step in steps for item in (step, *step.actions, *step.tips)]
    return list(getattr(guide, section, ()))


def _locate(content: Content, items: dict[str, Loc], operator: str, item: Item) -> Origin:
    if item.id in content.operators[operator].differences.replace:
        return Origin(
            item.id, ("operators", operator, "differences", "replace", item.id), f"instead of {items[item.id][0]}.yaml"
        )
    return Origin(item.id, items[item.id], "this operator alone" if items[item.id][0] == "operators" else "")


def _locate_fact(content: Content, scope: str, fact: str) -> list[Loc]:
    if scope == "regulator":
        return [("regulator", "facts", fact)]
    return [("operators", key, "facts", fact) for key, operator in content.operators.items() if fact in operator.facts]
