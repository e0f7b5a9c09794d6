"""Read a made PDF back: its text with the language and place of every character, its fields, links, fonts and ink.

PDFium gives text and pictures, qpdf the structure. Each file is opened once, each page drawn once.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import PIL.Image

DPI = 100  # enough for a QR code of 15 mm, and for ink to half a point
ARTIFACT = ""  # in the place of a language: text that is not in the structure tree
# PDFium puts these where a line ends in a hyphen.
LINE_END_HYPHENS = str.maketrans("\x02\ufffe", "--")

Mark = tuple[int, int]  # page index, marked-content id
Box = tuple[float, float, float, float]  # left, bottom, right, top in points


@dataclass
class Text:
    """Characters, white space left out, each with its language and the mark it stands in."""

    characters: str = ""
    languages: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    boxes: list[dict[Mark, Box]] = field(default_factory=list)  # by page, artifacts left out

    def name_place(self, position: int) -> str:
        """Say where the character at a position is: page and the words around it."""
        if not self.characters:
            return "page 1"
        position = min(position, len(self.characters) - 1)
        return f"page {self.marks[position][0] + 1}, near {self.characters[max(0, position - 8) : position + 12]!r}"


@dataclass
class Readback:
    """A PDF opened by both libraries."""

    document: Any
    pdf: pikepdf.Pdf

    @cached_property
    def pages(self) -> list[Any]:
        """The pages as PDFium has them."""
        return list(self.document)

    @cached_property
    def languages(self) -> dict[Mark, str]:
        """The language of every piece of content in the structure tree, in the tree's order."""
        found: dict[Mark, str] = {}
        pages = {page.objgen: number for number, page in enumerate(self.pdf.pages)}
        root = self.pdf.Root.get("/StructTreeRoot")
        if root is not None:
            _collect_languages(root.K, str(self.pdf.Root.get("/Lang", "")), 0, pages, found)
        return found

    @cached_property
    def lines(self) -> list[str]:
        """The text of each page with its spaces and line ends, page numbers included."""
        texts = (page.get_textpage().get_text_range() for page in self.pages)
        return [text.translate(LINE_END_HYPHENS) for text in texts]

    @cached_property
    def text(self) -> Text:
        """The whole text in the order it is drawn in."""
        read = Text()
        for number, page in enumerate(self.pages):
            textpage, characters = page.get_textpage(), []
            marks: dict[int | None, Mark] = {None: (number, -1)}
            read.boxes.append({})
            for index in range(textpage.count_chars()):
                character = chr(pdfium.FPDFText_GetUnicode(textpage, index))
                if character.isspace():
                    continue
                drawn = pdfium.FPDFText_GetTextObject(textpage, index)
                address = ctypes.cast(drawn, ctypes.c_void_p).value
                if address not in marks:
                    mark = marks[address] = number, pdfium.FPDFPageObj_GetMarkedContentID(drawn)
                    if mark in self.languages:
                        box = _measure(drawn)
                        read.boxes[-1][mark] = _join(read.boxes[-1].get(mark, box), box)
                characters.append(character)
                read.marks.append(marks[address])
                read.languages.append(self.languages.get(marks[address], ARTIFACT))
            read.characters += "".join(characters).translate(LINE_END_HYPHENS)
        return read

    @cached_property
    def pictures(self) -> list[PIL.Image.Image]:
        """The pages drawn in grey, without what is typed into fields."""
        return self.draw(DPI)

    def draw(self, dpi: int) -> list[PIL.Image.Image]:
        """Draw all pages."""
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in self.pages]

    @cached_property
    def annotations(self) -> list[tuple[int, Any]]:
        """Every page's annotations in their order, with the page's index."""
        return [(number, note) for number, page in enumerate(self.pdf.pages) for note in page.get("/Annots", [])]

    @cached_property
    def fonts(self) -> dict[str, Any]:
        """The fonts of pages and fields by resource name."""
        holders: list[Any] = [page.get("/Resources") for page in self.pdf.pages]
        if form := self.pdf.Root.get("/AcroForm"):
            holders.append(form.get("/DR"))
        found = {name: font for holder in holders if holder and "/Font" in holder for name, font in holder.Font.items()}
        found.pop("/ZaDb", None)  # every reader has it and draws ticks with it; no stream of ours uses it
        return found


@contextmanager
def open_readback(path: Path) -> Iterator[Readback]:
    """Open a PDF for reading back; raises pikepdf.PdfError or pypdfium2.PdfiumError when it is none."""
    with pikepdf.open(path) as pdf, pypdfium2.PdfDocument(path) as document:
        yield Readback(document, pdf)


def _collect_languages(kids: Any, lang: str, page: int, pages: dict[Any, int], found: dict[Mark, str]) -> None:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            found[page, kid] = lang
        elif "/S" in kid:
            own_page = pages.get(kid.Pg.objgen, page) if "/Pg" in kid else page
            _collect_languages(kid.get("/K", []), str(kid.get("/Lang", lang)), own_page, pages, found)
        elif kid.get("/Type") == "/MCR":
            found[pages[kid.Pg.objgen] if "/Pg" in kid else page, int(kid.MCID)] = lang


def _measure(drawn: Any) -> Box:
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(drawn, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


def _join(box: Box, other: Box) -> Box:
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])
