"""Typeset: HTML to a tagged PDF with WeasyPrint, in which every warning is an error."""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import logging
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from handout.base.diagnostics import HandoutError
from handout.fonts.bundled import hide_system_fonts
from handout.fonts.cut import FontSet, font_face_css

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import weasyprint

    LaidOut: TypeAlias = weasyprint.Document  # the pages of a document, or of a part of one

NOTES = re.compile(r"^::(?:foot)?note-.*\n", re.MULTILINE)
# Nearly all that a handout's boxes are made of lives until it is written: looking for garbage before that is in vain.
GC_THRESHOLDS = 100_000, 50, 50


class TypesetError(HandoutError):
    """WeasyPrint reported something that would degrade the page."""


class _Collector(logging.Handler):
    """Keeps WeasyPrint's warnings and errors, so that none passes silently."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@dataclass(frozen=True)
class Typesetter:
    """WeasyPrint with the style sheet parsed, for any number of handouts."""

    stylesheet: weasyprint.CSS
    basics: list[weasyprint.CSS]
    collector: _Collector


def make_typesetter(css: str, fonts_dir: Path) -> Typesetter:
    """Return a typesetter to which the system's fonts are invisible.

    Raises TypesetError when the style sheet is not taken as it is.
    """
    hide_system_fonts(fonts_dir)
    with warnings.catch_warnings():
        # WeasyPrint misses the system's fonts, which are hidden from it on purpose.
        warnings.filterwarnings("ignore", "No fonts configured")
        import weasyprint
        import weasyprint.text.fonts

    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.handlers[:] = [collector]
    logger.propagate = False
    stylesheet = weasyprint.CSS(string=css, url_fetcher=allow_files())
    basics = _parse_basics()
    _raise_on_messages(collector)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    return Typesetter(stylesheet, basics, collector)


def collect_boxes() -> None:
    """Free a handout's boxes, which point to one another; left to the thresholds, they pile up from one to the next."""
    gc.collect(1)


def typeset_handout(typesetter: Typesetter, html: str, fonts: FontSet, path: Path, *, month: str) -> None:
    """Write one handout's HTML as PDF/UA-1 to ``path``, in the given fonts; the same input gives the same bytes.

    Raises TypesetError for anything WeasyPrint warns about.
    """
    layout = Layout(typesetter, fonts)
    write_pages(layout, [layout.lay_out(html)], path, html=html, month=month)


class Layout:
    """What the parts of one document share: the typesetter, and the fonts as WeasyPrint holds them."""

    def __init__(self, typesetter: Typesetter, fonts: FontSet) -> None:
        """Load the fonts."""
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        typesetter.collector.messages.clear()
        self.typesetter, self.fonts = typesetter, fonts
        self._configuration = FontConfiguration()
        fetch_fonts = allow_files(*(face.path for face in fonts.faces))
        css = font_face_css(fonts)
        self._faces = weasyprint.CSS(string=css, font_config=self._configuration, url_fetcher=fetch_fonts)

    def lay_out(self, html: str, css: str = "") -> LaidOut:
        """Return a page's HTML laid out, with a few more rules of style; raises TypesetError like typeset_handout."""
        import weasyprint
        from weasyprint.urls import FatalURLFetchingError

        page = weasyprint.HTML(string=html, url_fetcher=allow_files())
        page._ua_stylesheets = lambda forms: self.typesetter.basics[: 1 + forms]
        sheets = [self._faces, self.typesetter.stylesheet, *([weasyprint.CSS(string=css)] if css else [])]
        options = {"font_config": self._configuration, "pdf_forms": True, "pdf_variant": "pdf/ua-1"}
        try:
            document = page.render(stylesheets=sheets, **options)
        except FatalURLFetchingError as error:  # a BaseException, so that WeasyPrint does not go on
            raise TypesetError(str(error)) from error
        _raise_on_messages(self.typesetter.collector)
        return document


def write_pages(layout: Layout, parts: Sequence[LaidOut], path: Path, *, html: str, month: str) -> None:
    """Write the pages of a layout's parts, one after the other, as one PDF/UA-1; raises TypesetError.

    Its identifier is a hash of ``html``, its date the first day of ``month`` (``YYYY-MM``).
    """
    from weasyprint.urls import FatalURLFetchingError

    from handout.typeset.tagging import write_tagged_pdf

    document = parts[0].copy([page for part in parts for page in part.pages])
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    try:
        write_tagged_pdf(document, path, identifier=identifier, dated=dt.date.fromisoformat(f"{month}-01"))
    except FatalURLFetchingError as error:
        raise TypesetError(str(error)) from error
    _raise_on_messages(layout.typesetter.collector)


def _parse_basics() -> list[weasyprint.CSS]:
    """Return WeasyPrint's own style sheets without footnotes, and with markers for list items alone.

    Its rules for them hold for all elements, each of which would get six pseudo-elements that no handout shows.
    """
    import weasyprint
    from weasyprint.css.counters import CounterStyle
    from weasyprint.html import UA, UA_FORM_STYLESHEET

    css = NOTES.sub("", UA).replace("\n::marker", "\nli::marker")
    return [weasyprint.CSS(string=css, counter_style=CounterStyle()), UA_FORM_STYLESHEET]


def _raise_on_messages(collector: _Collector) -> None:
    if collector.messages:
        raise TypesetError("; ".join(dict.fromkeys(collector.messages)))


def allow_files(*paths: Path) -> weasyprint.urls.URLFetcher:
    """Return a fetcher that opens the given files and fails loudly for every other address."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    # Opened by path: on a machine whose language is ASCII, an address does not lead back to a name in Khmer.
    allowed = {path.absolute().as_uri(): path for path in paths}

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
            if url not in allowed:
                raise FatalURLFetchingError(f"a handout may not load {url}")
            return URLFetcherResponse(url, allowed[url].read_bytes())

    return Fetcher()
