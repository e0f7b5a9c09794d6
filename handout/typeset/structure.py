"""From WeasyPrint's boxes to structure elements: an element of HTML becomes one element of the PDF's tree.

WeasyPrint's own tree ends elements at page breaks, tags page numbers as content and files list items, table heads and
pictures in ways PDF/UA-1 forbids. Clauses are those of ISO 32000-1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from handout.typeset.fields import TaggingError, name_field

CSS_TO_POINTS = 0.75
PRINT = 1 << 2  # annotation flag, 12.5.3
SVG = "{http://www.w3.org/2000/svg}"

TAGS = {
    **{name: name.upper() for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "th", "td")},
    **dict.fromkeys(("input", "select", "textarea"), "Form"),
    **dict.fromkeys(("img", f"{SVG}svg"), "Figure"),
    **dict.fromkeys(("ul", "ol"), "L"),
    "li": "LBody",
    "section": "Sect",
    "article": "Art",
    "a": "Link",
    "table": "Table",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "caption": "Caption",
}
# These have no element of their own: their text goes to the element around them, their language to /Lang.
TRANSPARENT = {
    *("html", "body", "div", "span", "main", "header", "footer", "nav", "form", "fieldset", "label", "time", "address"),
    *("b", "strong", "i", "em", "small", "sub", "sup", "bdi", "abbr", "br", "wbr", "hr"),
}
TEXT_HOLDERS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Span", "Link", "Lbl", "Caption"}
BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "H6"}
NUMBERING = {"disc": "Disc", "circle": "Circle", "square": "Square"}


@dataclass(eq=False)
class Element:
    """A structure element: its kids are elements, (page index, marked-content id) pairs and annotations."""

    tag: str
    lang: str
    source: Any = None
    kids: list[Any] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    holder: Element | None = None

    def append(self, tag: str, lang: str, source: Any = None, extra: dict[str, Any] | None = None) -> Element:
        """Add and return a new kid."""
        kid = Element(tag, lang, source, extra=extra or {}, holder=self)
        self.kids.append(kid)
        return kid

    def prune(self) -> bool:
        """Take out elements without content and say whether this one stays; an empty table cell does.

        Content beside elements gets a span of its own: some tools read an element's content before its elements.
        """
        self.kids = [kid for kid in self.kids if not isinstance(kid, Element) or kid.prune()]
        if any(isinstance(kid, Element) for kid in self.kids):
            kids, self.kids = self.kids, []
            for is_content, run in groupby(kids, lambda kid: isinstance(kid, tuple)):
                holder = self.append("Span", self.lang) if is_content else self
                holder.kids.extend(run)
        return bool(self.kids) or self.tag in ("TH", "TD")


class TreeBuilder:
    """Grows a tree of elements page by page."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._known: dict[tuple[Any, str], Element] = {}

    def add_page(self, number: int, page_box: Any, tags: dict[Any, dict[str, Any]]) -> dict[int, dict[str, str]]:
        """Put the page's content under the root; return the marked-content ids of its artifacts with their properties.

        ``tags`` is WeasyPrint's mapping of the page's boxes to their marked-content ids; it is empty afterwards.
        """
        self._number, self._tags, self._height = number, tags, page_box.margin_height()
        self._artifacts: dict[int, dict[str, str]] = {}
        self._earlier = set(self._known)
        for child in page_box.children:
            if isinstance(child, boxes.MarginBox):
                self._skip(child, {"Type": "/Pagination"})
            else:
                self._visit(child, self.root, self.root.lang)
        if tags:
            raise TaggingError(f"page {number + 1}: content that no element holds: {list(tags)[:3]}")
        return self._artifacts

    def _visit(self, box: Any, parent: Element, lang: str) -> None:
        """Put a box and all in it under ``parent``; ``lang`` is the language around it."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        source = box.element
        if source is not None and not isinstance(box, boxes.TextBox):
            lang = source.get("lang", lang)
            if self._is_decoration(box):
                self._skip(box, {})
                return
            parent = self._find_element(box, parent, lang)
        if box.link_annotation:
            _name_link(box)
            parent.kids.append(box.link_annotation)
        if box.widget_annotation:
            name_field(box)
            parent.kids.append(box.widget_annotation)
            self._skip(box, {})  # WeasyPrint's stand-in for the value, never visible
        elif isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
            self._add_content(box, parent, lang)
        else:
            if any(isinstance(child, boxes.LineBox) for child in box.children):
                parent = _find_line_holder(parent, source, lang)
            for child in box.children:
                self._visit(child, parent, lang)

    def _is_decoration(self, box: Any) -> bool:
        """Say whether the box is hidden from readers, or a table's head or foot repeated on a later page."""
        hidden = box.element.get("aria-hidden") == "true" or box.element.get("alt") == ""
        return hidden or (box.element_tag in ("thead", "tfoot") and (box.element, box.element_tag) in self._earlier)

    def _find_element(self, box: Any, parent: Element, lang: str) -> Element:
        """Return the box's own element, be it one begun on an earlier page, or the element around it."""
        source, name = box.element, box.element_tag
        if known := self._known.get((source, name)):
            return known
        tag = TAGS.get(name)
        if tag is None:
            if name not in TRANSPARENT and "::" not in name:
                raise TaggingError(f"no PDF tag is known for <{name}>")
            return parent
        if tag in BLOCKS and parent.tag == "P" and parent.holder:
            parent = parent.holder  # a run-in heading and its text share a line, but are elements side by side
        if tag == "LBody":
            item = parent.append("LI", lang, source)
            self._known[source, "li::marker"] = self._known[source, "li::before"] = item.append("Lbl", lang, source)
            parent = item
        element = parent.append(tag, lang, source, _describe(tag, box, self._height))
        self._known[source, name] = element
        return element

    def _add_content(self, box: Any, parent: Element, lang: str) -> None:
        """Give the box's marked content to the parent, by way of a span when it is in another language."""
        if (mark := self._tags.pop(box, None)) is None:
            return
        if lang != parent.lang:
            last: Any = parent.kids[-1] if parent.kids else None
            joins = isinstance(last, Element) and last.tag == "Span" and last.lang == lang
            parent = last if joins else parent.append("Span", lang)
        parent.kids.append((self._number, mark["mcid"]))

    def _skip(self, box: Any, properties: dict[str, str]) -> None:
        """Make everything in the box an artifact (14.8.2.2)."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if box.link_annotation:
            raise TaggingError(f"a link to {box.element.get('href')} in what is not content")
        if mark := self._tags.pop(box, None):
            self._artifacts[mark["mcid"]] = properties
        for child in box.children:
            self._skip(child, properties)


def _find_line_holder(parent: Element, source: Any, lang: str) -> Element:
    """Return the element for lines: the parent if it may hold text, else a paragraph, also across a page break."""
    if parent.tag in TEXT_HOLDERS or (parent.tag in ("LBody", "TD", "TH") and parent.source is source):
        return parent
    last = parent.kids[-1] if parent.kids else None
    if isinstance(last, Element) and last.tag == "P" and last.source is source and source is not None:
        return last
    return parent.append("P", lang, source)


def _describe(tag: str, box: Any, page_height: float) -> dict[str, Any]:
    """Return what the specification wants an element of this tag to say beside its content."""
    if tag == "Figure":
        alt = box.element.get("alt") or box.element.get("aria-label") or box.element.findtext(f"{SVG}title")
        if not alt:
            raise TaggingError(f"<{box.element_tag.removeprefix(SVG)}> needs alt, aria-label or aria-hidden")
        x, y = box.content_box_x(), page_height - box.content_box_y()
        corners = [round(side * CSS_TO_POINTS, 2) for side in (x, y - box.height, x + box.width, y)]
        return {"Alt": pydyf.String(alt), "A": pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(corners)})}
    if tag == "L":
        numbering = NUMBERING.get(box.style["list_style_type"], "None") if box.element_tag == "ul" else "Decimal"
        return {"A": pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})}
    if tag in ("TH", "TD"):
        cell = pydyf.Dictionary({"O": "/Table"})
        if tag == "TH":
            cell["Scope"] = "/Row" if box.element.get("scope") == "row" else "/Column"
        cell |= {key: n for key, n in (("ColSpan", box.colspan), ("RowSpan", box.rowspan)) if n != 1}
        return {"A": cell} if len(cell) > 1 else {}
    return {}


def _name_link(box: Any) -> None:
    """Describe the box's link by its `title`, else by its address as WeasyPrint does, and let it print."""
    box.link_annotation["F"] = PRINT
    if title := box.element.get("title"):
        box.link_annotation["Contents"] = pydyf.String(title)
