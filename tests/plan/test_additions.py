"""What an operator adds stands after the item that it names, and every such item is printed or told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handout.base.paths import FONTS
from handout.load.tree import Tree
from handout.model.guide import TextItem
from handout.model.operators import AddedWarning
from handout.model.texts import Text
from handout.plan.guide import place_items, resolve_guide
from handout.validate.inspect import inspect_content
from handout.validate.references import check_differences

WORDS = Text(dict.fromkeys(("zh", "en", "km"), "Words"))
bounded = settings(max_examples=80, derandomize=True, deadline=None, database=None)
common = [TextItem(id=f"c{number}", text=WORDS) for number in range(4)]


def add(number, after):
    """Return an added item."""
    return AddedWarning(id=f"a{number}", text=WORDS, after=after)


def add_warnings(content, name, extra, leave_out=()):
    """Return the content with one operator alone, which has these warnings and leaves these items out."""
    differences = content.operators[name].differences
    update = {"add": differences.add.model_copy(update={"warnings": extra}), "leave_out": list(leave_out)}
    differences = differences.model_copy(update=update)
    operator = content.operators[name].model_copy(update={"differences": differences})
    return content.model_copy(update={"operators": {name: operator}})


@st.composite
def additions(draw):
    """Return added items in any order, each after a common one, one of the others, or none; there is no circle."""
    items = []
    for number in range(draw(st.integers(0, 8))):
        anchors = [None, *(item.id for item in (*common, *items))]
        items.append(add(number, draw(st.sampled_from(anchors))))
    return draw(st.permutations(items))


@bounded
@given(extra=additions())
def test_what_is_added_follows_its_anchor(extra):
    """Each stands once, with nothing before it but what follows its anchor too; the others keep their order."""
    placed = [item.id for item in place_items(common, extra)]
    anchors = {item.id: item.after for item in extra}

    def follows(name, anchor):
        return name == anchor or (name in anchors and follows(anchors[name], anchor))

    assert sorted(placed) == sorted([*anchors, *(item.id for item in common)])
    assert [name for name in placed if name not in anchors] == [item.id for item in common]
    for name, anchor in anchors.items():
        start = placed.index(anchor) if anchor else len(placed)
        between = placed[start + 1 : placed.index(name)]
        assert anchor is None or start < placed.index(name)
        assert all(follows(other, anchor) for other in between)
    same = [(item.after, placed.index(item.id)) for item in extra]
    for anchor in anchors.values():
        places = [place for after, place in same if after == anchor]
        assert places == sorted(places)


@bounded
@given(
    afters=st.lists(st.sampled_from([None, "a0", "a1", "a2", "a3", "warn-helpers", "doc-sim-card", "pay-debt", "x"]))
)
def test_what_cannot_be_placed_is_told(afters, frozen_content):
    """Whatever is named: an item of another list, of no list, itself, a circle. What is not told is printed."""
    extra = [add(number, after) for number, after in enumerate(afters)]
    content = add_warnings(frozen_content, "alpha", extra)
    told = {problem.code for problem in check_differences(content, Tree())}
    names = {item.id for item in extra}
    printed = names & {item.id for item in resolve_guide(content, "alpha").warnings}
    assert bool(told) == bool(names - printed)
    assert ("unknown-id" in told) == bool({name for name in afters if name and name[0] in "ax" and name not in names})
    assert ("after-list" in told) == bool({"doc-sim-card", "pay-debt"} & set(afters))


@pytest.mark.parametrize(
    ("find", "replace", "message"),
    [
        ("after: faq-prepaid", "after: doc-sim-card", '"doc-sim-card" stands in documents, this item in faqs'),
        ("after: warn-helpers", "after: faq-alpha-esim", '"faq-alpha-esim" stands in faqs, this item in warnings'),
        ("after: doc-sim-card", "after: doc-sim-crad", 'no item "doc-sim-crad"'),
        ("after: copy-contacts", "after: alpha-queue", "alpha-queue after alpha-queue: an item cannot follow itself"),
    ],
)
def test_message_says_what_is_meant(find, replace, message, content_copy):
    """The place is the name itself; a hint has the names of the right list."""
    path = content_copy / "operators" / "alpha.yaml"
    path.write_text(path.read_text("utf-8").replace(find, replace, 1), "utf-8")
    (problem,) = [p for p in inspect_content(content_copy, FONTS).problems if p.severity == "error"]
    assert (problem.message, problem.excerpt.strip()) == (message, replace)
    assert problem.hint


@pytest.mark.parametrize(
    ("anchor", "leave_out", "printed"),
    [
        ("warn-helpers", ["warn-helpers"], ["a0", "warn-quick"]),
        ("warn-tricks", [], ["warn-helpers", "a0", "warn-quick"]),
    ],
    ids=["left out", "of facts that are not known"],
)
def test_an_anchor_that_is_not_printed_still_has_its_place(anchor, leave_out, printed, frozen_content):
    """What follows it stands where it would have stood."""
    content = add_warnings(frozen_content, "beta", [add(0, anchor)], leave_out)
    assert [item.id for item in resolve_guide(content, "beta").warnings] == printed
