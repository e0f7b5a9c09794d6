"""Worker: makes one handout after the other in one process: render, typeset, verify; what it is sent and returns."""

from __future__ import annotations

import gc
import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from handout.base.diagnostics import MachineError
from handout.base.files import hash_parts
from handout.base.paths import FONTS, TEMPLATES
from handout.fonts.bundled import FIELD_FAMILY, FIELD_FILE, Face, cut_fonts, open_font
from handout.model.content import Content
from handout.model.operators import Operator
from handout.plan.handouts import Handout, Spacing
from handout.render.expected import Expected, expect_pdf
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.render.strings import PageStrings, read_strings
from handout.verify.readback import PICTURE_DPI
from handout.verify.verify import open_verified
from handout.workers.cache import FITS, TOO_LONG, CacheEntry, describe_machine, describe_project, hash_code
from handout.workers.pictures import PREVIEW_DPI, draw_page, write_png

if TYPE_CHECKING:
    from handout.typeset.typesetter import Document, LaidOut, Layout, Typesetter


@dataclass(frozen=True)
class Job:
    """What workers need for a build, sent to each by value, and the fingerprints of what need not be made.

    The content has only the names of its operators: the rest of each comes with its tasks, so that a worker's memory
    does not grow with them.
    Workers on other machines have the project of their own; ``project`` says which one it must be. Those of this one
    work in ``folder``, which the next build clears when this one is killed.
    """

    content: Content
    known: frozenset[str]
    project: str = ""
    folder: Path | None = None


@dataclass(frozen=True)
class Task:
    """A handout to make, or only to measure: its operator, and the airiest spacing that it may have."""

    handout: Handout
    operator: Operator
    spacing: Spacing = "listed"
    measured: bool = False


@dataclass(frozen=True)
class Outcome:
    """What comes back from a worker: a handout's fingerprint and, unless that is known, its files.

    ``spacing`` is the one that it has, ``too_long`` are the fingerprints in which it was found not to fit.
    """

    fingerprint: str
    sources: list[str]
    entry: CacheEntry | None
    spacing: Spacing
    too_long: list[str]


@dataclass(frozen=True)
class Rendered:
    """A handout before it is typeset: its page, what its PDF must be, and the hash of all that it depends on."""

    page: HandoutPage
    html: str
    strings: PageStrings
    expected: Expected
    fingerprint: str

    def fits(self, layout: Layout, document: Document) -> bool:
        """Tell whether each part of a handout that is laid out as this document has no more pages than it may."""
        counts = layout.count_pages(document, self.strings.openings)
        return all(count <= part.most for count, part in zip(counts, self.expected.parts, strict=True))


@dataclass
class Worker:
    """What one process keeps between handouts; ``cache`` is where cut fonts and the PDF lie that is being made."""

    content: Content
    cache: Path
    environment: jinja2.Environment
    typesetter: Typesetter
    basis: str

    def render(self, handout: Handout, spacing: Spacing = "normal") -> Rendered:
        """Render one handout."""
        page = HandoutPage(self.content, handout, spacing)
        html = render_handout(self.environment, page)
        strings = read_strings(html)
        expected = expect_pdf(page, strings)
        # In the same order in every process, which a set's own is not.
        values = vars(expected) | {"texts": ()}  # which the HTML has; where they stand in the content does not matter
        wanted = [sorted(value) if isinstance(value, frozenset) else value for value in values.values()]
        fingerprint = hash_parts({"html": html.encode(), "other": repr((self.basis, wanted)).encode()})
        return Rendered(page, html, strings, expected, fingerprint)

    def lay_out(self, rendered: Rendered) -> LaidOut:
        """Lay a rendered handout out in fonts cut to its texts."""
        fonts = cut_fonts(list_faces(self.content), rendered.strings.texts, self.cache)
        return self.typesetter.lay_out(rendered.html, fonts)

    def typeset(self, rendered: Rendered, laid_out: LaidOut | None = None) -> CacheEntry:
        """Typeset a rendered handout, and draw its form small and to print. Raises VerifyError."""
        layout, document = laid_out or self.lay_out(rendered)
        path = self.cache / f"{rendered.page.handout.id}.pdf"
        layout.write_pages(document, path, html=rendered.html, month=self.content.guide.checked)
        count = len(rendered.page.handout.pictures)
        with open_verified(path, rendered.expected, fine=count) as made:
            pictures = [write_png(picture, PICTURE_DPI) for picture in made.pictures[:count]]
            return CacheEntry(path.read_bytes(), len(made.pages), [draw_page(made.pages[0], PREVIEW_DPI), *pictures])


