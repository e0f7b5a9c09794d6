"""Lock: one build at a time for each output folder."""

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from handout.base.diagnostics import MachineError

PATIENCE = 600.0  # seconds that a build waits for another one
MOMENT = 0.1  # seconds that another build may need to write its number into the file
NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has no such thing
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}


@contextmanager
def lock_folder(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other builds, of other threads too, from ``folder`` as long as the context lasts; waits for one at work.

    The kernel takes the lock back from a process that dies, and filelock closes it in forked children. All folders on
    file systems without locks share one lock of this user and machine. Raises MachineError as ``take_lock`` does.
    """
    path = folder.parent / f".{folder.name}.lock"
    try:
        lock = take_lock(path, patience)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        lock = take_lock(make_own_folder() / "lock", patience)
    try:
        # Where others may write, the name may lead elsewhere by now.
        with open(lock.lock_file, "w", opener=lambda name, flags: os.open(name, flags | NO_LINK)) as file:
            file.write(f"{os.getpid()}\n")
        yield
    finally:
        lock.release()


def take_lock(path: Path, patience: float) -> BaseFileLock:
    """Return the lock at ``path``; raises MachineError when another build keeps it more than ``patience`` seconds."""
    lock = FileLock(path, fallback_to_soft=False)  # a soft lock would outlive a killed process
    try:
        lock.acquire(timeout=MOMENT)
    except Timeout:
        number = path.read_text("ascii", "replace").strip()
        other = f"another build is at work (process {number or 'unknown'})"
        print(f"{other}; waiting for it", file=sys.stderr, flush=True)
        try:
            lock.acquire(timeout=patience)
        except Timeout:
            raise MachineError(f"{other}; try again when it has ended") from None
    return lock


def make_own_folder() -> Path:
    """Return this user's folder among the temporary files; raises MachineError when others may write there."""
    folder = Path(tempfile.gettempdir()) / f"handout-{os.geteuid()}"
    folder.mkdir(0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise MachineError(f"{folder} is not yours alone; move it away, or set TMPDIR to a folder of your own")
    return folder
