"""New files are valid at once and say what is still to be filled in; a file that cannot be valid is not written."""

from __future__ import annotations

import errno
import os
import re
import stat

import babel
import pytest
import yaml
from babel.localedata import locale_identifiers

from handout.base import files
from handout.base.paths import FONTS, TEMPLATES
from handout.cli import main as cli
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.tools.scaffold import find_script
from handout.validate.inspect import inspect_content, validate_content


def run(content, *words):
    """Run the command and return its status."""
    return cli.main([*words, "--content", str(content)])


def read_folder(folder):
    """Return every file, link and folder with what is in it."""
    return {
        path: path.readlink() if path.is_symlink() else path.is_file() and path.read_bytes()
        for path in folder.rglob("*")
    }


def test_new_operator_is_complete_but_unknown(content_copy, capsys):
    """The skeleton has each fact that is not optional with its question, passes the check and can be printed."""
    assert run(content_copy, "new-operator", "gamma") == 0
    assert 'content/operators/gamma.yaml:5:8: en: "FILL IN Gamma"' in capsys.readouterr().out
    inspection = inspect_content(content_copy, FONTS)
    content = inspection.content
    facts = content.operators["gamma"].facts
    assert set(facts) == {name for name, d in content.guide.facts.operator.items() if not d.optional}
    assert all(fact.unknown for fact in facts.values())
    text = (content_copy / "operators" / "gamma.yaml").read_text(encoding="utf-8")
    assert "  # code: Stop unwanted services (others: {common: stop_code})\n" in text
    assert all(f"\n  # {name}, " in text for name, d in content.guide.facts.operator.items() if d.optional)
    told = [p for p in inspection.problems if p.code == "fill-in"]
    assert len(told) == len(facts) + len(content.languages) + 1
    (content_copy / "warnings.yaml").write_text("- id: [", encoding="utf-8")
    assert run(content_copy, "check") == 1
    said = capsys.readouterr().out.splitlines()
    assert sum("FILL IN" in line for line in said) == 2  # the first one, and its line
    assert f"({len(told)} such places in this file)" in said[0]
    assert "error" in said[-3]
    page = HandoutPage(content, Handout("gamma", "en", "km", "standard"))
    html = render_handout(make_environment(TEMPLATES), page)
    assert "Gamma" in html
    assert "FILL IN" not in html


@pytest.mark.parametrize(("command", "name"), [("new-operator", "gamma"), ("new-language", "vi")])
def test_every_place_is_told_until_it_is_filled_in(command, name, content_copy):
    """Each mark is told at its line and column; when all have gone, with nothing else, so have the warnings."""
    assert run(content_copy, command, name) == 0
    (path,) = content_copy.rglob(f"{name}.yaml")
    lines = path.read_text(encoding="utf-8").split("\n")
    marks = [(number, line.index("FILL IN") + 1) for number, line in enumerate(lines, 1) if "FILL IN" in line]
    told = [(p.line, p.column) for p in inspect_content(content_copy, FONTS).problems if p.path == str(path)]
    assert told == marks
    assert len(marks) > 10
    assert not any("FILL IN" in line for line in lines if line.lstrip().startswith("#"))
    path.write_text("\n".join(lines).replace("FILL IN ", ""), encoding="utf-8")
    assert inspect_content(content_copy, FONTS).problems == []


def test_what_another_file_lacks_is_not_told_of_a_new_one(content_copy, capsys):
    """A second new file says what is to be filled in there, and not what the first one still lacks."""
    assert run(content_copy, "new-language", "vi") == 0
    capsys.readouterr()
    assert run(content_copy, "new-operator", "gamma") == 0
    lines = (content_copy / "operators" / "gamma.yaml").read_text(encoding="utf-8").split("\n")
    told = re.findall(r"gamma\.yaml:(\d+):(\d+): (.*)", capsys.readouterr().out)
    assert len(told) > 10
    assert all(lines[int(row) - 1].strip() == words for row, _column, words in told)


