"""What customers report is printed beside the blank that stays: counted, with its month, in both languages."""

from __future__ import annotations

import pypdfium2
import pytest
import yaml

import build
from handout.base.paths import FONTS, TEMPLATES
from handout.pipeline import build_handouts
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.validate.inspect import validate_content
from handout.workers.request import Request

FEE, FREE, DEAR = "cancel_fee", {"cancel_fee": "unpaid-none"}, {"cancel_fee": "5.00 USD"}
WORDS = {"en": "eight to five", "zh": "八点到五点", "km": "ព្រឹកដល់ល្ងាច"}


@pytest.fixture
def report(content_copy):
    """A function of reports, each a month, an operator, what was asked and the answers, that gives the content."""

    def write(*reports):
        (content_copy / "reports").mkdir(exist_ok=True)
        for number, (month, operator, asked, answers) in enumerate(reports):
            data = {"operator": operator, "month": month, "town": "Siem Reap", "asked": asked, "answers": answers}
            path = content_copy / "reports" / f"{operator}-{month}-{'abcdefgh'[number]}.yaml"
            path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return validate_content(content_copy, FONTS)

    return write


def open_page(content, operator="alpha", edition="standard", spacing="airy", *, on_screen=False):
    """Return an operator's English and Khmer page."""
    return HandoutPage(content, Handout(operator, "en", "km", edition), spacing, on_screen=on_screen)


def say(page, fact, code="en"):
    """Return the lines that a page has of the reports about a fact."""
    language = page.content.languages[code]
    return [page.report(one, language).striptags().replace("\u200b", "") for one in page.facts.reported.get(fact, [])]


def test_nothing_reported_adds_nothing(frozen_content):
    """Without reports a fact that page 1 asks has no line, and no page has anything of reports."""
    page = open_page(frozen_content)
    html = render_handout(make_environment(TEMPLATES), page)
    assert FEE not in page.facts.listed
    assert "report" not in html


def test_equal_answers_are_counted(report):
    """Equal answers are one line with their number and the newest month; the blank stays open."""
    content = report(("2026-09", "alpha", "cancel", FREE), ("2026-10", "alpha", "cancel", FREE))
    page = open_page(content)
    assert say(page, FEE) == ["Reported by customers (2×, October 2026): No"]
    assert say(page, FEE, "km") == ["អតិថិជន 2 នាក់បានរាយការណ៍ (តុលា 2026)៖ គ្មាន"]
    html = render_handout(make_environment(TEMPLATES), page)
    assert 'name="fact-cancel_fee"' in html


def test_different_answers_stand_side_by_side(report):
    """The newest answer comes first, whatever the files are called; on paper there are two, on the phone page all."""
    content = report(
        ("2026-08", "alpha", "cancel", {FEE: "20000 KHR"}),
        ("2026-10", "alpha", "cancel", DEAR),
        ("2026-09", "alpha", "cancel", FREE),
    )
    paper, phone = (say(open_page(content, on_screen=on_screen), FEE) for on_screen in (False, True))
    assert [words.rpartition(": ")[2] for words in phone] == ["5 USD", "No", "20000 KHR"]
    assert paper == phone[:2]


def test_suspending_is_another_question(report):
    """What was answered to customers who asked to suspend is not counted as an answer about cancelling."""
    page = open_page(report(("2026-10", "alpha", "cancel", FREE), ("2026-10", "alpha", "suspend", FREE)))
    assert sorted(say(page, FEE)) == [
        "Reported by customers (1×, October 2026): No",
        "Reported by customers who asked to suspend (1×, October 2026): No",
    ]


@pytest.mark.parametrize(
    ("said", "english", "chinese"),
    [
        ("unpaid-none", "No", "没有"),
        ("5 USD", "5 USD", "5 USD"),
        ("1 day", "1 day", "1天"),
        ("30 days", "30 days", "30天"),
        (["3 days", "5.50 USD"], "3 days, 5.5 USD", "3天、5.5 USD"),
        (WORDS, WORDS["en"], WORDS["zh"]),
    ],
    ids=str,
)
def test_answers_in_each_language(report, said, english, chinese):
    """A box of page 1, an amount, a period or words are printed in every language without being translated again."""
    page = open_page(report(("2026-10", "alpha", "cancel", {FEE: said})))
    assert say(page, FEE)[0].endswith(f": {english}")
    assert say(page, FEE, "zh")[0].endswith(f"：{chinese}")