def make_worker(content: Content, cache: Path) -> Worker:
    """Return a worker with templates, style sheet and fonts ready."""
    from handout.typeset.typesetter import make_typesetter

    environment = make_environment(TEMPLATES)
    css = environment.get_template("print.css.j2").render(guide=content.guide, languages=content.languages.values())
    fonts = [open_font(face.path).digest for face in list_faces(content)]
    basis = repr((css, hash_code(), describe_machine(), fonts, content.guide.checked))
    return Worker(content, cache, environment, make_typesetter(css, FONTS), basis)


def list_faces(content: Content) -> list[Face]:
    """Return the bundled faces of all languages, and the small one for what is typed into fields."""
    faces = [
        Face(language.font.family, weight, FONTS / name)
        for language in content.languages.values()
        for weight, name in ((400, language.font.regular), (700, language.font.bold))
    ]
    return [*dict.fromkeys(faces), Face(FIELD_FAMILY, 400, FONTS / FIELD_FILE)]


class WorkerProcess:
    """What one process keeps from one task to the next: the job, and the worker made for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # Dask may run several tasks of a process; WeasyPrint is used by one
        self._job: Job | None = None
        self._worker: Worker | None = None

    def take_job(self, job: Job) -> None:
        """Take a job over; its worker is made at the first task, where a failure can be reported."""
        self._job, self._worker = job, None

    def make(self, task: Task) -> Outcome:
        """Make a handout, unless it is known; raises MachineError on a machine whose project is another one."""
        job, handout = self._job, task.handout
        if job is None:
            raise RuntimeError("a task came before its job")
        with self._lock, tempfile.TemporaryDirectory(prefix="handout-", dir=job.folder) as folder:
            if self._worker is None and job.project and job.project != describe_project():
                raise MachineError(f"{socket.gethostname()} has other code, fonts or libraries; see docs/cluster.md")
            worker = self._worker = self._worker or make_worker(job.content, Path(folder))
            worker.cache = Path(folder)
            operators = job.content.operators | {handout.operator: task.operator}
            worker.content = job.content.model_copy(update={"operators": operators})
            outcome = make_fitting(worker, task, job.known)
            gc.collect(1)  # a handout's boxes point to one another, and pile up from one to the next
            return outcome


def make_fitting(worker: Worker, task: Task, known: frozenset[str]) -> Outcome:
    """Make or measure a handout, unless it is known, in the first spacing from the task's on that it fits in.

    One that does not fit in the last is made in that; verifying it says which texts are too long.
    """
    spacings = task.handout.spacings
    *airier, last = spacings[spacings.index(task.spacing) if task.spacing in spacings else 0 :]
    too_long: list[str] = []
    for spacing in (*airier, last):
        rendered, entry = worker.render(task.handout, spacing), None
        if spacing != last and rendered.fingerprint + TOO_LONG in known:
            continue
        if rendered.fingerprint not in known and not (task.measured and rendered.fingerprint + FITS in known):
            layout, document = laid_out = worker.lay_out(rendered)
            if not rendered.fits(layout, document):
                too_long.append(rendered.fingerprint)
                if spacing != last:
                    continue
            entry = None if task.measured else worker.typeset(rendered, laid_out)
        break
    return Outcome(rendered.fingerprint, sorted(rendered.page.citations.by_source), entry, spacing, too_long)


PROCESS = WorkerProcess()  # what a pool calls is found by name, so what its tasks share has a name, too


def start_worker(job: Job) -> None:
    """Let this process take a job over."""
    PROCESS.take_job(job)


def make_one(task: Task) -> Outcome:
    """Make a handout in this process."""
    return PROCESS.make(task)
