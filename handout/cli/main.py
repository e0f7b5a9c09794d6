"""The command line: the commands with their options, and what their failures mean for the exit status."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handout.base.diagnostics import ContentError, MachineError, SelectionError
from handout.base.formats import FORMATS
from handout.base.paths import ROOT
from handout.cli.commands import (
    count_problems,
    print_diagnostics,
    run_build,
    run_check,
    run_explain,
    run_facts,
    run_new_language,
    run_new_operator,
    run_schema,
    run_serve,
    run_translations,
    run_verify_published,
    show_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STATES = ("missing", "new", "stale", "unreviewed", "reviewed")


@dataclass(frozen=True)
class Option:
    """An argument of a command: its name, its help, and what else argparse is to know of it."""

    name: str
    help: str
    more: dict[str, Any]


@dataclass(frozen=True)
class Command:
    """One command: what it does, an example of it, its function, which returns the exit status, and its options."""

    name: str
    help: str
    example: str
    run: Callable[[argparse.Namespace], int]
    options: Sequence[Option] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 done, 1 content or PDF errors, 2 wrong use, 3 the machine lacks something."""
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except ContentError as error:
        print_diagnostics(error.diagnostics, options.format)
        print(f"{count_problems(error.diagnostics)}; nothing was written", file=sys.stderr)
        return 1
    except SelectionError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 2
    except MachineError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 3
    except BrokenPipeError:
        # The reader of the output (such as "head") has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; argparse itself exits with 2 on wrong use. Without a command, everything is built."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in {"-h", "--help"}):
        arguments = ["build", *arguments]
    parser = argparse.ArgumentParser(prog="build.py", description="Bilingual handouts from YAML to PDF.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        example = f"example: python build.py {command.example}"
        sub = commands.add_parser(command.name, help=command.help, description=command.help, epilog=example)
        sub.set_defaults(run=command.run)
        for option in (CONTENT, FORMAT, *command.options):
            sub.add_argument(option.name, help=option.help, **option.more)
    return parser.parse_args(arguments)


def month(text: str) -> str:
    """Return a ``YYYY-MM`` as it is; raises ValueError for anything else."""
    return f"{dt.date.fromisoformat(f'{text}-01'):%Y-%m}"


def take(name: str, help_: str, metavar: str | None = None, **more: Any) -> Option:
    """Return an option with one value, or a positional argument."""
    return Option(name, help_, {"metavar": metavar, **more})


def take_many(name: str, help_: str, metavar: str, **more: Any) -> Option:
    """Return an option that may be repeated."""
    return Option(name, f"{help_} (repeatable)", {"action": "append", "default": [], "metavar": metavar, **more})


def flag(name: str, help_: str) -> Option:
    """Return an option without a value."""
    return Option(name, help_, {"action": "store_true"})


CONTENT = take("--content", "the YAML files", "DIR", type=Path, default=show_path(ROOT / "content"))

FORMAT = take("--format", "how problems are written", choices=FORMATS, default="text")
JOBS = take("--jobs", "processes at work", "N", type=int, default=os.cpu_count() or 1)
OPERATOR = take_many("--operator", "only this operator", "ID")
PAIR = take_many("--languages", "only this pair, such as zh-km", "A-B")
NOW = f"{dt.datetime.now(tz=dt.UTC):%Y-%m}"
TODAY = take("--today", "another month than this one", "YYYY-MM", type=month, default=NOW)

COMMANDS = (
    Command(
        "build", "make every handout (also without a command)", "build --operator smart", run_build,
        [
            OPERATOR, PAIR, JOBS,
            take_many("--edition", "only this edition, such as large", "NAME"),
            take("--output", "where the handouts go", "DIR", type=Path, default=ROOT / "output"),
            flag("--force", "make everything anew"),
            take("--executor", "a Dask scheduler, such as dask://10.0.0.5:8786", "ADDRESS", default=""),
        ],
    ),
    Command("check", "check the content and write nothing", "check --format json", run_check),
    Command(
        "serve", "show a handout in the browser and follow every change", "serve --port 8001", run_serve,
        [take("--port", "where the page is served on this machine", "N", type=int, default=8000)],
    ),
    Command(
        "translations", "list, mark, export and import translations",
        "translations --language km --state stale", run_translations,
        [
            TODAY,
            take_many("--language", "only this one", "CODE"),
            take_many("--state", f"list the texts in this state: {', '.join(STATES)}", "STATE", choices=STATES),
            take_many("--mark-reviewed", "a native speaker approves this text, all below it, or all", "ID"),
            take("--by", "who has reviewed", "NAME"),
            take_many("--mark-translated", "this text fits its English again", "ID"),
            take("--export", "write PO files for translators", "DIR", type=Path),
            take_many("--import", "take a PO file back", "FILE", type=Path, dest="import_"),
        ],
    ),
    Command(
        "facts", "list the facts with source and age, or make sheets of open questions",
        "facts --operator smart", run_facts,
        [
            OPERATOR, PAIR, TODAY,
            flag("--worksheet", "make sheets of the open questions to ask by phone"),
            take("--output", "where they go", "DIR", type=Path, default=ROOT / "output" / "worksheets"),
        ],
    ),
    Command(
        "new-operator", "begin the file of an operator", "new-operator seatel", run_new_operator,
        [take("id", "a short name in small letters")],
    ),
    Command(
        "new-language", "begin the file of a language", "new-language vi", run_new_language,
        [take("code", "two or three letters by ISO 639")],
    ),
    Command(
        "explain", "say where a handout's blocks, or an id, come from", "explain smart.zh-km", run_explain,
        [take("name", "a handout such as smart.zh-km, an item's id, a source's, or operator.hotline")],
    ),
    Command(
        "schema", "write the JSON Schemas that editors' programs use", "schema", run_schema,
        [take("--schemas", "where the schemas go", "DIR", type=Path, default=ROOT / "schemas")],
    ),
    Command(
        "verify-published", "check a published folder against its record, or against a build",
        "verify-published output --rebuild", run_verify_published,
        [
            JOBS,
            take("folder", "the published folder, with its SHA256SUMS", "DIR", type=Path),
            flag("--rebuild", "build the content anew and compare every file"),
        ],
    ),
)  # fmt: skip
