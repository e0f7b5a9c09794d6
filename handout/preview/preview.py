"""Preview: the content as it is now and the handouts that somebody has opened."""

import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TypedDict

import jinja2
import pypdfium2

from handout.base.diagnostics import Diagnostic
from handout.base.formats import format_diagnostics
from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import Handout, MadeHandout, list_handouts
from handout.preview.parts import LaidOutParts, typeset_parts
from handout.render.environment import make_environment
from handout.site.phone import render_phone_page
from handout.site.site import Site
from handout.validate.inspect import inspect_content
from handout.workers.worker import Worker, make_worker

SCALE = 1.5  # pixels a point


class Event(TypedDict, total=False):
    """What has changed, for the page that shows it: problems, or a handout's phone page or PDF (its version)."""

    problems: str
    id: str
    phone: int
    pdf: int
    pages: int


@dataclass
class OpenHandout:
    """A handout that was opened: its pages as last made, and how often they have changed."""

    print_html: str = ""
    phone_html: str = ""
    pages: int = 0
    version: int = 0
    parts: LaidOutParts = field(default_factory=LaidOutParts)


@dataclass
class Preview:
    """The content as it is now, a worker kept warm, and the handouts that somebody has opened."""

    content: Path
    folder: Path
    problems: str = ""
    handouts: dict[str, Handout] = field(default_factory=dict)
    opened: dict[str, OpenHandout] = field(default_factory=dict)
    environment: jinja2.Environment = field(default_factory=lambda: make_environment(TEMPLATES))
    _worker: Worker | None = None
    _css: str = ""
    _letters: set[str] = field(default_factory=set)
    _pdfium: threading.Lock = field(default_factory=threading.Lock)

    def update(self) -> Iterator[Event]:
        """Read the content again and make what has changed of the opened handouts; mistakes become problems."""
        try:
            worker = self._read()
            if worker is not None:
                for name in sorted(self.opened.keys() & self.handouts.keys()):
                    yield from self._make(worker, name)
        except Exception as error:  # noqa: BLE001  (the preview outlives every mistake in a template)
            self.problems = format_diagnostics([explain_failure(error)])
        yield {"problems": self.problems}

    def draw_page(self, name: str, number: int) -> bytes:
        """Return one page of the PDF as PNG."""
        with self._pdfium, pypdfium2.PdfDocument(self.folder / f"{name}.pdf") as document:
            buffer = BytesIO()
            document[number].render(scale=SCALE, may_draw_forms=False).to_pil().save(buffer, "PNG", compress_level=1)
            return buffer.getvalue()

    def _read(self) -> Worker | None:
        """Read the content and return the worker for it; None when it has errors."""
        inspection = inspect_content(self.content, FONTS)
        self.problems = format_diagnostics(inspection.problems)
        if inspection.content is None:
            return None
        self.handouts = list_handouts(inspection.content)
        languages = inspection.content.languages.values()
        css = self.environment.get_template("print.css.j2").render(guide=inspection.content.guide, languages=languages)
        if self._worker is None or css != self._css:
            self._worker = make_worker(inspection.content, self.folder / "fonts")
        self._worker = replace(self._worker, content=inspection.content, environment=self.environment)
        self._css = css
        return self._worker

    def _make(self, worker: Worker, name: str) -> Iterator[Event]:
        opened, handout = self.opened[name], self.handouts[name]
        rendered = worker.render(handout)
        site = Site(worker.content, worker.environment, FONTS, worker.cache)
        phone = render_phone_page(site, MadeHandout(handout, opened.pages or 4, 0, "", []))
        if phone != opened.phone_html:
            opened.phone_html, opened.version = phone, opened.version + 1
            yield {"id": name, "phone": opened.version}
        if rendered.html + self._css != opened.print_html:
            self._letters.update(rendered.strings.texts)
            path, month = self.folder / "new.pdf", worker.content.guide.checked
            typeset_parts(worker, rendered.html, path, opened.parts, month=month, letters=self._letters)
            path = path.replace(self.folder / f"{name}.pdf")
            with self._pdfium, pypdfium2.PdfDocument(path) as document:
                opened.pages = len(document)
            opened.print_html, opened.version = rendered.html + self._css, opened.version + 1
            yield {"id": name, "pdf": opened.version, "pages": opened.pages}


def explain_failure(error: Exception) -> Diagnostic:
    """Return a failure of a template or of typesetting with its place, if it has one."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(TEMPLATES))]
    path, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("templates", 0)
    return Diagnostic(path, line, 1, "preview", f"{type(error).__name__}: {error}")
