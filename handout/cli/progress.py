"""Progress: how far a build is and what is at work; a live line on a terminal, else a line for each handout made."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Display

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handout.workers.make import Progress


@contextmanager
def open_progress() -> Iterator[Progress]:
    """Yield what a build tells its progress to; it writes to stderr."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield write_line
        return
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn())
    with Display(*columns, TextColumn("{task.fields[now]}"), console=console, transient=True) as display:
        task = display.add_task("starting", total=None, now="")

        def show(stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
            display.update(task, description=stage, completed=done, total=total)
            if running:
                display.update(task, now=", ".join(running))
            if made:
                display.print(f"made {made}", highlight=False)

        yield show


def write_line(stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
    """Write what was made; nothing about what the cache had."""
    del stage, running
    if made:
        print(f"made {made} ({done}/{total})", file=sys.stderr, flush=True)
