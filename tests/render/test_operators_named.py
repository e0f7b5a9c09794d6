"""A list of operators in a text is made from the data: it has whoever has a file."""

from __future__ import annotations

import pytest

from handout.model.texts import Text
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage

BETWEEN = {"en": ", ", "zh": "、", "km": ", "}


def add_operators(content, *names):
    """Return the content with more operators, which are as Beta is but for their names."""
    beta = content.operators["beta"]
    more = {name.lower(): {"id": name.lower(), "names": Text(dict.fromkeys(BETWEEN, name))} for name in names}
    operators = {key: beta.model_copy(update=values) for key, values in more.items()}
    return content.model_copy(update={"operators": {**content.operators, **operators}})


@pytest.mark.parametrize("added", [(), ("Gamma",), ("Gamma", "Delta", "Eta")])
@pytest.mark.parametrize(
    "written", ["{{ operators.others }}", "{{operators.others}}", "**Beta**: {{ operators.others }}"]
)
@pytest.mark.parametrize("operator", ["alpha", "beta"])
@pytest.mark.parametrize("language", BETWEEN)
def test_every_operator_is_named_once(language, operator, written, added, frozen_content):
    """Operators that a text does not name itself are listed as the language does, the page's own among them."""
    content = add_operators(frozen_content, *added)
    page = HandoutPage(content, Handout(operator, "zh", "km", "standard"))
    said = page.plain(Text(dict.fromkeys(BETWEEN, written)), content.languages[language])
    names = ["Alpha", *(["Beta"] if "Beta" not in written else []), *added]
    assert said.endswith(BETWEEN[language].join(names))
    assert all(said.count(name) == 1 for name in ("Alpha", "Beta", *added))
    printed = page.words(Text(dict.fromkeys(BETWEEN, written)), content.languages[language])
    assert all(printed.count(name) == 1 for name in ("Alpha", "Beta", *added))


@pytest.mark.parametrize("name", ["Bet", "Beta Plus", "eta", "Be", "ta", r"B\1"])
@pytest.mark.parametrize("language", BETWEEN)
def test_a_part_of_another_name_is_not_named(language, name, frozen_content):
    """An operator whose name is a part of a named one's, or has it as a part, is listed all the same."""
    page = HandoutPage(add_operators(frozen_content, name), Handout("alpha", "zh", "km", "standard"))
    text = Text(dict.fromkeys(BETWEEN, "Alpha、Beta、{{ operators.others }}"))
    assert page.plain(text, page.content.languages[language]) == f"Alpha、Beta、{name}"


def test_list_is_printed_as_if_it_were_typed(frozen_content):
    """What the placeholder gives breaks over lines, and is read, as the same words in the text would."""
    page = HandoutPage(frozen_content, Handout("alpha", "zh", "km", "standard"))
    for code, between in BETWEEN.items():
        listed, typed = ({code: f"X ({names}) Y."} for names in ("{{ operators.others }}", f"Alpha{between}Beta"))
        language = frozen_content.languages[code]
        assert page.words(Text(listed), language) == page.words(Text(typed), language)


@pytest.mark.parametrize(
    ("code", "words", "printed"),
    [
        ("en", "Alpha, Beta, {{ operators.others }} and more.", "Alpha, Beta and more."),
        ("zh", "Alpha、Beta、{{ operators.others }}等。", "Alpha、Beta等。"),
        ("km", "Alpha, Beta, {{ operators.others }} ជាដើម។", "Alpha, Beta ជាដើម។"),
    ],
)
def test_a_list_of_nobody_leaves_no_sign(code, words, printed, frozen_content):
    """Where a text names all operators, the comma before the list goes with it."""
    page = HandoutPage(frozen_content, Handout("alpha", "zh", "km", "standard"))
    assert page.plain(Text({code: words}), frozen_content.languages[code]) == printed
