"""Read a made PDF back: its text with the language and place of every character, its fields, links, fonts and ink.

PDFium gives text and pictures, qpdf the structure. Each file is opened once, each page drawn once.
"""

import ctypes
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, repeat
from pathlib import Path
from typing import Any

import pikepdf
import PIL.Image
import pypdfium2
import pypdfium2.raw as pdfium

from handout.verify.blocks import Box, Mark, StructureTree
from handout.verify.measures import RECTANGLE_PAIR, MarkedLine, find_rules, measure_bounds, measure_line

DPI = 100  # enough for a QR code of 15 mm, and for ink to half a point
PICTURE_DPI = 150
ARTIFACT = ""  # in the place of a language: text that is not in the structure tree
UNSHAPED = (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM)  # what a form holds is listed after it
LINE_END_HYPHENS = re.compile("[\x02\ufffe]")  # what PDFium has where a line ends in one
BREAK_AIDS = re.compile("[\u200b\u2060\u00ad]")


@dataclass
class ReadText:
    """Characters, white space left out, each with its language and the mark it stands in."""

    characters: str = ""
    languages: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    lines: list[dict[Mark, MarkedLine]] = field(default_factory=list)  # by page, artifacts left out
    decoration: dict[Mark, Box] = field(default_factory=dict)  # artifacts, each text object under a mark of its own
    by_mark: defaultdict[Mark, str] = field(default_factory=lambda: defaultdict(str))

    def name_place(self, position: int) -> str:
        """Say where the character at a position is: page and the words around it."""
        if not self.characters:
            return "page 1"
        position = min(position, len(self.characters) - 1)
        return f"page {self.marks[position][0] + 1}, near {self.characters[max(0, position - 8) : position + 12]!r}"

    def name_mark(self, mark: Mark) -> str:
        """Say where a mark is: page and the words in it, or the page alone for what has no words."""
        return self.name_place(self.marks.index(mark)) if mark in self.lines[mark[0]] else f"page {mark[0] + 1}"

    @cached_property
    def content(self) -> list[int]:
        """The positions of what is no artifact."""
        return [position for position, lang in enumerate(self.languages) if lang != ARTIFACT]

    @cached_property
    def margins(self) -> list[list[int]]:
        """The positions of each page's artifacts."""
        pages: list[list[int]] = [[] for _page in self.lines]
        for position, lang in enumerate(self.languages):
            if lang == ARTIFACT:
                pages[self.marks[position][0]].append(position)
        return pages

    @cached_property
    def words(self) -> str:
        """The characters that are no artifact."""
        return "".join(map(self.characters.__getitem__, self.content))

    def add(self, words: str, mark: Mark, lang: str) -> None:
        """Add characters that follow one another in one mark."""
        self.characters += words
        self.by_mark[mark] += words
        self.marks += [mark] * len(words)
        self.languages += [lang] * len(words)

    def find_running(self, strings: Iterable[str], page: int) -> dict[str, list[Mark]]:
        """Return the artifacts of each string of the page margins on a page, for those that it has."""
        positions = self.margins[page]
        words = "".join(self.characters[position] for position in positions)
        wanted = {string: squeeze(string.format(page=page + 1, pages=len(self.lines))) for string in strings}
        found = {string: (words.index(shown), len(shown)) for string, shown in wanted.items() if shown in words}
        return {
            string: list(dict.fromkeys(self.marks[position] for position in positions[start : start + length]))
            for string, (start, length) in found.items()
        }

    def find_strings(self, strings: Iterable[str]) -> Iterator[list[int]]:
        """Yield the positions of each string's characters, one string after the other; none where it is not found."""
        start = 0
        for string in strings:
            wanted = squeeze(string)
            found = self.words.find(wanted, start)
            start = start if found < 0 else found + len(wanted)
            yield [] if found < 0 else self.content[found:start]


