"""The line from content to published handouts, one statement a stage."""

from __future__ import annotations

import datetime as dt
import hashlib
import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from handout.cache import (
    Entry,
    Finished,
    HandoutCache,
    describe_machine,
    hash_code,
    hash_inputs,
    hash_parts,
    note_finished,
)
from handout.contract import VerifyError
from handout.diagnostics import ContentError, Diagnostic, MachineError
from handout.executors import Crew, SetUp, WorkerDiedError
from handout.expect import expect_pdf, place_failure
from handout.fields import TaggingError
from handout.fonts import FIELD_FAMILY, Face, FontError, cut_fonts
from handout.plan import Handout, plan_handouts
from handout.publish import MadeHandout, list_published, open_staging, publish_handouts
from handout.render import HandoutPage, make_environment, render_handout
from handout.request import FONTS, ROOT, TEMPLATES, Request
from handout.site import Site
from handout.strings import PageStrings, read_strings
from handout.typeset import TypesetError, Typesetter, collect_boxes, make_typesetter, typeset_handout
from handout.validate import Inspection, inspect_content
from handout.verify import Expected, verify_handout

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jinja2

    from handout.model import Content, Operator

__all__ = ["FONTS", "ROOT", "TEMPLATES", "Request", "Worker", "build_handouts", "make_worker"]
FILES = ("pdf", "preview")  # what a worker makes; the web pages are made by publish


