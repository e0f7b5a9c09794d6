"""A build is published on file systems that lack a lock, a step of the disk, a rename or rights."""

import ctypes
import errno
import fcntl
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_publish import fill, publish, read

from handout.base.diagnostics import MachineError
from handout.base.files import find_differences
from handout.publish import lock, staging
from handout.publish.lock import NO_LOCKS, lock_folder
from handout.publish.staging import list_mounts, make_folder, open_staging, remove_leftovers, replace_folder


def refuse(monkeypatch, owner, name, number, when=lambda *_: True):
    """Let a function of the system answer an error number when its arguments are such."""
    usual = getattr(owner, name)

    def answer(*given, **named):
        if when(*given):
            raise OSError(number, os.strerror(number))
        return usual(*given, **named)

    monkeypatch.setattr(owner, name, answer)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.ENOSYS])
def test_no_such_step_of_the_disk(number, tmp_path, monkeypatch):
    """Where folders or files cannot be forced to the disk (VirtualBox, SMB), they are published nevertheless."""
    refuse(monkeypatch, staging.os, "fsync", number)
    publish(tmp_path / "output", index="old")
    publish(tmp_path / "output", index="new")
    assert read(tmp_path / "output") == {"index": "new"}


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_what_the_disk_did_not_take(number, tmp_path, monkeypatch):
    """A disk that fails while files are forced to it leaves the old output."""
    publish(tmp_path / "output", index="old")
    refuse(monkeypatch, staging.os, "fsync", number)
    with pytest.raises(MachineError, match=r"as it was\. To mend it"), open_staging(tmp_path / "output") as new:
        replace_folder(fill(new, index="new"), tmp_path / "output")
    assert read(tmp_path / "output") == {"index": "old"}


@pytest.mark.linux("/proc, which tells whose number a file has")
@pytest.mark.parametrize("number", sorted(NO_LOCKS))
def test_no_locks(number, tmp_path, monkeypatch):
    """All folders on file systems without locks share one lock, which keeps builds of this machine apart."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    opened = Path("/proc/self/fd")
    refuse(monkeypatch, fcntl, "flock", number, lambda fd, _: "temporary" not in (opened / str(fd)).readlink().parts)
    with lock_folder(tmp_path / "output"), pytest.raises(MachineError, match=r"at work \(process"):
        lock_folder(tmp_path / "other", patience=0.1).__enter__()
    with lock_folder(tmp_path / "other", patience=0.1):
        assert (tmp_path / "temporary" / f"handout-{os.geteuid()}" / "lock").read_text() == f"{os.getpid()}\n"


@pytest.mark.parametrize("thing", ["a file", "a link", "a link to nowhere", "open to all", "of another user"])
def test_somebody_else_made_the_temporary_folder(thing, tmp_path, monkeypatch):
    """On a machine with several users nobody makes a build wait, or write where it did not mean to."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    own = tmp_path / f"handout-{os.geteuid()}"
    (tmp_path / "elsewhere").mkdir()
    if thing == "a file":
        own.touch()
    elif thing.startswith("a link"):
        own.symlink_to(tmp_path / ("nowhere" if "nowhere" in thing else "elsewhere"))
    else:
        own.mkdir()
        own.chmod(0o777 if thing == "open to all" else 0o755)
    if thing == "of another user":
        other = os.geteuid() + 1
        monkeypatch.setattr(lock.os, "geteuid", lambda: other)
        own.rename(tmp_path / f"handout-{os.geteuid()}")
    with pytest.raises((MachineError, FileExistsError), match=f"handout-{os.geteuid()}"):
        lock.make_own_folder()
    assert not any((tmp_path / "elsewhere").iterdir())


def test_the_lock_is_replaced_by_a_link(tmp_path, monkeypatch):
    """What takes the place of a lock file after it was locked is not written to."""
    (tmp_path / "mine").write_text("precious")

    def take_and_replace(path, *given, usual=lock.take_lock):
        taken = usual(path, *given)
        path.unlink()
        path.symlink_to(tmp_path / "mine")
        return taken

    monkeypatch.setattr(lock, "take_lock", take_and_replace)
    with pytest.raises(OSError, match="symbolic links"):
        lock_folder(tmp_path / "output").__enter__()
    assert (tmp_path / "mine").read_text() == "precious"


