"""What looks right and is another character is made right or told; no text keeps the line ends of its file."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handout.base.paths import FONTS
from handout.load.characters import compose_text, find_look_alikes, find_part
from handout.load.guards import UNSEEN
from handout.load.tree import load_content
from handout.validate.inspect import inspect_content

quick = settings(max_examples=100, derandomize=True, deadline=None, database=None)

SAFE = {
    "e\u0301": "é",
    "\u00ea\u0301": "ế",
    "e\u0323\u0302": "ệ",
    "a\u0302\u0323": "ậ",
    "\u1100\u1161": "가",
    "\u2f64\u6237": "用户",
    "\u2ecb\u7968": "车票",
    "\uf9d5": "崙",
    "\U0002f81a": "冬",
    "Ｓｍａｒｔ　０１２": "Smart 012",
    "ａ＠ｂ．ｃ ＋１": "a@b.c +1",
    "ﬁnd oﬃce": "find office",
    "well\u2011known": "well-known",
    "12\u00a0GB\u202fhere": "12 GB here",
    "two  blanks": "two blanks",
    "{{\u00a0operator.name }}": "{{ operator.name }}",
}
RIGHT = (
    "“Yes”, he’s … – — • · ™ № ℃ ½ ① 5 µm ¥5 ￥5 « ្ខ្មែរ » ។ ៗ 我，是。：（）！？；［］1～2 、《》「」 SIM卡 한국 Москва"
)
TOLD = {
    "C\u0430ncel": {"а": "a"},
    "\u0430 card": {"а": "a"},
    "\u039fK": {"Ο": "O"},
    "n\u03bf": {"ο": "o"},
    "\u0421\u041c\u0421": {"С": "C", "М": "M"},
    "SI\u0431M": {"б": ""},
    "e\u0301\u0302": {"é̂": "ế"},
    "＂so＂": {"＂": '"'},
    "＜ x ＞＞": {"＜": "<", "＞＞": ">>"},
    "ｶﾞ": {"ｶﾞ": "ガ"},
    "x² 1ˢᵗ": {"²": "2", "ˢᵗ": "st"},
    "𝗯old ℎ": {"𝗯": "b", "ℎ": "h"},
    "﹐︵": {"﹐︵": ",("},
    "don\u00b4t": {"´": ""},
    "\u2e80 \u31d0": {"⺀": "", "㇐": ""},
    "lost \ufffd": {"\ufffd": ""},
    " \u0301a": {"\u0301": ""},
}


@pytest.mark.parametrize("text", SAFE)
def test_what_is_safe_is_made_right(text):
    """Other ways of writing the same letter become the usual one, and then there is nothing to tell."""
    assert compose_text(text) == SAFE[text]
    assert find_look_alikes(SAFE[text]) == {}


def test_what_is_right_stays():
    """Signs of the content's languages, and a word of another script, are neither changed nor told."""
    assert compose_text(RIGHT) == RIGHT
    assert find_look_alikes(RIGHT) == {}


@pytest.mark.parametrize("text", TOLD)
def test_what_is_not_safe_is_told(text):
    """Each look-alike is found with what is meant, nothing where nobody can know."""
    assert find_look_alikes(compose_text(text)) == TOLD[text]


def test_the_hint_can_be_read(tmp_path):
    """A quotation mark that is meant stands between marks of the other kind."""
    (tmp_path / "faqs.yaml").write_text("- a: 5＂ x\n", encoding="utf-8")
    assert [p.hint for p in load_content(tmp_path)[1] if p.code == "look-alike"] == ["write '\"'"]


@quick
@given(st.text(st.characters(categories=["L", "M", "N", "P", "Zs"])))
def test_composed_text_stays(text):
    """A text is composed once and for all, and each of its letters is found where it stands in the raw text."""
    clean = compose_text(text)
    assert compose_text(clean) == clean
    assert unicodedata.normalize("NFC", clean) == clean
    for character in set(clean.strip()):
        start, width = find_part(text, character)
        assert character in compose_text(text[start : start + width] or text[start:])


def list_category(category):
    """Return all characters of a category of Unicode."""
    return [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == category]


def test_no_blank_and_no_invisible_character_passes(content_copy):
    """Every other blank becomes a plain one; every format character is told, by itself or as one without a glyph."""
    assert {compose_text(f"a{blank}b") for blank in list_category("Zs")} == {"a b"}
    rest = [sign for sign in list_category("Cf") if not UNSEEN.match(sign)]
    path = content_copy / "warnings.yaml"
    path.write_text(path.read_text("utf-8").replace("Do not", "Do" + "".join(rest) + " not", 1), "utf-8")
    told = {p.message for p in inspect_content(content_copy, FONTS).problems if p.code == "missing-glyph"}
    assert told == {f'no bundled font has "{sign}" (U+{ord(sign):04X})' for sign in rest}


PLACES = {
    "warnings.yaml": "en: Beware",
    "languages/en.yaml": "checked: Facts",
    "operators/alpha.yaml": "en: Alpha",
    "sources.yaml": "title: ",
    "glossary.yaml": "en: ",
    "guide.yaml": "title:\n  zh: ",
    "regulator.yaml": "en: ",
}


