"""Khmer clusters, the letters of one syllable part, and glyphs for them that a PDF's text reads back letter for letter.

A PDF maps glyphs to text, but a Khmer cluster is several glyphs in another order than its letters. Here each
cluster gets two glyphs, in the order of its letters: the *head* draws the whole cluster, its parts where HarfBuzz
puts them, and stands for the letters before the first nonspacing mark; the *tail* draws nothing, and stands for the
rest. It has a sliver of the cluster's width: readers that sort by place (poppler by default, PDFBox where a run of text
ends) would put a glyph without width behind the next letter. One glyph would do for poppler, PDFium and MuPDF, but
pdf.js gives no width to a glyph whose text has such a mark in it, and then sees spaces where there are none
(mozilla/pdf.js, issue 21890).
"""

import re
import struct
from collections.abc import Iterable, Sequence
from functools import reduce

import uharfbuzz as hb
from fontTools.misc.arrayTools import offsetRect, unionRect
from fontTools.otlLib.builder import LigatureSubstBuilder, MultipleSubstBuilder, ReverseChainSingleSubstBuilder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.varLib.featureVars import buildFeatureRecord, sortFeatureList

LETTER, COENG, SIGN = "\u1780-\u17b3", "\u17d2", "\u17b6-\u17d1\u17d3\u17dd"
CLUSTER = re.compile(f"[{LETTER}](?:{COENG}[{LETTER}]|[{SIGN}])+")
MARK = re.compile("[\u17b7-\u17bd\u17c6\u17c9-\u17d3\u17dd]")  # the nonspacing ones
# What no cluster claims: signs without a letter, and invisible characters, which no reader of a PDF gives back.
STRAY = re.compile(f"[{SIGN}{COENG}\u17b4\u17b5\u200b-\u200d]")
DOTTED_CIRCLE = 0x25CC

# HarfBuzz takes two-part vowels apart before all lookups: left part, then the vowel's own glyph (decompose_khmer).
TWO_PART_VOWEL, LEFT_PART = re.compile("([\u17be\u17bf\u17c0\u17c4\u17c5])"), "\u17c1"

# HarfBuzz applies FIRST alone, before it sorts the letters of a syllable for drawing, and LAST after all that.
# Noto uses neither.
FIRST, LAST = "rvrn", "rclt"
TAILS = 50  # tails in an em: wider than what readers round away, narrower than what pdf.js takes for a space
# Of a composite glyph: contours and box; flags, glyph, x and y of each part (OpenType, table glyf).
HEADER, COMPONENT = struct.Struct(">5h"), struct.Struct(">2H2h")
WORDS, MORE = 0x0007, 0x0020  # x and y are words, are offsets, are rounded to the grid; another part follows


def find_clusters(texts: Iterable[str]) -> list[str]:
    """Return the distinct clusters of two or more characters in the texts, sorted."""
    return sorted({cluster for text in texts for cluster in CLUSTER.findall(text)})


def find_broken_khmer(text: str, font: bytes) -> list[str]:
    """Return what cannot be right in the text: clusters that the uncut font draws with a dotted circle, stray signs.

    A dotted circle means misspelt Khmer (two vowels in the wrong order, a sign with no letter to sit on), so
    content with one is refused rather than printed.
    """
    shaper = hb.Font(hb.Face(font))
    circle = shaper.get_nominal_glyph(DOTTED_CIRCLE)
    broken = [
        cluster
        for cluster in find_clusters([text])
        if any(info.codepoint == circle for info in shape_khmer(cluster, shaper).glyph_infos)
    ]
    return broken + sorted(set(STRAY.findall(CLUSTER.sub("", text))))


def check_clusters(font: bytes, clusters: Iterable[str]) -> list[str]:
    """Return the clusters that do not shape to their head and tail in a cut font."""
    shaper = hb.Font(hb.Face(font))
    return [
        cluster
        for cluster in clusters
        if [info.cluster for info in shape_khmer(cluster, shaper).glyph_infos]
        != [0, *(len(head) for head, tail in [split_cluster(cluster)] if tail)]
    ]


def split_cluster(cluster: str) -> tuple[str, str]:
    """Return the letters that a cluster's head stands for, and those of its tail, which may be none."""
    mark = MARK.search(cluster)
    end = mark.start() if mark else len(cluster)
    return cluster[:end], cluster[end:]


def list_letters(text: str) -> str:
    """Return the text with the characters that HarfBuzz looks up in the font."""
    return TWO_PART_VOWEL.sub(rf"{LEFT_PART}\1", text)


def shape_khmer(text: str, font: hb.Font) -> hb.Buffer:
    """Shape one run of Khmer, with the clusters that Pango asks for."""
    buffer = hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return buffer


def add_composites(font: TTFont, plain: hb.Face, clusters: Sequence[str]) -> None:
    """Add heads and tails for the clusters, all of which the font must cover, and the lookups that lead to them.

    ``plain`` is the font as it was; whatever was added since stands behind its glyphs.
    """
    shaper, cmap = hb.Font(plain), font.getBestCmap()
    sliver = font["head"].unitsPerEm // TAILS
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
        glyph = add_glyph(font, [], sliver)
        ligatures.ligatures[tuple(cmap[ord(letter)] for letter in list_letters(tail))] = glyph
        if tail.startswith(COENG):
            guards.mapping[glyph] = [glyph, guard]
        whole = ((head, draw_cluster(font, shaper, head + tail, sliver)) for head, end in split.values() if end == tail)
        heads_in_place.rules.append(([], [[glyph]], {heads[head]: drawn for head, drawn in whole}))

    register_lookups(font, FIRST, [ligatures, guards, heads_in_place])
    register_lookups(font, LAST, [guards_away])


def draw_cluster(font: TTFont, shaper: hb.Font, cluster: str, left: int = 0) -> str:
    """Add a glyph that looks like the cluster, ``left`` units narrower, and return its name."""
    buffer, parts, advance = shape_khmer(cluster, shaper), [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        parts.append((font.getGlyphName(info.codepoint), advance + position.x_offset, position.y_offset))
        advance += position.x_advance
    return add_glyph(font, parts, advance - left)


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
