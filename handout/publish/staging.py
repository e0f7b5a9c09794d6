"""Staging: a folder beside the output in which a build grows, one at a time, and what the machine may refuse."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from handout.base.diagnostics import MachineError
from handout.publish.swap import check_replaceable, clear_staging, make_folder, remove_leftovers

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
