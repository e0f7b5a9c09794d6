"""Lock: one build at a time for each output folder."""

import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from handout.base.diagnostics import MachineError

PATIENCE = 600.0  # seconds that a build waits for another one
MOMENT = 0.1  # seconds that another build may need to write its number into the file
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}


@contextmanager
def lock_folder(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other builds, of other threads too, from ``folder`` as long as the context lasts; waits for one at work.

    The kernel takes the lock back from a process that dies, and filelock closes it in forked children. All folders on
    file systems without locks share one lock of this machine. Raises MachineError as ``take_lock`` does.
    """
    path = folder.parent / f".{folder.name}.lock"
    try:
        lock = take_lock(path, folder, patience)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        path = Path(tempfile.gettempdir()) / f"handout-{os.getuid()}.lock"
        lock = take_lock(path, folder, patience)
    try:
        path.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        lock.release()


def take_lock(path: Path, folder: Path, patience: float) -> BaseFileLock:
    """Return the lock at ``path``; raises MachineError when another build keeps it more than ``patience`` seconds."""
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
    return lock
