"""Lock: one build at a time for each output folder."""

import fcntl
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from handout.base.diagnostics import MachineError

PATIENCE = 600.0  # seconds that a build waits for another one
_threads = threading.Lock()  # the kernel's lock keeps processes apart, not a process's own threads


@contextmanager
def lock_folder(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other builds from ``folder`` as long as the context lasts; waits for one at work.

    It is a record lock (fcntl) on a file beside the folder: the kernel takes it back from a process that dies, and
    workers do not inherit it. Raises MachineError when the other build takes longer than ``patience`` seconds.
    """
    end = time.monotonic() + patience
    if not _threads.acquire(timeout=patience):
        raise MachineError(f"another build of {folder} is at work in this process")
    try:
        with (folder.parent / f".{folder.name}.lock").open("a+", encoding="ascii") as file:
            told = False
            while not _try_lock(file):
                file.seek(0)
                other = f"another build of {folder} is at work (process {file.read().strip() or 'unknown'})"
                if time.monotonic() >= end:
                    raise MachineError(f"{other}; try again when it has ended")
                if not told:
                    print(f"{other}; waiting for it", file=sys.stderr, flush=True)
                told = True
                time.sleep(0.05)
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield
    finally:
        _threads.release()


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
