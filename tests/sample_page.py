"""A small page with everything a handout has, and the way from HTML to a PDF that the tests share."""

import io
import tempfile
from pathlib import Path

import segno
import weasyprint
from weasyprint.text.fonts import FontConfiguration

from handout.fonts.bundled import FIELD_FAMILY, Face, cut_fonts, font_face_css
from handout.render.expected import Expected, Part
from handout.render.strings import read_strings
from handout.typeset.tagging import VARIANT, write_tagged_pdf

FONTS = Path(__file__).parents[1] / "templates" / "fonts"
FAMILIES = {"Noto Sans": "NotoSans", "Noto Sans SC": "NotoSansSC", "Noto Sans Khmer": "NotoSansKhmer"}
FACES = [
    *(Face(name, weight, FONTS / f"{file}-{style}.ttf")
      for name, file in FAMILIES.items() for weight, style in ((400, "Regular"), (700, "Bold"))),
    Face(FIELD_FAMILY, 400, FONTS / "NotoSans-Regular.ttf"),
]  # fmt: skip
CACHE = Path(tempfile.gettempdir()) / "handout-test-fonts"
DATED = "2026-11-01"
ADDRESS = "https://www.smart.com.kh"

CSS = """
@page { size: A4; margin: 15mm; @bottom-right { content: "第 " counter(page) "/" counter(pages) " 页" } }
html { font: 11pt/1.6 "Noto Sans", "Noto Sans SC", "Noto Sans Khmer" }
.pair { display: table; width: 100%; table-layout: fixed } .cell { display: table-cell }
input, select { font: 11pt "Handout Field"; border: .75pt solid #000 }
input[type="text"] { width: 60mm; height: 8mm }
input[type="checkbox"], input[type="radio"] { width: 5mm; height: 5mm; margin: 0; padding: 0 }
.tick { list-style: none } svg { overflow: visible } .step { break-before: page }
h1, h2 { bookmark-label: attr(data-bookmark) }
"""


def make_qr(address: str, label: str = "二维码") -> str:
    """Return an inline picture of the QR code of an address."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=3, xmldecl=False)
    return picture.getvalue().decode().replace("<svg ", f'<svg role="img" aria-label="{label}" ')


BODY = f"""
<h1 class="pair" data-bookmark="注销号码"><span class="cell">我想注销号码</span>
  <span class="cell" lang="km">ខ្ញុំចង់បិទលេខទូរសព្ទ</span></h1>
<section>
  <h2 data-bookmark="我的资料">我的资料 <span lang="km">ព័ត៌មានរបស់ខ្ញុំ</span></h2>
  <div class="pair"><div class="cell">请<b>永久</b>注销（<span lang="en">cancel for good</span>）。</div>
    <div class="cell" lang="km">សូម<b>បិទ</b>ជាអចិន្ត្រៃយ៍ <span lang="zh-Hans">注销</span></div></div>
  <div><label for="number">号码 <span lang="km">លេខ</span></label>
    <input type="text" id="number" name="number" title="号码 / លេខទូរ\u200bសព្ទ"></div>
  <div><label for="name">姓名</label> <input type="text" id="name" name="name" title="姓名 / ឈ្មោះ"></div>
  <ul class="tick">
    <li><input type="checkbox" name="cancel" title="注销 / បិទ"> 注销 <span lang="km">បិទ</span></li>
    <li><input type="checkbox" name="suspend" title="停机 / ផ្អាក"> 停机</li>
  </ul>
  <p><input type="radio" name="plan" value="a" title="预付费" data-question="付费方式 / របៀបបង់ប្រាក់"> 预付费
    <input type="radio" name="plan" value="b" title="后付费" data-question="付费方式 / របៀបបង់ប្រាក់"> 后付费
    <select name="paper" title="证件 / ឯកសារ"><option value="p">Passport</option></select></p>
</section>
<section>
  <h2 data-bookmark="步骤">步骤</h2>
  <ol><li><div class="pair"><div class="cell">查余额</div><div class="cell" lang="km">ពិនិត្យ</div></div></li>
    <li>先备份<div class="step">再去营业厅</div></li></ol>
  <table><caption>电话</caption><thead><tr><th scope="col">项目</th><th scope="col">号码</th><th scope="col">时间</th></tr></thead>
    <tbody><tr><th scope="row">客服</th><td>1777</td><td>24 <span lang="en">hours</span></td></tr>
    <tr><th scope="row">商店</th><td colspan="2">白天</td></tr>
    <tr><th scope="row">邮件</th><td>1778</td><td>24</td></tr>
    <tr><th scope="row">信箱</th><td>1779</td><td>24</td></tr></tbody></table>
  <p><a href="{ADDRESS}" title="Smart 网站">smart.com.kh</a> {make_qr(ADDRESS)}
    <svg aria-hidden="true" width="9" height="9" viewBox="0 0 2 2"><circle cx="1" cy="1" r="1"/></svg>
    <span aria-hidden="true">◆</span></p>
</section>
"""  # noqa: E501


def render_page(body: str = BODY, css: str = "", lang: str = "zh-Hans") -> weasyprint.Document:
    """Lay out a page in the project's cut fonts."""
    html = f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>注销号码</title><body>{body}</body></html>'
    faces = cut_fonts(FACES, [html.replace("\u200b", ""), "第页/0123456789◆"], CACHE)
    configuration = FontConfiguration()
    sheet = weasyprint.CSS(string=font_face_css(faces) + CSS + css, font_config=configuration)
    options = {"pdf_forms": True, "pdf_variant": VARIANT}
    return weasyprint.HTML(string=html).render(stylesheets=[sheet], font_config=configuration, **options)


def write_page(path: Path, body: str = BODY, css: str = "", lang: str = "zh-Hans") -> Path:
    """Write a page as the pipeline does and return its path."""
    write_tagged_pdf(render_page(body, css, lang), path, identifier=b"sample", dated=DATED)
    return path


def expect_page(body, most, **others):
    """Return what is expected of a page of Chinese with a footer, whose parts have at most so many pages."""
    strings = read_strings(f'<html lang="zh-Hans"><body>{body}</body></html>')
    return Expected(
        parts=tuple(map(Part, [0, *strings.openings.values()], most)),
        page_size=(595.28, 841.89),
        margins=(42, 42, 50, 42),
        lang="zh-Hans",
        languages=frozenset(),
        strings=tuple(strings.strings),
        families=frozenset(),
        running=("第 {page} 页",),
        pairs=tuple(strings.pairs),
        **others,
    )