@pytest.mark.parametrize("exchange", [errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM])
@pytest.mark.parametrize("rename", [errno.EXDEV, 0])
def test_folders_that_cannot_be_exchanged_or_renamed(exchange, rename, tmp_path, monkeypatch):
    """An output that cannot be renamed, as it lies in a lower layer, is replaced too, with all that is kept."""
    target = tmp_path / "output"
    publish(target, index="old", gone__c="old")
    (target / ".gitignore").write_text("*")
    (target / "empty").mkdir()
    libc = SimpleNamespace(renameat2=lambda *_: ctypes.set_errno(exchange) or -1)
    monkeypatch.setattr(staging.ctypes, "CDLL", lambda *_, **__: libc)
    refuse(monkeypatch, Path, "rename", errno.EXDEV, lambda path, _: rename and path == target)
    publish(target, index="new")
    assert read(target) == {".gitignore": "*", "index": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def test_an_empty_output_that_cannot_be_renamed(tmp_path, monkeypatch):
    """An image may have the folder alone."""
    (tmp_path / "output").mkdir()
    monkeypatch.setattr(staging, "exchange_folders", lambda *_: False)
    refuse(monkeypatch, Path, "rename", errno.EXDEV, lambda path, _: path == tmp_path / "output")
    publish(tmp_path / "output", index="new")
    assert read(tmp_path / "output") == {"index": "new"}


def test_build_killed_while_it_removes_such_an_output(tmp_path, monkeypatch):
    """What was removed already comes back from the copy."""
    target = tmp_path / "output"
    publish(target, index="old", pdf__a="old")
    new = fill(make_folder(target), index="new")
    refuse(monkeypatch, Path, "rename", errno.EXDEV, lambda path, _: path == target)
    monkeypatch.setattr(staging, "exchange_folders", lambda *_: False)

    def remove_some(_folder):
        (target / "pdf" / "a").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(staging.shutil, "rmtree", remove_some)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(new, target)
    monkeypatch.undo()
    remove_leftovers(target)
    assert read(target) == {"index": "old", "pdf/a": "old"}
    assert not any(find_differences(target))


def test_a_disk_without_links_and_rights(tmp_path, monkeypatch):
    """FAT has neither: files are copied, and the folder's mode is the system's."""
    target = tmp_path / "output"
    publish(target, index="old")
    (target / ".gitignore").write_text("*")
    for owner, name in ((os, "link"), (os, "chmod"), (os, "utime")):
        refuse(monkeypatch, owner, name, errno.EPERM)
    publish(target, index="new")
    assert read(target) == {".gitignore": "*", "index": "new"}


mounting = pytest.mark.linux("bind mounts and overlays")


@pytest.fixture
def mounts(tmp_path):
    """A function that mounts something in the test's folder; what it mounted goes afterwards."""
    done = []

    def mount(*words, at):
        at.mkdir(exist_ok=True)
        result = subprocess.run(["mount", *words, at], capture_output=True, text=True, check=False)
        if result.returncode:
            pytest.skip(f"needs the right to mount: {result.stderr}")
        done.append(at)
        return at

    yield mount
    for at in reversed(done):
        subprocess.run(["umount", "-l", at], check=True)


@mounting
@pytest.mark.parametrize("name", ["output", "a folder", "ខ្មែរ"])
def test_a_part_of_the_same_disk_is_a_mount_point_too(name, tmp_path, mounts):
    """A bind mount, as containers have, is refused before the work, with the folder to name instead."""
    (tmp_path / "store").mkdir()
    target = mounts("--bind", tmp_path / "store", at=tmp_path / name)
    assert list_mounts(tmp_path) == [target]
    with pytest.raises(MachineError, match=f"is a mount point; name a folder inside it: --output {target}/output"):
        open_staging(target).__enter__()


@mounting
def test_a_real_overlay(tmp_path, mounts):
    """An output in the lower layer of an overlay is replaced, and the next build replaces it in one step."""
    layers = tmp_path / "layers"
    mounts("-t", "tmpfs", "none", at=layers)
    for name in ("low", "up", "work"):
        (layers / name).mkdir()
    publish(layers / "low" / "output", index="old", pdf__a="old")
    options = f"lowerdir={layers}/low,upperdir={layers}/up,workdir={layers}/work,redirect_dir=off"
    target = mounts("-t", "overlay", "-o", options, "overlay", at=tmp_path / "all") / "output"
    for words in ("new", "newer"):
        publish(target, index=words)
        assert read(target) == {"index": words}
        assert [path.name for path in target.parent.iterdir()] == ["output"]


def test_an_output_that_is_a_link(tmp_path):
    """The folder that a link leads to is replaced; the link stays."""
    publish(tmp_path / "real", index="old")
    (tmp_path / "output").symlink_to("real")
    with open_staging(tmp_path / "output") as new:
        replace_folder(fill(new, index="new"), (tmp_path / "output").resolve())
    assert (tmp_path / "output").is_symlink()
    assert read(tmp_path / "real") == {"index": "new"}


def test_a_user_without_a_name_and_home(tmp_path, monkeypatch):
    """Nobody's home is in the output folder."""
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", lambda _: (_ for _ in ()).throw(KeyError("no entry")))
    publish(tmp_path / "output", index="old")
    publish(tmp_path / "output", index="new")
    assert read(tmp_path / "output") == {"index": "new"}
