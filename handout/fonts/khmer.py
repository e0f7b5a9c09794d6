"""Khmer clusters: the letters of one syllable part, which a font draws as one shape in another order."""

import re
from collections.abc import Iterable

import uharfbuzz as hb

LETTER, COENG, SIGN = "\u1780-\u17b3", "\u17d2", "\u17b6-\u17d1\u17d3\u17dd"
CLUSTER = re.compile(f"[{LETTER}](?:{COENG}[{LETTER}]|[{SIGN}])+")
MARK = re.compile("[\u17b7-\u17bd\u17c6\u17c9-\u17d3\u17dd]")  # the nonspacing ones
# What no cluster claims: signs without a letter, and invisible characters, which no reader of a PDF gives back.
STRAY = re.compile(f"[{SIGN}{COENG}\u17b4\u17b5\u200b-\u200d]")
DOTTED_CIRCLE = 0x25CC

# HarfBuzz takes two-part vowels apart before all lookups: left part, then the vowel's own glyph (decompose_khmer).
TWO_PART_VOWEL, LEFT_PART = re.compile("([\u17be\u17bf\u17c0\u17c4\u17c5])"), "\u17c1"


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
