"""What several commands share: how a command is declared, its options, and how paths and problems are printed."""

import datetime as dt
import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from handout.base.diagnostics import FORMATS, Diagnostic, fold_fill_ins, format_diagnostics, style_diagnostics
from handout.base.paths import ROOT


def show_path(path: Path) -> Path:
    """Return a path relative to the working folder where it lies below it; that one may be deleted."""
    with suppress(OSError, ValueError):
        return path.relative_to(Path.cwd())
    return path


IMPOSSIBLE = {errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


class _PathType(click.ParamType[Path]):
    """A path that the system can have: not empty, not too long, and through neither a file nor a link to itself."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, of what is there or is not."""
        if value == "":
            self.fail("it is empty", param, ctx)  # as an unset variable is; Path would take the working folder
        try:
            Path(value).stat()
        except OSError as error:
            if error.errno in IMPOSSIBLE:  # all else is said by whoever needs it
                self.fail(f"{value}: {error.strerror}", param, ctx)
        return Path(value)


Ids = tuple[str, ...]
PATH = _PathType()
MOST_JOBS = 256
STYLE = "handout.style"
"""The key of the value of --format in the context's ``meta``."""

FORMAT = click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    expose_value=False,
    callback=lambda context, _, style: context.meta.update({STYLE: style}),
    help="how problems are written",
)
FOLDER = click.option(
    "--content", "folder", type=PATH, metavar="DIR", default=show_path(ROOT / "content"), help="the YAML files"
)
JOBS = click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, MOST_JOBS),
    default=min(os.cpu_count() or 1, MOST_JOBS),
    help="processes at work",
)
OPERATORS = click.option("--operator", "operators", metavar="ID", multiple=True, help="only this operator (repeatable)")
PAIRS = click.option("--languages", "pairs", metavar="A-B", multiple=True, help="only this pair, as zh-km (repeatable)")
TODAY = click.option(
    "--today",
    metavar="YYYY-MM",
    type=click.DateTime(["%Y-%m"]),
    default=f"{dt.datetime.now(tz=dt.UTC):%Y-%m}",
    callback=lambda *given: f"{given[-1]:%Y-%m}",
    help="another month than this one",
)


def command(example: str) -> Callable[[Callable[..., int | None]], click.Command]:
    """Return a decorator that makes a function the command that the example begins with.

    The function's docstring is the help. What it returns is the exit status; None is 0.
    """
    name, *_ = example.split()
    declare = click.command(name, epilog=f"example: python build.py {example}")
    return lambda run: declare(FOLDER(FORMAT(run)))


def print_diagnostics(diagnostics: Sequence[Diagnostic], style: str) -> None:
    """Print diagnostics in one of the FORMATS; as text, errors come last, and in colour on a terminal only."""
    if style == "text" and diagnostics:
        from rich.console import Console

        if any(d.severity == "error" for d in diagnostics):
            diagnostics = sorted(fold_fill_ins(diagnostics), key=lambda d: d.severity == "error")
        Console(soft_wrap=True).print(style_diagnostics(diagnostics))
    elif diagnostics or style == "json":
        print(format_diagnostics(diagnostics, style))


def count_problems(diagnostics: Sequence[Diagnostic]) -> str:
    """Return "2 errors, 1 warning"."""
    counts = {kind: sum(d.severity == kind for d in diagnostics) for kind in ("error", "warning")}
    return ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts.items() if n) or "no problems"


def report_problems(problems: Sequence[Diagnostic], source: Path, *more: str) -> int:
    """Print the problems of a folder in the chosen format; returns 1 when one is an error.

    Their number and what there is ``more`` to say go to stderr.
    """
    print_diagnostics(problems, click.get_current_context().meta[STYLE])
    print(f"{source}: {'; '.join(filter(None, (count_problems(problems), *more)))}", file=sys.stderr)
    return int(any(p.severity == "error" for p in problems))
