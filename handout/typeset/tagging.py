"""Write a rendered page as PDF/UA-1 and PDF/A-2a, with a structure tree and a form of our own in place of WeasyPrint's.

The tree has the language of every block. The form's fields are such that PDFium, poppler, MuPDF, pdf.js, pypdf and
qpdf can fill, draw and toggle them (docs/readers.md). Clauses are those of ISO 32000-1, unless another is named; fields
are in 12.7.
"""

import io
import re
from itertools import chain
from pathlib import Path
from typing import Any

import pydyf
import weasyprint
from fontTools.ttLib import TTFont

from handout.typeset.metadata import mark_pdfua
from handout.typeset.structure import Element, Mark, TreeBuilder
from handout.typeset.weasyprint_internals import PageBoxes, TypesetError, read_field_fonts, write_pdf

# The fields' font in the file. Under any other name than that of a symbol font, PDFium looks for curly quotes, dashes
# and letters such as U+0160 in the system's Chinese or bold fonts (`CPDF_BAFontMap`), even when the font has them.
FIELD_FONT = "Wingdings"
# PDF/A-2a by WeasyPrint: a colour profile (sRGB, of the International Color Consortium), metadata, no attachments.
VARIANT = "pdf/a-2a"
# How high a text field is, and its border, in parts of the style sheet's font size.
LINE, BORDER = 1.5, 1 / 6


def write_tagged_pdf(document: weasyprint.Document, path: Path, *, identifier: bytes, dated: str) -> None:
    """Write a document rendered with pdf_forms=True and pdf_variant=VARIANT as PDF/UA-1 and PDF/A-2a in one.

    The same document, identifier and date (``YYYY-MM-DD``) give the same bytes. Raises TypesetError if it cannot be.
    """
    if not document.metadata.title or not document.metadata.lang:
        raise TypesetError("the page needs a <title> and <html lang>")
    document.metadata.created = document.metadata.modified = dated
    options = {"pdf_variant": VARIANT, "pdf_forms": True, "pdf_identifier": identifier}

    def finish(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
        finish_fields(document, pdf)
        mark_pdfua(look_up(pdf, pdf.catalog["Metadata"]))
        pdf.objects[:] = [entry if entry.free == "f" else Written(entry) for entry in pdf.objects]

    write_pdf(document, path, add_structure, finisher=finish, **options)


class Written(pydyf.Object):  # type: ignore[misc]
    """An object as its bytes: pydyf would write and compress each of them twice, for the file and for its hash."""

    data, compressible = b"", False

    def __init__(self, entry: pydyf.Object) -> None:
        """Write an object."""
        super().__init__()
        self.number, self.data, self.compressible = entry.number, entry.data, entry.compressible


def look_up(pdf: pydyf.PDF, reference: bytes) -> Any:
    """Return the object of the PDF that a reference stands for."""
    return pdf.objects[int(reference.split()[0])]


def add_object(pdf: pydyf.PDF, entry: pydyf.Object) -> bytes:
    """Add an object to the PDF and return its reference."""
    pdf.add_object(entry)
    return bytes(entry.reference)


def add_structure(pdf: pydyf.PDF, document: weasyprint.Document, pages: list[PageBoxes]) -> None:
    """Write the structure tree of all pages, and turn marks of what is not content into artifacts (14.7, 14.8)."""
    builder = TreeBuilder(Element("Document", document.metadata.lang))
    for number, page in enumerate(pages):
        _mark_artifacts(page, builder.add_page(number, page))
    builder.root.prune()
    pdf.catalog["StructTreeRoot"] = TreeWriter(pdf, [page.marks for page in pages]).write_tree(builder.root)
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
        raise TypesetError("content in a group of its own, as `opacity` makes it, cannot be tagged")


class TreeWriter:
    """Writes elements as PDF objects and remembers which element owns each mark and annotation."""

    def __init__(self, pdf: pydyf.PDF, counts: list[int]) -> None:
        self._pdf, self._pages = pdf, pdf.page_references
        # The parent tree (14.7.4.4): the elements of each page's marks, then those of the annotations.
        self._owners: list[Any] = [pydyf.Array([b"null"] * count) for count in counts]

    def write_tree(self, root: Element) -> bytes:
        """Write the whole tree, put the pages' annotations in its order and return its reference."""
        tree = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        reference = add_object(self._pdf, tree)
        tree["K"] = self._write_element(root, reference)
        # Readers that do not follow /Tabs /S tab in the order of /Annots.
        for page in self._pages:
            annotations = look_up(self._pdf, page).get("Annots", [])
            annotations.sort(key=lambda annotation: look_up(self._pdf, annotation)["StructParent"])
        nums = pydyf.Array(chain.from_iterable(enumerate(self._owners)))
        tree["ParentTree"] = add_object(self._pdf, pydyf.Dictionary({"Nums": nums}))
        tree["ParentTreeNextKey"] = len(self._owners)
        return reference

    def _write_element(self, element: Element, parent: bytes) -> bytes:
        """Write an element with everything below it and return its reference."""
        kids = pydyf.Array()
        entry = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{element.tag}", "P": parent, "K": kids})
        entry |= element.extra
        if element.holder and element.lang != element.holder.lang:
            entry["Lang"] = pydyf.String(element.lang)
        reference = add_object(self._pdf, entry)
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self._write_element(kid, reference))
            elif isinstance(kid, Mark):
                self._owners[kid.page][kid.mcid] = reference
                page = self._pages[kid.page]
                if entry.setdefault("Pg", page) == page:
                    kids.append(kid.mcid)
                else:
                    kids.append(pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": kid.mcid}))
            else:
                kid["StructParent"] = len(self._owners)
                self._owners.append(reference)
                kids.append(pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.reference}))
        return reference


