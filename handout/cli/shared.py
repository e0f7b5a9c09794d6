"""What several commands share: how a command is declared, its options, and reading the content."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handout.base.diagnostics import FORMATS, Diagnostic
from handout.base.paths import FONTS, ROOT
from handout.cli.messages import count_problems, print_diagnostics, show_path

if TYPE_CHECKING:
    from handout.model.content import Content
    from handout.validate.inspect import Inspection

Ids = tuple[str, ...]
PATH = click.Path(path_type=Path)
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
JOBS = click.option("--jobs", metavar="N", type=int, default=os.cpu_count() or 1, help="processes at work")
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


def read_content(folder: Path) -> tuple[Content, Inspection]:
    """Return the content as typed data; raises ContentError when it has errors."""
    from handout.validate.inspect import inspect_content

    inspection = inspect_content(folder, FONTS)
    return inspection.require_content(), inspection


def report_problems(problems: Sequence[Diagnostic], source: Path) -> int:
    """Print the problems of a folder in the chosen format and count them on stderr; returns 1 when one is an error."""
    print_diagnostics(problems, click.get_current_context().meta[STYLE])
    print(f"{source}: {count_problems(problems)}", file=sys.stderr)
    return int(any(p.severity == "error" for p in problems))
