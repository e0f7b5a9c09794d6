"""Write a rendered page as PDF/UA-1 with the language of every block, which WeasyPrint alone does not.

Clauses are those of ISO 32000-1.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pydyf
import weasyprint

from handout.typeset.errors import TaggingError
from handout.typeset.fields import finish_fields
from handout.typeset.structure import Element, Mark, TreeBuilder
from handout.typeset.weasyprint_internals import PageBoxes, look_up, write_pdf


def write_tagged_pdf(document: weasyprint.Document, path: Path, *, identifier: bytes, dated: date) -> None:
    """Write a document rendered with pdf_forms=True and pdf_variant="pdf/ua-1" as PDF/UA-1.

    The same document, identifier and date give the same bytes. Raises TaggingError for what PDF/UA-1 does not allow.
    """
    if not document.metadata.title or not document.metadata.lang:
        raise TaggingError("the page needs a <title> and <html lang>")
    document.metadata.created = document.metadata.modified = dated.isoformat()
    options = {"pdf_variant": "pdf/ua-1", "pdf_forms": True, "pdf_identifier": identifier}
    write_pdf(document, path, add_structure, finisher=finish_fields, **options)


def add_structure(pdf: pydyf.PDF, document: weasyprint.Document, pages: list[PageBoxes]) -> None:
    """Write the structure tree of all pages, and turn marks of what is not content into artifacts (14.7, 14.8)."""
    builder = TreeBuilder(Element("Document", document.metadata.lang))
    for number, page in enumerate(pages):
        _mark_artifacts(page, builder.add_page(number, page))
    builder.root.prune()
    writer = TreeWriter(pdf, [page.marks for page in pages])
    tree = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(tree)
    tree["K"] = writer.write_element(builder.root, tree.reference, document.metadata.lang)
    tree |= writer.write_parents()
    pdf.catalog["StructTreeRoot"] = tree.reference
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


def _mark_artifacts(page: PageBoxes, artifacts: dict[int, dict[str, str]]) -> None:
    """Rewrite the marks of artifacts in a page's content, which must have all the page's marks."""
    count = page.marks
    for place, operand in enumerate(page.operators):
        if isinstance(operand, pydyf.Dictionary) and "MCID" in operand:
            count -= 1
            if (properties := artifacts.get(operand["MCID"])) is not None:
                page.operators[place - 1 : place + 1] = b"/Artifact", pydyf.Dictionary(properties)
    if count:
        raise TaggingError("content in a group of its own, as `opacity` makes it, cannot be tagged")


class TreeWriter:
    """Writes elements as PDF objects and remembers which element owns each mark and annotation."""

    def __init__(self, pdf: pydyf.PDF, counts: list[int]) -> None:
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
            elif isinstance(kid, Mark):
                self._owners[kid.page][kid.mcid] = reference
                page = self._pages[kid.page]
                if entry.setdefault("Pg", page) == page:
                    kids.append(kid.mcid)
                else:
                    kids.append(pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": kid.mcid}))
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
        for page_reference in self._pages:
            look_up(self._pdf, page_reference).get("Annots", []).sort(key=order.__getitem__)
        parents = pydyf.Dictionary({"Nums": nums})
        self._pdf.add_object(parents)
        return {"ParentTree": parents.reference, "ParentTreeNextKey": len(self._owners) + len(order)}
