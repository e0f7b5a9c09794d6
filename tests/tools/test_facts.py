"""Facts are listed with their age, printed with their month once they are old, and asked for on a sheet."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from handout.base.paths import FONTS
from handout.cli import main as cli
from handout.model.facts import Fact
from handout.model.texts import Text
from handout.plan.guide import count_months, list_facts, resolve_operator
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage
from handout.validate.inspect import validate_content


def test_months_are_counted():
    """Months across years."""
    assert count_months("2025-11", "2026-11") == 12
    assert count_months("2026-12", "2026-11") == -1


def test_states(frozen_content):
    """Known, old and unknown follow the month that counts as today."""
    states = {
        today: {f.name: f.state for f in list_facts(frozen_content, today, ["alpha"])}
        for today in ("2026-12", "2027-11", "2027-12")
    }
    assert [states["2026-12"][name] for name in ("site", "hotline", "app", "hours")] == [
        "known",
        "known",
        "old",
        "unknown",
    ]
    assert [states["2027-12"][name] for name in ("site", "hotline", "app", "hours")] == ["old", "old", "old", "unknown"]
    assert states["2027-11"]["site"] == "known"  # at the limit
    assert {f.owner for f in list_facts(frozen_content, "2026-12")} == {"alpha", "beta", "regulator"}


COMMON = Fact(value="1204", source=["law", "paper"], checked="2026-03")


@pytest.mark.parametrize(
    ("own", "common", "values", "sources", "checked"),
    [
        ({"common": "line"}, COMMON, ["1204"], ["law", "paper"], "2026-03"),
        ({"value": "812", "source": "page", "checked": "2026-11"}, COMMON, ["812"], ["page"], "2026-11"),
        (
            {"value": ["812", "012"], "source": ["page", "law"], "checked": "2026-11", "common": "line"},
            COMMON,
            ["812", "012", "1204"],
            ["page", "law", "paper"],
            "2026-03",
        ),
        (
            {"value": "1204", "source": "page", "checked": "2026-01", "common": "line"},
            COMMON,
            ["1204"],
            ["page", "law", "paper"],
            "2026-01",
        ),
        (
            {"value": "812", "source": "page", "checked": "2026-11", "common": "line"},
            Fact(unknown=True),
            ["812"],
            ["page"],
            "2026-11",
        ),
        ({"common": "line"}, Fact(unknown=True), [], [], None),
        ({"unknown": True}, COMMON, [], [], None),
    ],
    ids=["taken", "overridden", "beside", "the same", "beside an unknown one", "unknown", "not taken"],
)
def test_common_fact(own, common, values, sources, checked, frozen_content):
    """A common fact is taken with its sources, overridden, or stands beside an own one; the older date counts."""
    regulator = frozen_content.regulator.model_copy(update={"facts": {"line": common}})
    alpha = frozen_content.operators["alpha"].model_copy(update={"facts": {"hotline": Fact(**own)}})
    content = frozen_content.model_copy(update={"regulator": regulator, "operators": {"alpha": alpha}})
    fact = resolve_operator(content, "alpha").facts["hotline"]
    assert (fact.values, fact.sources, fact.checked, fact.unknown) == (values, sources, checked, not values)


def test_common_fact_gives_its_passages(frozen_content):
    """Beside an own value the passages of both are kept, the own one where both have one of the same page."""
    common = Fact(value="1204", source={"law": {"quote": "dial 1204"}, "page": {"quote": "or 1204"}}, checked="2026-03")
    own = {"value": "812", "checked": "2026-11", "common": "line"}
    regulator = frozen_content.regulator.model_copy(update={"facts": {"line": common}})
    alpha = frozen_content.operators["alpha"]
    quotes = {}
    for key, source in {"list": ["web", "page"], "map": {"page": {"quote": "call 812"}, "law": None}}.items():
        operator = alpha.model_copy(update={"facts": {"hotline": Fact(source=source, **own)}})
        content = frozen_content.model_copy(update={"regulator": regulator, "operators": {"alpha": operator}})
        fact = resolve_operator(content, "alpha").facts["hotline"]
        quotes[key] = {name: fact.passages[name].quote if name in fact.passages else None for name in fact.sources}
    assert quotes == {
        "list": {"web": None, "page": "or 1204", "law": "dial 1204"},
        "map": {"page": "call 812", "law": "dial 1204"},
    }


def test_common_fact_is_printed_with_every_source(frozen_content):
    """The list of numbers has the own value before the common one, and both sources; the blank is gone."""
    page = HandoutPage(frozen_content, Handout("alpha", "en", "km", "standard"))
    assert page.facts.show("hotline", page.reader).striptags() == "1000 / 012 000 111 / 1901"
    page.facts.cite("hotline")
    assert list(page.citations.by_source) == ["alpha-help", "alpha-terms", "regulator-notice"]
    assert HandoutPage(frozen_content, Handout("beta", "en", "km", "standard")).facts.knows("hotline") is False


@pytest.mark.parametrize("code", ["zh", "en", "km"])
def test_a_text_that_ends_a_sentence_may_be_broken(code, frozen_content):
    """Only its last letters stay with the numbers of its sources; all of it would stand over the column's edge."""
    page = HandoutPage(frozen_content, Handout("alpha", code, "km" if code != "km" else "en", "standard"))
    words = frozen_content.regulator.facts["complaints"].value[code]
    html = page.words(sentence(code), page.reader)
    (kept,) = re.findall('<span class="keep">(?:<span class="keep">)?([^<]*)(?:</span>)?<span class="cite">', html)
    assert kept == "" if code != "zh" else words.endswith(kept) and 2 <= len(kept) < 8


