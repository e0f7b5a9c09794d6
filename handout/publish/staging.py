"""Staging: a folder beside the output in which a build grows, and what the machine may refuse."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handout.base.diagnostics import MachineError
from handout.publish.lock import lock_folder
from handout.publish.swap import check_replaceable, clear_staging, make_folder, remove_leftovers

# What the machine may refuse, and what the user can do about it.
FAULTS = {
    errno.ENOSPC: "Free some space",
    errno.EDQUOT: "Free some space",
    errno.EFBIG: "Raise the limit of file sizes (ulimit -f)",
    errno.EROFS: "Name a folder that can be written with --output",
    errno.EACCES: "Name a folder that can be written with --output",
    errno.EPERM: "Name a folder that can be written with --output",
    errno.EXDEV: "Name a folder that is no mount point with --output",
    errno.EBUSY: "Name a folder that is no mount point with --output",
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


def _find_fault(error: BaseException) -> OSError | None:
    """Return what the machine refused, also where several workers met it; None for a bug."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_find_fault, error.exceptions)), None)
    return error if isinstance(error, OSError) and error.errno in FAULTS else None
