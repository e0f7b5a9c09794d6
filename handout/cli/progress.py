"""Progress: how far a build is and what is at work; a live line on a terminal, and a line for each handout made."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Display

from handout.workers.make import Progress


@contextmanager
def open_progress() -> Iterator[Progress]:
    """Yield the function to which a build reports its progress; it writes to stderr."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn())
    now = TextColumn("{task.fields[now]}")
    with Display(*columns, now, console=console, transient=True, disable=not console.is_terminal) as display:
        task = display.add_task("starting", total=None, now="")

        def show(stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
            display.update(task, description=stage, completed=done, total=total)
            if running:
                display.update(task, now=", ".join(running))
            if made:
                display.print(f"made {made} ({done}/{total})")

        yield show
