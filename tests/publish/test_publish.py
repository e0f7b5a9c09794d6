"""The output folder is replaced in one step, never with files of somebody else in it, by one build at a time."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import threading
import time

import pytest

import build
from handout.base.diagnostics import MachineError
from handout.base.files import find_differences, read_sums, write_sums
from handout.base.paths import ROOT
from handout.publish import staging
from handout.publish.lock import lock_folder
from handout.publish.staging import (
    clear_staging,
    list_own,
    make_folder,
    open_staging,
    remove_leftovers,
    replace_folder,
)

CONTENT = ["--content", str(ROOT / "tests" / "content")]
SMALL = [*CONTENT, "--operator", "alpha", "--languages", "zh-en", "--edition", "standard", "--jobs", "1"]


def fill(folder, **files):
    """Write the files of one build, with their sums; ``__`` in a name stands for a folder."""
    for name, words in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words)
    write_sums(folder)
    return folder


def publish(target, **files):
    """Publish a folder of these files, as a build does."""
    new = fill(make_folder(target), **files)
    try:
        replace_folder(new, target)
    finally:
        clear_staging(new.parent, target)


def read(folder):
    """Return path -> words of all files but the sums."""
    return {
        p.relative_to(folder).as_posix(): p.read_text()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "SHA256SUMS"
    }


@pytest.fixture(params=["exchange", "two renames"])
def target(request, tmp_path, monkeypatch):
    """An output folder to publish in, on a system that can exchange folders and on one that cannot."""
    if request.param == "two renames":
        monkeypatch.setattr(staging, "exchange_folders", lambda *_: False)
    return tmp_path / "output"


def test_stale_files_go(target):
    """What a build published and does not publish again goes; the file for git and the folder's mode stay."""
    publish(target, index="old", pdf__a="old", pdf__b="stale", gone__c="stale")
    target.chmod(0o750)
    (target / ".gitignore").write_text("*")
    (target / "pdf" / ".DS_Store").write_text("made by a file manager")
    publish(target, index="new", pdf__a="old")
    assert read(target) == {"index": "new", "pdf/a": "old", ".gitignore": "*"}
    assert target.stat().st_mode & 0o777 == 0o750
    assert not (target / "gone").exists()
    assert list_own(target) == {"index", "pdf/a", "SHA256SUMS"}
    assert [p.name for p in target.parent.iterdir()] == ["output"]


@pytest.mark.parametrize("name", ["mine", "pdf/mine", "page", "new folder/mine"])
def test_foreign_files_are_refused_by_name(name, target):
    """A build does not remove or overwrite what no build made, be it a file or a link; nothing changes then."""
    publish(target, index="old", pdf__a="old")
    (target / name).parent.mkdir(exist_ok=True)
    (target / name).write_text("mine")
    (target / "link").symlink_to("/nowhere")
    with pytest.raises(MachineError, match=rf"no build made: .*{name}"):
        publish(target, index="new", page="new")
    assert read(target) == {"index": "old", "pdf/a": "old", name: "mine"}
    assert not any(find_differences(target))
    with pytest.raises(MachineError, match=r"no build made: .*link"), open_staging(target):
        pytest.fail("the work had begun")
    assert [p.name for p in target.parent.iterdir() if p.name.startswith(".output-staging")] == []


def test_only_some_foreign_files_are_named(target):
    """A folder that holds much else is named with a few of its files."""
    fill(target, **{f"mine{number}": "mine" for number in range(9)})
    (target / "SHA256SUMS").unlink()
    with pytest.raises(MachineError, match="mine0, mine1, mine2 and 6 more; move them away"):
        publish(target, index="new")


def test_leftovers_of_killed_builds_go(target):
    """Staging of a build killed before or after its swap is removed, and no file of it comes back."""
    publish(target, index="old", stale="old")
    fill(make_folder(target), index="half made", stray="half made")
    remove_leftovers(target)
    assert read(target) == {"index": "old", "stale": "old"}
    replace_folder(fill(make_folder(target), index="new"), target)
    remove_leftovers(target)
    assert read(target) == {"index": "new"}
    assert [p.name for p in target.parent.iterdir()] == ["output"]


