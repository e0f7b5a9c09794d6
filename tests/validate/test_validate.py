"""Each mistake gives one diagnostic at its line and column, and nothing is written."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from broken import Case, read_cases, read_codes

import build
from handout.base.diagnostics import ContentError
from handout.base.paths import FONTS, ROOT
from handout.load import guards
from handout.tools import revision
from handout.validate.inspect import inspect_content, validate_content

CASES = {case.id: case for case in read_cases()}


def find_case(code: str) -> Case:
    """Return the first case of a code."""
    return next(case for case in CASES.values() if case.code == code)


@pytest.mark.parametrize("name", CASES)
def test_mistake_is_told_at_its_place(name, content_copy):
    """One mistake, one diagnostic, at the line and column where an editor looks; the wrong words are marked."""
    case = CASES[name]
    known = {(p.path, p.code, p.excerpt) for p in inspect_content(content_copy, FONTS).problems}
    line, column, width = case.apply(content_copy)
    found = [p for p in inspect_content(content_copy, FONTS).problems if (p.path, p.code, p.excerpt) not in known]
    assert [(p.path, p.code, p.line, p.column, p.width, p.severity) for p in found] == [
        (f"content/{case.raw['file']}", case.code, line, column, width, case.severity)
    ], found
    assert not line or found[0].hint or case.code in {"yaml-syntax", "fill-in", "empty-file"}


def test_enough_kinds_of_mistakes():
    """At least sixty kinds of broken content are told."""
    assert len(CASES) >= 60


def test_every_code_has_a_page():
    """The codes that the program can say are the ones that tests/data/broken explains."""
    said = {code for code, *_ in guards.FOREIGN}
    code = ROOT / "handout"
    for path in (
        *code.glob("load/*.py"),
        *code.glob("validate/*.py"),
        code / "tools/catalogs.py",
        code / "tools/pofile.py",
        code / "tools/revision.py",
    ):
        source = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'"((?:[a-z0-9]+-)+[a-z0-9]+)"', source))
    assert said - {"utf-8", "utf-8-sig", revision.NO_MONTH} == set(read_codes())


def test_all_problems_in_one_run(content_copy):
    """Problems of syntax, of types, of facts and of text are told together, sorted by place."""
    for code in ("yaml-start", "unknown-value", "bold-open"):
        find_case(code).apply(content_copy)
    (content_copy / "faqs.yaml").write_bytes(b"\xff")
    CASES["fact-form: days in words"].apply(content_copy)
    chosen = {"yaml-start", "unknown-value", "bold-open", "not-utf8", "fact-form"}
    with pytest.raises(ContentError) as caught:
        validate_content(content_copy, FONTS)
    assert {d.code for d in caught.value.diagnostics if d.severity == "error"} == chosen
    assert caught.value.diagnostics == sorted(caught.value.diagnostics)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_content_gives_no_traceback(seed, content_copy):
    """Whatever bytes a file loses or gains, the answer is content or diagnostics."""
    files = sorted(content_copy.rglob("*.yaml"))
    for number in range(5):
        digest = hashlib.sha256(f"{seed}.{number}".encode()).digest()
        path = files[digest[0] % len(files)]
        data = path.read_bytes()
        at = int.from_bytes(digest[1:4]) % len(data)
        new = [b"", b"\t", b'"', b"[", b": ", b"\n", b"{{", b"- ", b"\x00", b"\xff", b"*", digest[8:12]][digest[4] % 12]
        path.write_bytes(data[:at] + new + data[at + digest[5] % 40 :])
        inspect_content(content_copy, FONTS)


def test_missing_folder_and_unreadable_file(content_copy, monkeypatch, capsys):
    """A folder that is not there and a file that may not be read are told like other problems."""
    assert build.main(["check", "--content", "nowhere"]) == 1
    assert "nowhere: error: there is no such folder [no-content]" in capsys.readouterr().out
    read = Path.read_text

    def refuse(path, **options):
        if path.name == "faqs.yaml":
            raise PermissionError(13, "Permission denied")
        return read(path, **options)

    monkeypatch.setattr(Path, "read_text", refuse)
    assert build.main(["check", "--content", str(content_copy)]) == 1
    assert "faqs.yaml: error: the file cannot be read: Permission denied [unreadable-file]" in capsys.readouterr().out


def hash_folder(folder):
    """Return every file's hash, to see whether anything changed."""
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("command", [[], ["check"]])
def test_broken_content_leaves_output(command, content_copy, frozen_built, capsys):
    """A failed build or check has exit status 1, names the place and changes nothing."""
    before = hash_folder(frozen_built)
    line, column, _ = find_case("unknown-value").apply(content_copy)
    output = [] if command else ["--output", str(frozen_built)]
    assert build.main([*command, "--content", str(content_copy), *output]) == 1
    place = f"content/documents.yaml:{line}:{column}"
    message = '"citisen" is not allowed here, did you mean "citizen"?'
    assert f"{place}: error: {message} [unknown-value]" in capsys.readouterr().out
    assert hash_folder(frozen_built) == before


def test_a_misspelt_fact_is_told_once(content_copy):
    """The name that was meant is not told to be missing as well: adding it would make it double."""
    path = content_copy / "operators/alpha.yaml"
    path.write_text(path.read_text("utf-8").replace("  hours:", "  hour:", 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        validate_content(content_copy, FONTS)
    [told] = caught.value.diagnostics
    assert (told.code, told.hint) == ("unknown-fact", 'did you mean "hours"?')