@pytest.mark.parametrize("file", PLACES)
@pytest.mark.parametrize("wrong", ["cafe\u0301", "c\u0430fe", "ca\u200dfe", "ca\u200cfe"])
def test_every_text_is_looked_at(file, wrong, content_copy):
    """In every file a safe character is composed without a word, another one is told at its place."""
    path, lead = content_copy / file, PLACES[file]
    text = path.read_text("utf-8").replace(lead, f"{lead} {wrong} ", 1)
    path.write_text(text, "utf-8")
    tree, problems = load_content(content_copy)
    at = next((n for n, sign in enumerate(wrong) if sign in "\u0430\u200c\u200d"), None)
    if at is None:
        assert problems == []
        assert any("café" in str(node.value) for node in tree.nodes.values())
    else:
        start = text.index(lead) + len(lead) + 1 + at
        place = (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        assert [(p.path, p.line, p.column) for p in problems] == [(str(path), *place)]


@pytest.mark.parametrize(("key", "told"), [("i\u0501", ("look-alike", 2, 4)), ("\uff49\uff44", ("look-alike", 2, 3))])
def test_keys_and_ids(key, told, content_copy):
    """A look-alike in a key is the one problem told, and so is a wide key."""
    path = content_copy / "warnings.yaml"
    path.write_text(path.read_text("utf-8").replace("id:", f"{key}:", 1), "utf-8")
    found = [(p.code, p.line, p.column) for p in inspect_content(content_copy, FONTS).problems]
    assert found == [told]


STYLES = {
    "plain": "\n   ".join,
    "double": lambda lines: '"' + "\n   ".join(lines) + '"',
    "single": lambda lines: "' " + "\n   ".join(lines) + "  '",
    "folded": lambda lines: ">-\n   " + "\n   ".join(lines),
    "literal": lambda lines: "|\n   " + "\n   ".join(lines),
    "kept": lambda lines: "|+\n   " + "\n\n   ".join(lines) + "\n\n",
}


def read_lines(folder, style, lines):
    """Return a text that is written over several lines, and the problems with their places."""
    path = folder / "faqs.yaml"
    path.write_text("- x: " + STYLES[style](lines) + "\n", encoding="utf-8")
    tree, problems = load_content(folder)
    return tree.data["faqs"][0]["x"], [(p.code, p.line, p.column) for p in problems if p.path == str(path)]


FOLDS = [
    (["Ask first,", "then cancel."], "Ask first, then cancel.", False),
    (["请先查询", "余额。"], "请先查询余额。", False),
    (["请先查询，", "再注销（必须）", "“好”", "吗"], "请先查询，再注销（必须）“好”吗", False),
    (["ひら", "カナ"], "ひらカナ", False),
    (["전화", "번호"], "전화 번호", False),
    (["Call 📞", "or ask."], "Call 📞 or ask.", False),
    (["请拨", "{{ operator.hotline }}"], "请拨 {{ operator.hotline }}", True),
    (["SIM", "卡"], "SIM 卡", True),
    (["សូម", "ប្រយ័ត្ន"], "សូម ប្រយ័ត្ន", True),
    (["សូម។", "{{ operator.name }}"], "សូម។ {{ operator.name }}", True),
    (["ຂໍ", "ໂທ"], "ຂໍ ໂທ", True),
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("lines", "text", "is_told"), FOLDS)
def test_text_over_lines(style, lines, text, is_told, tmp_path):
    """Chinese is joined, English gets one blank, and where a blank may not be meant the second line is told."""
    found, told = read_lines(tmp_path, style, lines)
    assert found.strip() == text
    second = 3 if style in {"folded", "literal"} else 4 if style == "kept" else 2
    assert told == ([("folded-text", second, 4)] if is_told else [])


def test_a_backslash_joins_lines(tmp_path):
    """Who ends a line in double quotes with a backslash has said that no blank is meant."""
    assert read_lines(tmp_path, "double", ["សូម\\", "ប្រយ័ត្ន"]) == ("សូមប្រយ័ត្ន", [])


@quick
@given(st.sampled_from(sorted(STYLES)), st.lists(st.text("ab 注销，។ខ\u00a0\u3000", min_size=1), min_size=1))
def test_no_text_keeps_a_line_end(tmp_path_factory, style, lines):
    """Whatever the lines and their style, a text has no line end, no double blank and no blank but the plain one."""
    lines = [f"a{line}b" for line in lines]
    found, told = read_lines(tmp_path_factory.mktemp("folds", numbered=True), style, lines)
    assert told == []
    assert found.split() == " ".join(lines).split()
    assert found.strip() == " ".join(found.split(" ")).strip()
    assert not set("\n\u00a0\u3000") & set(found)
    assert "  " not in found


def test_texts_for_people_have_no_blanks_at_their_ends(content_copy):
    """Blanks at the ends of a quoted text are not printed, those that part brackets from a word are."""
    path = content_copy / "warnings.yaml"
    path.write_text(
        path.read_text("utf-8")
        .replace("en: Beware of", 'en: "\u3000 Beware  of', 1)
        .replace("for you.", 'for you. \\n "', 1),
        "utf-8",
    )
    content = inspect_content(content_copy, FONTS).require_content()
    assert content.warnings[0].text["en"] == "Beware of strangers who offer to cancel for you."
    assert content.languages["en"].brackets == " ({})"