def test_build_killed_between_two_renames(tmp_path):
    """Where folders cannot be exchanged, the next build brings the old output back."""
    target = tmp_path / "output"
    publish(target, index="old")
    new = fill(make_folder(target), index="new")
    target.rename(new.parent / staging.OLD)
    remove_leftovers(target)
    assert read(target) == {"index": "old"}


def test_reader_never_sees_a_mixture(tmp_path):
    """While one build after the other is published, each look into the folder shows one build."""
    target = tmp_path / "output"
    publish(target, one="0", two="0")
    assert staging.exchange_folders(make_folder(target), make_folder(target)), "this system cannot exchange folders"
    end = threading.Event()
    seen, mixed = set(), []

    def look():
        while not end.is_set():
            folder = os.open(target, os.O_RDONLY)  # a folder once opened stays the same

            def opener(name, flags, folder=folder):
                return os.open(name, flags, dir_fd=folder)

            words = []
            with contextlib.suppress(FileNotFoundError):  # it was opened before the swap, and its files are gone by now
                for name in ("one", "two"):
                    with open(name, opener=opener) as file:
                        words.append(file.read())
            os.close(folder)
            seen.update(words)
            if len(set(words)) > 1:
                mixed.append(words)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(1, 60):
            assert target.is_dir()
            publish(target, one=str(number), two=str(number))
    finally:
        end.set()
        reader.join()
    assert len(seen) > 3
    assert mixed == []


def test_what_cannot_be_replaced_is_refused(tmp_path, monkeypatch):
    """A file, and a folder that holds the project, the user's home or the working folder, are no output folders."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(MachineError, match="is a file"), open_staging(tmp_path / "file"):
        pass
    (tmp_path / "home" / "work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    new = fill(make_folder(tmp_path / "home"), index="new")
    for wrong in (ROOT, ROOT.parent, tmp_path / "home"):
        with pytest.raises(MachineError, match="cannot be the output folder"):
            replace_folder(new, wrong)
    monkeypatch.chdir(tmp_path / "home" / "work")
    with pytest.raises(MachineError, match="cannot be the output folder"):
        replace_folder(new, tmp_path / "home" / "work")


def test_damage_is_found(tmp_path):
    """Missing, changed and linked files are told; so is no more than the record has, and nothing outside the folder."""
    fill(tmp_path, a="a", b="b", c="c", d="d")
    assert list(find_differences(tmp_path)) == []
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_text("other")
    (tmp_path / "c").unlink()
    (tmp_path / "c").symlink_to("/etc/hostname")
    (tmp_path / "foreign").write_text("mine")
    assert list(find_differences(tmp_path).items()) == [
        ("a", "missing"),
        ("b", "changed"),
        ("c", "missing"),
    ]
    (tmp_path / "SHA256SUMS").write_text("0" * 64 + "  ../x\n" + "0" * 64 + "  /etc/passwd\n" + "0" * 64 + "  a/..\n")
    assert read_sums(tmp_path) == {}


def test_unchanged_file_keeps_its_time(tmp_path):
    """A second build of the same content leaves the output alone; another one renews only what has changed."""
    output = tmp_path / "output"
    assert build.main(["--output", str(output), *SMALL]) == 0
    before = output.stat().st_ino
    assert build.main(["--output", str(output), *SMALL]) == 0
    assert output.stat().st_ino == before
    time_of_pdf = (output / "pdf/alpha.zh-en.pdf").stat().st_mtime_ns
    (output / "index.html").write_text("damaged")
    assert build.main(["--output", str(output), *SMALL]) == 0
    assert not any(find_differences(output))
    assert (output / "pdf/alpha.zh-en.pdf").stat().st_mtime_ns == time_of_pdf


def test_second_build_waits(tmp_path):
    """Two builds of one output at once both end well; the second says that it waits, and for which process."""
    output = tmp_path / "output"
    builds = []
    for _ in range(2):
        command = [sys.executable, ROOT / "build.py", "--output", output, *SMALL]
        builds.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
    words = [process.communicate(timeout=120)[1] for process in builds]
    assert [process.returncode for process in builds] == [0, 0], words
    waited = [text for text in words if "waiting for it" in text]
    assert len(waited) == 1
    assert any(f"(process {process.pid})" in waited[0] for process in builds)
    assert not any(find_differences(output))


def test_lock_ends_with_its_process(tmp_path):
    """A build that waits too long fails with a clear word; a dead process keeps nobody out, though its child lives."""
    code = (
        "import os, sys, time; from pathlib import Path; from handout.publish.lock import lock_folder\n"
        "with lock_folder(Path(sys.argv[1])):\n"
        "    child = os.fork()\n"
        "    if child: print(child, flush=True)\n"
        "    time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, tmp_path / "output"], stdout=subprocess.PIPE, cwd=ROOT)
    child = int(holder.stdout.readline())
    try:
        with pytest.raises(MachineError, match=rf"at work \(process {holder.pid}\); try again"):
            lock_folder(tmp_path / "output", patience=0.2).__enter__()
        holder.kill()
        holder.wait()
        start = time.monotonic()
        with lock_folder(tmp_path / "output", patience=5):
            assert time.monotonic() - start < 2
    finally:
        os.kill(child, 9)
        holder.stdout.close()


def test_threads_lock_each_other_out(tmp_path):
    """Two threads of one process do not build at once either."""
    with lock_folder(tmp_path / "output"):
        errors = []

        def second():
            try:
                with lock_folder(tmp_path / "output", patience=0.1):
                    errors.append("both")
            except MachineError as error:
                errors.append(str(error))

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert f"(process {os.getpid()})" in errors[0]


def limit_build(setup, output, *arguments):
    """Run a build after a line of shell that narrows what the machine gives."""
    command = f"{setup}; exec {sys.executable} {ROOT / 'build.py'} --output {output} {' '.join([*SMALL, *arguments])}"
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("blocks", [1, pytest.param(100, marks=pytest.mark.long)])
def test_no_space_for_large_files(blocks, tmp_path):
    """When a file gets no space (here by a limit on its size), the status is 3, the words say so, the output stays."""
    output = tmp_path / "output"
    publish(output, index="old")
    result = limit_build(f"ulimit -f {blocks}", output)
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr
    assert "output is as it was" in result.stderr
    assert read(output) == {"index": "old"}
    assert not list(tmp_path.glob(".output-staging*"))
    assert limit_build("true", output).returncode == 0


mounting = pytest.mark.linux("tmpfs, a small disk in memory")


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own, for tests that fill it or forbid writing."""
    (tmp_path / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", tmp_path / "disk"]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs root, to mount a small disk")
    yield tmp_path / "disk"
    subprocess.run(["umount", "-l", tmp_path / "disk"], check=True)


