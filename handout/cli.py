"""The command: arguments, what each command does, diagnostics, exit status."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handout.diagnostics import (
    FORMATS,
    ContentError,
    Diagnostic,
    MachineError,
    SelectionError,
    format_diagnostics,
    style_diagnostics,
)
from handout.request import FONTS, ROOT, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handout.load import Tree
    from handout.model import Content
    from handout.validate import Inspection

Options = argparse.Namespace


@dataclass(frozen=True)
class Command:
    """One command: what it does, an example of it, its arguments and its function, which returns the exit status."""

    name: str
    help: str
    example: str
    run: Callable[[Options], int]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _parser: None


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


def parse_arguments(arguments: Sequence[str]) -> Options:
    """Return the options; argparse itself exits with 2 on wrong use. Without a command, everything is built."""
    names = {command.name for command in COMMANDS}
    if not arguments or (
        arguments[0] not in names and arguments[0].startswith("-") and arguments[0] not in ("-h", "--help")
    ):
        arguments = ["build", *arguments]
    parser = argparse.ArgumentParser(prog="build.py", description="Bilingual handouts from YAML to PDF.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(
            command.name,
            help=command.help,
            description=command.help,
            epilog=f"example: python build.py {command.example}",
        )
        sub.set_defaults(run=command.run)
        sub.add_argument(
            "--content", type=Path, default=show_path(ROOT / "content"), metavar="DIR", help="the YAML files"
        )
        sub.add_argument("--format", choices=FORMATS, default="text", help="how problems are written")
        command.arguments(sub)
    return parser.parse_args(arguments)


def show_path(path: Path) -> Path:
    """Return a path relative to the working folder where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def print_diagnostics(diagnostics: Sequence[Diagnostic], style: str) -> None:
    """Print diagnostics in the style asked for, in colour only on a terminal."""
    from rich.console import Console

    console = Console(soft_wrap=True, highlight=False, markup=False)
    if style == "text" and console.is_terminal:
        console.print(style_diagnostics(diagnostics))
    elif diagnostics or style in ("json", "sarif"):
        print(format_diagnostics(diagnostics, style))


def count_problems(diagnostics: Sequence[Diagnostic]) -> str:
    """Return "2 errors, 1 warning"."""
    counts = {kind: sum(d.severity == kind for d in diagnostics) for kind in ("error", "warning")}
    return ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts.items() if n) or "no problems"


def read_content(options: Options) -> tuple[Content, Inspection]:
    """Return the content as typed data; raises ContentError when it has errors."""
    from handout.validate import inspect_content

    inspection = inspect_content(options.content, FONTS)
    if inspection.content is None:
        raise ContentError(inspection.problems)
    return inspection.content, inspection


def run_build(options: Options) -> int:
    """Build what the options select and say how many, where and how long."""
    from handout.cache import find_finished, hash_inputs

    start = time.monotonic()
    request = Request(
        content=options.content,
        output=options.output,
        operators=options.operator,
        pairs=options.languages,
        editions=options.edition,
        jobs=options.jobs,
        force=options.force,
        executor=options.executor,
    )
    done = None if options.force else find_finished(request, hash_inputs(request))
    if done is not None:
        print(f"{done.handouts} handouts, {done.pages} pages in {show_path(options.output)}/ are up to date")
        return 0
    from handout.pipeline import build_handouts
    from handout.progress import open_progress

    with open_progress() as progress:
        made = build_handouts(request, progress)
    pages = sum(m.pages for m in made)
    seconds = time.monotonic() - start
    print(f"{len(made)} handouts, {pages} pages in {show_path(options.output)}/ after {seconds:.1f} s")
    return 0


def run_check(options: Options) -> int:
    """Check the content and write nothing."""
    from handout.validate import inspect_content

    problems = inspect_content(options.content, FONTS).problems
    print_diagnostics(problems, options.format)
    print(f"{options.content}: {count_problems(problems)}", file=sys.stderr)
    return int(any(p.severity == "error" for p in problems))


def run_schema(options: Options) -> int:
    """Write the schemas anew."""
    from handout.schema import write_schemas

    for path in write_schemas(options.schemas):
        print(show_path(path))
    return 0


