"""Lock: one build at a time for each output folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from handout.base.diagnostics import MachineError

PATIENCE = 600.0  # seconds that a build waits for another one
MOMENT = 0.1  # seconds that another build may need to write its number into the file


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
