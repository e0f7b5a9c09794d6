"""Fonts are cut to the content, the same each time, and every Khmer cluster comes out as its head and tail."""

import subprocess
import sys
from io import BytesIO

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from sample_page import FONTS

from handout.fonts import khmer
from handout.fonts.bundled import (
    FIELD_FAMILY,
    Face,
    FontError,
    cut_fonts,
    find_uncovered,
    font_face_css,
    make_font,
    open_font,
)
from handout.fonts.khmer import TAILS, check_clusters, find_broken_khmer, find_clusters, shape_khmer, split_cluster

LATIN = Face("Noto Sans", 400, FONTS / "NotoSans-Regular.ttf")
CHINESE = Face("Noto Sans SC", 400, FONTS / "NotoSansSC-Regular.ttf")
KHMER = Face("Noto Sans Khmer", 700, FONTS / "NotoSansKhmer-Bold.ttf")
FIELD = Face(FIELD_FAMILY, 400, FONTS / "NotoSans-Regular.ttf")
TEXTS = ["注销号码，60天·•", "ខ្ញុំចង់បិទលេខទូរសព្ទ", "Cancel my number\n"]


def read_characters(face):
    return set(map(chr, hb.Face(hb.Blob.from_file_path(face.path)).unicodes))


def test_uncovered_characters_are_found():
    """A character is uncovered when no font has it; white space and format characters need no glyph."""
    assert find_uncovered("注销 \t\n\u200b\u2060\xa0ខᦀ☃\U0001f600", [LATIN.path, CHINESE.path]) == [
        "ខ",
        "ᦀ",
        "\U0001f600",
    ]
    assert find_uncovered("注销ខ", [CHINESE.path, KHMER.path]) == []


def test_faces_keep_the_content_s_characters_only(tmp_path):
    """A cut face has the content's characters that its font has, and no control characters."""
    latin, chinese, khmer = cut_fonts([LATIN, CHINESE, KHMER], TEXTS, tmp_path)
    assert read_characters(chinese) == set("".join(TEXTS)) - set("\n") - set("ខ្ញុំចង់បិទលេខទូរសព្ទ")
    assert read_characters(latin) < set("".join(TEXTS)) - set("\n注")
    assert set("ខ្ញុំចង់បិទលេខទូរសព្ទ") < read_characters(khmer) < set("".join(TEXTS)) - set("\n注")
    assert all(face.path.stat().st_size < 40_000 for face in (latin, chinese, khmer))


def test_characters_that_look_alike_get_glyphs_of_their_own(tmp_path):
    """Noto Sans SC draws U+00B7 and U+2022 with one glyph; the cut face with two, as wide as before."""
    (face,) = cut_fonts([CHINESE], ["·•"], tmp_path)
    with TTFont(face.path) as cut, TTFont(CHINESE.path) as uncut:
        names = cut.getBestCmap()
        assert names[0xB7] != names[0x2022]
        assert cut["hmtx"][names[0xB7]] == cut["hmtx"][names[0x2022]] == uncut["hmtx"][uncut.getBestCmap()[0xB7]]


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_letters_with_accents_are_drawn_by_one_glyph(weight, tmp_path):
    """Noto Sans takes U+1ECB and others apart, so that an i would be read back as the whole letter; a cut does not."""
    letters = "ịọụẹṣiouesếộữ"
    face = Face("Noto Sans", 400, FONTS / f"NotoSans-{weight}.ttf")
    (cut,) = cut_fonts([face], [letters], tmp_path)
    uncut, whole = (hb.Font(hb.Face(path.read_bytes())) for path in (face.path, cut.path))
    assert len(shape_khmer(letters, uncut).glyph_infos) > len(letters)
    assert [info.cluster for info in shape_khmer(letters, whole).glyph_infos] == [*range(len(letters))]
    with TTFont(cut.path) as font:
        outlines = font["glyf"]
        assert all(outlines[name].numberOfContours for name in font.getBestCmap().values()), "none is empty"


def test_field_face_has_its_encoding_s_glyphs_and_no_other(tmp_path):
    """The form fields' face draws every code of WinAnsiEncoding and has no other glyph, whatever the content."""
    (face,) = cut_fonts([FIELD], ["注"], tmp_path)
    assert read_characters(face) == set(bytes(range(0x20, 0x100)).decode("cp1252", "ignore")) - {"\x7f"}
    with TTFont(face.path) as font:
        names, outlines = font.getBestCmap(), font["glyf"]
        reached = {*names.values(), ".notdef"}
        for name in font.getGlyphOrder():
            if name in reached and outlines[name].isComposite():
                reached.update(outlines[name].getComponentNames(outlines))
        assert set(font.getGlyphOrder()) == reached
        assert (names[0xA0], names[0xAD]) == (names[0x20], names[0x2D]), "as WinAnsiEncoding has them"


def test_field_face_is_small_and_renamed(tmp_path):
    """The form fields' face is small and has a family name of its own."""
    (face,) = cut_fonts([FIELD], ["注"], tmp_path)
    with TTFont(face.path) as font:
        assert {record.toUnicode() for record in font["name"].names if record.nameID in {1, 4, 6}} == {FIELD_FAMILY}
    assert face.path.stat().st_size < 20_000


