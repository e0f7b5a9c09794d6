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
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from handout.base.diagnostics import MachineError
from handout.base.files import MANIFEST, SUMS, is_folder, list_entries, read_sums

AT_FDCWD = -100
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
NEW, OLD = "new", "old"
KEPT = ".gitignore"  # keeps the folder's content out of the project's history
# What systems put into a folder that somebody looks at; nobody misses it.
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
MOST_NAMED = 3  # foreign files named in an error
PARTS = ("pdf", "html", "preview")  # the keys of a manifest's entry that name files
PATIENCE = 600.0  # seconds that a build waits for another one
MOMENT = 0.1  # seconds that another build may need to write its number into the file
# What the machine may refuse, and what the user can do about it.
FAULTS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "Free some space"),
    errno.EFBIG: "Raise the limit of file sizes (ulimit -f)",
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "Name a folder that can be written with --output"),
    **dict.fromkeys((errno.EXDEV, errno.EBUSY), "Name a folder that is no mount point with --output"),
    errno.EIO: "Check the disk",
}


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
        if fault := _find_fault(error):
            words = f"{fault.filename or output.parent}: {fault.strerror}; {output} is as it was"
            raise MachineError(f"{words}. {FAULTS[fault.errno or 0]}, then build again") from error
        raise


@contextmanager
def lock_folder(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other builds, of other threads too, from ``folder`` as long as the context lasts; waits for one at work.

    The kernel takes the lock back from a process that dies, and filelock closes it in forked children. Raises
    MachineError when the other build takes longer than ``patience`` seconds.
    """
    path = folder.parent / f".{folder.name}.lock"
    lock = FileLock(path, fallback_to_soft=False)  # a soft lock would outlive a killed process
    try:
        lock.acquire(timeout=MOMENT)
    except Timeout:
        other = f"another build of {folder} is at work (process {path.read_text('ascii').strip() or 'unknown'})"
        print(f"{other}; waiting for it", file=sys.stderr, flush=True)
        try:
            lock.acquire(timeout=patience)
        except Timeout:
            raise MachineError(f"{other}; try again when it has ended") from None
    try:
        path.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        lock.release()


def _find_fault(error: BaseException) -> OSError | None:
    """Return what the machine refused, also where several workers met it; None for a bug."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_find_fault, error.exceptions)), None)
    return error if isinstance(error, OSError) and error.errno in FAULTS else None


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
    """Remove a staging folder, whatever state its build left it in; an output that has no other place goes back."""
    if (base / OLD).exists() and not target.exists():
        (base / OLD).rename(target)
    shutil.rmtree(base, ignore_errors=True)


def check_replaceable(target: Path) -> None:
    """Raise MachineError when ``target`` holds files that no build made, a mount point, or what must stay in place."""
    for inside in (Path(__file__), Path.cwd(), Path("~").expanduser()):
        if inside.resolve().is_relative_to(target):
            raise MachineError(f"{target} cannot be the output folder: {inside} is in it")
    for path in (target, *target.rglob("*")):
        if path.is_mount() and not path.is_symlink():
            raise MachineError(f"{path} is a mount point; name a folder inside it: --output {target / 'output'}")
    if foreign := list_foreign(target):
        more = f" and {len(foreign) - MOST_NAMED} more" if len(foreign) > MOST_NAMED else ""
        hint = f"{more}; move them away, or name another folder with --output"
        raise MachineError(f"{target} has files that no build made: {', '.join(foreign[:MOST_NAMED])}{hint}")


def list_own(folder: Path) -> set[str]:
    """Return the files that a build published in a folder, by its SHA256SUMS and its manifest."""
    own = {*read_sums(folder), SUMS}
    with suppress(OSError, ValueError, KeyError, TypeError):
        entries = json.loads((folder / MANIFEST).read_bytes())["handouts"]
        own |= {MANIFEST, "index.html"} | {str(entry[key]) for entry in entries for key in PARTS}
    return own


def list_foreign(folder: Path) -> list[str]:
    """Return the files of a published folder that no build made, sorted."""
    known = {*list_own(folder), KEPT}
    names = [name for name in list_entries(folder) if name not in known and not is_folder(folder / name)]
    return [name for name in names if Path(name).name not in LITTER]


def replace_folder(new: Path, target: Path) -> None:
    """Put ``new`` in the place of ``target``; raises MachineError, with nothing changed, when that may not be."""
    if target.exists():
        check_replaceable(target)
        shutil.copystat(target, new)
        if (target / KEPT).exists():
            link_file(target / KEPT, new / KEPT)
    for path in (*(path for path in new.rglob("*") if not path.is_symlink()), new):
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


def _sync(path: Path) -> None:
    """Let the disk have a file or folder before the next step: what is published survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
