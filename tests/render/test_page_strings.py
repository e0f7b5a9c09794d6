"""What a rendered page says is read the same way from any page."""

import pytest

from handout.base.paths import TEMPLATES
from handout.plan.handouts import plan_handouts
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.render.strings import read_strings


@pytest.mark.parametrize("edition", ["standard", "large", "counter"])
def test_page_that_is_not_well_formed_reads_the_same(edition, frozen_content):
    """Paper's pages are read by expat; the HTML parser that reads others finds the same in them."""
    environment = make_environment(TEMPLATES)
    for handout in plan_handouts(frozen_content, editions=[edition]):
        html = render_handout(environment, HandoutPage(frozen_content, handout))
        found, again = read_strings(html), read_strings(html.replace("</body>", "<br></body>"))
        assert found.fields
        del again.letters["", 400, False]  # line ends before the page begins
        assert found == again


def test_words_between_two_tags_are_one_string():
    """However long they are, entities included."""
    words = "a &amp; b " * 10_000
    assert read_strings(f"<p lang='en'>{words}</p>").strings == [("en", words.replace("&amp;", "&"))]
