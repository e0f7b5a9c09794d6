"""Staging: a folder beside the output in which a build grows, and which takes its place in one step of the kernel.

While a build is at work, ``.output-staging-XXXX/`` lies beside ``output/``, with the new folder in it. Systems that
cannot exchange folders (neither Linux nor macOS, and some network file systems) rename twice: for a moment there is no
output, and a build killed just then leaves it in staging, from where the next one takes it.
"""

import ctypes
import errno
import glob
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from handout.base.diagnostics import MachineError
from handout.base.faults import explain_fault, find_fault
from handout.base.files import MANIFEST, SUMS, is_folder, list_entries, read_sums
from handout.publish.lock import lock_folder

AT_FDCWD = -100
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
NEW, OLD = "new", "old"
KEPT = ".gitignore"  # keeps the folder's content out of the project's history
# What systems put into a folder that somebody looks at; nobody misses it.
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
MOST_NAMED = 3  # foreign files named in an error
LOST = {errno.EIO, errno.ENOSPC, errno.EDQUOT}  # what the disk did not take; other answers: it has no such step


@contextmanager
def open_staging(output: Path) -> Iterator[Path]:
    """Yield a new folder beside ``output``, on the same file system; it is removed afterwards.

    What killed builds left is removed too, and other builds for ``output`` wait meanwhile. Raises MachineError when the
    machine does not let a build write, or when ``output`` holds files that no build made.
    """
    output = output.resolve()
    if output.exists() and not output.is_dir():
        raise MachineError(f"{output} is a file; name a folder with --output")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with lock_folder(output):
            remove_leftovers(output)
            if output.exists():
                check_replaceable(output)
            staging = make_folder(output)
            try:
                yield staging
            finally:
                clear_staging(staging.parent, output)
    except (OSError, ExceptionGroup) as error:
        if fault := find_fault(error):
            raise explain_fault(fault, output.parent, f"{output} is as it was") from error
        raise


def make_folder(target: Path) -> Path:
    """Return a new, empty folder beside ``target`` and on its file system, in a staging folder of its own."""
    base = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    (base / NEW).mkdir()
    return base / NEW


def remove_leftovers(target: Path) -> None:
    """Remove the staging of killed builds."""
    for base in sorted(target.parent.glob(f"{glob.escape(_prefix(target))}*")):
        if is_folder(base):
            clear_staging(base, target)


def clear_staging(base: Path, target: Path) -> None:
    """Remove a staging folder, whatever state its build left it in; an output that was to be replaced goes back."""
    if (base / OLD).exists() and not target.exists():
        (base / OLD).rename(target)
    elif (base / OLD).exists() and (base / NEW).exists():
        copy_folder(base / OLD, target)
    shutil.rmtree(base, ignore_errors=True)


def check_replaceable(target: Path) -> None:
    """Raise MachineError when ``target`` holds files that no build made, a mount point, or what must stay in place."""
    places = [Path(__file__)]
    for find in (Path.cwd, Path.home):  # a process may have neither
        with suppress(OSError, RuntimeError):
            places.append(find())
    for inside in places:
        if inside.resolve().is_relative_to(target):
            raise MachineError(f"{target} cannot be the output folder: {inside} is in it")
    for path in list_mounts(target):
        raise MachineError(f"{path} is a mount point; name a folder inside it: --output {target / 'output'}")
    if foreign := list_foreign(target):
        more = f" and {len(foreign) - MOST_NAMED} more" if len(foreign) > MOST_NAMED else ""
        hint = f"{more}; move them away, or name another folder with --output"
        raise MachineError(f"{target} has files that no build made: {', '.join(foreign[:MOST_NAMED])}{hint}")


def list_mounts(folder: Path) -> list[Path]:
    """Return the mount points at or below a folder, those that show a part of the same disk too, where /proc tells."""
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return [path for path in (folder, *folder.rglob("*")) if path.is_mount() and not path.is_symlink()]
    names = (line.split()[4].decode("unicode_escape").encode("latin-1") for line in lines)  # a space is \040
    return sorted(path for path in map(Path, map(os.fsdecode, names)) if path.is_relative_to(folder))


def list_own(folder: Path) -> set[str]:
    """Return the files that a build published in a folder, by its SHA256SUMS and its manifest."""
    own = {*read_sums(folder), SUMS}
    with suppress(OSError, ValueError, KeyError, TypeError):
        entries = json.loads((folder / MANIFEST).read_bytes())["handouts"]
        own |= {MANIFEST, "index.html"}.union(*map(list_named, entries))
    return own


def list_named(entry: dict[str, Any]) -> list[str]:
    """Return the files that a manifest's entry names; one of an older version has no pictures to print."""
    return [str(name) for name in (entry["pdf"], entry["html"], entry["preview"], *entry.get("pictures", []))]


def list_foreign(folder: Path) -> list[str]:
    """Return the files of a published folder that no build made, sorted."""
    known = {*list_own(folder), KEPT}
    names = [name for name in list_entries(folder) if name not in known and not is_folder(folder / name)]
    return [name for name in names if Path(name).name not in LITTER]


def replace_folder(new: Path, target: Path) -> None:
    """Put ``new`` in the place of ``target``; raises MachineError, with nothing changed, when that may not be."""
    if target.exists():
        check_replaceable(target)
        with suppress(OSError):  # FAT has no rights
            shutil.copystat(target, new)
        if (target / KEPT).exists():
            link_file(target / KEPT, new / KEPT)
    for path in (*(path for path in new.rglob("*") if not path.is_symlink()), new):
        _sync(path)
    if not (target.exists() and exchange_folders(new, target)):
        if target.exists():
            move_away(target, new.parent / OLD)
        new.rename(target)
    _sync(target.parent)


def move_away(target: Path, old: Path) -> None:
    """Rename ``target`` to ``old``; where it lies in a container's image, whose folders stay, copy and remove it."""
    try:
        target.rename(old)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy_folder(target, old.with_suffix(".part"))
        old.with_suffix(".part").rename(old)  # whole: what is removed now can come back
        shutil.rmtree(target)


def exchange_folders(first: Path, second: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    libc = ctypes.CDLL(None)
    names = os.fsencode(first), os.fsencode(second)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(*names, EXCHANGE)
    else:
        return False
    return not failed  # whatever the reason: where renaming cannot be done either, that says why


def copy_folder(folder: Path, twin: Path) -> None:
    """Give all files of a folder a second name in another one, which may have some of them already."""
    twin.mkdir(exist_ok=True)
    for name in list_entries(folder):
        (twin / name).parent.mkdir(parents=True, exist_ok=True)
        if is_folder(folder / name):
            (twin / name).mkdir(exist_ok=True)
        elif not os.path.lexists(twin / name):
            link_file(folder / name, twin / name)


def link_file(path: Path, twin: Path) -> None:
    """Give a file (or a link, which is not followed) a second name; a copy where the file system has no such thing."""
    try:
        os.link(path, twin, follow_symlinks=False)
    except OSError:
        shutil.copyfile(path, twin, follow_symlinks=False)
        with suppress(OSError):  # FAT has no rights
            shutil.copystat(path, twin, follow_symlinks=False)


def _prefix(target: Path) -> str:
    return f".{target.name}-staging-"


def _sync(path: Path) -> None:
    """Let the disk have a file or folder before the next step: what is published survives a power cut.

    Where the file system has no such step (VirtualBox and SMB have none for folders), it comes when the disk likes.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in LOST:
            raise
    finally:
        os.close(descriptor)
