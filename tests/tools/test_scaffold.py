"""New files are valid at once, and say what is still to be filled in."""

from __future__ import annotations

import re

import babel
import pytest
from babel.localedata import locale_identifiers

from handout.base.paths import FONTS, TEMPLATES
from handout.cli import main as cli
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.tools.scaffold import find_script
from handout.validate.inspect import inspect_content, validate_content


def run(content, *words):
    """Run the command and return its status."""
    return cli.main([*words, "--content", str(content)])


def test_new_operator_is_complete_but_unknown(content_copy, capsys):
    """The skeleton has each fact that is not optional with its question, passes the check and can be printed."""
    assert run(content_copy, "new-operator", "gamma") == 0
    assert "content/operators/gamma.yaml:5:3: FILL IN: the name" in capsys.readouterr().out
    inspection = inspect_content(content_copy, FONTS)
    content = inspection.content
    facts = content.operators["gamma"].facts
    assert set(facts) == {name for name, d in content.guide.facts.operator.items() if not d.optional}
    assert all(fact.unknown for fact in facts.values())
    told = [p for p in inspection.problems if p.code == "fill-in"]
    assert len(told) == len(facts) + 2
    (content_copy / "warnings.yaml").write_text("- id: [", encoding="utf-8")
    assert run(content_copy, "check") == 1
    said = capsys.readouterr().out.splitlines()
    assert sum("FILL IN" in line for line in said) == 2  # the first one, and its line
    assert f"({len(told)} such comments in this file)" in said[0]
    assert "error" in said[-3]
    page = HandoutPage(content, Handout("gamma", "en", "km", "standard"))
    assert "Gamma" in render_handout(make_environment(TEMPLATES), page)


@pytest.mark.parametrize(
    ("code", "name", "font", "warned"), [("vi", "Tiếng Việt", "Noto Sans", 3), ("th", "Thai", "Noto Sans", 4)]
)
def test_new_language_is_valid(code, name, font, warned, content_copy):
    """Name and script come from CLDR; a script without a bundled font is named as open, and the name is English."""
    assert run(content_copy, "new-language", code) == 0
    inspection = inspect_content(content_copy, FONTS)
    assert [p.code for p in inspection.problems].count("fill-in") == warned
    language = inspection.content.languages[code]
    assert (language.name, language.font.family) == (name, font)


def list_odd_languages():
    """Return the languages of CLDR that have no name of their own, or none in English, and one of each script."""
    known = [babel.Locale.parse(code) for code in locale_identifiers() if re.fullmatch("[a-z]{2,3}", code)]
    nameless = [one for one in known if not (one.get_display_name(str(one)) and one.get_display_name("en"))]
    scripts = {find_script(one): one for one in known if str(one) not in {"en", "km", "zh"}}
    return sorted({str(one) for one in (*nameless, *scripts.values())})


def test_any_language_of_cldr_is_valid(content_copy):
    """Neither a language without a name nor one whose script no bundled font has breaks the content."""
    codes = list_odd_languages()
    assert {"cop", "mhn", "skr", "tyv"} <= set(codes)
    for code in codes:
        assert run(content_copy, "new-language", code) == 0, code
        assert validate_content(content_copy, FONTS).languages[code].name, code
        (content_copy / "languages" / f"{code}.yaml").unlink()


@pytest.mark.parametrize(
    "words",
    [
        ("new-language", "root"),
        ("new-language", "pt_BR"),
        ("new-language", "ha_Arab"),
        ("new-operator", "con"),
        ("new-operator", "a" * 61),
    ],
)
def test_what_cannot_be_valid_leaves_nothing(words, content_copy):
    """A name that the content may not have is refused, and no file of it stays."""
    before = sorted(content_copy.rglob("*"))
    assert run(content_copy, *words) in {1, 2}
    assert sorted(content_copy.rglob("*")) == before
    assert validate_content(content_copy, FONTS)


def test_nothing_is_overwritten(content_copy, capsys):
    """A file that is there stays, and a wrong id is refused."""
    before = (content_copy / "operators" / "alpha.yaml").read_bytes()
    assert run(content_copy, "new-operator", "alpha") == 2
    assert run(content_copy, "new-operator", "../alpha") == 2
    assert run(content_copy, "new-language", "km") == 2
    assert run(content_copy, "new-language", "qqq") == 2
    assert "is there already" in capsys.readouterr().err
    assert (content_copy / "operators" / "alpha.yaml").read_bytes() == before
    assert validate_content(content_copy, FONTS)
