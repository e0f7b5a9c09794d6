"""The same content gives the same bytes everywhere, and a published folder can be checked by anybody."""

import json
import shutil
import subprocess
import sys

import pytest
import reproduce

import build
from handout.base.files import hash_file, read_sums, write_sums
from handout.base.paths import ROOT
from handout.tools.verify_published import compare_with_build, verify_published
from handout.workers.request import Request

CONTENT = ROOT / "tests" / "content"
ONE = {"content": CONTENT, "operators": ["alpha"], "pairs": ["zh-en"], "editions": ["standard"]}


@pytest.fixture
def published(frozen_built, tmp_path):
    """A copy of a whole build's output."""
    shutil.copytree(frozen_built, tmp_path / "output")
    return tmp_path / "output"


@pytest.mark.long
def test_same_bytes_in_other_surroundings():
    """Folder, user, time zone, language, hash seed, processes and an earlier build leave no trace in any file."""
    command = [sys.executable, ROOT / "tests" / "reproduce.py", "--quick"]
    command += ["--content", "tests/content", "--operator", "alpha", "--languages", "zh-km", "--edition", "standard"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert "2 of 2 surroundings give the same bytes" in result.stdout, result.stdout + result.stderr


def test_comparison_sees_each_difference():
    """A changed byte, a longer file and a file too many are told."""
    first = {"a": b"same", "b": b"one", "c": b"one"}
    other = {"a": b"same", "b": b"onE", "c": b"one more", "d": b""}
    found = reproduce.compare(first, other)
    assert [line.split(":")[0] for line in found] == [
        "d is there only once",
        "b differs from byte 2",
        "c differs from byte 3",
    ]


@pytest.mark.linux("sha256sum with GNU's options")
def test_record_has_every_file(frozen_built):
    """SHA256SUMS lists all files that a build publishes, in the form that sha256sum checks."""
    names = {path.relative_to(frozen_built).as_posix() for path in frozen_built.rglob("*") if path.is_file()}
    assert names == {"SHA256SUMS", *read_sums(frozen_built)}
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=frozen_built, check=True)


def test_published_folder_is_as_recorded(published, capsys):
    """An untouched copy has no problem, and a foreign file is a warning only."""
    assert verify_published(published) == []
    (published / "notes.txt").write_text("mine")
    assert [(d.code, d.severity) for d in verify_published(published)] == [("foreign", "warning")]
    assert build.main(["verify-published", str(published)]) == 0
    assert "notes.txt: warning: no build made this file [foreign]" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "pdf/alpha.zh-km.pdf",
        "html/alpha.zh-km.html",
        "picture/alpha.zh-km.large.2.png",
        "index.html",
        "fonts/OFL-NotoSans.txt",
    ],
)
def test_damage_is_told(name, published, capsys):
    """A changed byte and a missing file are told with their names, and the exit status is 1."""
    path = published / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert [(d.path, d.code) for d in verify_published(published)] == [(str(path), "changed")]
    path.unlink()
    assert [(d.path, d.code) for d in verify_published(published)] == [(str(path), "missing")]
    assert build.main(["verify-published", str(published)]) == 1
    assert f"{name}: error: this file is missing [missing]" in capsys.readouterr().out


def test_exchanged_pdf_with_a_new_record_is_told(published):
    """Whoever exchanges a PDF must change SHA256SUMS and the manifest as well; else they disagree."""
    (published / "pdf" / "alpha.zh-km.pdf").write_bytes(b"%PDF-1.7")
    (published / "SHA256SUMS").unlink()
    write_sums(published)
    assert [d.code for d in verify_published(published)] == ["wrong-record"]


@pytest.mark.parametrize("part", ["preview/alpha.zh-km.png", "picture/alpha.zh-km.large.2.png"])
def test_lost_file_with_a_new_record_is_told(part, published):
    """Whatever file of a handout the manifest names must be in SHA256SUMS."""
    for name in ("SHA256SUMS", part):
        (published / name).unlink()
    write_sums(published)
    assert [d.code for d in verify_published(published)] == ["wrong-record"]


def test_manifest_of_an_older_version_is_one(published):
    """What was published before there were pictures to print and booklets is checked, too."""
    path = published / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for entry in manifest["handouts"]:
        del entry["pictures"]
    del manifest["booklets"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (published / "SHA256SUMS").unlink()
    write_sums(published)
    assert verify_published(published) == []


@pytest.mark.parametrize("record", ["", "nonsense\n", "0" * 64 + "  ../manifest.json\n"])
def test_lost_record_is_told(record, published):
    """Without a SHA256SUMS that can be read there is nothing to check against."""
    (published / "SHA256SUMS").write_text(record)
    assert [d.code for d in verify_published(published)] == ["no-record"]


@pytest.mark.long
def test_rebuilding_finds_a_forgery(tmp_path, capsys):
    """A folder whose record fits a forged PDF differs from what the content gives; an honest one does not."""
    output, request = tmp_path / "output", Request(**ONE)
    options = ["--content", str(CONTENT), "--operator", "alpha", "--languages", "zh-en", "--edition", "standard"]
    assert build.main(["--output", str(output), "--jobs", "1", *options]) == 0
    assert compare_with_build(output, request) == []
    pdf = output / "pdf" / "alpha.zh-en.pdf"
    before = hash_file(pdf)
    pdf.write_bytes(pdf.read_bytes() + b"\n% forged")
    (output / "extra.html").write_text("forged")
    for name in ("SHA256SUMS", "index.html"):
        (output / name).unlink()
    manifest = output / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(before, hash_file(pdf)), encoding="utf-8")
    write_sums(output)
    assert verify_published(output) == []
    found = {(d.path.removeprefix(f"{output}/"), d.code) for d in compare_with_build(output, request)}
    assert found == {
        ("pdf/alpha.zh-en.pdf", "not-reproduced"),
        ("manifest.json", "not-reproduced"),
        ("extra.html", "foreign"),
        ("index.html", "not-published"),
    }
