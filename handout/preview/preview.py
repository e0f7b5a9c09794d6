"""Preview: the content as it is now and the handouts that somebody has opened."""

import gc
import re
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, TypedDict

import jinja2
import pypdfium2

from handout.base.diagnostics import Diagnostic, SelectionError, fold_fill_ins, format_diagnostics
from handout.base.paths import FONTS, TEMPLATES
from handout.fonts.bundled import cut_fonts
from handout.model.content import Content
from handout.plan.drafts import add_drafts
from handout.plan.handouts import Handout, MadeHandout, Spacing, plan_handouts
from handout.render.page import make_environment
from handout.site.forms import describe_form, publish_field_font
from handout.site.pages import SHARED_FILES, STYLE, Site, render_phone_page
from handout.typeset.typesetter import Layout
from handout.validate.inspect import inspect_content
from handout.verify.failures import Failure
from handout.verify.readback import open_readback
from handout.verify.room import find_excess
from handout.workers.worker import Worker, list_faces, make_worker

FILE_ENDING = re.compile(r"(\.2)?\.(pdf|png|json|html)$")


class Event(TypedDict, total=False):
    """What there is, for the page that shows it: problems and handouts, or versions of a phone page and a PDF."""

    problems: str
    handouts: list[str]
    id: str
    phone: int
    pdf: int
    pages: int


