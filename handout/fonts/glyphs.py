"""Glyphs and lookups that are added to a font (OpenType tables glyf, hmtx, maxp and GSUB)."""

import struct
from collections.abc import Sequence
from io import BytesIO

from fontTools.otlLib.builder import LigatureSubstBuilder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.varLib.featureVars import buildFeatureRecord, sortFeatureList

# Of a composite glyph: contours and box; flags, glyph, x and y of each part (OpenType, table glyf).
HEADER, COMPONENT = struct.Struct(">5h"), struct.Struct(">2H2h")
WORDS, MORE = 0x0007, 0x0020  # x and y are words, are offsets, are rounded to the grid; another part follows


def add_glyph(font: TTFont, parts: Sequence[tuple[str, int, int]], advance: int) -> str:
    """Add a glyph made of others (name, x, y; in font units), and return its name.

    It is written as the bytes that the font will have, and the parts stay unread: that is ten times faster.
    """
    glyphs, boxes, data = font["glyf"].glyphs, [], b""
    for number, (part, x, y) in enumerate(parts, 1):
        if outline := getattr(glyphs[part], "data", b""):
            _contours, left, bottom, right, top = HEADER.unpack_from(outline)
            boxes.append((left + x, bottom + y, right + x, top + y))
        flags = WORDS | (MORE if number < len(parts) else 0)
        data += COMPONENT.pack(flags, font.getGlyphID(part), x, y)
    box = _join_boxes(boxes) if boxes else (0, 0, 0, 0)
    name = f"composite{len(font.getGlyphOrder())}"
    font.getReverseGlyphMap()[name] = len(font.getGlyphOrder())
    font["glyf"][name] = Glyph(HEADER.pack(-1, *box) + data if parts else b"")
    font["hmtx"][name] = (advance, box[0])
    if "vmtx" in font:
        font["vmtx"][name] = (font["head"].unitsPerEm, 0)
    _raise_limits(font, len(parts), box, advance)
    return name


def _join_boxes(boxes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _raise_limits(font: TTFont, parts: int, box: tuple[int, ...], advance: int) -> None:
    """Let the font's limits hold for a composite too; for points and contours they are upper bounds."""
    limits, head, hhea = font["maxp"], font["head"], font["hhea"]
    if parts > limits.maxComponentElements:
        limits.maxComponentElements = parts
        limits.maxCompositePoints = parts * max(limits.maxPoints, limits.maxCompositePoints)
        limits.maxCompositeContours = parts * max(limits.maxContours, limits.maxCompositeContours)
        limits.maxComponentDepth = 3
    head.xMin, head.yMin = min(head.xMin, box[0]), min(head.yMin, box[1])
    head.xMax, head.yMax = max(head.xMax, box[2]), max(head.yMax, box[3])
    hhea.advanceWidthMax = max(hhea.advanceWidthMax, advance)


def register_lookups(font: TTFont, tag: str, builders: Sequence[LigatureSubstBuilder]) -> None:
    """Add lookups to a font's GSUB table, under a new feature of every script and language."""
    gsub = font["GSUB"].table
    first = len(gsub.LookupList.Lookup)
    gsub.LookupList.Lookup += [builder.build() for builder in builders]
    gsub.FeatureList.FeatureRecord.append(buildFeatureRecord(tag, list(range(first, first + len(builders)))))
    for script in (record.Script for record in gsub.ScriptList.ScriptRecord):
        for system in [script.DefaultLangSys, *(record.LangSys for record in script.LangSysRecord)]:
            if system:
                system.FeatureIndex.append(len(gsub.FeatureList.FeatureRecord) - 1)
    sortFeatureList(gsub)


def write_font(font: TTFont) -> bytes:
    """Return the bytes of a font."""
    file = BytesIO()
    font.save(file)
    return file.getvalue()
