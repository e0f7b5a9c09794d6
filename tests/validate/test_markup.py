"""Stars, braces and signs of other languages for texts are told with the right form; what is right is let through."""

from __future__ import annotations

import pytest

from handout.base.paths import FONTS
from handout.validate.inspect import inspect_content

NAME, BOLD = "write {{ operator.name }}", "write **bold**"
KEY = "delete it, or write “*” for the key"
STRAY = {
    "{ operator.name }": NAME,
    "{operator.name}": NAME,
    "{ { operator.name } }": NAME,
    "{operator . name": "delete these signs",
    "{operator.name }.": NAME,
    "* *bold* *": BOLD,
    "***bold***": BOLD,
    "*bold*": BOLD,
    "* bold *": BOLD,
    "****": "delete these signs",
    "{name}": "delete these signs",
    "Press *.": KEY,
    "按＊键": KEY,
    "“＊”": KEY,
    "__bold__": BOLD,
    "_bold_": BOLD,
    "~~bold~~": BOLD,
    "==bold==": BOLD,
    "`bold`": BOLD,
    "``bold``": BOLD,
    "don`t": "delete these signs",
    "[bold](here)": "write bold",
    "![bold](here)": "write bold",
    "[bold][1]": "write bold",
    "［bold］（here）": "write bold",
}
WIDE = {
    "｛｛ operator.name ｝｝": NAME,
    "｛operator.name｝": NAME,
    "｛name｝": "delete these signs",
    "＊＊bold＊＊": BOLD,
    "﹡bold﹡": BOLD,
    "＿bold＿": BOLD,
    "｀bold｀": BOLD,
}
RIGHT = [
    "**bold**",
    "a **b** c **d**",
    "**{{ operator.name }}**",
    "{{operator.name}}",
    "Name ____",
    "a_b_c",
    "[x] (Y)?",
    "Date __/__/____",
    "___年___月___日",
    "__年__月__日",
    "＿＿年＿＿月",
    "Press * and #",
    "press “*”",
    "按「*」键",
    "［注］（见下）",
    "［2026］（A5）",
    "[1][2]",
    "Notice [new](2026)",
]
ELSEWHERE = {
    "{{{ operator.name }": "template-syntax",
    "{{operator.name}": "template-syntax",
    "**bold": "bold-open",
    "**a** **b": "bold-open",
    "{{ x }}": "bad-placeholder",
}


def find_problems(content, file, old, new):
    """Return the code and the hint of each problem of a content with other words in one place."""
    path = content / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = inspect_content(content, FONTS).problems
    return [(p.code, p.hint) for p in found if p.severity == "error"]


def find_in_text(content, words):
    return find_problems(content, "warnings.yaml", "en: Beware", f"en: Beware {words}")


@pytest.mark.parametrize("words", STRAY)
def test_stray_markup(words, content_copy):
    """Each sign that would be printed is told with what to write."""
    assert set(find_in_text(content_copy, words)) == {("stray-markup", STRAY[words])}


@pytest.mark.parametrize("words", WIDE)
def test_wide_markup(words, content_copy):
    """The same signs as a Chinese keyboard writes them are told once, with the form that is meant."""
    assert find_in_text(content_copy, words) == [("stray-markup", WIDE[words])]


@pytest.mark.parametrize("words", RIGHT)
def test_right_markup(words, content_copy):
    """Bold, placeholders and signs that are no markup anywhere give no problem."""
    found = find_in_text(content_copy, words)
    assert [one for one in found if one[0] not in {"typed-fact", "missing-glyph"}] == []


@pytest.mark.parametrize("words", ELSEWHERE)
def test_told_once(words, content_copy):
    """What another check tells is not told twice."""
    assert [code for code, _hint in find_in_text(content_copy, words)] == [ELSEWHERE[words]]


@pytest.mark.parametrize("words", ["**bold**", "*bold*", "__bold__", "[bold](x)"])
@pytest.mark.parametrize(
    ("file", "old"),
    [("languages/en.yaml", "checked: Facts"), ("sources.yaml", "title: "), ("languages/km.yaml", "checked: ")],
)
def test_no_markup_outside_of_texts(file, old, words, content_copy):
    """Interface words and titles of sources have neither bold nor links: they would be printed as they stand."""
    assert find_problems(content_copy, file, old, f"{old} a {words} ") == [("stray-markup", "delete these signs")]


def test_placeholder_outside_of_texts(content_copy):
    """Nothing is filled in where no text is."""
    found = find_problems(content_copy, "sources.yaml", "title: ", "title: From {{ operator.name }} ")
    assert found == [("stray-markup", "delete these signs")]


@pytest.mark.parametrize("words", ["*bold*", "{ operator.name }", "__bold__"])
def test_markup_in_facts(words, content_copy):
    """A fact in words is printed as it is, so that signs in it are told."""
    found = find_problems(content_copy, "operators/alpha.yaml", "en: Example Street", f"en: Example {words} Street")
    assert found == [("stray-markup", "delete these signs")]


@pytest.mark.parametrize("code", ["*PIN*123#", "＊100#", "*bold*"])
def test_a_code_is_told_once(code, content_copy):
    """A fact that has a form of its own is looked at by that form alone."""
    found = find_problems(content_copy, "operators/alpha.yaml", 'value: "#100#"', f'value: "{code}"')
    assert [code for code, _hint in found] == ["fact-form"]


@pytest.mark.parametrize("words", ["{{ operator.hotline }}", "{operator.hotline}", "**bold**", "*bold*"])
@pytest.mark.parametrize("old", ["en: This site belongs to no operator", "en: The steps are clearer"])
def test_no_markup_in_texts_about_no_one_operator(old, words, content_copy):
    """The start page and the feed print neither facts nor bold."""
    assert find_problems(content_copy, "guide.yaml", old, f"{old} {words}") == [("stray-markup", "delete these signs")]
