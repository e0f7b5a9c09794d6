"""Steps have one action a line where the spacing allows it, each level with the same action in the other language."""

from html.parser import HTMLParser

import pytest

from handout.base.paths import TEMPLATES
from handout.plan.guide import resolve_guide
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage, make_environment, render_handout

LONGEST = 5  # actions and tips of a step that runs on in the mixed spacing


class Rows(HTMLParser):
    """Knows the id of each action that has a row of its own."""

    def __init__(self, html):
        super().__init__()
        self.ids = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "li" and "data-id" in dict(attrs):
            self.ids.append(dict(attrs)["data-id"])


@pytest.mark.parametrize(
    ("edition", "spacing", "most"),
    [
        ("standard", "listed", 0),
        ("standard", "mixed", LONGEST),
        ("standard", "airy", None),
        ("standard", "normal", None),
        ("standard", "tight", None),
        ("large", "normal", 0),
    ],
)
def test_actions_with_a_row_of_their_own(edition, spacing, most, frozen_content):
    """All when listed and in large print, those of the longest steps when mixed, none when airy or tighter."""
    step = frozen_content.steps[0]
    more = [step.actions[0].model_copy(update={"id": f"added-{number}"}) for number in range(LONGEST)]
    steps = [step.model_copy(update={"actions": [*step.actions, *more]}), *frozen_content.steps[1:]]
    content = frozen_content.model_copy(update={"steps": steps})
    page = HandoutPage(content, Handout("alpha", "zh", "km", edition), spacing)
    rows = Rows(render_handout(make_environment(TEMPLATES), page)).ids
    steps = resolve_guide(content, "alpha").steps
    wanted = [[item.id for item in (*step.actions, *step.tips)] for step in steps]
    assert rows == [name for names in wanted if most is not None and len(names) > most for name in names]
    assert (len(rows) > LONGEST) == (most is not None)
