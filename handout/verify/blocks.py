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


@dataclass
class StructureTree:
    """What the structure tree holds, in its order: the language of every mark, the blocks, and the fields' boxes."""

    languages: dict[Mark, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    fields: dict[Mark, Box] = field(default_factory=dict)


def read_tree(pdf: pikepdf.Pdf, annotations: Iterable[tuple[int, Any]]) -> StructureTree:
    """Read the structure tree; ``annotations`` are those of all pages with the page's index."""
    reader = _Reader({page.objgen: number for number, page in enumerate(pdf.pages)})
    reader.pages |= {note.objgen: number for number, note in annotations}
    root = pdf.Root.get("/StructTreeRoot")
    if root is not None:
        lang = str(pdf.Root.get("/Lang", ""))
        reader.visit(root.K, Block("", lang), lang, 0)
    return reader.tree


class _Reader:
    """Walks the tree; ``pages`` are the indexes of pages and annotations by object number."""

    def __init__(self, pages: dict[Any, int]) -> None:
        self.pages = pages
        self.tree = StructureTree()

    def visit(self, kids: Any, block: Block, lang: str, page: int) -> Block:
        """Add what an element's kids hold; return the block that its content goes on in."""
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                block = self._add_mark((page, kid), block, lang)
                continue
            own_page = self.pages[kid.Pg.objgen] if "/Pg" in kid else page
            own_lang = str(kid.get("/Lang", lang))
            if kid.get("/S") in INLINE:
                block = self.visit(kid.get("/K", []), block, own_lang, own_page)
            elif "/S" in kid:
                self.visit(kid.get("/K", []), Block(str(kid.S), own_lang), own_lang, own_page)
            elif kid.get("/Type") == "/MCR":
                block = self._add_mark((own_page, int(kid.MCID)), block, lang)
            elif block.tag == "/Form":
                mark = self.pages[kid.Obj.objgen], -2 - len(self.tree.fields)
                left, bottom, right, top = (float(side) for side in kid.Obj.Rect)
                self.tree.fields[mark] = left, bottom, right, top
                self.tree.blocks.append(Block(block.tag, lang, [mark]))
        return block

    def _add_mark(self, mark: Mark, block: Block, lang: str) -> Block:
        """Add content to a block, to a new one of its kind if a field or another block came between."""
        self.tree.languages[mark] = lang
        if not self.tree.blocks or self.tree.blocks[-1] is not block:
            block = Block(block.tag, block.lang)
            self.tree.blocks.append(block)
        block.marks.append(mark)
        return block
