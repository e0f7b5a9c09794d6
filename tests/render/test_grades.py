"""A plain word stands beside a fact that rests on nothing better than a newspaper, open data, a guide or a page."""

import pytest

from handout.model.facts import Fact
from handout.plan.handouts import Handout
from handout.render.facts import format_cited
from handout.render.page import HandoutPage

WORDS = {
    "en": {"press": "press", "data": "open data", "guide": "general guide", "blog": "personal page"},
    "zh": {"press": "媒体", "data": "公开数据", "guide": "一般性指南", "blog": "个人网页"},
}


def open_page(content, kinds, reader="en", edition="standard"):
    """Return a page whose facts regulator.lapse_both and operator.site rest on sources of these kinds."""
    source = content.sources["regulator-notice"]
    sources = {f"page-{kind}": source.model_copy(update={"kind": kind}) for kind in kinds}
    fact = Fact(value="30", source=list(sources), checked="2026-11")
    regulator = content.regulator.model_copy(update={"facts": content.regulator.facts | {"lapse_both": fact}})
    alpha = content.operators["alpha"]
    alpha = alpha.model_copy(update={"facts": alpha.facts | {"site": fact.model_copy(update={"value": "example.com"})}})
    changed = {"regulator": regulator, "sources": content.sources | sources, "operators": {"alpha": alpha}}
    return HandoutPage(content.model_copy(update=changed), Handout("alpha", reader, "km", edition))


def say(page, words):
    """Return a text in the reader's language as printed, without break aids."""
    text = page.content.guide.title.model_copy(update={"root": {page.reader.code: words}})
    printed = page.words(text, page.reader).striptags().replace("\u00a0", " ")
    return printed.replace("\u200b", "").replace("\u2060", "")


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.parametrize(
    ("kinds", "best"),
    [
        (["press"], "press"),
        (["data"], "data"),
        (["guide"], "guide"),
        (["blog"], "blog"),
        (["blog", "press"], "press"),
        (["guide", "data"], "data"),
        (["official"], ""),
        (["regulator"], ""),
        (["law"], ""),
        (["press", "official"], ""),
        (["blog", "law"], ""),
        (["data", "regulator", "press"], ""),
    ],
)
def test_best_source_decides(code, kinds, best, frozen_content):
    """In a sentence and in the list of numbers, in the reader's words; official sources and the law need none."""
    page = open_page(frozen_content, kinds, code)
    numbers = ", ".join(map(str, range(1, len(kinds) + 1)))
    wanted = f"[{WORDS[code][best] + ' ' if best else ''}{numbers}]"
    end = "。" if code == "zh" else "."
    assert say(page, "{{ regulator.lapse_both }}" + end).endswith(f"{wanted}{end}")
    assert format_cited(page.facts.cite(page.operator.facts["site"], page.reader)).striptags() == wanted


def test_sentence_with_both_says_which(frozen_content):
    """The official ones come first, so that the word is read with its own numbers only."""
    page = open_page(frozen_content, ["press", "blog"])
    assert say(page, "By {{ regulator.codes_announced }} it was {{ regulator.lapse_both }}. Then.").endswith(
        "30 days[1; press 2, 3]. Then."
    )


@pytest.mark.parametrize("first", ["regulator.lapse_both", "regulator.codes_announced"])
def test_word_stays_when_a_number_is_named_twice(first, frozen_content):
    """A source of a sure and of an unsure fact has the word, whichever of the two comes first."""
    page = open_page(frozen_content, ["press"])
    announced = page.content.regulator.facts["codes_announced"]
    both = announced.model_copy(update={"source": ["page-press", "regulator-notice"]})
    page.content.regulator.facts["codes_announced"] = both
    second = {"regulator.lapse_both", "regulator.codes_announced"} - {first}
    assert "[2; press 1]" in say(page, f"{{{{ {first} }}}} and {{{{ {second.pop()} }}}}.")


def test_counter_page_cites_nothing(frozen_content):
    """It has no list of sources, so no number and no word either."""
    page = open_page(frozen_content, ["press"], edition="counter")
    assert say(page, "{{ regulator.lapse_both }}.") == "30 days."
