"""Preview: the content as it is now and the handouts that somebody has opened."""

import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import jinja2
import pypdfium2

from handout.base.diagnostics import Diagnostic
from handout.base.formats import format_diagnostics
from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import Handout, MadeHandout, list_handouts
from handout.preview.leaves import Kept, typeset_leaves
from handout.render.environment import make_environment
from handout.site.phone import render_phone_page
from handout.site.site import Site
from handout.validate.inspect import inspect_content
from handout.workers.worker import Worker, make_worker

SCALE = 1.5  # pixels a point
Tell = Callable[[dict[str, Any]], None]


@dataclass
class Shown:
    """A handout that was opened: its pages as last made, and how often each of the two has changed."""

    print_html: str = ""
    phone_html: str = ""
    pages: int = 0
    pdf_version: int = 0
    phone_version: int = 0
    kept: Kept = field(default_factory=Kept)


@dataclass
class Preview:
    """The content as it is now, a worker kept warm, and the handouts that somebody has opened."""

    content: Path
    folder: Path
    tell: Tell = lambda _message: None
    problems: list[Diagnostic] = field(default_factory=list)
    handouts: dict[str, Handout] = field(default_factory=dict)
    opened: dict[str, Shown] = field(default_factory=dict)
    environment: jinja2.Environment = field(default_factory=lambda: make_environment(TEMPLATES))
    _worker: Worker | None = None
    _css: str = ""
    _letters: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pdfium: threading.Lock = field(default_factory=threading.Lock)

    def update(self) -> None:
        """Read the content anew and make what has changed of the opened handouts; what is wrong is shown."""
        with self._lock:
            try:
                worker = self._read()
                if worker is not None:
                    for name in sorted(self.opened.keys() & self.handouts.keys()):
                        self._make(worker, name)
            except Exception as error:  # noqa: BLE001  (the preview outlives every mistake in a template)
                self.problems = [explain_failure(error)]
        self.tell({"problems": format_diagnostics(self.problems)})

    def open(self, name: str) -> Shown:
        """Return a handout's pages, made now unless they are there."""
        if name not in self.opened:
            self.opened[name] = Shown()
            self.update()
        return self.opened[name]

    def draw_page(self, name: str, number: int) -> bytes:
        """Return one page of the PDF as PNG."""
        with self._pdfium, pypdfium2.PdfDocument(self.folder / f"{name}.pdf") as document:
            buffer = BytesIO()
            document[number].render(scale=SCALE, may_draw_forms=False).to_pil().save(buffer, "PNG", compress_level=1)
            return buffer.getvalue()

    def _read(self) -> Worker | None:
        """Read the content and return the worker for it; None when it has errors."""
        inspection = inspect_content(self.content, FONTS)
        self.problems = inspection.problems
        if inspection.content is None:
            return None
        self.handouts = list_handouts(inspection.content)
        languages = inspection.content.languages.values()
        css = self.environment.get_template("print.css.j2").render(guide=inspection.content.guide, languages=languages)
        if self._worker is None or css != self._css:
            self._worker = make_worker(inspection.content, self.folder, self.folder / "fonts")
        self._worker = replace(self._worker, content=inspection.content, environment=self.environment)
        self._css = css
        return self._worker

    def _make(self, worker: Worker, name: str) -> None:
        shown, handout = self.opened[name], self.handouts[name]
        rendered = worker.render(handout)
        made = MadeHandout(handout, shown.pages or 4, 0, "", [])
        site = Site(worker.content, worker.environment, FONTS, worker.cache)
        phone = render_phone_page(site, made)
        if phone != shown.phone_html:
            shown.phone_html, shown.phone_version = phone, shown.phone_version + 1
            self.tell({"id": name, "phone": shown.phone_version})
        if rendered.html + self._css != shown.print_html:
            self._letters.update(rendered.strings.texts)
            path, month = self.folder / "new.pdf", worker.content.guide.checked
            typeset_leaves(worker, rendered.html, path, shown.kept, month=month, letters=self._letters)
            path = path.replace(self.folder / f"{name}.pdf")
            with self._pdfium, pypdfium2.PdfDocument(path) as document:
                shown.pages = len(document)
            shown.print_html, shown.pdf_version = rendered.html + self._css, shown.pdf_version + 1
            self.tell({"id": name, "pdf": shown.pdf_version, "pages": shown.pages})


def explain_failure(error: Exception) -> Diagnostic:
    """Return a failure of a template or of typesetting with its place, if it has one."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(TEMPLATES))]
    place: tuple[str, int] = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("templates", 0)
    if isinstance(error, jinja2.TemplateSyntaxError):
        place = (str(error.filename), error.lineno)
    return Diagnostic(place[0], place[1], 1, "preview", f"{type(error).__name__}: {error}")
