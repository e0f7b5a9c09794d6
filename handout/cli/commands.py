"""What each command does: read the content, call the module that it is about, print; returns the exit status."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from handout.base.diagnostics import Diagnostic, SelectionError
from handout.base.formats import format_diagnostics, style_diagnostics
from handout.base.paths import FONTS
from handout.workers.request import Request

if TYPE_CHECKING:
    from argparse import Namespace as Options
    from collections.abc import Iterator, Sequence

    from handout.load.tree import Tree
    from handout.model.content import Content
    from handout.validate.inspect import Inspection


def show_path(path: Path) -> Path:
    """Return a path relative to the working folder where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def print_diagnostics(diagnostics: Sequence[Diagnostic], style: str) -> None:
    """Print diagnostics in the style asked for, in colour only on a terminal; for people, errors come last."""
    from rich.console import Console

    if style == "text" and any(d.severity == "error" for d in diagnostics):
        diagnostics = sorted(fold_fill_ins(diagnostics), key=lambda d: d.severity == "error")
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if style == "text" and console.is_terminal:
        console.print(style_diagnostics(diagnostics))
    elif diagnostics or style == "json":
        print(format_diagnostics(diagnostics, style))


def fold_fill_ins(diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield diagnostics; of those on what is to be filled in, the first of each file and how many there are."""
    counts = Counter(d.path for d in diagnostics if d.code == "fill-in")
    told = set()
    for d in diagnostics:
        if d.code != "fill-in" or counts[d.path] == 1:
            yield d
        elif d.path not in told:
            told.add(d.path)
            yield replace(d, message=f"{d.message} ({counts[d.path]} such comments in this file)")


def count_problems(diagnostics: Sequence[Diagnostic]) -> str:
    """Return "2 errors, 1 warning"."""
    counts = {kind: sum(d.severity == kind for d in diagnostics) for kind in ("error", "warning")}
    return ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts.items() if n) or "no problems"


def read_content(options: Options) -> tuple[Content, Inspection]:
    """Return the content as typed data; raises ContentError when it has errors."""
    from handout.validate.inspect import inspect_content

    inspection = inspect_content(options.content, FONTS)
    return inspection.require_content(), inspection


def run_build(options: Options) -> int:
    """Build what the options select and say how many, where and how long."""
    from handout.workers.finished import find_finished, hash_inputs

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
    if not request.executor:
        from handout.workers.pool import start_server

        start_server()
    from handout.cli.progress import open_progress
    from handout.pipeline import build_handouts

    warnings: list[Diagnostic] = []
    with open_progress() as progress:
        made = build_handouts(request, progress, warnings)
    pages = sum(m.pages for m in made)
    seconds = time.monotonic() - start
    print(f"{len(made)} handouts, {pages} pages in {show_path(options.output)}/ after {seconds:.1f} s")
    if warnings:
        print(f"{options.content}: {count_problems(warnings)}; to see: python build.py check", file=sys.stderr)
    return 0


def run_check(options: Options) -> int:
    """Check the content and write nothing."""
    from handout.validate.inspect import inspect_content

    problems = inspect_content(options.content, FONTS).problems
    print_diagnostics(problems, options.format)
    print(f"{options.content}: {count_problems(problems)}", file=sys.stderr)
    return int(any(p.severity == "error" for p in problems))


def run_schema(options: Options) -> int:
    """Write the schemas anew."""
    from handout.tools.schema import write_schemas

    for path in write_schemas(options.schemas):
        print(show_path(path))
    return 0


def run_verify_published(options: Options) -> int:
    """Check a published folder against its own record, and against a build of the content if that is asked for."""
    from handout.tools.verify_published import compare_with_build, verify_published

    problems = verify_published(options.folder)
    if options.rebuild:
        problems += compare_with_build(options.folder, Request(content=options.content, jobs=options.jobs))
    print_diagnostics(problems, options.format)
    print(f"{options.folder}: {count_problems(problems)}", file=sys.stderr)
    return int(any(p.severity == "error" for p in problems))


def run_serve(options: Options) -> int:
    """Serve the preview until it is interrupted."""
    from handout.preview.app import serve_preview

    with tempfile.TemporaryDirectory(prefix="handout-preview-") as folder:
        serve_preview(
            options.content, options.port, Path(folder), lambda url: print(f"{url} (end with Ctrl-C)", flush=True)
        )
    return 0


def run_translations(options: Options) -> int:
    """List the translations by state, mark them, or send them to translators and take them back."""
    from handout.model.reviews import judge_translation, record_translation
    from handout.tools.catalogs import export_catalog, import_catalog
    from handout.tools.translations import list_languages, select_translations, write_reviews

    if options.mark_reviewed and not options.by:
        raise SelectionError("--mark-reviewed needs --by NAME: who has reviewed?")
    if options.mark_reviewed and not options.language:
        raise SelectionError("--mark-reviewed needs --language CODE: which language was read?")
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
    from handout.model.reviews import STATES, judge_translation, list_translations

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
    from handout.plan.ages import list_facts
    from handout.plan.handouts import plan_handouts

    content, _ = read_content(options)
    handouts = plan_handouts(content, options.operator, options.languages or content.guide.pairs[:1], ["standard"])
    if not options.worksheet:
        for line in list_facts(content, options.today, options.operator):
            age = "" if line.age is None else f"{line.age} months"
            known = f"{' | '.join(line.fact.values)}  {', '.join(line.fact.sources)}".strip()
            print(f"{line.state:8} {line.owner:10} {line.name:17} {age:10} {known}".rstrip())
        return 0
    from handout.tools.worksheet import make_worksheet
    from handout.workers.worker import make_worker

    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        worker = make_worker(content, Path(folder), Path(folder))
        for handout in handouts:
            print(*make_worksheet(worker, handout, options.today, options.output), sep="\n")
    return 0


def run_new_operator(options: Options) -> int:
    """Write the skeleton of an operator's file."""
    from handout.tools.scaffold import add_operator

    return _tell_new(options, add_operator(read_content(options)[0], options.content, options.id))


def run_new_language(options: Options) -> int:
    """Write the skeleton of a language's file."""
    from handout.tools.scaffold import add_language

    return _tell_new(options, add_language(read_content(options)[0], options.content, options.code))


def _tell_new(options: Options, path: Path) -> int:
    print(f"{path} is there. To fill in:")
    for problem in read_content(options)[1].problems:
        if problem.path == str(path):
            print(f"  {problem.place}: {problem.message}")
    return 0


def run_explain(options: Options) -> int:
    """Print where the blocks of a handout, or one id, come from."""
    from handout.plan.handouts import list_handouts
    from handout.tools.explain import explain_handout, explain_name, format_origin

    content, inspection = read_content(options)
    handout = list_handouts(content).get(options.name)
    origins = explain_handout(content, handout) if handout else explain_name(content, options.name)
    for origin in origins:
        print(format_origin(origin, inspection.tree))
    return 0
