"""A part that takes too many pages is named with the lines that are too many and the texts to shorten."""

from __future__ import annotations

import pytest
from sample_page import expect_page, write_page

from handout.verify.readback import open_readback
from handout.verify.room import find_excess, measure_lines_left

# Pages of 40 lines.
CSS = """
@page { size: A4; margin: 42pt 42pt 50pt; @bottom-right { content: "第 " counter(page) " 页" } }
html { line-height: 18pt } body, section, p, div { margin: 0; font-size: 11pt; orphans: 1; widows: 1 }
section { break-before: page } .kept { break-inside: avoid } .cell { width: 90mm } .row { display: flex }
"""
LONG, MIDDLE, SHORT = ("注销号码" * 42, ("faqs", 0)), ("停机保号" * 30, ("faqs", 1)), ("停机", ("faqs", 2))
FOUR_LINES, THREE_LINES = f"<p>{LONG[0]}</p>", f'<p class="kept">{MIDDLE[0]}</p>'
SECTION = '<section id="opening-{}">{}</section>'
KHMER = "សូមបិទលេខទូរសព្ទ"
BOX = '<div class="kept" style="height: 360pt; background: #eee"></div><p>停机</p>'  # 20 lines high, and a line
TWO_COLUMNS = f'<div class="row"><p class="cell">{LONG[0]}</p><p class="cell" lang="km">{KHMER}</p></div>'


def fill(lines):
    """Return paragraphs of one line each."""
    return f"<p>{SHORT[0]}</p>" * lines


def read_made(path, body, *most):
    """Return a page made of ``body`` read back, and what is expected of it: the most pages of each part."""
    expected = expect_page(body, most, texts=(LONG, MIDDLE, SHORT))
    return open_readback(write_page(path / "made.pdf", body, CSS)), expected


@pytest.mark.parametrize(
    ("body", "most", "page", "lines"),
    [
        (fill(38) + FOUR_LINES, [1], 1, 2),  # two of its lines are on the next page
        (fill(38) + THREE_LINES, [1], 1, 1),  # all three are there, but two had room
        (fill(100), [1], 1, 60),
        (fill(100), [2], 2, 20),
        (fill(30) + TWO_COLUMNS + TWO_COLUMNS, [1], 1, 6),  # eight lines each, in one language of two
        (fill(5) + SECTION.format("a", fill(41)) + SECTION.format("b", fill(3)), [1, 1, 1], 2, 1),
        (fill(5) + SECTION.format("a", fill(3)) + SECTION.format("b", fill(82)), [1, 1, 2], 4, 2),
        (fill(30) + BOX, [1], 1, 11),  # fields and stamps are no lines, but as high as some
        (f'{fill(10)}<div style="border: 1pt solid">{fill(20)}<div class="kept">{fill(15)}</div></div>', [1], 1, 5),
        (fill(41) + SECTION.format("a", fill(3)), [1, 3], 1, 1),  # in all there are pages enough
    ],
)
def test_lines_too_many(tmp_path, body, most, page, lines):
    """The page is the last that the part may fill; what it still has room for does not count."""
    opened, expected = read_made(tmp_path, body, *most)
    with opened as made:
        wrongs = list(find_excess(made, expected))
    assert {wrong.place for wrong in wrongs} == {f"page {page}"}
    assert {wrong.message.partition(" too many")[0] for wrong in wrongs} == {f"{lines} line{'s' * (lines > 1)}"}


def test_longest_texts_are_named(tmp_path):
    """Each with its lines and its path, the longest first, of this part alone; without any the page is still named."""
    body = SECTION.format("a", fill(38) + FOUR_LINES + THREE_LINES) + SECTION.format("b", FOUR_LINES)
    opened, expected = read_made(tmp_path, fill(3) + body, 1, 1, 1)
    with opened as made:
        wrongs = list(find_excess(made, expected))
    assert [(wrong.loc, wrong.message.partition("; ")[2]) for wrong in wrongs] == [
        (LONG[1], "this text has 4, shorten it or another one"),
        (MIDDLE[1], "this text has 3, shorten it or another one"),
    ]
    opened, expected = read_made(tmp_path, fill(41), 1)
    with opened as made:
        assert [wrong.loc for wrong in find_excess(made, expected)] == [SHORT[1]], "no other has more than a line"
    opened, expected = read_made(tmp_path, '<div style="height: 900pt; background: #eee"></div><p>停</p>', 1)
    with opened as made:
        assert [(wrong.place, wrong.loc) for wrong in find_excess(made, expected)] == [("page 1", ())]


@pytest.mark.parametrize("lines", [1, 17, 39, 40])
def test_lines_left(tmp_path, lines):
    """A page of 40 lines has room for what is not on it."""
    opened, expected = read_made(tmp_path, FOUR_LINES + fill(lines - 4) if lines > 4 else THREE_LINES, 1)
    with opened as made:
        assert not list(find_excess(made, expected))
        assert measure_lines_left(made, expected) == {1: 40 - max(lines, 3)}


def test_lines_left_on_pages_not_begun(tmp_path):
    """A part that runs on has the room of its last page, and of those that it has not begun."""
    body = FOUR_LINES + SECTION.format("a", fill(50))
    opened, expected = read_made(tmp_path, body, 1, 4)
    with opened as made:
        left = measure_lines_left(made, expected)
    assert left == {1: 36, 3: left[3]}
    assert 30 + 2 * 40 <= left[3] <= 30 + 2 * 42
