"""Preview: the content as it is now and the handouts that somebody has opened.

They are typeset in parts that begin a page, so that an edit lays out one of them again.
"""

import re
import threading
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any, TypedDict

import jinja2
import pypdfium2

from handout.base.diagnostics import Diagnostic, format_diagnostics
from handout.base.paths import FONTS, TEMPLATES
from handout.fonts.bundled import cut_fonts
from handout.plan.handouts import Handout, MadeHandout, plan_handouts
from handout.render.page import make_environment
from handout.site.pages import Site, render_phone_page
from handout.typeset.typesetter import Layout, write_pages
from handout.validate.inspect import inspect_content
from handout.workers.worker import Worker, list_faces, make_worker

# Sections of the standard edition that begin a page, by the style sheet, on A4 and in the usual order of sections;
# the counter page always is one.
PART = re.compile(r'(?=<section class="section-(?:documents|faqs)">)')
HAS_PARTS = re.compile(r'<html [^>]*class="standard [^"]*\ba4\b')
# A part's first page, and how many there are in all, as the whole handout would count them.
NUMBERS = "@page :first {{ counter-reset: page {} }} .n-pages::before {{ content: '{}' }}"


class Event(TypedDict, total=False):
    """What has changed, for the page that shows it: problems, or a handout's phone page or PDF (its version)."""

    problems: str
    id: str
    phone: int
    pdf: int
    pages: int


@dataclass
class OpenHandout:
    """A handout that was opened: its pages as last made, how often they have changed, its parts by HTML and style."""

    print_html: str = ""
    phone_html: str = ""
    pages: int = 0
    version: int = 0
    layout: Layout | None = None
    parts: dict[tuple[str, str], Any] = field(default_factory=dict)


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
        """Return one page of the PDF as PNG of 1.5 pixels a point."""
        with self._pdfium, pypdfium2.PdfDocument(self.folder / f"{name}.pdf") as document:
            buffer = BytesIO()
            document[number].render(scale=1.5, may_draw_forms=False).to_pil().save(buffer, "PNG", compress_level=1)
            return buffer.getvalue()

    def _read(self) -> Worker | None:
        """Read the content and return the worker for it; None when it has errors."""
        inspection = inspect_content(self.content, FONTS)
        self.problems = format_diagnostics(inspection.problems)
        if inspection.content is None:
            return None
        self.handouts = {handout.id: handout for handout in plan_handouts(inspection.content)}
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
            path = self.folder / "new.pdf"
            typeset_parts(worker, rendered.html, path, opened, self._letters)
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


def typeset_parts(worker: Worker, html: str, path: Path, opened: OpenHandout, letters: Iterable[str]) -> None:
    """Write a handout as PDF in fonts cut to ``letters``; only those of its parts that have changed are laid out."""
    fonts = cut_fonts(list_faces(worker.content), letters, worker.cache)
    if opened.layout is None or opened.layout.typesetter is not worker.typesetter or opened.layout.fonts != fonts:
        opened.layout, opened.parts = Layout(worker.typesetter, fonts), {}
    parts, counts = split_parts(html), [len(part.pages) for part in opened.parts.values()]
    if len(counts) != len(parts):
        counts = [1] * len(parts)
    for _attempt in range(2):  # the second has the right numbers: they do not change how many pages a part has
        starts = accumulate(counts, initial=1)
        keys = [(part, NUMBERS.format(start, sum(counts))) for part, start in zip(parts, starts, strict=False)]
        opened.parts = {key: opened.parts.get(key) or opened.layout.lay_out(*key) for key in keys}
        counts = [len(part.pages) for part in opened.parts.values()]
    write_pages(opened.layout, list(opened.parts.values()), path, html=html, month=worker.content.guide.checked)


def split_parts(html: str) -> list[str]:
    """Return the HTML of a handout as documents of their own, one for each part that begins a page."""
    start, end = html.index("<main>") + len("<main>"), html.index("</main>")
    counter, mark, rest = html[start:end].partition("</section>")
    parts = PART.split(rest) if HAS_PARTS.search(html[:start]) else [rest]
    return [html[:start] + part + html[end:] for part in (counter + mark, *parts) if part.strip()]
