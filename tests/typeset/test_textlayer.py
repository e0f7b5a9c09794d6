"""What a PDF shows as Khmer, four readers give back letter for letter, and it looks as if nothing had been done."""

import re
import subprocess
import sys
import unicodedata
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
import uharfbuzz as hb
from corpus import CORPUS, split_lines, typeset
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from PIL import ImageChops, ImageFilter, ImageStat
from readers import READERS, SORTED
from sample_page import CACHE, FACES, FONTS

from handout.fonts.bundled import cut_fonts
from handout.fonts.khmer import shape_khmer
from handout.render.linebreak import BREAK, prepare_text

KHMER_FACES = [face for face in FACES if face.family == "Noto Sans Khmer"]


@pytest.fixture(scope="module", params=[400, 700], ids=["regular", "bold"])
def corpus_pdf(request, tmp_path_factory):
    """The corpus, one string a paragraph, each short enough for one line."""
    body = "".join(f"<p>{line}</p>" for line in CORPUS)
    return typeset(body, tmp_path_factory.mktemp("corpus") / "corpus.pdf", f"body {{ font-weight: {request.param} }}")


def test_corpus_is_large():
    """The corpus has at least 300 strings, each of them once."""
    assert len(set(CORPUS)) == len(CORPUS) >= 300


@pytest.mark.parametrize("read", [*READERS.values(), *SORTED.values()], ids=[*READERS, *SORTED])
def test_corpus_reads_back(corpus_pdf, read):
    """Every string comes back letter for letter, in order, and nothing else does."""
    assert split_lines(read(corpus_pdf)) == CORPUS


@pytest.mark.parametrize("read", [*READERS.values(), *SORTED.values()], ids=[*READERS, *SORTED])
def test_bold_inside_words_and_mixed_scripts_read_back(tmp_path, read):
    """Neither a change of weight inside a word nor another script beside it adds, moves or loses a letter."""
    lines = [
        "ភាសា<b>ខ្មែរ</b>របស់<b>ស្ត្រី</b>ក្នុង<b>ស្រុក</b>រ",
        "ហៅ 012 812 812 ឬ <b>*1200#</b> ក្នុង ៦០ <b>ថ្ងៃ</b> (60 days) ។",
        "សូមយក <span>2 ច្បាប់</span>៖ សាខាទុក 1",
        "តើបង្វិលប្រាក់<b>កក់</b>វិញទេ?",
        "注销<b>号码</b>·销号•60天，Smart的<b>លេខ</b>ទូរសព្ទ：1777。",
    ]
    pdf = typeset("".join(f"<p>{line}</p>" for line in lines), tmp_path / "mixed.pdf")
    assert split_lines(read(pdf)) == [re.sub("<.*?>", "", line) for line in lines]


@pytest.mark.parametrize("reader", READERS)
def test_broken_lines_read_back(tmp_path, reader, frozen_content):
    """Lines broken by the dictionary join up to the text again, and no break aid is left in it."""
    text = " ".join(line for line in CORPUS if line.endswith("។"))
    html = prepare_text(text, frozen_content.languages["km"], frozen_content.units, ("Smart Axiata",))
    pdf = typeset(f"<p>{html}</p>", tmp_path / "broken.pdf", "p { width: 88mm }")
    read = READERS[reader](pdf)
    assert len(split_lines(read)) > 15
    assert "".join(read.split()) == "".join(text.split())
    assert {c for c in read if unicodedata.category(c) in {"Cc", "Cf"}} <= set("\n\f")


@pytest.mark.parametrize("face", KHMER_FACES, ids=lambda face: str(face.weight))
def test_clusters_keep_their_outlines(face):
    """Each string has the same outlines at the same place, to the font unit, in the cut font as in the uncut one."""
    cut = cut_fonts([face], CORPUS, CACHE)[0]
    uncut_font, cut_font = (hb.Font(hb.Face(path.read_bytes())) for path in (face.path, cut.path))
    for text in CORPUS:
        assert draw_outlines(text, cut_font) == draw_outlines(text, uncut_font), text


def draw_outlines(text, font):
    """Return the width of the Khmer words of a text, and their contours, sorted."""
    contours, width = [], 0
    for word in re.findall("[\u1780-\u17ff]+", text):
        buffer = shape_khmer(word, font)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            pen = RecordingPen()
            move = (1, 0, 0, 1, width + place.x_offset, place.y_offset)
            font.draw_glyph_with_pen(info.codepoint, TransformPen(pen, move))
            starts = [at for at, (step, _) in enumerate(pen.value) if step == "moveTo"]
            contours += [pen.value[start:end] for start, end in pairwise([*starts, len(pen.value)])]
            width += place.x_advance
    return width, sorted(contours)


def test_page_looks_the_same(tmp_path):
    """At 200 dpi no ink is farther than one pixel (0.13 mm) from ink of the page in uncut fonts.

    The remaining differences are WeasyPrint's: it rounds the place of every part of an uncut cluster to 1/1000 em.
    """
    body = f"<p>{BREAK.join(CORPUS[:200])}</p><p><b>{BREAK.join(CORPUS[:100])}</b></p>"
    cut = draw_page(typeset(body, tmp_path / "cut.pdf"))
    uncut = draw_page(typeset(body, tmp_path / "uncut.pdf", fonts=FACES))
    assert count_pixels(find_ink(cut)) > 100_000
    for one, other in ((cut, uncut), (uncut, cut)):
        near = other.filter(ImageFilter.MinFilter(3))
        assert not count_pixels(ImageChops.subtract(find_ink(one), find_ink(near)))
    assert ImageStat.Stat(ImageChops.difference(cut, uncut)).mean[0] < 2


def draw_page(pdf):
    """Return the only page in grey at 200 dpi, averaged from 800 dpi, at which PDFium's rounding does not matter."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        return document[0].render(scale=800 / 72, grayscale=True).to_pil().reduce(4)


def find_ink(picture):
    """Return a picture that is 255 where the given one is darker than middle grey."""
    return picture.point(lambda grey: 255 * (grey < 128))


def count_pixels(mask):
    """Return how many pixels of a mask are set."""
    return sum(mask.histogram()[1:])


def test_system_fonts_are_hidden(tmp_path):
    """A page that asks for other fonts, and for characters that ours lack, gets none but ours."""
    path = tmp_path / "page.pdf"
    script = f"""
from pathlib import Path
from handout.fonts.bundled import Face, font_face_css, hide_system_fonts
fonts = Path({str(FONTS)!r})
hide_system_fonts(fonts)
import weasyprint
css = font_face_css([Face("Noto Sans", 400, fonts / "NotoSans-Regular.ttf")])
html = f'<style>{{css}}</style><p style="font-family: DejaVu Sans, Liberation Serif, sans-serif">abc 注销 ខ្មែរ ✓'
weasyprint.HTML(string=html).write_pdf({str(path)!r})
"""
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, cwd=FONTS.parents[1])
    with pikepdf.open(path) as pdf:
        families = {
            str(item.FontFamily)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontFamily" in item
        }
    assert families == {"Noto Sans"}
