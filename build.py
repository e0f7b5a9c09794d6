#!/usr/bin/env python3
"""The command: arguments, the line, diagnostics, exit status."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from handout.diagnostics import ContentError, MachineError, format_diagnostics
from handout.pipeline import FONTS, ROOT, Request, build_handouts
from handout.plan import SelectionError
from handout.validate import validate_content


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0 done, 1 content or PDF errors, 2 wrong use, 3 the machine lacks something."""
    options = parse_arguments(arguments)
    try:
        if options.command == "check":
            validate_content(options.content, FONTS)
            print(f"{options.content}: no problems", file=sys.stderr)
        else:
            run_build(options)
    except ContentError as error:
        print(format_diagnostics(error.diagnostics, options.format))
        print(f"{len(error.diagnostics)} problem(s); nothing was written", file=sys.stderr)
        return 1
    except SelectionError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 2
    except MachineError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 3
    return 0


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Return the options; argparse itself exits with 2 on wrong use."""
    parser = argparse.ArgumentParser(prog="build.py", description="Build the bilingual handouts into output/.")
    parser.add_argument("command", nargs="?", choices=["build", "check"], default="build",
                        help="build everything (the default), or only check the content and write nothing")  # fmt: skip
    parser.add_argument("--operator", action="append", default=[], metavar="ID", help="only this operator (repeatable)")
    parser.add_argument("--languages", action="append", default=[], metavar="A-B", help="only this pair, such as zh-km")
    parser.add_argument("--edition", action="append", default=[], metavar="NAME", help="standard or large")
    parser.add_argument("--content", type=Path, default=_near(ROOT / "content"), metavar="DIR")
    parser.add_argument("--output", type=Path, default=ROOT / "output", metavar="DIR")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at work")
    parser.add_argument("--format", choices=["text", "json", "github"], default="text", help="how problems are written")
    return parser.parse_args(arguments)


def run_build(options: argparse.Namespace) -> None:
    """Build what the options select and say how many, where and how long."""
    start = time.monotonic()
    request = Request(
        content=options.content,
        output=options.output,
        operators=options.operator,
        pairs=options.languages,
        editions=options.edition,
        jobs=options.jobs,
    )
    made = build_handouts(request, show_progress)
    pages = sum(m.pages for m in made)
    seconds = time.monotonic() - start
    print(f"{len(made)} handouts, {pages} pages in {_near(options.output)}/ after {seconds:.1f} s")


def show_progress(stage: str, done: int, total: int) -> None:
    """Show how far the build is: one line that is written over on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r{stage} {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _near(path: Path) -> Path:
    """Return a path relative to the working folder where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
