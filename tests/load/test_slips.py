"""A sign that looks like YAML's and is another is named at its place; what stands below is read as it was meant."""

import sys
import unicodedata

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from handout.load.slips import mend_slips

CHARS = [chr(code) for code in range(sys.maxunicode + 1)]
BLANKS = [char for char in CHARS if unicodedata.category(char) == "Zs" and char != " "] + ["\u2800"]
DASHES = [char for char in CHARS if unicodedata.category(char) == "Pd" and char != "-"] + list("−•·・●")
COLONS, COMMAS = "：﹕︓៖∶꞉", "，﹐、､"
QUOTES = ["“”", "„“", "‘’", "「」", "『』", "«»", "‹›", "＂＂", "＇＇", "〝〞"]
QUOTED = ["a: ¤b: c¤\n", "a: ¤b #c¤\n", "a: ¤b:¤\n", "a: [¤b¤, c]\n", "¤a¤: b\n", "- a: ¤b: c¤\n  d: e\n"]
GLUED = ["a: b\nid¤x\n", "a: b\n  c¤d\n", "- id¤x\n", "a: {zh¤x, en: y}\n", "steps:\n  en¤x\n  zh: y\n", "“a”¤b\n"]
# Where ¤ stands for a sign that was meant as the one given; each is mended sign by sign.
MENDED = {
    "before a key": (" ", "a:\n¤ b: c\n"),
    "before a key of an entry": (" ", "- a: b\n ¤c: d\n"),
    "before a dash": (" ", "a:\n¤ - b\n"),
    "before the first key": (" ", "¤a: b\n"),
    "after a colon": (" ", "a:¤b\nc: d\n"),
    "after a colon and a space": (" ", "a: ¤b\n"),
    "before a colon": (" ", "a¤: b\n"),
    "after a dash": (" ", "-¤a: b\n  c: d\n"),
    "after a comma": (" ", "a: [b,¤c]\n"),
    "after a colon between braces": (" ", "a: {b:¤c}\n"),
    "dash of an entry": ("-", "- a: b\n¤ a: c\n"),
    "dash of a text": ("-", "a:\n  ¤ b\n"),
    "dash of a dash": ("-", "- ¤ b\n"),
    "dash of nothing": ("-", "¤\n  a: b\n"),
    "colon before a text": (":", "a: b\nc¤ d\n"),
    "colon before lines": (":", "a¤\n  b: c\n"),
    "colon of an entry": (":", "- a¤ b\n  c: d\n"),
    "colon after text lines": (":", "a: |\n  text：\nb¤ c\n"),
    "comma in a list": (",", "a: [b¤c]\n"),
    "comma and a space": (",", "a: [b¤ c]\n"),
    "comma in a list of lines": (",", "a: [b,\n  c¤d]\ne: 你，好\n"),
    "comma between keys": (",", "a: {zh: 你，好¤en: b}\n"),
}
SIGNS = {" ": BLANKS, "-": DASHES, ":": list(COLONS), ",": list(COMMAS)}
# (text with ¤ for the sign, the sign, what it was meant as)
OTHERS = [
    ("a: ［b, c]\n", "［", "a: [b, c]\n"),
    ("a: [b, c］\n", "］", "a: [b, c]\n"),
    ("a: ｛b: c}\n", "｛", "a: {b: c}\n"),
    ("a: {b: c｝\n", "｝", "a: {b: c}\n"),
    ("＃ a\nb: c\n", "＃", "# a\nb: c\n"),
    ("a: b\n  ＃ c\n", "＃", "a: b\n  # c\n"),
    ("a: ｜\n  b：c\n", "｜", "a: |\n  b：c\n"),
    ("a: ＞-\n  b\n", "＞", "a: >-\n  b\n"),
    ('a: "b”\n', "”", 'a: "b"\n'),
    ("a: 'b’\n", "’", "a: 'b'\n"),
    ("ｉｄ: b\n", "ｉ", "id: b\n"),
    ('a: ["b”, c]\n', "”", 'a: ["b", c]\n'),
]
# Words that are meant as they stand.
KEPT = [
    "a: “How do I cancel?”\n", "a: “Yes”, they said “no”.\n", "a: 「好」\n", "a: ‘It’s mine’\n",
    "a: 请带：护照，SIM卡\n", "a: {zh: 甲，乙, en: b}\n", "a: [。, ！, ，]\n", "a: b – c\n", "a: b\n  – c\n",
    "a: b ＃ c\n", "a: |\n  – b\n  c：d\n", 'a: "b\n  – c\n  d：e"\nf: g\n',
    "a: ［注］请带护照\n", "a: {{ operator.name }}：b\n", 'a: "“b”"\n', "# －：，\na: b\n", "a: 'b“c”'\n",
    "a: 一\n  注意：二\n", "a: -b\n", "a: +855 12\n", "a: b\u00a0c\n", "a: [b, “c” d]\n", "a: [it's b, don’t c]\n", "- https://example.com\n",
]  # fmt: skip