@mounting
@pytest.mark.parametrize("free", [0, *(pytest.param(free, marks=pytest.mark.long) for free in (50, 400))])
def test_full_disk(free, disk):
    """With so many kB free a build ends with status 3 and a clear word; the output stays, and space heals it."""
    output = disk / "output"
    publish(output, index="old")
    space = shutil.disk_usage(disk).free
    (disk / "filler").write_bytes(b"\0" * (space - free * 1024))
    result = limit_build("true", output)
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr
    assert "No space left" in result.stderr
    assert read(output) == {"index": "old"}
    (disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
    assert limit_build("true", output).returncode == 0
    assert not any(find_differences(output))


@mounting
def test_read_only_disk(disk):
    """Where nothing may be written, the status is 3 and the words name the folder and the remedy."""
    output = disk / "output"
    publish(output, index="old")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    result = limit_build("true", output)
    assert result.returncode == 3
    assert "Read-only file system" in result.stderr
    assert f"{output} is as it was. To mend it: name another folder" in result.stderr
    assert read(output) == {"index": "old"}


@mounting
def test_mount_point_is_refused(disk):
    """A mount point cannot change places with another folder; the words say what to name instead."""
    result = limit_build("true", disk)
    assert result.returncode == 3
    assert "mount point" in result.stderr


def test_unknown_os_error_keeps_its_traceback(tmp_path):
    """A bug is no fault of the machine."""
    with pytest.raises(OSError, match="strange"), open_staging(tmp_path / "output"):
        raise OSError(errno.ENOTCONN, "strange")


def test_published_files_have_the_rights_of_new_files(frozen_built):
    """Files and folders, fonts from the cache too, may be read as far as the umask allows: with 022 by a web server."""
    umask = os.umask(0o022)
    os.umask(umask)
    rights = {path: path.stat().st_mode & 0o777 for path in (frozen_built, *frozen_built.rglob("*"))}
    assert {
        path: right for path, right in rights.items() if right != (0o777 if path.is_dir() else 0o666) & ~umask
    } == {}
