"""Translators' files come in whole or not at all, whatever a program or a mail has done to them."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handout.base.diagnostics import ContentError
from handout.base.paths import FONTS, ROOT
from handout.load import files
from handout.load.characters import compose_text
from handout.model.content import judge_translation, list_translations
from handout.tools.catalogs import export_catalogs, import_catalogs
from handout.validate.inspect import inspect_content

STEP = "steps.check-balance.title"
OLD, NEW = "ពិនិត្យសមតុល្យ និងវិក្កយបត្រ", "សូមពិនិត្យសមតុល្យ និងវិក្កយបត្រ"
ENGLISH = "Check the balance and bills"
ENTRY = f'msgctxt "{STEP}"\nmsgid "{ENGLISH}"\nmsgstr "{OLD}"\n'
CHANGED = f'msgctxt "{STEP}"\nmsgid "{ENGLISH}"\nmsgstr "{NEW}"\n'
CHARSET, LANGUAGE = "charset=utf-8", "Language: km\\n"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The text of each language's export of the tests' own content."""
    inspection = inspect_content(ROOT / "tests" / "content", FONTS)
    made = export_catalogs(inspection.content, inspection.tree, ["km", "zh"], tmp_path_factory.mktemp("po"))
    return {path.stem: path.read_text(encoding="utf-8") for path in made}


def take(content, *paths, languages=("km", "zh")):
    """Import files; return the sentences, the warnings, and the lines that are other ones now, by file."""
    before = {path: path.read_bytes().splitlines(keepends=True) for path in content.rglob("*.yaml")}
    try:
        told, warnings = import_catalogs(inspect_content(content, FONTS), content, languages, paths)
    finally:
        lines = {path: path.read_bytes().splitlines(keepends=True) for path in content.rglob("*.yaml")}
        changed = {
            path.name: [b.decode() for a, b in zip(before[path], lines[path], strict=False) if a != b]
            for path in lines
            if lines[path] != before[path]
        }
        take.changed = changed
    return told, warnings, changed


def edit(text, *changes):
    """Return a text after some replacements of words that are there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


ONE = (ENTRY, CHANGED)
ENCODINGS = {
    "with BOM": "utf-8-sig",
    "GBK": "gbk",
    "Latin-1": "latin-1",
    "UTF-16": "utf-16",
    "UTF-16 without BOM": "utf-16-le",
}
LOST = 'msgctxt "x"\nmsgid "x"\nmsgstr'
# The file's name, and what is replaced in the export.
TAKEN = {
    "as it is": ("km.po", [ONE]),
    "with BOM": ("km.po", [ONE]),
    "CRLF": ("km.po", ["\r\n", ONE]),
    "CR": ("km.po", ["\r", ONE]),
    "CHARSET": ("km.po", [ONE, (CHARSET, "charset=CHARSET")]),
    "UTF-8 in capitals": ("km.po", [ONE, (CHARSET, "charset=UTF-8")]),
    "UTF8 without hyphen": ("km.po", [ONE, (CHARSET, "charset=UTF8")]),
    "no charset": ("km.po", [ONE, ('"Content-Type: text/plain; charset=utf-8\\n"\n', "")]),
    "copy of a browser": ("km (1).po", [ONE]),
    "number": ("km-2.po", [ONE]),
    "project's name": ("handout_km.po", [ONE]),
    "capitals": ("KM.PO", [ONE]),
    "no language in the name": ("final version.po", [ONE]),
    "pot": ("handouts.pot", [ONE]),
    "both languages in the name": ("zh-km.po", [ONE]),
    "country": ("km.po", [ONE, (LANGUAGE, "Language: km_KH\\n")]),
    "country with hyphen": ("x.po", [ONE, (LANGUAGE, "Language: km-KH\\n")]),
    "name alone says the language": ("handout_km.po", [ONE, (f'"{LANGUAGE}"\n', "")]),
    "empty language in the header": ("km.po", [ONE, (LANGUAGE, "Language: \\n")]),
    "trailing line end": ("km.po", [(ENTRY, CHANGED.replace(NEW, f"{NEW}\\n"))]),
    "blanks around": ("km.po", [(ENTRY, CHANGED.replace(NEW, f"  {NEW}\\t "))]),
    "in several strings": ("km.po", [(ENTRY, CHANGED.replace('"សូម', '""\n"សូម"\n"'))]),
    "indented": ("km.po", [(ENTRY, "  " + CHANGED.replace("\n", "\n\t", 2))]),
    "previous English": ("km.po", [(ENTRY, f'#| msgid "Before"\n{CHANGED}')]),
    "obsolete entries": ("km.po", [(ENTRY, f'#, fuzzy\n#~ msgctxt "x"\n#~ msgid "y"\n#~ msgstr "z"\n{CHANGED}')]),
    "obsolete twice": ("km.po", [(ENTRY, f"{CHANGED}\n#~ " + CHANGED.strip().replace("\n", "\n#~ "))]),
    "flag that is not fuzzy": ("km.po", [(ENTRY, f"#, no-wrap, no-fuzzy\n{CHANGED}")]),
    "comment that says fuzzy": ("km.po", [(ENTRY, f"# fuzzy\n#. fuzzy\n{CHANGED}")]),
    "bad date in the header": ("km.po", [ONE, ("2026-11-01", "yesterday")]),
    "fuzzy header": ("km.po", [ONE, ('msgid ""', '#, fuzzy\nmsgid ""')]),
    "no empty lines": ("km.po", [ONE, ("\n\n", "\n")]),
    "no header": ("km.po", ["headless", ONE]),
    "one entry alone": ("km.po", ["alone"]),
    "untranslated entry of a lost text": ("km.po", [(ENTRY, f'{LOST} ""\n\n{CHANGED}')]),
    "fuzzy entry of a lost text": ("km.po", [(ENTRY, f'#, fuzzy\n{LOST} "y"\n\n{CHANGED}')]),
}


WHOLE = {"before": '"x"\nmsgid ""\nmsgstr ""\n', "empty": "", "comment": "# x\n\n", "yaml": "- id: x\n  text: y\n"}


def write(name, path, text, changes):
    """Write a translator's file, which is one of WHOLE or an export after some changes; return its text."""
    first, rest = (changes[0], changes[1:]) if changes and isinstance(changes[0], str) else ("", changes)
    text = text[text.index("#: ") :] if first == "headless" else CHANGED if first == "alone" else WHOLE.get(first, text)
    text = edit(text, *rest)
    data = text.replace("\n", first) if first.isspace() else text
    path.write_bytes(data.encode(ENCODINGS.get(name, "utf-8"), "replace"))
    return text