def test_cut_is_the_same_in_every_process(tmp_path):
    """Neither time nor the order of sets gets into the bytes."""
    script = f"""
import os
from pathlib import Path
from handout.fonts.bundled import Face, cut_fonts
faces = [Face("Khmer", 700, Path({str(KHMER.path)!r})), Face("Chinese", 400, Path({str(CHINESE.path)!r}))]
cut_fonts(faces, {TEXTS!r}, Path({str(tmp_path)!r}, os.environ["PYTHONHASHSEED"]))
"""
    for seed in ("1", "2"):
        subprocess.run([sys.executable, "-c", script], check=True, cwd=FONTS.parents[1], env={"PYTHONHASHSEED": seed})
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()} for seed in ("1", "2"))
    assert first == second
    assert len(first) == 2


def test_a_file_is_written_once_and_new_content_is_a_new_cut(tmp_path):
    """The same input gives the same file; another cluster or font makes another file."""
    (face,) = cut_fonts([KHMER], TEXTS, tmp_path)
    made = face.path.stat().st_mtime_ns
    assert cut_fonts([KHMER], reversed(TEXTS), tmp_path) == (face,)
    assert face.path.stat().st_mtime_ns == made
    assert cut_fonts([KHMER], [*TEXTS, "ខុ"], tmp_path) != (face,)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", None], ids=["empty", "garbled", "missing"])
def test_damaged_file_is_made_again(tmp_path, damage):
    """A file that is not what was written is replaced, not used."""
    (face,) = cut_fonts([LATIN], TEXTS, tmp_path)
    whole = face.path.read_bytes()
    face.path.unlink() if damage is None else face.path.write_bytes(damage)
    assert cut_fonts([LATIN], TEXTS, tmp_path) == (face,)
    assert face.path.read_bytes() == whole


def test_font_face_css_names_the_files():
    """Each face is one rule with an absolute file address."""
    assert font_face_css([KHMER]) == (
        '@font-face { font-family: "Noto Sans Khmer"; font-weight: 700; '
        f'src: url("file://{FONTS}/NotoSansKhmer-Bold.ttf") format("truetype") }}\n'
    )


@pytest.mark.parametrize(
    ("cluster", "head", "tail"),
    [
        ("កា", "កា", ""),  # a vowel at the right
        ("កោ", "កោ", ""),  # a vowel in two parts
        ("កើ", "កើ", ""),
        ("កេះ", "កេះ", ""),
        ("កុំ", "ក", "ុំ"),
        ("ម៉ែ", "ម", "៉ែ"),  # a register shifter
        ("ព្រះ", "ព", "្រះ"),  # coeng ro, drawn before its letter
        ("ស្ត្រី", "ស", "្ត្រី"),  # two coengs, the second one ro
        ("ស្រ្តី", "ស", "្រ្តី"),  # the same the other way round
        ("ក្រោំ", "ក", "្រោំ"),
        ("កោំ", "កោ", "ំ"),
        ("ណ៌", "ណ", "៌"),  # robat
        ("ឲ្យ", "ឲ", "្យ"),  # an independent vowel
    ],
)
@pytest.mark.parametrize("neighbour", ["", "រ", "ក្រ", "១", " ", "ៗ"])
def test_cluster_becomes_head_and_tail(cluster, head, tail, neighbour):
    """The head stands for what precedes the first nonspacing mark, the tail for the rest, whatever follows.

    The tail draws nothing, but ends where the cluster does and begins before.
    """
    assert split_cluster(cluster) == (head, tail)
    text = cluster + neighbour
    cut = make_font(KHMER, open_font(KHMER.path), frozenset(text + "េ"), tuple(find_clusters([text])))
    infos = shape_khmer(text, hb.Font(hb.Face(cut))).glyph_infos
    expected = [0, len(head)] if tail else [0]
    assert [info.cluster for info in infos if info.cluster < len(cluster)] == expected
    if tail:
        with TTFont(BytesIO(cut)) as font:
            assert font["hmtx"][font.getGlyphName(infos[1].codepoint)] == (font["head"].unitsPerEm // TAILS, 0)


def test_uncut_font_does_not_pass_the_check():
    """The check that a cut face has to pass tells a cut font from an uncut one."""
    clusters = ["ស្ត្រី", "កុំ", "ព្រះ"]
    assert check_clusters(KHMER.path.read_bytes(), clusters) == clusters


def test_font_that_cannot_be_cut_is_refused(monkeypatch):
    """A cluster that does not come out stops the build."""
    monkeypatch.setattr(khmer, "FIRST", "ss01")
    with pytest.raises(FontError, match=r"NotoSansKhmer-Bold\.ttf .* កុំ$"):
        make_font(KHMER, open_font(KHMER.path), frozenset("កុំ"), ("កុំ",))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("ខ្ញុំចង់បិទលេខ ១៧៧៧ (SIM) ។", []),
        ("បង្គងឃ្មុំុ", ["ឃ្មុំុ"]),  # a vowel too many
        ("លំ្យុ", ["លំ្យុ"]),  # a coeng after a vowel sign
        ("ា ក", ["ា"]),  # a vowel without a letter
        ("ក្ ខ", ["្"]),  # a coeng without a letter under it
        ("លេខ\u200bទូរសព្ទ", ["\u200b"]),  # invisible, and not read back
    ],
)
def test_broken_khmer_is_found(text, broken):
    """What the font draws with a dotted circle, or could not be read back, is named."""
    assert find_broken_khmer(text, KHMER.path.read_bytes()) == broken
