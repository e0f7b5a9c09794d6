"""What programs leave beside the content is left out; what somebody may have meant as content is left out and told."""

import os
import re

import pytest

import build
from handout.base.paths import FONTS
from handout.load import files
from handout.model import texts
from handout.preview.app import read_states
from handout.validate.inspect import inspect_content
from handout.workers.request import Request, hash_inputs

BYPRODUCTS = [
    "faqs.yaml~", "#faqs.yaml#", ".#faqs.yaml", "._faqs.yaml", ".~faqs.yaml", ".faqs.yaml.swp", ".faqs.yaml.swo",
    ".faqs.yaml.swx", "faqs.yaml.swp", "4913", "5036", "faqs.yaml.bak", "faqs.bak", "FAQS.YAML.BAK",
    "faqs.yaml.orig", "faqs.yaml.rej", "faqs.yaml.tmp", "faqs.yaml.save", "faqs.yaml.save.1", "faqs.yaml.old",
    "faqs.yaml.part", ".faqs.yaml.un~", ".faqs.yaml.kate-swp", "faqs.yaml___jb_tmp___", "faqs.yaml___jb_old___",
    "Thumbs.db", "thumbs.db", "ehthumbs.db", ".DS_Store", "desktop.ini", "Desktop.ini", "~$faqs.docx", "~$x",
    ".~lock.faqs.odt#", ".goutputstream-X1Y2Z3", ".fuse_hidden0001", ".nfs0001", ".gitignore", ".git", ".idea",
    "__MACOSX", "__pycache__", "lost+found", "Icon\r",
]  # fmt: skip
MEANT = [
    "faqs (1).yaml", "faqs copy.yaml", "faqs - Copy.yaml", "Copy of faqs.yaml", "faqs 副本.yaml", "faqs.yml",
    "faqs.YML", "Faq.yaml", "faqs.yaml.txt", "faqs", "notes.docx", "notes.odt", "notes.doc", "notes.rtf",
    "notes.md", ".faqs.yaml", ".faqs.yml", "faqs.sync-conflict-20261101-101010-ABCDEFG.yaml", "Beta Two.yaml",
    "бета.yaml", "a_.yaml",
]  # fmt: skip


capitals = pytest.mark.linux("a file system that tells capitals apart")


@pytest.fixture(params=["", "operators", "languages"])
def place(request, content_copy):
    """A folder of the content."""
    return content_copy / request.param


def put_file(path, kind):
    """Put a file, a folder, a dangling link, or one that nobody may read, which is what a pipe stands for here."""
    if kind == "file":
        path.write_bytes(b"\xff: [")
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("/nowhere/at/all")
    else:
        os.mkfifo(path)


@capitals
@pytest.mark.parametrize("kind", ["file", "folder", "link", "pipe"])
def test_byproducts_are_left_out(kind, place, content_copy):
    """Whatever a program left, of whatever kind and unreadable too, stops nothing, is not told, and changes no key."""
    request = Request(content=content_copy)
    before, states, key = inspect_content(content_copy, FONTS).problems, read_states(content_copy), hash_inputs(request)
    for name in BYPRODUCTS:
        put_file(place / name, kind)
    assert inspect_content(content_copy, FONTS).problems == before
    assert hash_inputs(request) == key
    assert read_states(content_copy) == states


@capitals
@pytest.mark.parametrize("kind", ["file", "folder", "link", "pipe"])
def test_what_may_be_meant_is_a_warning(kind, place, content_copy, capsys):
    """A copy, another ending, a document or a name that is no id is left out with a warning: no build stops."""
    request = Request(content=content_copy)
    before, key = inspect_content(content_copy, FONTS).problems, hash_inputs(request)
    for name in MEANT:
        put_file(place / name, kind)
    found = [p for p in inspect_content(content_copy, FONTS).problems if p not in before]
    assert [(p.path, p.code, p.severity) for p in found] == [
        (str(place / name), "unknown-file", "warning") for name in sorted(MEANT)
    ]
    assert hash_inputs(request) == key
    assert build.main(["check", "--content", str(content_copy)]) == 0
    capsys.readouterr()


def test_an_operator_file_has_an_id_as_name():
    """The names that are read as operators and languages are the ids that the content type allows."""
    (form,) = (pattern for pattern, words in texts.FORMS.items() if "keep-receipt" in words)
    assert files._OWN_NAME.pattern == re.sub(r"\^(.*)\$", r"\1\\.yaml", form)


def test_a_file_that_goes_while_it_is_looked_at(content_copy, monkeypatch):
    """An editor that saves by renaming takes a file away for a moment: it is told as missing, without a traceback."""
    stat = files.Path.stat
    path = content_copy / "faqs.yaml"

    def take_away(self, **options):
        found = stat(self, **options)
        if self.name == path.name:
            path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(files.Path, "stat", take_away)
    problems = inspect_content(content_copy, FONTS).problems
    assert {(p.path, p.code) for p in problems if p.severity == "error"} == {(str(path), "missing-file")}
    monkeypatch.setattr(files.Path, "stat", stat)
    assert hash_inputs(Request(content=content_copy))


def test_a_huge_file_is_not_read_for_the_key(content_copy, monkeypatch):
    """A file of the content that is too big to be loaded counts with its size and time: none of it is read."""
    path = content_copy / "faqs.yaml"
    os.truncate(path, files.MAX_BYTES + 1)
    read = files.Path.read_bytes
    monkeypatch.setattr(files.Path, "read_bytes", lambda self: read(self) if self != path else pytest.fail("was read"))
    request = Request(content=content_copy)
    key = hash_inputs(request)
    os.truncate(path, files.MAX_BYTES + 2)
    assert hash_inputs(request) != key
