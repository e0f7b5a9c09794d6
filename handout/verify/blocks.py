"""Blocks: the structure tree of a made PDF as paragraphs, headings, items and fields, one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pikepdf

Mark = tuple[int, int]  # page index, marked-content id
Box = tuple[float, float, float, float]  # left, bottom, right, top in points
INLINE = {"/Span", "/Link"}  # elements within a block's lines


@dataclass
class Block:
    """A run of one element's content, that of its spans and links included: tag, language and marks in order.

    A field is a block ("/Form") with one mark, whose number counts the document's fields from -2 downwards.
    """

    tag: str
    lang: str
    marks: list[Mark] = field(default_factory=list)


class StructureTree:
    """What the structure tree holds, in its order: the language of every mark, the blocks, and the fields' boxes."""

    def __init__(self, pdf: pikepdf.Pdf, annotations: Iterable[tuple[int, Any]]) -> None:
        """Read the tree of a PDF; ``annotations`` are those of all pages with the page's index."""
        self.languages: dict[Mark, str] = {}
        self.blocks: list[Block] = []
        self.fields: dict[Mark, Box] = {}
        self._pages: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages)}
        self._pages |= {note.objgen: number for number, note in annotations}
        if "/StructTreeRoot" in pdf.Root:
            lang = str(pdf.Root.get("/Lang", ""))
            self._visit(pdf.Root.StructTreeRoot.K, Block("", lang), lang, 0)

    def _visit(self, kids: Any, block: Block, lang: str, page: int) -> Block:
        """Add what an element's kids hold; return the block that its content goes on in."""
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                block = self._add_mark((page, kid), block, lang)
                continue
            own_page = self._pages[kid.Pg.objgen] if "/Pg" in kid else page
            own_lang, tag = str(kid.get("/Lang", lang)), kid.get("/S")
            if tag in INLINE:
                block = self._visit(kid.get("/K", []), block, own_lang, own_page)
            elif tag == "/Form":
                mark = self._pages[kid.K[0].Obj.objgen], -2 - len(self.fields)
                left, bottom, right, top = (float(side) for side in kid.A.BBox)
                self.fields[mark] = left, bottom, right, top
                self.blocks.append(Block("/Form", own_lang, [mark]))
            elif tag is not None:
                self._visit(kid.get("/K", []), Block(str(tag), own_lang), own_lang, own_page)
            elif kid.get("/Type") == "/MCR":
                block = self._add_mark((own_page, int(kid.MCID)), block, lang)
        return block

    def _add_mark(self, mark: Mark, block: Block, lang: str) -> Block:
        """Add content to a block, to a new one of its kind if a field or another block came between."""
        self.languages[mark] = lang
        if not self.blocks or self.blocks[-1] is not block:
            block = Block(block.tag, block.lang)
            self.blocks.append(block)
        block.marks.append(mark)
        return block