def run_verify_published(options: Options) -> int:
    """Check a published folder against its own record, and against a build of the content if that is asked for."""
    from handout.verify_published import compare_with_build, verify_published

    problems = verify_published(options.folder)
    if options.rebuild:
        problems += compare_with_build(options.folder, Request(content=options.content, jobs=options.jobs))
    print_diagnostics(problems, options.format)
    print(f"{options.folder}: {count_problems(problems)}", file=sys.stderr)
    return int(any(p.severity == "error" for p in problems))


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say which handouts are meant."""
    parser.add_argument("--operator", action="append", default=[], metavar="ID", help="only this operator (repeatable)")
    parser.add_argument("--languages", action="append", default=[], metavar="A-B", help="only this pair, such as zh-km")


def add_build(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a build."""
    add_selection(parser)
    parser.add_argument("--edition", action="append", default=[], metavar="NAME", help="standard or large")
    parser.add_argument("--output", type=Path, default=ROOT / "output", metavar="DIR", help="where the handouts go")
    parser.add_argument("--force", action="store_true", help="make everything anew")
    parser.add_argument(
        "--executor", default="", metavar="ADDRESS", help="a Dask scheduler, such as dask://10.0.0.5:8786"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at work")


def _add_name(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument(name)


def add_verify_published(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the check of a published folder."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the published folder, with its SHA256SUMS")
    parser.add_argument("--rebuild", action="store_true", help="build the content anew and compare every file")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at work")


def add_schema(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the schemas."""
    parser.add_argument("--schemas", type=Path, default=ROOT / "schemas", metavar="DIR", help="where the schemas go")


def run_serve(options: Options) -> int:
    """Serve the preview until it is interrupted."""
    from handout.serve import serve_preview

    with tempfile.TemporaryDirectory(prefix="handout-preview-") as folder:
        serve_preview(
            options.content, options.port, Path(folder), lambda url: print(f"{url} (end with Ctrl-C)", flush=True)
        )
    return 0


def run_translations(options: Options) -> int:
    """List the translations by state, mark them, or send them to translators and take them back."""
    from handout.reviews import judge_translation, record_translation
    from handout.translations import export_catalog, import_catalog, list_languages, select_translations, write_reviews

    if options.mark_reviewed and not options.by:
        raise SelectionError("--mark-reviewed needs --by NAME: who has reviewed?")
    content, inspection = read_content(options)
    languages = list_languages(content, options.language)
    reviews = options.content / "reviews.yaml"
    for names, by in ((options.mark_reviewed, options.by), (options.mark_translated, None)):
        if names:
            chosen = select_translations(content, languages, names)
            if not by:
                chosen = [t for t in chosen if judge_translation(content, t) not in ("unreviewed", "reviewed")]
            month = options.today if by else None
            write_reviews(content, reviews, [(t, record_translation(t, by, month)) for t in chosen])
            print(f"{len(chosen)} texts marked in {reviews}")
            return 0
    for path in options.import_:
        changed = import_catalog(content, inspection.tree, options.content, FONTS, path)
        print(f"{changed} texts changed by {path}")
        content, inspection = read_content(options)
    if options.export:
        options.export.mkdir(parents=True, exist_ok=True)
        for code in languages:
            export_catalog(content, inspection.tree, code, options.export / f"{code}.po")
            print(options.export / f"{code}.po")
    if not (options.import_ or options.export):
        print_translations(content, inspection.tree, languages, options.state)
    return 0


def print_translations(content: Content, tree: Tree, languages: Sequence[str], states: Sequence[str]) -> None:
    """Print each language's counts, and the texts in the states asked for (else those that need work) with place."""
    from handout.reviews import STATES, judge_translation, list_translations

    for code in languages:
        judged = [(judge_translation(content, t), t) for t in list_translations(content, code)]
        counts = {state: sum(s == state for s, _ in judged) for state in STATES}
        print(f"{code}: " + ", ".join(f"{number} {state}" for state, number in counts.items()))
        for state, t in judged:
            if state in (states or ("missing", "new", "stale")):
                place = tree.find_place(t.loc)
                print(f"  {state:10} {t.id}  {place.path}:{place.line}")


def run_facts(options: Options) -> int:
    """List the facts with source and age, or make the sheets of open questions."""
    from handout.facts import list_facts
    from handout.plan import plan_handouts

    content, _ = read_content(options)
    handouts = plan_handouts(content, options.operator, options.languages or content.guide.pairs[:1], ["standard"])
    if not options.worksheet:
        for line in list_facts(content, options.today, options.operator):
            age = "" if line.age is None else f"{line.age} months"
            known = f"{' | '.join(line.fact.values)}  {', '.join(line.fact.sources)}".strip()
            print(f"{line.state:8} {line.owner:10} {line.name:17} {age:10} {known}".rstrip())
        return 0
    from handout.facts import make_worksheet
    from handout.pipeline import make_worker

    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        worker = make_worker(content, Path(folder), Path(folder))
        for handout in handouts:
            print(*make_worksheet(worker, handout, options.today, options.output), sep="\n")
    return 0


def run_new_operator(options: Options) -> int:
    """Write the skeleton of an operator's file."""
    from handout.scaffold import add_operator

    return _tell_new(options, add_operator(read_content(options)[0], options.content, options.id))


def run_new_language(options: Options) -> int:
    """Write the skeleton of a language's file."""
    from handout.scaffold import add_language

    return _tell_new(options, add_language(read_content(options)[0], options.content, options.code))


def _tell_new(options: Options, path: Path) -> int:
    print(f"{path} is there. To fill in:")
    for problem in read_content(options)[1].problems:
        if problem.path == str(path):
            print(f"  {problem.place}: {problem.message}")
    return 0


def run_explain(options: Options) -> int:
    """Print where the blocks of a handout, or one id, come from."""
    from handout.explain import explain_handout, explain_name, format_origin, list_handouts

    content, inspection = read_content(options)
    handout = list_handouts(content).get(options.name)
    origins = explain_handout(content, handout) if handout else explain_name(content, options.name)
    for origin in origins:
        print(format_origin(origin, inspection.tree))
    return 0


def add_serve(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the preview."""
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="where the page is served on this machine")


def add_today(parser: argparse.ArgumentParser) -> None:
    """Add the month that counts as today."""
    month = f"{dt.datetime.now(tz=dt.UTC):%Y-%m}"
    parser.add_argument(
        "--today", default=month, type=parse_month, metavar="YYYY-MM", help="another month than this one"
    )


def parse_month(text: str) -> str:
    """Return a ``YYYY-MM`` as it is; raises ValueError for anything else."""
    return f"{dt.date.fromisoformat(f'{text}-01'):%Y-%m}"


def add_translations(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the translations."""
    add_today(parser)
    parser.add_argument("--language", action="append", default=[], metavar="CODE", help="only this one (repeatable)")
    parser.add_argument("--state", action="append", default=[], metavar="STATE",
                        choices=["missing", "new", "stale", "unreviewed", "reviewed"],
                        help="list the texts in this state")  # fmt: skip
    parser.add_argument(
        "--mark-reviewed", action="append", default=[], metavar="ID", help="a native speaker approves them"
    )
    parser.add_argument(
        "--mark-translated", action="append", default=[], metavar="ID", help="they fit the English again"
    )
    parser.add_argument("--by", metavar="NAME", help="who has reviewed")
    parser.add_argument("--export", type=Path, metavar="DIR", help="write PO files for translators")
    parser.add_argument(
        "--import", dest="import_", action="append", type=Path, default=[], metavar="FILE", help="take a PO file back"
    )


def add_facts(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the facts."""
    add_selection(parser)
    add_today(parser)
    parser.add_argument("--worksheet", action="store_true", help="make sheets of the open questions to ask by phone")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "output" / "worksheets", metavar="DIR", help="where they go"
    )


COMMANDS = (
    Command("build", "make every handout (also without a command)", "build --operator smart", run_build, add_build),
    Command("check", "check the content and write nothing", "check --format json", run_check),
    Command(
        "serve", "show a handout in the browser and follow every change", "serve --port 8001", run_serve, add_serve
    ),
    Command(
        "translations",
        "list, mark, export and import translations",
        "translations --language km --state stale",
        run_translations,
        add_translations,
    ),
    Command(
        "facts",
        "list the facts with source and age, or make sheets of open questions",
        "facts --operator smart",
        run_facts,
        add_facts,
    ),
    Command(
        "new-operator",
        "begin the file of an operator",
        "new-operator seatel",
        run_new_operator,
        lambda p: _add_name(p, "id"),
    ),
    Command(
        "new-language",
        "begin the file of a language",
        "new-language vi",
        run_new_language,
        lambda p: _add_name(p, "code"),
    ),
    Command(
        "explain",
        "say where a handout's blocks, or an id, come from",
        "explain smart.zh-km",
        run_explain,
        lambda p: _add_name(p, "name"),
    ),
    Command("schema", "write the JSON Schemas that editors' programs use", "schema", run_schema, add_schema),
    Command(
        "verify-published",
        "check a published folder against its record, or against a build",
        "verify-published output --rebuild",
        run_verify_published,
        add_verify_published,
    ),
)