def test_papers_are_answers(report, content_copy):
    """Where page 1 asks for papers, the ids of papers are the answer, in the order of the papers."""
    guide = content_copy / "guide.yaml"
    guide.write_text(guide.read_text("utf-8").replace("answer: answer-unpaid", "answer: documents"), encoding="utf-8")
    content = report(
        ("2026-10", "alpha", "cancel", {FEE: ["doc-sim-card", "doc-passport"]}),
        ("2026-10", "alpha", "cancel", {FEE: ["doc-passport", "doc-sim-card"]}),
    )
    names = [document.name["en"] for document in content.documents if document.id in ("doc-passport", "doc-sim-card")]
    assert say(open_page(content), FEE) == [f"Reported by customers (2×, October 2026): {', '.join(names)}"]


def test_a_known_fact_prints_no_reports(report):
    """What an official source says is not set beside what customers say, and reports are of one operator alone."""
    content = report(("2026-10", "alpha", "cancel", {"shop": WORDS}), ("2026-10", "beta", "cancel", FREE))
    assert not open_page(content, on_screen=True).facts.reported
    assert open_page(content, "beta").facts.reported


def test_little_room_has_fewer_reports(report):
    """In a narrower spacing paper prints fewer reports, what page 1 asks before the rest; other editions print all."""
    content = report(("2026-10", "alpha", "cancel", {"hours": WORDS, **FREE}), ("2026-09", "alpha", "cancel", DEAR))
    rooms = {
        name: {fact: len(said) for fact, said in page.facts.reported.items()}
        for name, page in {
            **{spacing: open_page(content, spacing=spacing) for spacing in ("airy", "normal", "tight")},
            "large": open_page(content, edition="large", spacing="normal"),
        }.items()
    }
    assert rooms["airy"] == rooms["normal"] == rooms["large"] == {FEE: 2, "hours": 1}
    assert rooms["tight"] == {FEE: 1}


def test_words_of_reports_are_translations(report):
    """Words that no native speaker has reviewed are printed as such when a report alone has them."""
    mark = ["--mark-reviewed", "all", "--by", "Sok Dara"]
    assert build.main(["translations", "--content", "content", "--language", "km", *mark]) == 0
    without, words = report(("2026-10", "alpha", "cancel", FREE)), report(("2026-10", "alpha", "cancel", {FEE: WORDS}))
    assert [language.code for page in (open_page(without), open_page(words)) for language in page.unreviewed] == ["km"]


def test_facts_lists_the_reports(report, capsys):
    """The list of facts has each report below its fact, with month, town and what was asked."""
    report(("2026-10", "alpha", "suspend", DEAR), ("2026-09", "beta", "cancel", {"hours": WORDS}))
    assert build.main(["facts", "--content", "content", "--today", "2026-11"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    at = lines.index("unknown alpha cancel_fee")
    assert lines[at + 1] == "reported alpha cancel_fee 2026-10 5 USD Siem Reap, suspend"
    assert "reported beta hours 2026-09 eight to five Siem Reap, cancel" in lines


def test_many_reports_in_a_pdf(report, tmp_path):
    """A handout with many reports keeps its four pages, passes every check and reads back; the phone page has all."""
    said = (
        ("07", "20000 KHR", "cancel"),
        ("08", "5 USD", "suspend"),
        *((f"{n:02}", "unpaid-none", "cancel") for n in (9, 10)),
    )
    report(*((f"2026-{month}", "beta", asked, {FEE: answer, "hours": WORDS}) for month, answer, asked in said))
    output = tmp_path / "output"
    build_handouts(Request(tmp_path / "content", output, ["beta"], ["en-km"], ["standard"]))
    with pypdfium2.PdfDocument(output / "pdf" / "beta.en-km.pdf") as document:
        words = "".join(page.get_textpage().get_text_range() for page in document)
        assert len(document) <= 4
    words = " ".join(words.split())
    assert "Reported by customers (2×, October 2026): No" in words
    assert "(1×, August 2026): 5 USD" in words
    assert "20000 KHR" not in words  # the third answer
    assert "20000 KHR" in (output / "html" / "beta.en-km.html").read_text("utf-8")
