"""Typeset: HTML to a tagged PDF with WeasyPrint, in which every warning is an error."""

import gc
import hashlib
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import TypeAlias

import weasyprint  # and nothing below it, until `check_weasyprint` has looked

from handout.fonts.bundled import Face, font_face_css, hide_system_fonts
from handout.typeset.tagging import VARIANT, write_tagged_pdf
from handout.typeset.weasyprint_internals import (
    Page,
    TypesetError,
    check_weasyprint,
    share_languages,
)


@dataclass(frozen=True)
class Typesetter:
    """WeasyPrint with the style sheet parsed, for any number of handouts."""

    stylesheet: weasyprint.CSS
    problems: BufferingHandler  # WeasyPrint's warnings and errors, so that none passes silently

    def typeset_handout(self, html: str, fonts: Sequence[Face], path: Path, *, month: str) -> None:
        """Write one handout's HTML as PDF/UA-1 and PDF/A-2a to ``path``, in the given fonts.

        The same input gives the same bytes. Raises TypesetError for anything WeasyPrint warns about.
        """
        layout, document = self.lay_out(html, fonts)
        layout.write_pages(document, path, html=html, month=month)

    def lay_out(self, html: str, fonts: Sequence[Face]) -> "LaidOut":
        """Return one handout's HTML laid out, and the layout to write it with; raises TypesetError, too."""
        layout = Layout(self, fonts)
        return layout, layout.lay_out(html)


def make_typesetter(css: str, fonts_dir: Path) -> Typesetter:
    """Return a typesetter to which the system's fonts are invisible.

    Raises MachineError for a WeasyPrint that is not as expected, TypesetError when it warns about the style sheet.
    """
    hide_system_fonts(fonts_dir)
    check_weasyprint()
    problems = BufferingHandler(sys.maxsize)
    problems.setLevel(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    logger.handlers[:] = [problems]
    logger.propagate = False
    with _refuse_problems(problems):
        typesetter = Typesetter(weasyprint.CSS(string=share_languages(css), url_fetcher=allow_files()), problems)
    gc.collect()
    gc.freeze()
    # Nearly all that a handout's boxes are made of lives until it is written: looking for garbage before finds none.
    gc.set_threshold(100_000, 50, 50)
    return typesetter


class Layout:
    """The typesetter with one handout's fonts, as WeasyPrint holds them."""

    def __init__(self, typesetter: Typesetter, fonts: Sequence[Face]) -> None:
        self.typesetter, self.fonts = typesetter, fonts
        self._configuration = weasyprint.text.fonts.FontConfiguration()
        options = {"font_config": self._configuration, "url_fetcher": allow_files(*(face.path for face in fonts))}
        self._faces = weasyprint.CSS(string=font_face_css(fonts), **options)

    def lay_out(self, html: str) -> weasyprint.Document:
        """Return a page's HTML laid out; raises TypesetError like typeset_handout."""
        page = Page(html, allow_files())
        sheets = [self._faces, self.typesetter.stylesheet, weasyprint.CSS(string=page.languages)]
        options = {"font_config": self._configuration, "pdf_forms": True, "pdf_variant": VARIANT}
        with _refuse_problems(self.typesetter.problems):
            return page.render(stylesheets=sheets, **options)

    def count_pages(self, document: weasyprint.Document, ids: Iterable[str]) -> list[int]:
        """Return how many pages there are before the element of the first id, from there to the next one, and so on."""
        begun = {name: number for number, page in enumerate(document.pages) for name in page.anchors}
        return [end - start for start, end in pairwise([0, *map(begun.__getitem__, ids), len(document.pages)])]

    def write_pages(self, document: weasyprint.Document, path: Path, *, html: str, month: str) -> None:
        """Write a document as PDF/UA-1 and PDF/A-2a; raises TypesetError.

        Its identifier is a hash of ``html``, its date the first day of ``month`` (``YYYY-MM``).
        """
        identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
        with _refuse_problems(self.typesetter.problems):
            write_tagged_pdf(document, path, identifier=identifier, dated=f"{month}-01")


Document: TypeAlias = weasyprint.Document
LaidOut: TypeAlias = tuple[Layout, Document]


@contextmanager
def _refuse_problems(problems: BufferingHandler) -> Iterator[None]:
    """Raise TypesetError for a forbidden address and for anything that WeasyPrint has warned about."""
    try:
        yield
        said = dict.fromkeys(record.getMessage() for record in problems.buffer)
    except weasyprint.urls.FatalURLFetchingError as error:  # a BaseException, so that WeasyPrint does not go on
        raise TypesetError(str(error)) from error
    finally:
        problems.flush()  # what is wrong now may be mended the next time
    if said:
        raise TypesetError("; ".join(said))


def allow_files(*paths: Path) -> "weasyprint.urls.URLFetcher":
    """Return a fetcher that opens the given files and fails loudly for every other address."""
    # Opened by path: on a machine whose language is ASCII, an address does not lead back to a name in Khmer.
    allowed = {path.absolute().as_uri(): path for path in paths}

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> weasyprint.urls.URLFetcherResponse:  # noqa: ARG002
            if url not in allowed:
                raise weasyprint.urls.FatalURLFetchingError(f"a handout may not load {url}")
            return weasyprint.urls.URLFetcherResponse(url, allowed[url].read_bytes())

    return Fetcher()
