"""Explain: where each block of a handout comes from, and where a content id stands and is printed."""

from collections.abc import Iterator
from dataclasses import dataclass

from handout.base.diagnostics import Loc, SelectionError, suggest_name
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content, Term, list_translations
from handout.model.facts import Fact, Sourced
from handout.model.guide import FormField, Item, Option
from handout.model.texts import list_placeholders, walk_models, walk_texts
from handout.plan.guide import OperatorGuide, resolve_guide
from handout.plan.handouts import Handout, plan_handouts


@dataclass(frozen=True)
class Origin:
    """A block and the place that it comes from, with a remark such as "replaces faqs.yaml:3"."""

    block: str
    loc: Loc
    remark: str = ""


def explain_handout(content: Content, handout: Handout) -> Iterator[Origin]:
    """Yield the blocks of a handout in the order of its pages."""
    guide = resolve_guide(content, handout.operator)
    yield Origin("title", ("guide", "title"))
    yield from (Origin(key, ("guide", "counter", key)) for key in ("request", "asks", "fields"))
    yield from _explain_section(content, guide, "answers")
    yield from (Origin(key, ("guide", "counter", key)) for key in ("record", "stamp", "keep"))
    for section in content.guide.order:
        yield Origin(f"section {section}", ("guide", "sections", section))
        yield from _explain_section(content, guide, section)
        if section == "numbers":
            for name in guide.operator.facts:
                yield Origin(f"fact operator.{name}", ("operators", handout.operator, "facts", name))


def _explain_section(content: Content, guide: OperatorGuide, section: str) -> Iterator[Origin]:
    operator, places = guide.operator, _locate_items(content)
    for item in _list_items(guide, section):
        loc = places[item.id]
        if item.id in operator.differences.replace:
            place: Loc = ("operators", operator.id, "differences", "replace", item.id)
            yield Origin(item.id, place, f"instead of {loc[0]}.yaml")
        else:
            yield Origin(item.id, loc, "this operator alone" if loc[0] == "operators" else "")


def locate_names(content: Content) -> dict[str, list[Loc]]:
    """Return where each name stands: an item's or a source's id, a fact, and the name of a text or of all below it."""
    facts = {loc: fact for loc, fact in walk_models(content) if isinstance(fact, Fact)}
    places = {key: [loc] for key, loc in _locate_items(content).items()}
    for key in content.sources:
        places.setdefault(key, []).append(("sources", key))
    for scope, owners in (("operator", "operators"), ("regulator", "regulator")):
        for fact in getattr(content.guide.facts, scope):
            given = [loc for loc in facts if loc[0] == owners and loc[-1] == fact]
            places[f"{scope}.{fact}"] = [("guide", "facts", scope, fact), *given]
    for t in list_translations(content, SOURCE_LANGUAGE):
        parts, loc = t.id.split("."), t.loc if t.loc[0] == "languages" else t.loc[:-1]
        for end in range(1, len(parts) + 1):
            places.setdefault(".".join(parts[:end]), [loc[: len(loc) - len(parts) + end]])
    return places


def explain_name(content: Content, name: str) -> Iterator[Origin]:
    """Yield a handout's blocks, or where an id stands and is used; raises SelectionError for an unknown name."""
    handouts = {handout.id: handout for handout in plan_handouts(content)}
    if name in handouts:
        yield from explain_handout(content, handouts[name])
        return
    facts = {loc: fact for loc, fact in walk_models(content) if isinstance(fact, Fact)}
    places = locate_names(content)
    if name not in places:
        hint = suggest_name(name, [*places, *handouts]) or '"translations" lists the names of texts'
        raise SelectionError(f'no handout and no id "{name}", {hint}')
    yield from (Origin(name, loc) for loc in places[name])
    for key, operator in content.operators.items():
        base: Loc = ("operators", key, "differences")
        if name in operator.differences.replace:
            yield Origin(name, (*base, "replace", name), f"replaces it for {key}")
        if name in operator.differences.leave_out:
            at = operator.differences.leave_out.index(name)
            yield Origin(name, (*base, "leave_out", at), f"leaves it out for {key}")
        guide = resolve_guide(content, key)
        items = [item for section in [*content.guide.order, "answers"] for item in _list_items(guide, section)]
        if any(item.id == name for item in items):
            yield Origin(name, ("operators", key), f"printed in {key}.*")
    for loc, text in walk_texts(content):
        if "." in name and any(name in raw for words in text.root.values() for raw in list_placeholders(words)):
            yield Origin(name, loc, "fills it in")
    for loc, sourced in walk_models(content):
        if isinstance(sourced, Sourced) and name in sourced.sources:
            owner = loc[1] if loc[0] == "operators" else loc[0]
            yield Origin(name, (*loc, "source"), f"is the source of {owner}'s {loc[-1]}")
    for loc, fact in facts.items():
        if name == f"regulator.{fact.common}":
            yield Origin(name, (*loc, "common"), f"is taken as {loc[-3]}'s {loc[-1]}")


def format_origin(origin: Origin, tree: Tree) -> str:
    """Return a line: block, path:line and remark."""
    place = tree.find_place(origin.loc, key=True)
    return f"{origin.block:28} {place.path}:{place.line}{'  ' + origin.remark if origin.remark else ''}"


def _locate_items(content: Content) -> dict[str, Loc]:
    kinds = (Item, Option, FormField, Term)
    return {model.id: loc for loc, model in walk_models(content) if isinstance(model, kinds)}


def _list_items(guide: OperatorGuide, section: str) -> list[Item]:
    if section in ("before", "branch", "after"):
        steps = [step for step in guide.steps if step.phase == section]
        return [item for step in steps for item in (step, *step.actions, *step.tips)]
    return list(getattr(guide, section, ()))