def find_slips(text):
    """Return the text as mended, and the slips as line, column, message and hint."""
    mended, slips = mend_slips("a.yaml", text)
    return mended, [(one.place.line, one.place.column, one.message, one.hint) for one in slips]


def locate(text, at):
    """Return the line and column of an offset."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@pytest.mark.parametrize("name", MENDED)
def test_a_lookalike_is_named_and_mended(name):
    """Every character that looks like the sign is told by name, number, line and column, and read as the sign."""
    sign, text = MENDED[name]
    for char in SIGNS[sign]:
        wrong, right = text.replace("¤", char), text.replace("¤", sign)
        mended, [(line, column, message, hint)] = find_slips(wrong)
        assert mended == right
        assert (line, column) == locate(text, text.index("¤"))
        assert unicodedata.name(char) in message
        assert f"U+{ord(char):04X}" in message
        assert ("a plain space" if sign == " " else f'"{sign}"') in hint
        yaml.safe_load(mended)


@pytest.mark.parametrize(("text", "char", "right"), OTHERS)
def test_another_sign_is_named_and_mended(text, char, right):
    """So are brackets, number signs, bars, closing marks and letters of another width."""
    mended, [(line, column, message, _hint)] = find_slips(text)
    assert (mended, line, column) == (right, *locate(text, text.index(char)))
    assert f"U+{ord(char):04X}" in message


@pytest.mark.parametrize("marks", QUOTES)
@pytest.mark.parametrize(
    "words", ["a: ¤b: c¤\n", "a: ¤b #c¤\n", "a: ¤b:¤\n", "a: [¤b¤, c]\n", "¤a¤: b\n", "- a: ¤b: c¤\n  d: e\n"]
)
def test_quotation_marks_that_yaml_needs(marks, words):
    """Marks around a value that means something else without straight ones are told once, by the one that opens."""
    wrong = words.replace("¤", marks[0], 1).replace("¤", marks[1])
    mended, [(line, column, message, _hint)] = find_slips(wrong)
    assert mended in {words.replace("¤", '"'), words.replace("¤", "'")}
    assert (line, column) == locate(words, words.index("¤"))
    assert f"U+{ord(marks[0]):04X}" in message


@pytest.mark.parametrize("text", KEPT)
def test_what_is_meant_stays(text):
    """A real quotation, a sentence with Chinese signs, quoted text and text below a bar are no slips."""
    assert find_slips(text) == (text, [])


@pytest.mark.parametrize("dash", ["-", *DASHES])
@pytest.mark.parametrize("text", ["¤id: x\n  b: c\n", "- id: x\n¤id: y\n", "a:\n  ¤why\n  ¤numbers\n", '- ¤"a": b\n'])
def test_a_dash_without_a_space(dash, text):
    """It cannot be mended in its place: it is told, and the file is read when its editor has mended it."""
    mended, [(line, column, _message, hint), *_] = find_slips(text.replace("¤", dash))
    assert (mended, line, column) == (None, *locate(text, text.index("¤")))
    assert "- " in hint or "space" in hint


@pytest.mark.parametrize("text", ["en¤“Do: not”\n", "- en¤Do: not\n", "a:\n  en¤请: b\n"])
def test_a_colon_before_another_one(text):
    """A key without a space behind its colon is told where YAML would take all to the next colon for the key."""
    mended, [(line, column, _message, hint)] = find_slips(text.replace("¤", ":"))
    assert (mended, line, column, hint) == (None, *locate(text, text.index("¤")), 'write "en: …"')


@pytest.mark.parametrize("colon", COLONS)
@pytest.mark.parametrize("text", GLUED)
def test_a_colon_without_a_space(colon, text):
    """It is told too, even where a value has swallowed its line."""
    mended, [(line, column, message, hint)] = find_slips(text.replace("¤", colon))
    assert (mended, line, column) == (None, *locate(text, text.index("¤")))
    assert f"U+{ord(colon):04X}" in message
    assert "- " in hint or "space" in hint


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(st.text(st.sampled_from("ab- \n:[]{},\"'|#" + COLONS + COMMAS + "“”「」－\u3000\u00a0＃｜"), max_size=60))
def test_what_is_mended_has_no_slip(text):
    """Mending keeps every place, changes nothing but lookalikes, and leaves nothing to mend."""
    mended, _slips = mend_slips("a.yaml", text)
    if mended is not None:
        assert len(mended) == len(text)
        assert all(new == old or not old.isascii() for new, old in zip(mended, text, strict=True))
        assert not [one for one in mend_slips("a.yaml", mended)[1] if one.code == "look-alike"]


@pytest.mark.parametrize("text", ["- ", "a：", "[“", "{zh：", "[a，a", "[“a", "a: “x “: ", "［", "－ "])
def test_a_long_line_costs_no_time(text):
    """A megabyte of lookalikes on a line is looked at once."""
    assert len(mend_slips("a.yaml", text * (300_000 // len(text)))[1]) <= 20
