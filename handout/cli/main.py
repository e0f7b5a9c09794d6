"""The command line: the program with its commands, and what their failures mean for the exit status."""

import sys
from collections.abc import Sequence

import click

from handout.base.diagnostics import ContentError, MachineError, SelectionError
from handout.base.faults import explain_fault, find_fault
from handout.cli.build import build, check, release, schema, serve, verify_published
from handout.cli.content import explain, facts, new_language, new_operator, revision, translations
from handout.cli.shared import STYLE, count_problems, print_diagnostics

HELP = ["-h", "--help"]

PROGRAM = click.Group(
    help="Bilingual handouts from YAML to PDF.",
    context_settings={"help_option_names": HELP},
    commands=[
        *(build, check, explain, facts, new_language, new_operator, release, revision, schema),
        *(serve, translations, verify_published),
    ],
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 done, 1 errors, 2 wrong use, 3 the machine lacks something, 130 Ctrl-C.

    Errors are those of content, PDFs and cited pages. Whether anybody reads what it prints makes no difference.
    """
    try:
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("build.py: stopped by Ctrl-C", file=sys.stderr)
        return 130
    except (ImportError, OSError, MemoryError, ExceptionGroup) as error:
        if (fault := find_fault(error)) is None:
            raise
        print(f"build.py: {explain_fault(fault)}", file=sys.stderr)
        return 3
    return status


def _run(words: list[str]) -> int:
    """Run the command; returns its exit status, but raises what the machine refused."""
    if not words or (words[0].startswith("-") and words[0] not in HELP):
        words = ["build", *words]
    try:
        with PROGRAM.make_context("build.py", words) as context:
            return int(PROGRAM.invoke(context) or 0)
    except click.exceptions.Exit as end:  # after --help
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ContentError as error:
        print_diagnostics(error.diagnostics, context.meta[STYLE])
        print(f"{count_problems(error.diagnostics)}; nothing was written", file=sys.stderr)
        return 1
    except (SelectionError, MachineError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 2 if isinstance(error, SelectionError) else 3
