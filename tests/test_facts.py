"""Facts are listed with their age, printed with their month once they are old, and asked for on a sheet."""

from __future__ import annotations

import pypdfium2
import pytest

from handout import cli
from handout.facts import count_months, is_old, list_facts
from handout.plan import Handout
from handout.render import HandoutPage
from handout.request import FONTS
from handout.validate import validate_content


def test_months_are_counted():
    """Months across years; a fact is old after, not at, the limit."""
    assert count_months("2025-11", "2026-11") == 12
    assert count_months("2026-12", "2026-11") == -1
    assert (is_old("2025-11", "2026-11", 12), is_old("2025-10", "2026-11", 12)) == (False, True)


def test_states(content):
    """Known, old and unknown follow the month that counts as today."""
    states = {
        today: {f.name: f.state for f in list_facts(content, today, ["smart"])} for today in ("2026-12", "2028-01")
    }
    assert (states["2026-12"]["site"], states["2026-12"]["hotline"]) == ("known", "unknown")
    assert (states["2028-01"]["site"], states["2028-01"]["hotline"]) == ("old", "unknown")
    assert {f.owner for f in list_facts(content, "2026-12")} == {*content.operators, "regulator"}


def test_list_shows_value_source_and_age(content_copy, capsys):
    """One line a fact."""
    assert cli.main(["facts", "--content", str(content_copy), "--operator", "cellcard", "--today", "2027-12"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["old", "cellcard", "lapse_unused", "13", "months", "90", "cellcard-terms"] in lines


@pytest.mark.parametrize(("checked", "dated"), [("2025-11", False), ("2025-10", True)])
def test_old_fact_prints_with_its_month(checked, dated, content_copy):
    """A fact older than the guide allows has its month beside it, by the guide's month, not by the clock."""
    path = content_copy / "operators" / "cellcard.yaml"
    text = path.read_text(encoding="utf-8")
    first = "    source: cellcard-terms\n    checked: 2026-11\n"
    path.write_text(text.replace(first, first.replace("2026-11", checked), 1), encoding="utf-8")
    content = validate_content(content_copy, FONTS)
    page = HandoutPage(content, Handout("cellcard", "en", "km", "standard"))
    printed = page.fact("site", page.reader).striptags().replace("\u00a0", " ").replace("\u2060", "")
    assert printed == ("cellcard.com.kh (as of October 2025)" if dated else "cellcard.com.kh")


def test_worksheet_has_the_open_questions(content_copy, tmp_path, capsys):
    """The sheet asks in both languages what is unknown, and nothing else."""
    line = f"facts --worksheet --operator smart --languages en-km --today 2026-11 --output {tmp_path}"
    assert cli.main([*line.split(), "--content", str(content_copy)]) == 0
    paths = capsys.readouterr().out.split()
    assert paths == [f"{tmp_path}/questions.smart.en-km.html", f"{tmp_path}/questions.smart.en-km.pdf"]
    html = (tmp_path / "questions.smart.en-km.html").read_text(encoding="utf-8")
    assert "What is the customer hotline?" in html
    assert 'id="fact-hotline"' in html
    assert 'id="fact-site"' not in html
    with pypdfium2.PdfDocument(paths[1]) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "What is the customer hotline?" in text
    assert "តើសាខាជិតបំផុតនៅទីណា" in text