@pytest.mark.parametrize("value", ["FILL IN", '"FILL IN"', "FILL IN\n", "'FILL IN '"])
def test_mark_alone_is_no_text(value, content_copy):
    """What has nothing behind the mark has no words to be printed, and is an error."""
    path = content_copy / "operators" / "alpha.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  en: Alpha\n", f"  en: {value}\n", 1), encoding="utf-8")
    assert {p.code for p in inspect_content(content_copy, FONTS).problems} == {"fill-in", "empty-text"}


@pytest.mark.parametrize("words", ["Fill in the form.", "FILL INDEED", "To FILL IN later"])
def test_words_that_are_no_mark_stay(words, content_copy):
    """Only the two words in capitals at the beginning are the mark."""
    path = content_copy / "guide.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "Proper cancelling helps stop charges and protect your data.", words
    )
    path.write_text(text, encoding="utf-8")
    assert validate_content(content_copy, FONTS).guide.why[0].text["en"] == words


@pytest.mark.parametrize(
    "name",
    [
        "null",
        "true",
        "on",
        "no",
        "y",
        "nan",
        "1e5",
        "0x1f",
        "0o7",
        "5-a",
        "index",
        "guide",
        "regulator",
        "a_b",
        "a" * 60,
    ],
)
def test_every_other_id_is_valid(name, content_copy):
    """What YAML or a web site could take for something else is an id and a name as any other, in every YAML."""
    assert run(content_copy, "new-operator", name) == 0
    assert validate_content(content_copy, FONTS).operators[name].id == name
    read = yaml.safe_load((content_copy / "operators" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert read["id"] == name
    assert read["names"] == dict.fromkeys(("en", "km", "zh"), f"FILL IN {name.capitalize()}")


@pytest.mark.parametrize("code", ["vi", "no", "id", "ru", "el", "sr", "tr"])
def test_new_language_is_valid(code, content_copy):
    """Name and font come from CLDR and from the language that has the same script; its code is a text in every YAML."""
    assert run(content_copy, "new-language", code) == 0
    language = validate_content(content_copy, FONTS).languages[code]
    assert (language.name, language.font.family) == (babel.Locale.parse(code).get_display_name(), "Noto Sans")
    read = yaml.safe_load((content_copy / "languages" / f"{code}.yaml").read_text(encoding="utf-8"))
    assert (read["code"], read["bcp47"]) == (code, code)


REFUSED = [
    ("new-operator con", "Windows keeps this name"),
    ("new-operator nul", "Windows keeps this name"),
    ("new-operator aux", "Windows keeps this name"),
    ("new-operator prn", "Windows keeps this name"),
    ("new-operator com1", "Windows keeps this name"),
    ("new-operator lpt9", "Windows keeps this name"),
    ("new-operator 007", "without a letter"),
    ("new-operator 0", "without a letter"),
    ("new-operator 2026-01-01", "without a letter"),
    ("new-operator a-012345678", "typed into a text"),
    (f"new-operator {'a' * 61}", "at most 60"),
    (f"new-operator {'a' * 200}", "at most 60"),
    (f"new-operator {'a' * 5000}", "at most 60"),
    ("new-operator Alpha", "small letters"),
    ("new-operator ALPHA", "small letters"),
    ("new-operator ''", "small letters"),
    ("new-operator .", "small letters"),
    ("new-operator ../alpha", "small letters"),
    ("new-operator a.b", "small letters"),
    ("new-operator a--b", "small letters"),
    ("new-operator é", "small letters"),
    ("new-operator alpha", "is there already"),
    ("new-language km", "is there already"),
    ("new-language zh_TW", "write zh"),
    ("new-language zh-Hant", "write zh"),
    ("new-language pt_BR", "write pt"),
    ("new-language ha_Arab", "write ha"),
    ("new-language VI", "write vi"),
    ("new-language root", "no language that CLDR knows"),
    ("new-language qqq", "no language that CLDR knows"),
    ("new-language ''", "no language that CLDR knows"),
    ("new-language ../vi", "no language that CLDR knows"),
    ("new-language th", "made for its script (Thai)"),
    ("new-language my", "made for its script (Myanmar)"),
    ("new-language lo", "made for its script (Lao)"),
    ("new-language hi", "made for its script (Devanagari)"),
    ("new-language ja", "made for its script (Japanese)"),
    ("new-language ko", "made for its script (Korean)"),
    ("new-language yue", "made for its script (Traditional)"),
    ("new-language ar", "right to left"),
    ("new-language he", "right to left"),
    ("new-language fa", "right to left"),
    ("new-language ur", "right to left"),
    ("new-language dv", "right to left"),
]


@pytest.mark.parametrize(("line", "reason"), REFUSED, ids=[line[:30] for line, _reason in REFUSED])
def test_refusal_leaves_the_folder_as_it_was(line, reason, content_copy, capsys):
    """What the content may not have is refused in one sentence, and not a byte of the folder changes."""
    before = read_folder(content_copy)
    command, name = line.split()
    assert run(content_copy, command, name.strip("'")) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert reason in sentence
    assert read_folder(content_copy) == before


def list_odd_languages():
    """Return the languages of CLDR that have no name of their own, or none in English, and one of each script."""
    known = [babel.Locale.parse(code) for code in locale_identifiers() if re.fullmatch("[a-z]{2,3}", code)]
    nameless = [one for one in known if not (one.get_display_name(str(one)) and one.get_display_name("en"))]
    scripts = {find_script(one): one for one in known if str(one) not in {"en", "km", "zh"}}
    return sorted({str(one) for one in (*nameless, *scripts.values())})


@pytest.mark.long
def test_any_language_of_cldr_is_valid_or_refused(content_copy, capsys):
    """Neither a language without a name nor one whose script no bundled font has breaks the content."""
    codes = list_odd_languages()
    assert {"cop", "mhn", "skr", "tyv"} <= set(codes)
    before = read_folder(content_copy)
    statuses = set()
    for code in codes:
        statuses.add(status := run(content_copy, "new-language", code))
        if status == 0:
            assert validate_content(content_copy, FONTS).languages[code].name, code
            (content_copy / "languages" / f"{code}.yaml").unlink()
        assert read_folder(content_copy) == before, code
    assert statuses == {0, 2}
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("line", ["new-operator gamma", "new-operator con", "new-operator ../x", "new-language ar"])
def test_broken_content_is_told_first(line, content_copy, capsys):
    """While the content has errors, these are what is said, and nothing is written."""
    (content_copy / "warnings.yaml").write_text("- id: [", encoding="utf-8")
    before = read_folder(content_copy)
    assert run(content_copy, *line.split()) == 1
    said = capsys.readouterr()
    assert "content/warnings.yaml" in said.out
    assert said.err == "1 error; nothing was written\n"
    assert read_folder(content_copy) == before


@pytest.mark.parametrize("target", ["beta.yaml", "nowhere.yaml", "/dev/null"])
def test_link_of_the_name_stays(target, content_copy, capsys):
    """Neither a link nor what it leads to is written over, also where it leads nowhere."""
    (content_copy / "operators" / "gamma.yaml").symlink_to(target)
    before = read_folder(content_copy)
    assert run(content_copy, "new-operator", "gamma") in {1, 2}
    assert "gamma.yaml" in "".join(capsys.readouterr())
    assert read_folder(content_copy) == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("step", ["write_bytes", "replace"])
@pytest.mark.parametrize("line", ["new-operator gamma", "new-language vi"])
def test_full_disk_leaves_the_folder_as_it_was(line, step, number, content_copy, monkeypatch, capsys):
    """Where nothing can be written, half a file is not left, and one sentence says why."""

    def fail(path, *_given):
        if step == "write_bytes" and number in {errno.ENOSPC, errno.EDQUOT}:
            path.touch()
        raise OSError(number, os.strerror(number), str(path))

    before = read_folder(content_copy)
    monkeypatch.setattr(files.Path, step, fail)
    assert run(content_copy, *line.split()) == 3
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.endswith(f"cannot be written: {os.strerror(number)}")
    assert read_folder(content_copy) == before


def test_new_file_has_the_usual_rights(content_copy):
    """Others may read a new file as far as the umask lets them read any."""
    assert run(content_copy, "new-operator", "gamma") == 0
    (content_copy / "other.txt").touch()
    modes = [stat.S_IMODE((content_copy / name).stat().st_mode) for name in ("operators/gamma.yaml", "other.txt")]
    assert modes[0] == modes[1]
