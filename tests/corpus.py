"""A corpus of Khmer strings, and pages of it as a PDF."""

import weasyprint
from sample_page import CACHE, FACES
from weasyprint.text.fonts import FontConfiguration

from handout.base.paths import ROOT
from handout.fonts.bundled import cut_fonts, font_face_css

CORPUS = [
    line
    for line in (ROOT / "tests" / "data" / "khmer_corpus.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
CSS = """
@page { size: A4; margin: 6mm }
html { font: 12pt/1.6 "Noto Sans Khmer", "Noto Sans", "Noto Sans SC" }
body, p { margin: 0 } .keep { white-space: nowrap }
"""


def typeset(body, path, css="", fonts=None):
    """Write a tagged PDF in the given fonts, by default in those cut for its text."""
    configuration = FontConfiguration()
    rules = font_face_css(fonts or cut_fonts(FACES, [body], CACHE)) + CSS + css
    sheet = weasyprint.CSS(string=rules, font_config=configuration)
    html = f'<html lang="km"><title>ខ្មែរ</title>{body}'
    weasyprint.HTML(string=html).write_pdf(
        path, stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1", pdf_tags=True
    )
    return path


def split_lines(text):
    """Return the lines of an extracted text that are not empty, without white space at their ends."""
    return [line.strip() for line in text.replace("\f", "\n").split("\n") if line.strip()]