@dataclass
class Readback:
    """A PDF opened by both libraries: its pages as PDFium has them, and its objects as qpdf has them.

    The first ``fine`` pages are drawn at PICTURE_DPI, all others at DPI.
    """

    pages: list[Any]
    pdf: pikepdf.Pdf
    fine: int = 0

    @cached_property
    def tree(self) -> StructureTree:
        """The structure tree."""
        return StructureTree(self.pdf, self.annotations)

    @cached_property
    def textpages(self) -> list[pypdfium2.PdfTextPage]:
        """The text of each page as PDFium has it."""
        return [page.get_textpage() for page in self.pages]

    @cached_property
    def text(self) -> ReadText:
        """The whole text in the order it is drawn in."""
        read, languages = ReadText(), self.tree.languages
        for number, textpage in enumerate(self.textpages):
            every, characters = range(textpage.count_chars()), textpage.get_text_range()
            if len(characters) != len(every) or "\ufffe" in characters:  # what is no character is left out, or hidden
                characters = "".join(chr(pdfium.FPDFText_GetUnicode(textpage, index)) for index in every)
            characters = LINE_END_HYPHENS.sub("-", characters)
            objects = [*map(pdfium.FPDFText_GetTextObject, repeat(textpage.raw), every)]
            marks = {bytes(ctypes.c_void_p()): (number, -1)}
            read.lines.append({})
            for address, run in groupby(every, [*map(bytes, objects)].__getitem__):
                first, *rest = run
                if not (words := "".join(characters[first : first + 1 + len(rest)].split())):
                    continue
                if address not in marks:
                    drawn = objects[first]
                    mark = marks[address] = number, pdfium.FPDFPageObj_GetMarkedContentID(drawn)
                    if mark in languages:
                        read.lines[-1][mark] = measure_line(drawn, read.lines[-1].get(mark))
                    else:
                        mark = marks[address] = number, -2 - len(read.decoration)
                        read.decoration[mark] = measure_bounds(drawn)
                mark = marks[address]
                read.add(words, mark, languages.get(mark, ARTIFACT))
        return read

    @cached_property
    def rules(self) -> list[list[Box]]:
        """The horizontal rules of each page, the upper and lower sides of frames among them, tints left out.

        WeasyPrint draws a side as what an inner rectangle has less than an outer one.
        """
        return [
            [rule for drawn, count in shapes if count in RECTANGLE_PAIR for rule in find_rules(drawn, count)]
            for shapes in self.shapes
        ]

    @cached_property
    def shapes(self) -> list[list[tuple[pypdfium2.PdfObject, int]]]:
        """What each page draws beside text, with the number of a path's segments, negative for what is none."""
        return [
            [
                (drawn, pdfium.FPDFPath_CountSegments(drawn))
                for drawn in page.get_objects()
                if drawn.type not in UNSHAPED
            ]
            for page in self.pages
        ]

    @cached_property
    def scales(self) -> list[float]:
        """How many dots a point has in each page's picture."""
        return [(PICTURE_DPI if number < self.fine else DPI) / 72 for number in range(len(self.pages))]

    @cached_property
    def pictures(self) -> list[PIL.Image.Image]:
        """The pages drawn in grey, without what is typed into fields."""
        return self.draw()

    def draw(self, times: int = 1) -> list[PIL.Image.Image]:
        """Draw all pages, larger by a factor."""
        scaled = zip(self.pages, self.scales, strict=True)
        return [page.render(scale=times * scale, grayscale=True).to_pil() for page, scale in scaled]

    @cached_property
    def annotations(self) -> list[tuple[int, Any]]:
        """Every page's annotations in their order, with the page's index."""
        return [(number, note) for number, page in enumerate(self.pdf.pages) for note in page.get("/Annots", [])]

    @cached_property
    def fonts(self) -> dict[str, Any]:
        """The fonts of pages and fields by resource name."""
        form: Any = self.pdf.Root.get("/AcroForm", {})
        holders: list[Any] = [*(page.get("/Resources", {}) for page in self.pdf.pages), form.get("/DR", {})]
        found = {name: font for holder in holders for name, font in holder.get("/Font", {}).items()}
        found.pop("/ZaDb", None)  # every reader has it and draws ticks with it; no stream of ours uses it
        return found


@contextmanager
def open_readback(path: Path, fine: int = 0) -> Iterator[Readback]:
    """Open a PDF for reading back; raises pikepdf.PdfError or pypdfium2.PdfiumError when it is none."""
    content = path.read_bytes()  # by content: where the language is ASCII, pikepdf does not take a name in Khmer
    with pikepdf.open(io.BytesIO(content)) as pdf, pypdfium2.PdfDocument(content) as document:
        yield Readback(list(document), pdf, fine)


def squeeze(text: str) -> str:
    """Leave out white space and what only guides line breaking, none of which reads back."""
    return BREAK_AIDS.sub("", "".join(text.split()))