class Progress(Protocol):
    """Told how far a build is: stage, handouts done, handouts in all, those at work now, the one just made."""

    def __call__(self, stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
        """Show it."""


def show_nothing(stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
    """Show no progress."""


def build_handouts(
    request: Request, progress: Progress = show_nothing, warnings: list[Diagnostic] | None = None
) -> list[MadeHandout]:
    """Make every handout asked for, and those published before that the content still has, and publish all or none.

    So the output is of one content, whatever was asked for; what has not changed comes from the cache.
    What the content is warned of is added to ``warnings``. Raises ContentError when the content or a made PDF has
    errors (the output is then as it was) and SelectionError for a name that the guide does not have.
    """
    inputs = hash_inputs(request)
    inspection = inspect_content(request.content, FONTS)
    content = inspection.require_content()
    if warnings is not None:
        warnings += inspection.problems
    asked = plan_handouts(content, request.operators, request.pairs, request.editions)
    with open_staging(request.output) as staging:
        handouts = sorted({*asked, *list_published(content, request.output)})
        made = make_handouts(inspection, handouts, staging, request, progress)
        site = Site(content, make_environment(TEMPLATES), FONTS, request.cache / "fonts")
        publish_handouts(content, made, staging, request.output, site)
    note_finished(request, inputs, Finished(len(made), sum(m.pages for m in made)))
    return made


def make_handouts(
    inspection: Inspection, handouts: Sequence[Handout], staging: Path, request: Request, progress: Progress
) -> list[MadeHandout]:
    """Make the handouts on all workers, or take them from the cache, into ``staging``.

    Raises ContentError with every failure, at the content's line where one text is at fault; for bugs an
    ExceptionGroup of them all.
    """
    content = inspection.require_content()
    for name in FILES:
        (staging / name).mkdir()
    cache = HandoutCache(request.cache)
    known = frozenset() if request.force else cache.list_fingerprints()
    made: dict[Handout, MadeHandout] = {}
    failures: list[Diagnostic] = []
    bugs: list[Exception] = []

    def tell(running: Sequence[Task], latest: str = "") -> None:
        progress("making", len(made), len(handouts), [task.handout.id for task in running], latest)

    # The largest first: no worker is left alone with one at the end.
    ordered = sorted(handouts, key=lambda handout: (handout.edition == "standard", handout))
    waiting = [Task(handout, content.operators[handout.operator]) for handout in ordered]
    while waiting:
        remote = bool(request.executor)
        common = content.model_copy(update={"operators": {}})
        job = Job(common, known, describe_project() if remote else "", None if remote else staging.parent)
        crew = Crew(request.executor, request.jobs, SetUp(start_worker, job), make_one, tell)
        known, damaged = frozenset(), list[Task]()
        for task, outcome in crew.run(waiting):
            handout = task.handout
            if isinstance(outcome, VerifyError):
                failures += [place_failure(failure, inspection.tree) for failure in outcome.failures]
            elif isinstance(outcome, (TypesetError, TaggingError, FontError, WorkerDiedError)):
                failures.append(Diagnostic(handout.id, 0, 0, "typeset", str(outcome)))
            elif isinstance(outcome, MachineError):
                raise outcome
            elif isinstance(outcome, Exception):
                outcome.add_note(f"in the making of {handout.id}")
                bugs.append(outcome)
            elif entry := outcome.entry or cache.read_entry(outcome.fingerprint):
                if outcome.entry:
                    cache.write_entry(outcome.fingerprint, entry)
                made[handout] = publish_entry(handout, entry, outcome.sources, staging)
                tell((), handout.id if outcome.entry else "")
            else:
                damaged.append(task)
        waiting = damaged
    cache.trim()
    if bugs:
        raise ExceptionGroup(f"{len(bugs)} handout(s) could not be made", bugs)
    if failures:
        raise ContentError(failures)
    return [made[handout] for handout in handouts]


def publish_entry(handout: Handout, entry: Entry, sources: list[str], staging: Path) -> MadeHandout:
    """Put a made handout's files into ``staging`` and return its figures."""
    for kind in FILES:
        (staging / getattr(handout, kind)).write_bytes(entry.files[kind])
    pdf = entry.files["pdf"]
    return MadeHandout(handout, entry.pages, len(pdf), hashlib.sha256(pdf).hexdigest(), sources)


@dataclass(frozen=True)
class Job:
    """What workers need for a build, sent to each by value, and the fingerprints of what need not be made.

    The content is without its operators: each comes with its tasks, so that a worker's memory does not grow with them.
    Workers on other machines have the project of their own; ``project`` says which one it must be. Those of this one
    work in ``folder``, which the next build clears when this one is killed.
    """

    content: Content
    known: frozenset[str]
    project: str = ""
    folder: Path | None = None


@dataclass(frozen=True)
class Task:
    """A handout to make, and its operator."""

    handout: Handout
    operator: Operator


@dataclass(frozen=True)
class Outcome:
    """What comes back from a worker: a handout's fingerprint and, unless that is known, its files."""

    fingerprint: str
    sources: list[str]
    entry: Entry | None


@dataclass(frozen=True)
class Rendered:
    """A handout before it is typeset: its page, what its PDF must be, and the hash of all that it depends on."""

    page: HandoutPage
    html: str
    strings: PageStrings
    expected: Expected
    fingerprint: str


@dataclass
class Worker:
    """What one process keeps between handouts."""

    content: Content
    staging: Path
    cache: Path
    environment: jinja2.Environment
    typesetter: Typesetter
    basis: str

    def make_handout(self, handout: Handout) -> MadeHandout:
        """Render, typeset and verify one handout into the staging folder."""
        return self.typeset(self.render(handout))

    def render(self, handout: Handout) -> Rendered:
        """Render one handout."""
        page = HandoutPage(self.content, handout)
        html = render_handout(self.environment, page)
        strings = read_strings(html)
        expected = expect_pdf(page, strings)
        parts = {"basis": self.basis, "html": html, "expected": describe_expected(expected)}
        return Rendered(
            page, html, strings, expected, hash_parts({name: text.encode() for name, text in parts.items()})
        )

    def typeset(self, rendered: Rendered) -> MadeHandout:
        """Typeset and verify a rendered handout into the staging folder."""
        handout, content = rendered.page.handout, self.content
        fonts = cut_fonts(list_faces(content), rendered.strings.texts, self.cache)
        path = self.staging / handout.pdf
        identifier = hashlib.sha256(rendered.html.encode()).hexdigest()[:32]
        dated = _first_day(content.guide.checked)
        typeset_handout(self.typesetter, rendered.html, fonts, path, identifier=identifier, dated=dated)
        if failures := verify_handout(path, rendered.expected):
            raise VerifyError(failures)
        return MadeHandout.measure(handout, self.staging, sorted(rendered.page.citations))


def make_worker(content: Content, staging: Path, cache: Path) -> Worker:
    """Return a worker with templates, style sheet and fonts ready."""
    environment = make_environment(TEMPLATES)
    css = environment.get_template("print.css.j2").render(guide=content.guide, languages=content.languages.values())
    fonts = {face.path.name: face.path.read_bytes() for face in list_faces(content)}
    basis = {
        "css": css,
        "code": hash_code(),
        "machine": repr(describe_machine()),
        "fonts": hash_parts(fonts),
        "dated": content.guide.checked,
    }
    digest = hash_parts({name: text.encode() for name, text in basis.items()})
    return Worker(content, staging, cache, environment, make_typesetter(css, FONTS), digest)


def list_faces(content: Content) -> list[Face]:
    """Return the bundled faces of all languages, and the small one for what is typed into fields."""
    faces = [
        Face(language.font.family, weight, FONTS / name)
        for language in content.languages.values()
        for weight, name in ((400, language.font.regular), (700, language.font.bold))
    ]
    return [*dict.fromkeys(faces), Face(FIELD_FAMILY, 400, FONTS / "NotoSans-Regular.ttf")]


def describe_project() -> str:
    """Return a hash over code, templates, fonts and libraries."""
    files = {
        str(path.relative_to(TEMPLATES)): path.read_bytes() for path in sorted(TEMPLATES.rglob("*")) if path.is_file()
    }
    return hash_parts({"code": hash_code().encode(), "machine": repr(describe_machine()).encode(), **files})


def describe_expected(expected: Expected) -> str:
    """Return all that verification compares a PDF with, always in the same order."""
    return repr([sorted(value) if isinstance(value, frozenset) else value for value in vars(expected).values()])


_job: Job
_worker: Worker | None = None
_one_at_a_time = threading.Lock()  # Dask may run several tasks of a process; WeasyPrint is used by one


def start_worker(job: Job) -> None:
    """Take a job over in a worker process; what it needs is made at its first handout, where a failure can be told."""
    global _job, _worker
    _job, _worker = job, None


def make_one(task: Task) -> Outcome:
    """Make a handout in a worker process, unless it is known, and return its files by value."""
    global _worker
    handout = task.handout
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="handout-", dir=_job.folder) as folder:
        if _worker is None:
            if _job.project and _job.project != describe_project():
                raise MachineError(f"{socket.gethostname()} has other code, fonts or libraries; see docs/cluster.md")
            _worker = make_worker(_job.content, Path(folder), Path(folder))
        _worker.staging = _worker.cache = Path(folder)
        _worker.content = _job.content.model_copy(update={"operators": {handout.operator: task.operator}})
        rendered = _worker.render(handout)
        if rendered.fingerprint in _job.known:
            return Outcome(rendered.fingerprint, sorted(rendered.page.citations), None)
        for kind in FILES:
            (_worker.staging / kind).mkdir()
        made = _worker.typeset(rendered)
        files = {kind: (_worker.staging / getattr(handout, kind)).read_bytes() for kind in FILES}
        collect_boxes()
        return Outcome(rendered.fingerprint, made.sources, Entry(files, made.pages))


def _first_day(month: str) -> dt.date:
    year, number = month.split("-")
    return dt.date(int(year), int(number), 1)
