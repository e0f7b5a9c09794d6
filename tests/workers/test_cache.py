"""What has not changed is not made again; what is damaged is."""

import errno
import os
import shutil
import subprocess
import sys

import pytest

from handout.base import files
from handout.base.files import replace_file, write_sums
from handout.base.paths import FONTS, ROOT, TEMPLATES
from handout.plan.handouts import MadeHandout, plan_handouts
from handout.render.page import make_environment
from handout.site.pages import Site
from handout.site.write import write_site
from handout.workers.cache import CacheEntry, HandoutCache
from handout.workers.request import Finished, Request, find_finished, hash_inputs, note_finished

ENTRY = CacheEntry(b"%PDF-1.7\n\x00\xff", 4, [b"\x89PNG\n", b"", b"\n\x89PNG"])


@pytest.fixture
def finished(tmp_path, content_copy):
    """A request and its key, whose output stands as a build left it."""
    request = Request(content=content_copy.resolve(), output=tmp_path / "output")
    (request.output / "pdf").mkdir(parents=True)
    (request.output / "pdf" / "a.pdf").write_bytes(b"%PDF")
    write_sums(request.output)
    key = hash_inputs(request)
    note_finished(request, key, Finished(1, 4))
    return request, key


def test_an_entry_comes_back_as_it_was_written(tmp_path):
    """Any bytes are kept, line ends included."""
    HandoutCache(tmp_path).write_entry("abc", ENTRY)
    cache = HandoutCache(tmp_path)
    assert cache.list_fingerprints() == {"abc"}
    assert cache.read_entry("abc") == ENTRY
    assert cache.read_entry("abd") is None


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: data[:-1] + b"\0", lambda data: b"", lambda data: b"x" + data[1:]],
    ids=["cut off", "another byte", "empty", "another hash"],
)
def test_a_damaged_entry_is_none(tmp_path, damage):
    """An entry is used only if it has the hash that it begins with."""
    cache = HandoutCache(tmp_path)
    cache.write_entry("abc", ENTRY)
    path = cache.folder / "abc"
    path.write_bytes(damage(path.read_bytes()))
    assert cache.read_entry("abc") is None


def test_the_cache_is_bounded(tmp_path):
    """The oldest entries go first, those of this build never, and so do the remains of a build that was killed."""
    cache = HandoutCache(tmp_path)
    for time, name in enumerate(("used", "oldest", "old", "young", ".new-killed")):
        cache.write_entry(name, ENTRY)
        os.utime(cache.folder / name, (time, time) if name != ".new-killed" else (0, 0))
    size = (cache.folder / "old").stat().st_size
    later = HandoutCache(tmp_path)
    later.read_entry("used")
    later.trim(limit=2 * size)
    assert later.list_fingerprints() == {"used", "old", "young"}


def test_two_builds_and_two_users_share_a_cache(tmp_path, monkeypatch):
    """What another build removes just now, or another user owns, fails no build that is done."""
    for name in ("used", "unused", "gone"):
        (tmp_path / name).write_bytes(b"old")
    (tmp_path / ".new-of-another-build").symlink_to("renamed")
    refused = lambda *_, **__: (_ for _ in ()).throw(PermissionError(errno.EACCES, "not yours"))  # noqa: E731
    monkeypatch.setattr(files.os, "utime", refused)
    files.trim_folder(tmp_path, {"used"}, limit=3)
    assert (tmp_path / "used").exists()
    monkeypatch.setattr("pathlib.Path.unlink", refused)
    files.trim_folder(tmp_path, set(), limit=0)


