"""A value stands in the words that it rests on, however a page writes it; words that nobody has noted are told."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handout.base.paths import FONTS
from handout.load.tree import Tree
from handout.model.facts import Fact
from handout.validate.evidence import check_passages, check_quotes
from handout.validate.inspect import inspect_content

bounded = settings(max_examples=80, derandomize=True, deadline=None, database=None)
# What a page may write for a value, by kind.
SAID = {
    ("phone", "012 812 812"): "call 012812812 or 812|012-812-812|(+855) 12 812 812|+855 (0)12 81 28 12|លេខ ០១២ ៨១២ ៨១២",
    ("phone", "+855 23 722 333"): "Tel: (855) 23 72 23 33|023 722 333|00855 23/722-333|+855 23 722 333.",
    ("phone", "1204"): "1204: To contact customer service|dial ១២០៤|call 1-2-0-4",
    ("code", "*1201#"): "*1201#: To check the balance|dial ＊1201＃|dial * 1201 #|ចុច *១២០១#|free (*1201#)",
    ("url", "www.example.org"): "Visit EXAMPLE.org!|http://www.example.org/help|see example.org",
    ("email", "info@example.org"): "or by emailing to Info@example.org.",
    ("days", "90"): "within 90 days|within three (3) months|ninety days of 2023|៩០ ថ្ងៃ|in ninety days|2160 hours",
    ("days", "7"): "within 1 week|7-day|a week",
    ("prefixes", "012"): "011, 012, 014|012xxxxxx|+855 12|11 / 12 / 14",
    ("name", "Alpha App"): "Download the alpha-app|កម្មវិធី Alpha|AlphaApp|កម្មវិធីផ្លូវការ",
}
UNSAID = {
    ("phone", "012 812 812"): "call 012 812 813|call 1012812812|012 812 8121|812",
    ("phone", "1204"): "1205|11204|12 041",
    ("code", "*1201#"): "*1202#|**1201#|1201|*12010#",
    ("url", "www.example.org"): "example.com|our site",
    ("email", "info@example.org"): "help@example.org",
    ("days", "90"): "within 60 days|within 190 days|sixty days of 2023",
    ("prefixes", "012"): "011, 013|0112",
    ("name", "Alpha App"): "Download Beta",
}


def judge_quote(content, kind, value, *quotes):
    """Return the codes of what is said of a value of this kind that rests on a source for each quote; None has none."""
    alpha, defined = content.operators["alpha"], content.guide.facts
    passages = {f"page-{number}": quote and {"quote": quote} for number, quote in enumerate(quotes)}
    facts = {"app": Fact(value=value, source=passages, checked="2026-11")}
    operator = {"app": defined.operator["app"].model_copy(update={"kind": kind})}
    guide = content.guide.model_copy(update={"facts": defined.model_copy(update={"operator": operator})})
    changed = {"guide": guide, "operators": {"alpha": alpha.model_copy(update={"facts": facts})}}
    return [problem.code for problem in check_quotes(content.model_copy(update=changed), Tree())]


def split_table(table):
    """Return (kind, value, quote) for each quote of a table."""
    return [(*key, quote) for key, quotes in table.items() for quote in quotes.split("|")]


@pytest.mark.parametrize(("kind", "value", "quote"), split_table(SAID))
def test_a_value_stands_in_its_quote(kind, value, quote, frozen_content):
    """Grouped otherwise, from abroad, in other digits, in other units: nothing is said of it, nor of one of two."""
    assert judge_quote(frozen_content, kind, value, quote) == []
    assert judge_quote(frozen_content, kind, [value], "words with 123456789 and else", quote) == []


@pytest.mark.parametrize(("kind", "value", "quote"), split_table(UNSAID))
def test_a_value_that_its_quote_does_not_have_is_told(kind, value, quote, frozen_content):
    """Unless another source has no quote yet, which may say it."""
    assert judge_quote(frozen_content, kind, value, quote) == ["quote-value"]
    assert judge_quote(frozen_content, kind, value, quote, None) == []


@pytest.mark.parametrize(("kind", "value"), [("date", "2026-01-15"), ("text", "Open on Sundays")])
def test_what_cannot_be_compared_is_left_out(kind, value, frozen_content):
    """A date and words in a sentence are said in too many ways."""
    assert judge_quote(frozen_content, kind, value, "anything") == []


@bounded
@given(
    digits=st.text("0123456789", min_size=7, max_size=8),
    gaps=st.lists(st.sampled_from(["", " ", "-", ".", " - ", "/"]), min_size=8, max_size=8),
    before=st.sampled_from(["0", "+855 ", "(855) ", "+855 (0)", "855-"]),
    wrong=st.integers(0, 7),
)
def test_any_grouping_of_a_number_is_read(digits, gaps, before, wrong, frozen_content):
    """However a page groups it; a page that has another digit does not have it."""
    number, wrong = "1" + digits, wrong % len(digits) + 1
    assume(number[0] != "0")

    def write(some):
        return before + "".join(map("".join, zip(some, [*gaps, ""], strict=False)))

    other = number[:wrong] + str((int(number[wrong]) + 1) % 10) + number[wrong + 1 :]
    for value in (f"0{number}", f"+855 {number}"):
        assert judge_quote(frozen_content, "phone", value, f"call {write(number)}, please") == []
        assert judge_quote(frozen_content, "phone", value, f"call {write(other)}, please") == ["quote-value"]


def test_facts_and_statuses_without_words_are_told(frozen_content):
    """Each source of each; what is unknown, and a source that there is not, have no words to note."""
    alpha = frozen_content.operators["alpha"]
    source = ["alpha-help", "alpha-terms", "alpha-gone"]
    facts = {"app": Fact(value="MyAlpha", source=source), "hours": Fact(unknown=True, source="alpha-help")}
    changed = {"facts": facts, "status": alpha.status.model_copy(update={"source": "alpha-help"})}
    content = frozen_content.model_copy(update={"operators": {"alpha": alpha.model_copy(update=changed)}})
    told = [(problem.code, problem.message) for problem in check_passages(content, Tree())]
    named = ["alpha-help", "alpha-help", "alpha-terms"]
    assert told == [("fact-unquoted", f'nobody has noted the words of "{name}" that say this') for name in named]


@pytest.mark.parametrize(
    "quote",
    [
        "ก *Terms apply. [1] Rates* vary, see {a} and _b_ ~ 한국어",
        "Sie haben 90 Tage Zeit und zahlen $5 bis 15.01.2026, Ruf 012 812 812 an oder *123#, das 2. Mal",
        "សូមទូរសព្ទទៅលេខ 1000 ក្នុងរយៈពេល ៩០ ថ្ងៃ",
    ],
)
def test_a_quote_may_say_what_no_text_may(quote, content_copy):
    """Numbers, periods, amounts, a page's own signs, and letters that no bundled font has."""
    path = content_copy / "operators" / "alpha.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Alpha is your network.", f"'{quote}'"), encoding="utf-8")
    assert f"'{quote}'" in path.read_text(encoding="utf-8")
    assert inspect_content(content_copy, FONTS).problems == []
