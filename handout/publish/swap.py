"""Swap: put a finished folder in the place of the published one, in one step of the kernel.

While a build is at work, ``.output-staging-XXXX/`` lies beside ``output/``. In it is the new folder, whose name is its
own inode number: when the two have changed places, the name no longer fits, and so a later build knows what a killed
one left there. Systems that cannot exchange folders (neither Linux nor macOS, and some network file systems) rename
twice: for a moment there is no output, and a build killed just then leaves it in staging, from where the next takes it.
"""

import ctypes
import errno
import glob
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from handout.base.diagnostics import MachineError
from handout.base.files import is_folder, list_entries
from handout.publish.record import list_own

AT_FDCWD = -100
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
OLD = "old"


def make_folder(target: Path) -> Path:
    """Return a new, empty folder beside ``target`` and on its file system, in a staging folder of its own."""
    base = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    (base / "new").mkdir()
    return (base / "new").rename(base / str((base / "new").stat().st_ino))


def remove_leftovers(target: Path) -> None:
    """Remove the staging of killed builds."""
    for base in sorted(target.parent.glob(f"{glob.escape(_prefix(target))}*")):
        if is_folder(base):
            clear_staging(base, target)


def clear_staging(base: Path, target: Path) -> None:
    """Remove a staging folder, whatever state its build left it in: published, or failed or killed at any point.

    An output that has no other place goes back, and foreign files that came too late to be linked move over.
    """
    if (base / OLD).exists() and not target.exists():
        (base / OLD).rename(target)
    for folder in base.iterdir():
        if folder.name == OLD or (folder.name.isdecimal() and folder.name != str(folder.stat().st_ino)):
            _adopt_foreign(folder, target)
            folder.rename(base / "done")
    for folder in filter(is_folder, (base, *base.rglob("*"))):
        with suppress(OSError):
            folder.chmod(0o700)  # others' folders may forbid writing
    shutil.rmtree(base, ignore_errors=True)


def replace_folder(new: Path, target: Path) -> None:
    """Give ``target`` the files of ``new``; those of earlier builds go, all others stay.

    Raises MachineError when a foreign file stands where a new one must go; nothing has changed then.
    """
    if target.exists():
        _check_replaceable(target)
        _keep_foreign(target, new)
    for path in (*(new / name for name in list_own(new)), *filter(is_folder, new.rglob("*")), new):
        _sync(path)
    if not target.exists():
        new.rename(target)
    elif not exchange_folders(new, target):
        target.rename(new.parent / OLD)
        new.rename(target)
    _sync(target.parent)


def exchange_folders(first: Path, second: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(first), os.fsencode(second)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(*names, EXCHANGE)
    else:
        return False
    if failed and ctypes.get_errno() not in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(second))
    return not failed


def link_file(path: Path, twin: Path) -> None:
    """Give a file (or a link, which is not followed) a second name; a copy where the file system has no such thing."""
    try:
        os.link(path, twin, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, twin, follow_symlinks=False)


def _prefix(target: Path) -> str:
    return f".{target.name}-staging-"


def _check_replaceable(target: Path) -> None:
    for inside in (Path(__file__), Path.cwd(), Path("~").expanduser()):
        if inside.resolve().is_relative_to(target):
            raise MachineError(f"{target} cannot be the output folder: {inside} is in it")
    for path in (target, *target.rglob("*")):
        if path.is_mount() and not path.is_symlink():
            raise MachineError(f"{path} is a mount point; name a folder inside it: --output {target / 'output'}")


def _keep_foreign(target: Path, new: Path) -> None:
    """Link the foreign files of ``target`` into ``new``; copy them where the file system has no links."""
    own = list_own(target)
    for name in list_entries(target):
        path, twin = target / name, new / name
        if name in own or (is_folder(path) and is_folder(twin)):
            continue
        if os.path.lexists(twin):
            raise MachineError(f"{path} is not from a build and would be lost; move it away, then build again")
        twin.parent.mkdir(parents=True, exist_ok=True)
        if is_folder(path):
            twin.mkdir()
            continue
        link_file(path, twin)
    for path in (target, *filter(is_folder, target.rglob("*"))):
        if is_folder(twin := new / path.relative_to(target)):
            shutil.copystat(path, twin)
            if os.geteuid() == 0:
                os.chown(twin, path.stat().st_uid, path.stat().st_gid)


def _adopt_foreign(old: Path, target: Path) -> None:
    """Move over what others wrote into the old folder between the linking of its files and the swap."""
    own = list_own(old) | list_own(target)
    for name in list_entries(old):
        path, twin = old / name, target / name
        if name in own or is_folder(path):
            continue
        if not os.path.lexists(twin) or path.lstat().st_mtime_ns > twin.lstat().st_mtime_ns:
            twin.parent.mkdir(parents=True, exist_ok=True)
            path.rename(twin)


def _sync(path: Path) -> None:
    """Let the disk have a file or folder before the next step: what is published survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
