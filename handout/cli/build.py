"""Commands about the whole: build, check, serve, schema, verify-published, release."""

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from handout.base.diagnostics import ContentError, Diagnostic, SelectionError
from handout.base.paths import FONTS, ROOT
from handout.cli.shared import JOBS, OPERATORS, PAIRS, PATH, Ids, command, count_problems, report_problems, show_path
from handout.workers.request import Request, find_finished, hash_inputs


@command("build --operator smart")
@OPERATORS
@PAIRS
@JOBS
@click.option("--edition", "editions", metavar="NAME", multiple=True, help="only this one, such as large (repeatable)")
@click.option("--output", type=PATH, metavar="DIR", default=ROOT / "output", help="where the handouts go")
@click.option("--force", is_flag=True, help="make everything again")
@click.option("--executor", metavar="ADDRESS", default="", help="a Dask scheduler, such as dask://10.0.0.5:8786")
def build(
    *, folder: Path, operators: Ids, pairs: Ids, editions: Ids, jobs: int, output: Path, force: bool, executor: str
) -> None:
    """Make every handout (also without a command)."""
    if executor and not re.fullmatch(r"dask://\S+:\d{1,5}", executor):
        raise SelectionError(f"--executor {executor} is no address such as dask://10.0.0.5:8786")
    start = time.monotonic()
    request = Request(folder, output, operators, pairs, editions, jobs, force, executor)
    done = None if force else find_finished(request, hash_inputs(request))
    if done is not None:
        print(f"{done.handouts} handouts, {done.pages} pages in {show_path(output)}/ are up to date")
        return
    if not executor:
        from handout.workers.pool import start_server

        start_server()
    from handout.pipeline import build_handouts

    warnings: list[Diagnostic] = []
    with open_progress() as progress:
        made = build_handouts(request, progress, warnings)
    pages = sum(m.pages for m in made)
    print(f"{len(made)} handouts, {pages} pages in {show_path(output)}/ after {time.monotonic() - start:.1f} s")
    if warnings:
        print(f"{folder}: {count_problems(warnings)}; to see: python build.py check", file=sys.stderr)


@contextmanager
def open_progress() -> Iterator[Callable[..., None]]:
    """Yield what a build reports its progress to: a live line on stderr, and one for each handout made."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn())
    now = TextColumn("{task.fields[now]}")
    with Progress(*columns, now, console=console, transient=True, disable=not console.is_terminal) as display:
        task = display.add_task("starting", total=None, now="")

        def show(stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
            display.update(task, description=stage, completed=done, total=total)
            if running:
                display.update(task, now=", ".join(running))
            if made:
                display.print(f"made {made} ({done}/{total})")

        yield show


@command("check --format json")
def check(folder: Path) -> int:
    """Check the content and write nothing."""
    from handout.tools.translations import count_states
    from handout.validate.inspect import inspect_content

    found = inspect_content(folder, FONTS)
    return report_problems(found.problems, folder, count_states(found.content) if found.content else "")


@command("serve --port 8001")
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), default=8000, help="where the page is served; 0: any free one"
)
@click.option("--draft", "drafts", metavar="A-B", multiple=True, help="this pair too, gaps in English (repeatable)")
def serve(folder: Path, port: int, drafts: Ids) -> None:
    """Show a handout in the browser and follow every change."""
    from handout.plan.drafts import add_drafts
    from handout.preview.app import serve_preview
    from handout.validate.inspect import inspect_content

    if drafts and (content := inspect_content(folder, FONTS).content):
        add_drafts(content, drafts)  # refuses a wrong one; later the preview shows what is wrong
    # Ctrl-C is how it ends.
    with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="handout-preview-") as pages:
        serve_preview(folder, port, Path(pages), lambda url: print(f"{url} (end with Ctrl-C)", flush=True), drafts)


@command("schema")
@click.option("--schemas", type=PATH, metavar="DIR", default=ROOT / "schemas", help="where the schemas go")
def schema(folder: Path, schemas: Path) -> None:
    """Write the JSON Schemas that editors' programs use."""
    from handout.tools.schema import write_schemas

    del folder
    for path in write_schemas(schemas):
        print(show_path(path))


@command("verify-published output --rebuild")
@JOBS
@click.argument("published", metavar="DIR", type=PATH)
@click.option("--rebuild", is_flag=True, help="build the content again and compare every file")
def verify_published(folder: Path, jobs: int, published: Path, rebuild: bool) -> int:
    """Check a published folder by its SHA256SUMS or a build."""
    from handout.tools import verify_published as tool

    problems = tool.verify_published(published)
    if rebuild:
        problems += tool.compare_with_build(published, Request(content=folder, jobs=jobs))
    return report_problems(problems, published)


@command("release --check")
@JOBS
@click.option("--check", "only_check", is_flag=True, help="only tell whether it may be released")
@click.option("--tag", metavar="TAG", default="", help="refuse it unless this is the tag of its version")
@click.option("--dist", type=PATH, metavar="DIR", default=ROOT / "dist", help="where the files go")
def release(*, folder: Path, jobs: int, only_check: bool, tag: str, dist: Path) -> None:
    """Make the files of a release from the last commit."""
    from handout.tools import release as tool
    from handout.validate.inspect import inspect_content

    inspection = inspect_content(folder, FONTS)
    content = inspection.require_content()
    if problems := list(tool.judge_release(ROOT, folder, content, inspection.tree, tag)):
        raise ContentError(problems)
    if only_check:
        print(f"version {tool.read_version(ROOT)} may be released")
        return
    for path in tool.make_release(ROOT, folder, content, dist, jobs):
        print(show_path(path))