@dataclass
class OpenHandout:
    """A handout that was opened: its pages as last made, their versions, what is too long.

    ``print_html`` and ``phone_look`` are the pages with their style sheets, by which a change is seen. ``crowded`` are
    the spacings that it did not fit in, with how long its page was then.
    """

    print_html: str = ""
    phone_html: str = ""
    phone_look: str = ""
    pages: int = 0
    phone: int = 0
    pdf: int = 0
    layout: Layout | None = None
    crowded: dict[Spacing, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


@dataclass
class Preview:
    """The content as it is now, a worker kept warm, and the handouts that somebody has opened.

    ``drafts`` are language pairs to show beside those of the guide, though not all of it is translated.
    """

    content: Path
    folder: Path
    drafts: Sequence[str] = ()
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
            inspection = inspect_content(self.content, FONTS)
            problems = inspection.problems
            if inspection.content is not None:
                worker = self._read(add_drafts(inspection.content, self.drafts))
                for name in sorted(self.opened.keys() & self.handouts.keys()):
                    try:
                        yield from self._make(worker, name)
                        found = self.opened[name].failures
                        problems += [failure.diagnose(name, inspection.tree.find_place) for failure in found]
                    except Exception as error:  # noqa: BLE001  (the others are made nevertheless)
                        problems.append(explain_failure(error, f"{name}: "))
        except SelectionError as error:  # a language of a draft that is gone, or has not been there yet
            problems = [*problems, Diagnostic("--draft", 0, 0, "draft", str(error))]
        except Exception as error:  # noqa: BLE001  (the preview outlives every mistake in a template)
            problems = [explain_failure(error)]
        self.problems = format_diagnostics([*fold_fill_ins(problems)])
        yield self.describe()[0]
        gc.collect()  # the boxes of replaced parts, which point to one another

    def describe(self) -> list[Event]:
        """Return the present state as events: problems and handouts first, then each opened handout."""
        opened = [Event(id=name, phone=one.phone, pdf=one.pdf, pages=one.pages) for name, one in self.opened.items()]
        return [Event(problems=self.problems, handouts=sorted(self.handouts)), *opened]

    def find_handout(self, name: str) -> str | None:
        """Return the handout of a name, or of the file of a PDF, picture, form or phone page; None if there is none."""
        sharing = (key for key, handout in self.handouts.items() if handout.html == f"html/{name}")
        names = (FILE_ENDING.sub("", name), *sharing)
        return next((key for key in names if key in self.handouts), None)

    def draw_page(self, name: str, number: str) -> bytes:
        """Return one page of the PDF as PNG of 1.5 pixels a point; nothing where there is no such page."""
        with self._pdfium:
            if name not in self.opened or number not in map(str, range(self.opened[name].pages)):
                return b""
            with BytesIO() as buffer, pypdfium2.PdfDocument(self.folder / f"{name}.pdf") as document:
                page = document[int(number)].render(scale=1.5, may_draw_forms=False)
                page.to_pil().save(buffer, "PNG", compress_level=1)
                return buffer.getvalue()

    def describe_form(self, name: str) -> dict[str, Any] | None:
        """Return what fills in a handout's PDF as it is now, and make its font there; None before it is made."""
        with self._pdfium:
            if self._worker is None or not self.opened[name].pages:
                return None
            font = publish_field_font(self._open_site(self._worker), self.folder / "site")
            return describe_form(self.handouts[name], font, self.folder / f"{name}.pdf")

    def _open_site(self, worker: Worker) -> Site:
        return Site(worker.content, worker.environment, FONTS, worker.cache)

    def _read(self, content: Content) -> Worker:
        """Take the content over and return the worker for it."""
        self.handouts = {handout.id: handout for handout in plan_handouts(content)}
        languages = content.languages.values()
        css = self.environment.get_template("print.css.j2").render(guide=content.guide, languages=languages)
        if self._worker is None or css != self._css:
            self._worker = None  # so that one that fails leaves none behind
            for opened in self.opened.values():
                opened.layout, opened.crowded = None, {}
            gc.unfreeze()  # what the last one was made of is garbage now
            self._worker = make_worker(content, self.folder / "fonts")
        self._worker = replace(self._worker, content=content, environment=self.environment)
        self._css = css
        return self._worker

    def _make(self, worker: Worker, name: str) -> Iterator[Event]:
        opened, handout = self.opened[name], self.handouts[name]
        rendered = worker.render(handout, handout.spacings[0])
        site, made = self._open_site(worker), MadeHandout(handout, opened.pages or 4, 1, "", [])
        phone = render_phone_page(site, made, paths={one.html for one in self.handouts.values()})
        look = phone + "".join((TEMPLATES / "site" / file).read_text("utf-8") for file in (STYLE, *SHARED_FILES))
        if look != opened.phone_look:
            opened.phone_html, opened.phone_look, opened.phone = phone, look, opened.phone + 1
            yield {"id": name, "phone": opened.phone}
        if rendered.html + self._css != opened.print_html or opened.failures:  # whose places may have moved
            self._letters.update(rendered.strings.texts)
            path = self.folder / "new.pdf"
            self._typeset(worker, handout, path)
            with self._pdfium:  # the pages drawn are those counted
                path = path.replace(self.folder / f"{name}.pdf")
                with pypdfium2.PdfDocument(path) as document:
                    opened.pages = len(document)
            opened.print_html, opened.pdf = rendered.html + self._css, opened.pdf + 1
            yield {"id": name, "pdf": opened.pdf, "pages": opened.pages}

    def _typeset(self, worker: Worker, handout: Handout, path: Path) -> None:
        """Write a handout in the airiest spacing that it fits in; texts that are too long for all become failures.

        One that it did not fit in is tried again when its page, words or boxes, is shorter than then.
        """
        opened, fonts = self.opened[handout.id], cut_fonts(list_faces(worker.content), self._letters, worker.cache)
        if opened.layout is None or opened.layout.typesetter is not worker.typesetter or opened.layout.fonts != fonts:
            opened.layout = Layout(worker.typesetter, fonts)
        *airier, last = handout.spacings
        for spacing in (*airier, last):
            rendered = worker.render(handout, spacing)
            length = len(rendered.html)
            if spacing != last and length >= opened.crowded.get(spacing, length + 1):
                continue
            document = opened.layout.lay_out(rendered.html)
            if fits := rendered.fits(opened.layout, document):
                break
            opened.crowded[spacing] = length
        opened.failures = []
        opened.layout.write_pages(document, path, html=rendered.html, month=worker.content.guide.checked)
        if not fits:
            with open_readback(path) as made:
                opened.failures = [Failure("pages", wrong) for wrong in find_excess(made, rendered.expected)]


def explain_failure(error: Exception, where: str = "") -> Diagnostic:
    """Return a failure of a template or of typesetting with its place, if it has one; ``where`` begins its message."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(TEMPLATES))]
    path, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("templates", 0)
    return Diagnostic(path, line, 1, "preview", f"{where}{type(error).__name__}: {error}")