def sentence(code):
    """Return a text that a fact ends."""
    return Text({code: "{{ regulator.complaints }}" + {"zh": "。", "en": ".", "km": "។"}[code]})


def test_dates_and_mailboxes_are_printed_in_their_form(frozen_content):
    """A day and a month as the language writes them, in one piece; on a screen a mailbox is a link."""
    page = HandoutPage(frozen_content, Handout("beta", "en", "km", "standard"), on_screen=True)
    both = Text({"en": "{{ regulator.codes_announced }} {{ operator.listed }} {{ regulator.email }}"})
    html = page.words(both, page.reader)
    assert '<span class="keep">January 15, 2026</span> <span class="keep">December 2024</span>' in html
    assert '<a href="mailto:info@example.org">' in html


def test_list_shows_value_source_and_age(content_copy, capsys):
    """One line a fact, and below it whose words it rests on, where, when they were read, and the words."""
    assert cli.main(["facts", "--content", str(content_copy), "--operator", "alpha", "--today", "2027-12"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["old", "alpha", "lapse_unused", "13", "months", "90", "alpha-terms"] in lines
    shown = [" ".join(words) for words in lines]
    at = next(number for number, words in enumerate(shown) if " hotline " in words)
    fixed = "https://archive.example.net/2026/https://example.com/help/"
    assert shown[at + 1 : at + 7] == [
        f"alpha-help: Alpha, official, last answer, read 2026-11-20, {fixed}",
        "“Please call us on 1000 or 012-000-111.”",
        "alpha-terms: Alpha, official, read 2026-11",
        "“客服热线：1000”",
        "regulator-notice: Example Regulator, regulator, read 2026-11",
        "“1901: customer service”",
    ]


def test_list_says_where_no_quote_is(content_copy, capsys):
    """An editor sees what is still to be looked up."""
    path = content_copy / "operators" / "alpha.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("alpha-terms: {quote: 客服热线：1000, lang: zh}", "alpha-terms:"), encoding="utf-8")
    assert cli.main(["facts", "--content", str(content_copy), "--operator", "alpha"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines.count("no quote") == 1
    assert lines[lines.index("no quote") - 1] == "alpha-terms: Alpha, official, read 2026-11"


@pytest.mark.parametrize(("checked", "dated"), [("2025-11", False), ("2025-10", True)])
def test_old_fact_prints_with_its_month(checked, dated, content_copy):
    """A fact older than the guide allows has its month beside it, by the guide's month, not by the clock."""
    path = content_copy / "operators" / "alpha.yaml"
    text = path.read_text(encoding="utf-8")
    first = '    source: {alpha-help: {quote: "Visit www.example.com today!"}}\n    checked: 2026-11\n'
    assert first in text
    path.write_text(text.replace(first, first.replace("2026-11", checked), 1), encoding="utf-8")
    content = validate_content(content_copy, FONTS)
    page = HandoutPage(content, Handout("alpha", "en", "km", "standard"))
    printed = page.facts.show("site", page.reader).striptags().replace("\u00a0", " ").replace("\u2060", "")
    assert printed == ("example.com (as of October 2025)" if dated else "example.com")


def test_worksheet_has_the_open_questions(content_copy, tmp_path, capsys):
    """The sheet asks in both languages what is unknown or old, and nothing else."""
    line = f"facts --worksheet --operator alpha --languages en-km --today 2026-11 --output {tmp_path}"
    assert cli.main([*line.split(), "--content", str(content_copy)]) == 0
    paths = capsys.readouterr().out.split()
    assert paths == [f"{tmp_path}/questions.alpha.en-km.html", f"{tmp_path}/questions.alpha.en-km.pdf"]
    html = (tmp_path / "questions.alpha.en-km.html").read_text(encoding="utf-8")
    assert "What are the opening hours?" in html
    assert re.findall('id="fact-([^"]+)"', html) == ["app", "hours", "cancel_fee"]
    with pypdfium2.PdfDocument(paths[1]) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "What are the opening hours?" in text
    assert "តើសាខាបើកម៉ោងណា" in text
