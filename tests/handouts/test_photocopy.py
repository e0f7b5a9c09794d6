"""What is to be read, ticked and filled in is still there on a bad photocopy; the measures stand in copier.py.

Pages are drawn in grey at 150 dpi and copied three times: in grey with twice the contrast, in black and white by a
copier set too light, and by one set too dark.
"""

import pytest
from copier import (
    copy_pages,
    find_dark_tints,
    find_lost_dashes,
    find_lost_fields,
    find_lost_text,
    find_weak_text,
)
from sample_page import write_page

SEEKERS = (find_lost_text, find_lost_fields, find_lost_dashes, find_dark_tints, find_weak_text)
PAGES = 4  # all but the last ones of large print


def test_a_photocopy_keeps_what_is_needed(sample_id, built):
    """Text keeps its strokes, fields and tick boxes their border and inside, the stamp box its dashes; tints stay
    light, and on the drawn page text has a contrast of 7:1."""
    sheets = list(copy_pages(built / f"pdf/{sample_id}.pdf", PAGES))
    assert sheets[0].fields
    assert any(sheet.dashes for sheet in sheets)
    for number, sheet in enumerate(sheets, 1):
        assert {seek.__name__: found for seek in SEEKERS if (found := list(seek(sheet)))} == {}, f"page {number}"


PAGE = """<div style="background: {tint}; padding: 9mm">
<p style="font-size: 8.5pt; color: {text}">请永久注销这个电话号码</p>
<p><input name="n" title="n" style="border-color: {line}; background: {ground}">
<input type="checkbox" name="t" title="t" style="border-color: {line}; background: {ground}"></p>
<div style="border: 1pt dashed {line}; height: 20mm"></div></div>"""
GOOD = {"tint": "#eee", "text": "#000", "line": "#000", "ground": "#fff"}
# What is changed of a good page, and which measure finds it.
BAD = {
    "pale text": ({"text": "#aaa"}, {"find_lost_text", "find_weak_text"}),
    "grey text": ({"text": "#777"}, {"find_lost_text", "find_weak_text"}),
    "pale lines": ({"line": "#aaa"}, {"find_lost_fields", "find_lost_dashes"}),
    "a dark tint": ({"tint": "#bbb"}, {"find_lost_text", "find_lost_dashes", "find_dark_tints"}),
    "a field filled in": ({"ground": "#ccc"}, {"find_lost_fields"}),
}


def copy_sample(path, **changed):
    [sheet] = copy_pages(write_page(path, PAGE.format(**GOOD | changed)))
    return {seek.__name__ for seek in SEEKERS if list(seek(sheet))}


def test_a_good_page_loses_nothing(tmp_path):
    assert copy_sample(tmp_path / "good.pdf") == set()


@pytest.mark.parametrize(("changed", "found"), BAD.values(), ids=BAD)
def test_a_pale_or_dark_page_is_found(changed, found, tmp_path):
    """Each measure fails on a page made badly on purpose."""
    assert copy_sample(tmp_path / "bad.pdf", **changed) == found


def test_every_measure_fails_somewhere():
    assert set.union(*(found for _changed, found in BAD.values())) == {seek.__name__ for seek in SEEKERS}
