"""From WeasyPrint's boxes to structure elements: an element of HTML becomes one element of the PDF's tree.

WeasyPrint's own tree ends elements at page breaks, tags page numbers as content and files list items, table heads and
pictures in ways PDF/UA-1 forbids. Clauses are those of ISO 32000-1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import pydyf

from handout.typeset.weasyprint_internals import LANG, Box, PageBoxes, TypesetError

SVG = "{http://www.w3.org/2000/svg}"

BLOCKS = ("P", "H1", "H2", "H3", "H4", "H5", "H6")
TEXT_HOLDERS = {*BLOCKS, "Span", "Link", "Lbl", "Caption"}
NAMED_ALIKE = (*BLOCKS, "Table", "THead", "TBody", "TFoot", "TR", "TH", "TD", "Caption")
TAGS = {tag.lower(): tag for tag in NAMED_ALIKE}
TAGS |= {"section": "Sect", "article": "Art", "ul": "L", "ol": "L", "li": "LBody", "a": "Link"}
TAGS |= {"img": "Figure", f"{SVG}svg": "Figure", "input": "Form", "select": "Form", "textarea": "Form"}
# These have no element of their own: their text goes to the element around them, their language to /Lang.
TRANSPARENT = {
    *("html", "body", "div", "span", "main", "header", "footer", "nav", "form", "fieldset", "label", "time", "address"),
    *("b", "strong", "i", "em", "small", "sub", "sup", "bdi", "abbr", "br", "wbr", "hr"),
}
NUMBERING = {"disc": "Disc", "circle": "Circle", "square": "Square"}


class Mark(NamedTuple):
    """Marked content: the page's index and the id there."""

    page: int
    mcid: int


@dataclass(eq=False)
class Element:
    """A structure element: its kids are elements, marks and annotations."""

    tag: str
    lang: str
    source: Any = None
    kids: list[Any] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    holder: Element | None = None

    def append(self, tag: str, lang: str, source: Any = None) -> Element:
        """Add and return a new kid."""
        self.kids.append(kid := Element(tag, lang, source, holder=self))
        return kid

    def find_or_append(self, tag: str, lang: str, source: Any = None) -> Element:
        """Return the last kid if it is such an element, else a new one."""
        last = self.kids[-1] if self.kids else None
        if isinstance(last, Element) and (last.tag, last.lang, last.source) == (tag, lang, source):
            return last
        return self.append(tag, lang, source)

    def prune(self) -> bool:
        """Remove elements without content and return whether this one stays; an empty table cell does.

        Marks next to elements get a span of their own: some tools read an element's marks before its elements.
        """
        self.kids = [kid for kid in self.kids if not isinstance(kid, Element) or kid.prune()]
        if any(isinstance(kid, Element) for kid in self.kids):
            kids, self.kids = self.kids, []
            for is_marks, run in groupby(kids, lambda kid: isinstance(kid, Mark)):
                holder = self.append("Span", self.lang) if is_marks else self
                holder.kids.extend(run)
        return bool(self.kids) or self.tag in ("TH", "TD")


