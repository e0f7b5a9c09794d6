"""Give a Khmer font glyphs for the content's clusters, so that a PDF's text reads back letter for letter.

A PDF maps glyphs to text, but a Khmer cluster is several glyphs in another order than its letters. Here each
cluster gets two glyphs, in the order of its letters: the *head* draws the whole cluster, its parts where HarfBuzz
puts them, and stands for the letters before the first nonspacing mark; the *tail* draws nothing, has no width, and
stands for the rest. One glyph would do for poppler, PDFium and MuPDF, but pdf.js gives no width to a glyph whose
text has such a mark in it, and then sees spaces where there are none (mozilla/pdf.js, issue 21890).
"""

from collections.abc import Sequence
from itertools import accumulate

import uharfbuzz as hb
from fontTools.otlLib.builder import LigatureSubstBuilder, MultipleSubstBuilder, ReverseChainSingleSubstBuilder
from fontTools.ttLib import TTFont

from handout.fonts.glyphs import add_glyph, register_lookups
from handout.fonts.khmer import COENG, list_letters, shape_khmer, split_cluster

# HarfBuzz applies FIRST alone, before it sorts the letters of a syllable for drawing, and LAST after all that.
# Noto uses neither.
FIRST, LAST = "rvrn", "rclt"


def add_composites(font: TTFont, uncut: bytes, clusters: Sequence[str]) -> None:
    """Add heads and tails for the clusters, all of which the font must cover, and the lookups that lead to them.

    ``uncut`` are the font's bytes as they were; whatever was added since stands behind its glyphs.
    """
    shaper, cmap = hb.Font(hb.Face(uncut)), font.getBestCmap()
    ligatures = LigatureSubstBuilder(font, None)
    guards = MultipleSubstBuilder(font, None)
    heads_in_place = ReverseChainSingleSubstBuilder(font, None)
    guards_away = MultipleSubstBuilder(font, None)

    split = {cluster: split_cluster(cluster) for cluster in clusters}
    heads = {letter: cmap[ord(letter)] for letter in map(chr, cmap)}
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
    buffer = shape_khmer(cluster, shaper)
    positions = buffer.glyph_positions
    starts = accumulate((position.x_advance for position in positions), initial=0)
    parts = [
        (font.getGlyphName(info.codepoint), start + position.x_offset, position.y_offset)
        for info, position, start in zip(buffer.glyph_infos, positions, starts, strict=False)
    ]
    return add_glyph(font, parts, sum(position.x_advance for position in positions))


def shares_glyphs(font: bytes) -> bool:
    """Tell whether a font draws two characters with one glyph."""
    face = hb.Face(font)
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