def finish_fields(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """Rewrite the form that WeasyPrint made; to be called as its `finisher`."""
    if (form := pdf.catalog.get("AcroForm")) is None:
        return
    # Every field has an appearance: a reader need not make any, and for PDF/A may not (ISO 19005-2, 6.4.1).
    form["NeedAppearances"] = "false"
    fonts = pydyf.Dictionary()
    written = look_up(pdf, look_up(pdf, form["DR"])["Font"])
    if len(files := read_field_fonts(document)) > 1:
        raise TypesetError("all fields need the same font")
    for name, file in files.items():
        fonts[FIELD_FONT] = written[name]
        _simplify_font(pdf, look_up(pdf, written[name]), file)
    # qpdf needs the font here to draw a value. PDFium adds another, so the form's own resources are not these.
    resources = add_object(pdf, pydyf.Dictionary({"Font": fonts}))
    # Programs that draw ticks anew do so with this font, which each of them brings; it is only named here.
    symbols = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/ZapfDingbats"})
    form["DR"] = pydyf.Dictionary({"Font": pydyf.Dictionary(fonts | {"ZaDb": symbols})})
    fields = [look_up(pdf, reference) for reference in form["Fields"]]
    form["Fields"] = pydyf.Array(entry.reference for entry in fields if "Parent" not in entry)
    names = [entry["T"].string for entry in fields if "Parent" not in entry]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise TypesetError(f"field names are used twice: {', '.join(sorted(repeated))}")
    for entry in fields:
        if "Kids" in entry:
            entry["TU"] = look_up(pdf, entry["Kids"][0]).question
        else:
            _finish_widget(pdf, entry, resources)


def _finish_widget(pdf: pydyf.PDF, widget: Any, resources: bytes) -> None:
    """Give the widget an upright rectangle, a plain default appearance and one for its empty state (12.7.3.3)."""
    left, right = sorted(widget["Rect"][::2])
    bottom, top = sorted(widget["Rect"][1::2])
    empty = pydyf.Stream(extra={"Type": "/XObject", "Subtype": "/Form", "Resources": resources})
    if widget["FT"] == "/Btn":
        widget["AP"]["N"]["Off"] = add_object(pdf, empty)
        widget["MK"] = pydyf.Dictionary({"CA": pydyf.String("l" if "Parent" in widget else "4")})  # ● or ✔
        widget["DA"] = pydyf.String("/ZaDb 0 Tf 0 g")
        if "Parent" in widget:  # a radio button: the group is the field
            del widget["T"]
    else:
        # A value is drawn as large as it fits, so short ones would fill the field: its rectangle is one line high.
        size = float(re.findall(rb"([\d.]+) Tf", widget["DA"].string)[0])
        spare = max(0, (top - bottom - LINE * size) / 2)
        bottom, top = bottom + spare, top - spare
        widget["DA"] = pydyf.String(f"/{FIELD_FONT} 0 Tf 0 g")
        # Of no colour, so never drawn: it keeps what reaches below the line inside the rectangle in poppler.
        widget["BS"] = pydyf.Dictionary({"W": round(BORDER * size, 2)})
        empty.stream = [b"/Tx BMC", b"EMC"]
        widget["AP"] = pydyf.Dictionary({"N": add_object(pdf, empty)})
    empty.extra["BBox"] = pydyf.Array((0, 0, round(right - left, 2), round(top - bottom, 2)))
    widget["Rect"] = pydyf.Array(round(side, 2) for side in (left, bottom, right, top))


def _simplify_font(pdf: pydyf.PDF, font: pydyf.Dictionary, file: bytes) -> None:
    """Turn a field's composite font into a simple one with WinAnsiEncoding.

    WeasyPrint writes two-byte glyph ids with a ToUnicode table of the whole font, U+0000 included, which PDF/UA
    forbids; pypdf and qpdf write one byte a character into a field's appearance.
    """
    composite = look_up(pdf, font["DescendantFonts"][0])
    descriptor = look_up(pdf, composite["FontDescriptor"])
    truetype = TTFont(io.BytesIO(file), lazy=True)
    characters, advances, scale = truetype.getBestCmap(), truetype["hmtx"], 1000 / truetype["head"].unitsPerEm
    codes = range(32, 256)
    # A bullet for codes without a character (D.2). PDFium writes it with the first of them.
    names = [characters.get(ord(bytes([code]).decode("cp1252", "replace")), characters[0x2022]) for code in codes]
    # Programs choose a value's size and place by these, which are those of glyphs without accents (9.8.1). WeasyPrint's
    # leave room for accents that no code has.
    outlines = [outline for outline in map(truetype["glyf"].__getitem__, names) if outline.numberOfContours > 0]
    descriptor["Ascent"] = round(max(outline.yMax for outline in outlines) * scale)
    descriptor["Descent"] = round(min(outline.yMin for outline in outlines) * scale)
    descriptor["CapHeight"] = round(truetype["OS/2"].sCapHeight * scale)
    # pdf.js measures a value by its Unicode characters: quotes, dashes and the like are none of the codes to it.
    descriptor["MissingWidth"] = round(max(advances[name][0] for name in names) * scale)
    descriptor["Flags"] = 1 << 5  # not symbolic
    for useless in (composite, look_up(pdf, font["ToUnicode"])):
        (empty := pydyf.Dictionary()).number = useless.number
        pdf.objects[useless.number] = empty
    del font["DescendantFonts"], font["ToUnicode"]
    font |= {"Subtype": "/TrueType", "Encoding": "/WinAnsiEncoding"}
    font |= {"FirstChar": codes[0], "LastChar": codes[-1], "FontDescriptor": descriptor.reference}
    font["Widths"] = pydyf.Array(round(advances[name][0] * scale) for name in names)