class TreeBuilder:
    """Grows a tree of elements page by page."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._known: dict[tuple[Any, str], Element] = {}

    def add_page(self, number: int, page: PageBoxes) -> dict[int, dict[str, str]]:
        """Put the page's content under the root; return the properties of its artifacts by marked-content id."""
        self._number, self._height = number, page.height
        self._artifacts: dict[int, dict[str, str]] = {}
        self._earlier = set(self._known)
        for box in page.boxes:
            if box.kind == "MarginBox":
                self._skip(box, {"Type": "/Pagination"})
            else:
                self._visit(box, self.root, self.root.lang)
        return self._artifacts

    def _visit(self, box: Box, parent: Element, lang: str) -> None:
        """Put a box and all in it under ``parent``; ``lang`` is the language around it."""
        if box.element is not None and box.kind != "TextBox":
            lang = box.element.get(LANG) or box.element.get("lang", lang)
            hidden = box.element.get("aria-hidden") == "true" or box.element.get("alt") == ""
            if hidden or (box.name in ("thead", "tfoot") and (box.element, box.name) in self._earlier):
                self._skip(box, {})  # as a table's head or foot that a later page repeats
                return
            parent = self._find_element(box, parent, lang)
        if box.link:
            box.link["F"] = 1 << 2  # to be printed (12.5.3)
            if title := box.element.get("title"):  # WeasyPrint has put the address there
                box.link["Contents"] = pydyf.String(title)
            parent.kids.append(box.link)
        if box.widget:
            _name_field(box)
            parent.kids.append(box.widget)
            self._skip(box, {})  # WeasyPrint's stand-in for the value, never visible
            return
        if box.mark is not None:
            holder = parent if lang == parent.lang else parent.find_or_append("Span", lang)
            holder.kids.append(Mark(self._number, box.mark))
        if any(child.kind == "LineBox" for child in box.children) and not _holds_text(parent, box):
            parent = parent.find_or_append("P", lang, box.element)  # which may have begun on an earlier page
        for child in box.children:
            self._visit(child, parent, lang)

    def _find_element(self, box: Box, parent: Element, lang: str) -> Element:
        """Return the box's own element, which may have begun on an earlier page, or else the element around it."""
        source, name = box.element, box.name
        if known := self._known.get((source, name)):
            return known
        if name in TRANSPARENT or "::" in name:
            return parent
        if name not in TAGS:
            raise TypesetError(f"no PDF tag is known for <{name}>")
        tag = TAGS[name]
        if tag in BLOCKS and parent.tag == "P" and parent.holder:
            parent = parent.holder  # a run-in heading and its text share a line, but are elements side by side
        if tag == "LBody":
            item = parent.append("LI", lang, source)
            self._known[source, "li::marker"] = self._known[source, "li::before"] = item.append("Lbl", lang, source)
            parent = item
        element = self._known[source, name] = parent.append(tag, lang, source)
        element.extra = _describe(tag, box, self._height)
        return element

    def _skip(self, box: Box, properties: dict[str, str]) -> None:
        """Make everything in the box an artifact (14.8.2.2)."""
        if box.link:
            raise TypesetError(f"a link to {box.element.get('href')} in what is not content")
        if box.mark is not None:
            self._artifacts[box.mark] = properties
        for child in box.children:
            self._skip(child, properties)


def _holds_text(element: Element, box: Box) -> bool:
    """Return whether the box's lines may stand in the element without a paragraph around them."""
    return element.tag in TEXT_HOLDERS or (element.tag in ("LBody", "TD", "TH") and element.source is box.element)


def _describe(tag: str, box: Box, page_height: float) -> dict[str, Any]:
    """Return the entries that an element of this tag must have besides its kids."""
    if tag in ("Figure", "Form"):  # a field's annotation is only as high as a line
        corners = pydyf.Array(box.find_corners(page_height))
        extra: dict[str, Any] = {"A": pydyf.Dictionary({"O": "/Layout", "BBox": corners})}
        alt = box.element.get("alt") or box.element.get("aria-label") or box.element.findtext(f"{SVG}title")
        if tag == "Figure" and not alt:
            raise TypesetError(f"<{box.name.removeprefix(SVG)}> needs alt, aria-label or aria-hidden")
        return extra | {"Alt": pydyf.String(alt)} if tag == "Figure" else extra
    if tag == "L":
        numbering = NUMBERING.get(box.find_list_style(), "None") if box.name == "ul" else "Decimal"
        return {"A": pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})}
    if tag in ("TH", "TD"):
        cell = pydyf.Dictionary({"O": "/Table"})
        if tag == "TH":
            cell["Scope"] = "/Row" if box.element.get("scope") == "row" else "/Column"
        cell |= {key: count for key, count in box.count_cells().items() if count != 1}
        return {"A": cell} if len(cell) > 1 else {}
    return {}


def _name_field(box: Box) -> None:
    """Give the box's field its tooltip from `title`, and a group's from `data-question`; its name must be plain."""
    name, title = box.element.get("name", ""), box.element.get("title", "").replace("\u200b", "").strip()
    if not name or "." in name or not title:
        raise TypesetError(f"field {name!r} needs a title and a name without full stops")
    box.widget["TU"] = pydyf.String(title)
    box.widget.question = pydyf.String(box.element.get("data-question", title))
