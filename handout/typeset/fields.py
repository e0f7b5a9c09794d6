"""Form fields that Acrobat, PDFium, poppler, pypdf and qpdf can all fill, draw and toggle (ISO 32000-1, 12.7)."""

import io
import re
from typing import Any

import pydyf
import weasyprint
from fontTools.ttLib import TTFont

from handout.typeset.errors import TaggingError
from handout.typeset.weasyprint_internals import Box, look_up, read_field_fonts


def name_field(box: Box) -> None:
    """Give the box's field its tooltip, in both languages, from `title`; the name must be there and plain.

    A group of radio buttons has one more: `data-question`.
    """
    name, title = box.element.get("name", ""), box.element.get("title", "").replace("\u200b", "").strip()
    if not name or "." in name or not title:
        raise TaggingError(f"field {name!r} needs a title and a name without full stops")
    box.widget["TU"] = pydyf.String(title)
    box.widget.question = pydyf.String(box.element.get("data-question", title))


def finish_fields(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """Rewrite the form that WeasyPrint made; to be called as its `finisher`."""
    if (form := pdf.catalog.get("AcroForm")) is None:
        return
    fonts = pydyf.Dictionary()
    written = look_up(pdf, look_up(pdf, form["DR"])["Font"])
    for name, file in read_field_fonts(document).items():
        fonts[name] = written[name]
        _simplify_font(pdf, look_up(pdf, written[name]), file)
    # Readers draw ticks with this font, which each of them brings; it is only named here.
    fonts["ZaDb"] = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/ZapfDingbats"})
    pdf.add_object(fonts)
    form["DR"] = pydyf.Dictionary({"Font": fonts.reference})
    fields = [look_up(pdf, reference) for reference in form["Fields"]]
    form["Fields"] = pydyf.Array(entry.reference for entry in fields if "Parent" not in entry)
    names = [entry["T"].string for entry in fields if "Parent" not in entry]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise TaggingError(f"field names are used twice: {', '.join(sorted(repeated))}")
    for entry in fields:
        if "Kids" in entry:
            entry["TU"] = look_up(pdf, entry["Kids"][0]).question
        else:
            _finish_widget(pdf, entry, fonts)


def _finish_widget(pdf: pydyf.PDF, widget: Any, fonts: Any) -> None:
    """Give the widget an upright rectangle, a plain default appearance and a stream for its empty state."""
    left, right = sorted(widget["Rect"][::2])
    bottom, top = sorted(widget["Rect"][1::2])
    widget["Rect"] = pydyf.Array(round(side, 2) for side in (left, bottom, right, top))
    box = pydyf.Array((0, 0, round(right - left, 2), round(top - bottom, 2)))
    extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": box}
    if widget["FT"] == "/Btn":
        widget["AP"]["N"]["Off"] = _add_stream(pdf, [], extra)
        widget["MK"] = pydyf.Dictionary({"CA": pydyf.String("l" if "Parent" in widget else "4")})  # ● or ✔
        widget["DA"] = pydyf.String("/ZaDb 0 Tf 0 g")
        if "Parent" in widget:  # a radio button: the group is the field
            del widget["T"]
    else:
        _, font, size, _ = re.split(rb".*/(\w+) ([\d.]+) Tf", widget["DA"].string)
        widget["DA"] = pydyf.String(b"/%s %.4g Tf 0 g" % (font, float(size)))
        extra["Resources"] = pydyf.Dictionary({"Font": fonts.reference})
        widget["AP"] = pydyf.Dictionary({"N": _add_stream(pdf, [b"/Tx BMC", b"EMC"], extra)})


def _simplify_font(pdf: pydyf.PDF, font: pydyf.Dictionary, file: bytes) -> None:
    """Turn a field's composite font into a simple one with WinAnsiEncoding.

    WeasyPrint writes two-byte glyph ids with a ToUnicode table of the whole font, U+0000 included, which PDF/UA
    forbids; pypdf and qpdf write one byte a character into a field's appearance.
    """
    composite = look_up(pdf, font["DescendantFonts"][0])
    descriptor = look_up(pdf, composite["FontDescriptor"])
    descriptor["Flags"] = 1 << 5  # not symbolic
    truetype = TTFont(io.BytesIO(file), lazy=True)
    characters, advances, scale = truetype.getBestCmap(), truetype["hmtx"], 1000 / truetype["head"].unitsPerEm
    codes = range(32, 256)
    names = [characters.get(ord(bytes([code]).decode("cp1252", "replace")), ".notdef") for code in codes]
    for useless in (composite, look_up(pdf, font["ToUnicode"])):
        (empty := pydyf.Dictionary()).number = useless.number
        pdf.objects[useless.number] = empty
    base = font["BaseFont"]
    font.clear()
    font |= {"Type": "/Font", "Subtype": "/TrueType", "BaseFont": base, "Encoding": "/WinAnsiEncoding"}
    font |= {"FirstChar": codes[0], "LastChar": codes[-1], "FontDescriptor": descriptor.reference}
    font["Widths"] = pydyf.Array(round(advances[name][0] * scale) for name in names)


def _add_stream(pdf: pydyf.PDF, operators: list[bytes], extra: dict[str, Any]) -> Any:
    stream = pydyf.Stream(operators, pydyf.Dictionary(extra))
    pdf.add_object(stream)
    return stream.reference