@pytest.mark.parametrize("name", TAKEN)
def test_file_is_taken(name, exported, content_copy, tmp_path):
    """What programs write differently and means the same brings its one new text, and no other byte changes."""
    file, changes = TAKEN[name]
    path = tmp_path / file
    write(name, path, exported["km"], changes)
    told, warnings, changed = take(content_copy, path)
    assert changed.pop("steps.yaml") == [f"    km: {NEW}\n"]
    assert set(changed) == {"reviews.yaml"}
    assert told[0].startswith(f"1 texts changed by {path}")
    assert not warnings


def say(text):
    """Return the change that gives the step's entry this msgstr."""
    return (ENTRY, ENTRY.replace(OLD, text))


# The file's name, what is replaced; the code, and the line's words at which it is told ("" for none).
NAMED = f'msgctxt "{STEP}"'
PLURAL = 'msgid_plural "x"\nmsgstr[0]'
REFUSED = {
    "GBK": ("zh.po", [], "not-utf8", None),
    "Latin-1": ("zh.po", [('"Language-Team: none', '"Language-Team: é')], "not-utf8", None),
    "UTF-16": ("km.po", [], "not-utf8", None),
    "UTF-16 without BOM": ("km.po", [], "not-utf8", None),
    "header of GBK": ("km.po", [(CHARSET, "charset=GBK")], "not-utf8", 'msgid ""'),
    "header of Latin-1": ("km.po", [(CHARSET, "charset=ISO-8859-1")], "not-utf8", 'msgid ""'),
    "header of an unknown charset": ("km.po", [(CHARSET, "charset=nonsense")], "not-utf8", 'msgid ""'),
    "name of another language": ("zh.po", [], "po-language", ""),
    "header of another language": ("km.po", [(LANGUAGE, "Language: zh\\n")], "po-language", ""),
    "language that is not there": ("km.po", [(LANGUAGE, "Language: vi\\n")], "po-language", ""),
    "another script": ("x.po", [(LANGUAGE, "Language: zh_TW\\n")], "po-language", ""),
    "another script in the name": ("zh_TW.po", [(f'"{LANGUAGE}"\n', "")], "po-language", ""),
    "English": ("x.po", [(LANGUAGE, "Language: en\\n")], "po-language", ""),
    "no language of CLDR": ("km.po", [(LANGUAGE, "Language: Khmer\\n")], "po-language", ""),
    "language nowhere said": ("x.po", [(LANGUAGE, "Language: \\n")], "po-language", ""),
    "texts of another language": ("zh.po", [(LANGUAGE, "Language: zh\\n")], "po-language", ""),
    "one entry twice": ("km.po", [(ENTRY, f"{ENTRY}\n{CHANGED}")], "po-duplicate", NAMED),
    "the same twice": ("km.po", [(ENTRY, f"{ENTRY}\n{ENTRY}")], "po-duplicate", NAMED),
    "twice, once fuzzy": (
        "km.po",
        [(ENTRY, f"#, fuzzy\n{ENTRY}\n{ENTRY}")],
        "po-duplicate",
        NAMED,
    ),
    "twice, once empty": ("km.po", [(ENTRY, ENTRY + say("")[1])], "po-duplicate", NAMED),
    "twice, other English": (
        "km.po",
        [(ENTRY, ENTRY + ENTRY.replace(ENGLISH, "Other"))],
        "po-duplicate",
        NAMED,
    ),
    "plural": (
        "km.po",
        [(ENTRY, ENTRY.replace("msgstr", PLURAL))],
        "po-syntax",
        'msgid_plural "x"',
    ),
    "plural's msgstr": (
        "km.po",
        [(ENTRY, ENTRY.replace("msgstr", "msgstr[0]"))],
        "po-syntax",
        f'msgstr[0] "{OLD}"',
    ),
    "second msgstr": ("km.po", [(ENTRY, f'{ENTRY}msgstr "y"\n')], "po-syntax", 'msgstr "y"'),
    "two msgid": ("km.po", [(ENTRY, f'msgid "y"\n{ENTRY}')], "po-syntax", 'msgid "y"'),
    "no msgstr": ("km.po", [(ENTRY, ENTRY.partition("msgstr")[0])], "po-syntax", NAMED),
    "no msgid": ("km.po", [(ENTRY, f'msgctxt "x"\n{ENTRY}')], "po-syntax", 'msgctxt "x"'),
    "no end of a string": ("km.po", [say("x\\")], "po-syntax", 'msgstr "x\\"'),
    "mark inside": ("km.po", [say('x "y" z')], "po-syntax", 'msgstr "x "y" z"'),
    "unknown escape": ("km.po", [say("x\\y")], "po-syntax", 'msgstr "x\\y"'),
    "unknown keyword": ("km.po", [(ENTRY, ENTRY.replace("msgstr", "msgtxt"))], "po-syntax", f'msgtxt "{OLD}"'),
    "words between": ("km.po", [(ENTRY, f"hello\n{ENTRY}")], "po-syntax", "hello"),
    "a merge's marks": ("km.po", [(ENTRY, f"<<<<<<< HEAD\n{ENTRY}")], "po-syntax", "<<<<<<< HEAD"),
    "string before all": ("km.po", ["before"], "po-syntax", '"x"'),
    "empty": ("km.po", ["empty"], "po-syntax", ""),
    "comments alone": ("km.po", ["comment"], "po-syntax", ""),
    "YAML": ("km.po", ["yaml"], "po-syntax", "- id: x"),
    "no msgctxt": ("km.po", [(ENTRY, ENTRY.partition("\n")[2])], "po-unknown", f'msgid "{ENGLISH}"'),
    "empty msgctxt": ("km.po", [(NAMED, 'msgctxt ""')], "po-unknown", 'msgctxt ""'),
    "lost text": ("km.po", [(NAMED, 'msgctxt "steps.x"')], "po-unknown", 'msgctxt "steps.x"'),
    "other English": ("km.po", [(f'msgid "{ENGLISH}"', 'msgid "Check"')], "po-outdated", NAMED),
    "bold that is open": ("km.po", [say("**ពិនិត្យ")], "bold-open", NAMED),
    "translated placeholder": ("km.po", [say("{{ អ្នក.លេខ }}")], "bad-placeholder", NAMED),
    "braces cut": ("km.po", [say("{{ operator.hotline }")], "template-syntax", NAMED),
    "typed number": ("km.po", [say("ទូរសព្ទ 012 345 678")], "typed-fact", NAMED),
    "unseen character": ("km.po", [say("ពិនិត្យ\u200bសមតុល្យ")], "unseen-character", NAMED),
    "control character": ("km.po", [say("ពិនិត្យ\u0001")], "unseen-character", NAMED),
    "HTML": ("km.po", [say("<b>ពិនិត្យ</b>")], "html", NAMED),
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_is_refused(name, exported, content_copy, tmp_path):
    """What is damaged, or of another charset, language or content, changes nothing and is told at its entry."""
    file, changes, code, words = REFUSED[name]
    path = tmp_path / file
    text = write(name, path, exported["zh" if name == "GBK" else "km"], changes)
    with pytest.raises(ContentError) as caught:
        take(content_copy, path)
    assert not take.changed
    assert {problem.code for problem in caught.value.diagnostics} == {code}
    (told, *_) = caught.value.diagnostics
    assert told.path == str(path)
    if words is not None:
        assert (text.splitlines()[told.line - 1] if told.line else "") == words


def test_charset_is_told_in_the_words_of_the_file(exported, content_copy, tmp_path):
    """Whoever saved another encoding hears of that, at the first line that shows it, not of PO's grammar."""
    path = tmp_path / "km.po"
    path.write_bytes(exported["km"].replace(ENTRY, ENTRY.replace(OLD, "caf")).encode() + b"\n# caf\xe9\n")
    with pytest.raises(ContentError) as caught:
        take(content_copy, path)
    (told,) = caught.value.diagnostics
    assert (told.line, told.message) == (exported["km"].count("\n") + 2, "the file is not UTF-8 text")


def test_compiled_catalog_is_no_po(content_copy, tmp_path):
    """A .mo file is refused with the advice to take the .po."""
    path = tmp_path / "km.mo"
    path.write_bytes(bytes.fromhex("de120495 00000000 01000000"))
    with pytest.raises(ContentError) as caught:
        take(content_copy, path)
    assert [(p.code, ".po" in p.hint) for p in caught.value.diagnostics] == [("not-utf8", True)]


def test_fuzzy_entry_changes_nothing(exported, content_copy, tmp_path):
    """An entry that nobody has confirmed replaces no text and fills no gap; it is counted."""
    write("", tmp_path / "km.po", exported["km"], [(ENTRY, f"#, fuzzy, no-wrap\n{CHANGED}")])
    told, _, changed = take(content_copy, tmp_path / "km.po")
    assert not changed
    assert told == [f"0 texts changed by {tmp_path / 'km.po'}; 1 marked fuzzy were left out"]
    shutil.copy(content_copy / "languages" / "km.yaml", content_copy / "languages" / "vi.yaml")
    vi = (content_copy / "languages" / "vi.yaml").read_text(encoding="utf-8")
    (content_copy / "languages" / "vi.yaml").write_text(
        re.sub(r"(?m)^(code|locale|bcp47): .*", r"\1: vi", vi), encoding="utf-8"
    )
    write("", tmp_path / "vi.po", f"#, fuzzy\n{CHANGED}", [])
    told, _, changed = take(content_copy, tmp_path / "vi.po", languages=("vi",))
    assert not changed
    assert told[0].startswith("0 texts")


def test_lost_placeholder_is_told(exported, content_copy, tmp_path):
    """A translation without its placeholder comes in, with a warning at its entry."""
    entry = re.search(r'msgctxt "(\S+)"\nmsgid ".*\{\{.*"\nmsgstr "(.*\{\{ ?operator\.\w+ ?\}\}.*)"\n', exported["km"])
    write("", tmp_path / "km.po", exported["km"], [(entry[2], re.sub(r"\{\{.*?\}\}", "លេខ", entry[2]))])
    _, warnings, changed = take(content_copy, tmp_path / "km.po")
    assert changed
    line = exported["km"].splitlines().index(f'msgctxt "{entry[1]}"') + 1
    assert [(w.code, w.severity, w.line) for w in warnings if w.code == "placeholder-differs"] == [
        ("placeholder-differs", "warning", line)
    ]
    assert all(w.message.startswith(f"{entry[1]}: ") for w in warnings)


@pytest.mark.parametrize("kind", ["directory", "missing", "forbidden"])
def test_unreadable_file(kind, content_copy, tmp_path):
    """What cannot be opened is named."""
    path = tmp_path / "km.po"
    if kind == "directory":
        path.mkdir()
    elif kind == "forbidden":
        path.symlink_to(path)
    with pytest.raises(ContentError) as caught:
        take(content_copy, path)
    assert [(p.code, p.path) for p in caught.value.diagnostics] == [("unreadable-file", str(path))]


def test_two_files_are_one_import(exported, content_copy, tmp_path):
    """Several files come in together or not at all, and no text comes from two of them."""
    km, zh, more = tmp_path / "km.po", tmp_path / "zh.po", tmp_path / "km-2.po"
    write("", km, exported["km"], [ONE])
    write("", zh, exported["zh"], [(f'msgctxt "{STEP}"', 'msgctxt "steps.x"')])
    write("", more, CHANGED, [])
    for paths, code in (((km, zh), "po-unknown"), ((km, more), "po-duplicate")):
        with pytest.raises(ContentError) as caught:
            take(content_copy, *paths)
        assert [p.code for p in caught.value.diagnostics] == [code]
        assert not take.changed
    write("", zh, exported["zh"], [])
    told, _, changed = take(content_copy, km, zh)
    assert len(told) == 2
    assert changed["steps.yaml"] == [f"    km: {NEW}\n"]


def test_language_limits_an_import(exported, content_copy, tmp_path):
    """A file of a language that was not asked for is refused; one that says none is of the one that was."""
    write("", tmp_path / "km.po", exported["km"], [ONE])
    write("", tmp_path / "x.po", CHANGED, [])
    with pytest.raises(ContentError) as caught:
        take(content_copy, tmp_path / "km.po", languages=["zh"])
    assert [p.code for p in caught.value.diagnostics] == ["po-language"]
    assert take(content_copy, tmp_path / "x.po", languages=["km"])[2]["steps.yaml"] == [f"    km: {NEW}\n"]


def test_error_beside_a_text_is_of_its_entry(exported, content_copy, tmp_path):
    """A block scalar takes a broken text only in thought: the error is at the entry, and no file has changed."""
    steps = content_copy / "steps.yaml"
    steps.write_text(edit(steps.read_text(encoding="utf-8"), (f"km: {OLD}", f"km: >-\n      {OLD}")), encoding="utf-8")
    write("", tmp_path / "km.po", exported["km"], [say("**ពិនិត្យ")])
    with pytest.raises(ContentError) as caught:
        take(content_copy, tmp_path / "km.po")
    (told,) = caught.value.diagnostics
    assert (told.code, told.message[: len(STEP)], told.excerpt) == ("bold-open", STEP, NAMED)
    assert not take.changed


def test_file_that_grows_too_big(exported, content_copy, tmp_path, monkeypatch):
    """What is wrong with a file of the content as a whole is told of the translator's file."""
    steps = content_copy / "steps.yaml"
    write("", tmp_path / "km.po", exported["km"], [say(f"{NEW} {NEW}")])
    monkeypatch.setattr(files, "MAX_BYTES", max(p.stat().st_size for p in content_copy.rglob("*.yaml")))
    steps.write_text(
        steps.read_text(encoding="utf-8") + "#" * (files.MAX_BYTES - steps.stat().st_size), encoding="utf-8"
    )
    with pytest.raises(ContentError) as caught:
        take(content_copy, tmp_path / "km.po")
    assert [(p.path, p.line, p.code) for p in caught.value.diagnostics] == [(str(tmp_path / "km.po"), 0, "too-big")]
    assert not take.changed


def test_text_that_stands_filled_in(content_copy, tmp_path):
    """A translator who confirms the words behind FILL IN takes that mark away."""
    steps = content_copy / "steps.yaml"
    text = edit(steps.read_text(encoding="utf-8"), (f"km: {OLD}", f"km: FILL IN {OLD}"))
    steps.write_text(text, encoding="utf-8")
    write("", tmp_path / "km.po", ENTRY, [])
    assert take(content_copy, tmp_path / "km.po")[2]["steps.yaml"] == [f"    km: {OLD}\n"]


BLOCKS = ["{}", "'{}'", '"{}"', ">-\n      {}", "|+\n      {}\n", ">2-\n      {}"]
SIGNS = st.sampled_from([*":-?,&!|>%@'\"\\=ក", "yes", ".inf", "null", "x #", "ខ្មែរ", "é"])
WORDS = st.lists(SIGNS, min_size=1).map(" ".join)


@settings(max_examples=12, deadline=None)
@given(words=WORDS, style=st.sampled_from(BLOCKS))
@example(words='" \\', style="|+\n      {}\n")
def test_any_text_through_po(words, style, tmp_path_factory):
    """A text that goes into a PO file comes out in the content, letter by letter, whatever its style there."""
    folder = tmp_path_factory.mktemp("round")
    shutil.copytree(ROOT / "tests" / "content", folder / "content")
    steps = folder / "content" / "steps.yaml"
    steps.write_text(edit(steps.read_text(encoding="utf-8"), (OLD, style.format(OLD))), encoding="utf-8")
    write("", folder / "km.po", CHANGED.replace(NEW, json.dumps(words, ensure_ascii=False)[1:-1]), [])
    _, _, changed = take(folder / "content", folder / "km.po")
    content = inspect_content(folder / "content", FONTS).require_content()
    (found,) = [t for t in list_translations(content, "km") if t.id == STEP]
    assert found.text == compose_text(words).strip()
    assert judge_translation(content, found) == "unreviewed"
    assert set(changed) == {"steps.yaml", "reviews.yaml"}
