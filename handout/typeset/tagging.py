"""Write a rendered page as a PDF that is PDF/UA-1 and says the language of every block, which WeasyPrint 70 does not.

Clauses are those of ISO 32000-1.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pydyf
import weasyprint.pdf

from handout.typeset.fields import TaggingError, finish_fields
from handout.typeset.structure import Element, TreeBuilder

WEASYPRINT = "70.0"


def check_weasyprint() -> None:
    """Raise TaggingError unless WeasyPrint is the version whose internals this module was written for."""
    if weasyprint.__version__ != WEASYPRINT:
        raise TaggingError(f"WeasyPrint {WEASYPRINT} is needed, {weasyprint.__version__} is installed")


def write_tagged_pdf(document: weasyprint.Document, path: Path, *, identifier: bytes, dated: date) -> None:
    """Write a document rendered with pdf_forms=True and pdf_variant="pdf/ua-1" as PDF/UA-1.

    The same document, identifier and date give the same bytes. Raises TaggingError for what PDF/UA-1 does not allow.
    """
    check_weasyprint()
    if not document.metadata.title or not document.metadata.lang:
        raise TaggingError("the page needs a <title> and <html lang>")
    document.metadata.created = document.metadata.modified = dated.isoformat()
    options = {"pdf_variant": "pdf/ua-1", "pdf_forms": True, "pdf_identifier": identifier}
    with own_structure_tree():
        document.write_pdf(path, finisher=finish_fields, **options)


@contextmanager
def own_structure_tree() -> Iterator[None]:
    """Let WeasyPrint call `add_structure` where it calls its own `add_tags`.

    Which box has which marked-content id is known there only: the public `finisher` comes when it is forgotten. One
    name of one module is replaced and put back; not for several threads at once.
    """
    original = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = add_structure
    try:
        yield
    finally:
        weasyprint.pdf.add_tags = original


def add_structure(pdf: Any, document: Any, _version: Any, page_streams: list[Any]) -> None:
    """Write the structure tree of all pages and turn the marks of what is no content into artifacts (14.7, 14.8)."""
    builder = TreeBuilder(Element("Document", document.metadata.lang))
    counts = []
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        counts.append(len(stream._tags))
        _mark_artifacts(stream, counts[-1], builder.add_page(number, page._page_box, stream._tags))
    builder.root.prune()
    writer = TreeWriter(pdf, counts)
    tree = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(tree)
    tree["K"] = writer.write_element(builder.root, tree.reference, document.metadata.lang)
    tree |= writer.write_parents()
    pdf.catalog["StructTreeRoot"] = tree.reference
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


def _mark_artifacts(stream: Any, count: int, artifacts: dict[int, dict[str, str]]) -> None:
    """Rewrite the marks of artifacts in a page's content; ``count`` marks must be there."""
    for place, operand in enumerate(stream.stream):
        if isinstance(operand, pydyf.Dictionary) and "MCID" in operand:
            count -= 1
            if (properties := artifacts.get(operand["MCID"])) is not None:
                stream.stream[place - 1 : place + 1] = b"/Artifact", pydyf.Dictionary(properties)
    if count:
        raise TaggingError("content in a group of its own, as `opacity` makes it, cannot be tagged")


class TreeWriter:
    """Writes elements as PDF objects and keeps who owns which content and annotation."""

    def __init__(self, pdf: Any, counts: list[int]) -> None:
        self._pdf = pdf
        self._pages = pdf.page_references
        self._owners: list[list[bytes]] = [[b"null"] * count for count in counts]
        self._annotations: list[tuple[Any, bytes]] = []

    def write_element(self, element: Element, parent: bytes, lang: str) -> bytes:
        """Write an element with everything below it and return its reference; ``lang`` is its parent's language."""
        kids = pydyf.Array()
        entry = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{element.tag}", "P": parent, "K": kids})
        self._pdf.add_object(entry)
        reference: bytes = entry.reference
        entry |= element.extra
        if element.lang != lang:
            entry["Lang"] = pydyf.String(element.lang)
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self.write_element(kid, reference, element.lang))
            elif isinstance(kid, tuple):
                page, mcid = kid
                self._owners[page][mcid] = reference
                if entry.setdefault("Pg", self._pages[page]) == self._pages[page]:
                    kids.append(mcid)
                else:
                    kids.append(pydyf.Dictionary({"Type": "/MCR", "Pg": self._pages[page], "MCID": mcid}))
            else:
                self._annotations.append((kid, reference))
                kids.append(pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.reference}))
        return reference

    def write_parents(self) -> dict[str, Any]:
        """Write the parent tree (14.7.4.4), put the pages' annotations in its order, return the root's entries."""
        nums = pydyf.Array()
        for page, owners in enumerate(self._owners):
            nums.extend((page, pydyf.Array(owners)))
        order = {}
        for key, (annotation, owner) in enumerate(self._annotations, start=len(self._owners)):
            annotation["StructParent"] = order[annotation.reference] = key
            nums.extend((key, owner))
        # Readers that do not follow /Tabs /S tab in the order of /Annots.
        for number in self._pdf.pages["Kids"][::3]:
            self._pdf.objects[number].get("Annots", []).sort(key=order.__getitem__)
        parents = pydyf.Dictionary({"Nums": nums})
        self._pdf.add_object(parents)
        return {"ParentTree": parents.reference, "ParentTreeNextKey": len(self._owners) + len(order)}
