"""Give a Khmer font glyphs for the content's clusters, so that a PDF's text reads back letter for letter.

A PDF maps glyphs to text, but a Khmer cluster is several glyphs in another order than its letters. Here each
cluster gets two glyphs, in the order of its letters: the *head* draws the whole cluster, its parts where HarfBuzz
puts them, and stands for the letters before the first nonspacing mark; the *tail* draws nothing, has no width, and
stands for the rest. One glyph would do for poppler, PDFium and MuPDF, but pdf.js gives no width to a glyph whose
text has such a mark in it, and then sees spaces where there are none (mozilla/pdf.js, issue 21890).
"""

import struct
from collections.abc import Sequence
from functools import reduce

import uharfbuzz as hb
from fontTools.misc.arrayTools import offsetRect, unionRect
from fontTools.otlLib.builder import LigatureSubstBuilder, MultipleSubstBuilder, ReverseChainSingleSubstBuilder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.varLib.featureVars import buildFeatureRecord, sortFeatureList

from handout.fonts.khmer import COENG, list_letters, shape_khmer, split_cluster

# HarfBuzz applies FIRST alone, before it sorts the letters of a syllable for drawing, and LAST after all that.
# Noto uses neither.
FIRST, LAST = "rvrn", "rclt"
# Of a composite glyph: contours and box; flags, glyph, x and y of each part (OpenType, table glyf).
HEADER, COMPONENT = struct.Struct(">5h"), struct.Struct(">2H2h")
WORDS, MORE = 0x0007, 0x0020  # x and y are words, are offsets, are rounded to the grid; another part follows


def add_composites(font: TTFont, plain: hb.Face, clusters: Sequence[str]) -> None:
    """Add heads and tails for the clusters, all of which the font must cover, and the lookups that lead to them.

    ``plain`` is the font as it was; whatever was added since stands behind its glyphs.
    """
    shaper, cmap = hb.Font(plain), font.getBestCmap()
    ligatures = LigatureSubstBuilder(font, None)
    guards = MultipleSubstBuilder(font, None)
    heads_in_place = ReverseChainSingleSubstBuilder(font, None)
    guards_away = MultipleSubstBuilder(font, None)

    split = {cluster: split_cluster(cluster) for cluster in clusters}
    heads = {chr(code): glyph for code, glyph in cmap.items()}
    for head in sorted({head for head, _ in split.values() if len(head) > 1}):
        heads[head] = draw_cluster(font, shaper, head)
        ligatures.ligatures[tuple(cmap[ord(letter)] for letter in list_letters(head))] = heads[head]

    # A tail that begins with a coeng still counts as one when HarfBuzz looks for syllables, and a following "ro"
    # would be taken for its letter and moved. A second glyph after the tail keeps the two apart.
    guard = add_glyph(font, [], 0)
    guards_away.mapping[guard] = []
    for tail in sorted({tail for _, tail in split.values() if tail}):
        glyph = add_glyph(font, [], 0)
        ligatures.ligatures[tuple(cmap[ord(letter)] for letter in list_letters(tail))] = glyph
        if tail.startswith(COENG):
            guards.mapping[glyph] = [glyph, guard]
        drawn = {heads[head]: draw_cluster(font, shaper, head + tail) for head, end in split.values() if end == tail}
        heads_in_place.rules.append(([], [[glyph]], drawn))

    register_lookups(font, FIRST, [ligatures, guards, heads_in_place])
    register_lookups(font, LAST, [guards_away])


def draw_cluster(font: TTFont, shaper: hb.Font, cluster: str) -> str:
    """Add a glyph that looks like the cluster, and return its name."""
    buffer, parts, advance = shape_khmer(cluster, shaper), [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        parts.append((font.getGlyphName(info.codepoint), advance + position.x_offset, position.y_offset))
        advance += position.x_advance
    return add_glyph(font, parts, advance)


def add_glyph(font: TTFont, parts: Sequence[tuple[str, int, int]], advance: int) -> str:
    """Add a glyph made of others (name, x, y; in font units), and return its name.

    It is written as the bytes that the font will have, and the parts stay unread: that is ten times faster.
    """
    glyphs, boxes, data = font["glyf"].glyphs, [], b""
    for number, (part, x, y) in enumerate(parts, 1):
        if outline := getattr(glyphs[part], "data", b""):
            boxes.append(offsetRect(HEADER.unpack_from(outline)[1:], x, y))
        flags = WORDS | (MORE if number < len(parts) else 0)
        data += COMPONENT.pack(flags, font.getGlyphID(part), x, y)
    box = reduce(unionRect, boxes) if boxes else (0, 0, 0, 0)
    name = f"composite{len(font.getGlyphOrder())}"
    font.getReverseGlyphMap()[name] = len(font.getGlyphOrder())
    font["glyf"][name] = Glyph(HEADER.pack(-1, *box) + data if parts else b"")
    font["hmtx"][name] = (advance, box[0])
    _raise_limits(font, len(parts), box, advance)
    return name


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


def shares_glyphs(face: hb.Face) -> bool:
    """Tell whether a font draws two characters with one glyph."""
    shaper = hb.Font(face)
    return len({shaper.get_nominal_glyph(character) for character in face.unicodes}) < len(face.unicodes)


def separate_shared(font: TTFont) -> None:
    """Give each character a glyph of its own, where the font draws two alike (U+00B7 and U+2022 in Noto Sans SC).

    A glyph of a PDF stands for one text only, so that one of the two would be read back as the other.
    """
    taken: set[str] = set()
    for character, name in sorted(font.getBestCmap().items()):
        if name in taken:
            copy = add_glyph(font, [(name, 0, 0)], font["hmtx"][name][0])
            for table in font["cmap"].tables:
                if character in table.cmap:
                    table.cmap[character] = copy
        taken.add(name)