def test_cut_fonts_are_bounded_too(frozen_content, frozen_built, tmp_path, monkeypatch):
    """Fonts of earlier texts go by the same rule; those that the pages have stay, in all their forms."""
    monkeypatch.setattr(files.trim_folder, "__defaults__", (0,))
    (tmp_path / "fonts").mkdir()
    for name in ("NotoSans-Bold-0123.ttf", "NotoSans-Bold-0123.woff2", ".new-killed"):
        (tmp_path / "fonts" / name).write_bytes(b"old")
    shutil.copytree(frozen_built, tmp_path / "staging", ignore=shutil.ignore_patterns("fonts"))
    handouts = [MadeHandout(one, 4, 1, "", []) for one in plan_handouts(frozen_content)]
    site = Site(frozen_content, make_environment(TEMPLATES), FONTS, tmp_path / "fonts")
    write_site(site, handouts, tmp_path / "staging")
    kept = {path.name.partition(".")[0] for path in (tmp_path / "fonts").iterdir()}
    assert kept == {path.stem for path in (tmp_path / "staging" / "fonts").glob("*.woff2")}


def test_a_file_is_replaced_or_left(tmp_path, monkeypatch):
    """A crash in the midst of writing leaves the old content."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("crash")))
    with pytest.raises(OSError, match="crash"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_finished_build_is_known(finished):
    """Nothing is to be done when neither inputs nor output have changed."""
    request, key = finished
    assert hash_inputs(request) == key
    assert find_finished(request, key) == Finished(1, 4)


@pytest.mark.parametrize("change", ["missing", "changed", "touched", "record"])
def test_another_output_is_no_finished_build(finished, change):
    """A file of the output that is gone or another one asks for a build, and so does a damaged record."""
    request, key = finished
    path = request.output / "pdf" / "a.pdf"
    if change == "missing":
        path.unlink()
    elif change == "changed":
        path.write_bytes(b"%PDF-2")
    elif change == "touched":
        os.utime(path, (1, 1))
    else:
        (record,) = (request.cache / "finished").iterdir()
        record.write_bytes(b"{")
    assert find_finished(request, key) is None


def test_another_input_is_another_key(finished):
    """Every file of the content and every choice is an input; the number of processes is none."""
    request, key = finished
    assert hash_inputs(Request(request.content, request.output, jobs=7)) == key
    assert hash_inputs(Request(request.content, request.output, operators=["alpha"])) != key
    path = request.content / "operators" / "alpha.yaml"
    path.write_text(path.read_text("utf-8") + "# a comment\n", "utf-8")
    assert hash_inputs(request) != key


def test_inputs_that_change_during_a_build_leave_no_record(finished):
    """What was read may be either the old content or the new."""
    request, key = finished
    (request.content / "guide.yaml").write_text("changed: yes\n", "utf-8")
    note_finished(request, key, Finished(2, 8))
    assert find_finished(request, key) == Finished(1, 4)


def test_a_record_that_cannot_be_kept_fails_no_build(finished, monkeypatch):
    """The output is published by then."""
    request, key = finished
    monkeypatch.setattr(files.Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    note_finished(request, key, Finished(2, 8))
    assert find_finished(request, key) == Finished(1, 4)


def test_a_template_that_is_a_link_is_an_input(finished, tmp_path, monkeypatch):
    """Whoever keeps templates elsewhere sees a change of them."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "kept.j2").write_text("old")
    (tmp_path / "templates" / "page.j2").symlink_to(tmp_path / "kept.j2")
    monkeypatch.setattr("handout.workers.request.TEMPLATES", tmp_path / "templates")
    before = hash_inputs(finished[0])
    (tmp_path / "kept.j2").write_text("new")
    assert hash_inputs(finished[0]) != before


def test_nothing_to_do_imports_nothing_heavy(frozen_built):
    """A second build of the same says so without WeasyPrint, pydantic or Jinja."""
    script = """
import sys
from handout.cli.main import main
status = main(sys.argv[1:])
heavy = {"weasyprint", "pydantic", "jinja2", "yaml", "rich", "fontTools", "uharfbuzz", "pikepdf"} & set(sys.modules)
sys.exit(f"imports {sorted(heavy)}" if heavy else status)
"""
    command = [
        sys.executable,
        "-c",
        script,
        "build",
        "--content",
        str(ROOT / "tests" / "content"),
        "--output",
        str(frozen_built),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "up to date" in done.stdout
