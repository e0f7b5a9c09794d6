"""Each check of the layout finds what it is there for, says where, and finds nothing in a well set page."""

from types import SimpleNamespace

import pytest
from PIL import Image
from sample_page import expect_page, write_page

from handout.base.diagnostics import Diagnostic
from handout.base.paths import ROOT
from handout.load.tree import load_content
from handout.plan.handouts import plan_handouts
from handout.render.expected import limit_lines
from handout.render.page import HandoutPage
from handout.verify.failures import Failure, Wrong
from handout.verify.layout import LAYOUT_CHECKS, check_empty
from handout.verify.readback import open_readback

# Pages of 40 lines; nothing is kept together unless a check's good case says so.
CSS = """
@page { size: A4; margin: 42pt 42pt 50pt; @bottom-right { content: "第 " counter(page) " 页" } }
html { line-height: 18pt } body, h2, h3, p, div { margin: 0; font-size: 11pt; orphans: 1; widows: 1; break-after: auto }
.row { display: flex } .frame { border: 1pt solid; height: 200mm; background: #eee }
"""
CONTENT = ROOT / "tests" / "content"
LOC = ("guide", "counter", "request", "zh")
KHMER = "សូមបិទលេខទូរសព្ទ"


def fill(lines):
    """Return paragraphs of one line each."""
    return "<p>停机</p>" * lines


def find_wrongs(path, body, limits=()):
    """Return (check, place, message, more) of all that the layout checks find on a page made of ``body``."""
    expected = expect_page(body, [9], limits=limits)
    with open_readback(write_page(path, body, CSS)) as made:
        return [
            (check.__name__.removeprefix("check_"), *(wrong if wrong.loc else wrong[:2]))
            for check in LAYOUT_CHECKS
            for wrong in check(made, expected)
        ]


THREE_LINES = f"<p>{'注销号码' * 30}</p>"
FOUR_LINES = f"<p>{'注销号码' * 42}</p>"
HEADING = "<h2>标题</h2>"
PAIR = f'<div><div lang="zh-Hans">注销</div><div lang="km">{KHMER}</div></div>'
COLUMNS = '<div class="row"><p style="width: {}">永久注销</p><p>停机</p></div>'
RULED = '<p style="border-bottom: 1pt solid; line-height: {}">សូមប្តូរ</p>'
CITED = f"<p>{'注销号码' * 11}{{}}</p>"
BARE = '<input name="n" title="n" style="display: block; border: 0">'
FIELD = f'<p>{{}}</p><p>号码 {BARE}</p><p style="margin-top: {{}}">姓名</p>'
TICK = '<input type="checkbox" name="{0}" title="{0}" style="display: inline-block; margin-left: {1}">'
TICKS = f"<p>{TICK.format('a', 0)} 是{TICK.format('b', '{}')} 否</p>"
# What is on the page, the check that fails, what it says; none of a case's other lines fails any check.
BAD = {
    "a line alone at the foot": (
        fill(39) + THREE_LINES,
        "widows",
        "page 1, near '停机停机停机停机注销号码注销号码注销号码'",
        "one line alone at the foot of the page",
    ),
    "a line alone at the head": (
        fill(38) + THREE_LINES,
        "widows",
        "page 2, near '码注销号码第1页注销号码",
        "one line alone at the head of the page",
    ),
    "a heading at the foot": (
        fill(39) + HEADING + fill(9),
        "headings",
        "page 1, near '停机停机停机停机标题",
        "a heading stands alone, what it heads is on the next page",
    ),
    "a heading at the foot, a note beside it": (
        fill(39) + f'<div class="row">{HEADING}<p style="margin-left: 9mm">停机</p></div>' + fill(9),
        "headings",
        "page 1, near '停机停机停机停机标题停机",
        "a heading stands alone, what it heads is on the next page",
    ),
    "a heading over a field on the next page": (
        fill(39) + HEADING + '<p><input name="n" title="n"></p>',
        "headings",
        "page 1, near '停机停机停机停机标题",
        "a heading stands alone, what it heads is on the next page",
    ),
    "languages on two pages": (
        fill(39) + PAIR,
        "pairs",
        "page 2, near ",
        "the same in the other language ends on page 1",
    ),
    "a page that ends early": (
        fill(20) + '<p style="break-before: page">停机</p>',
        "empty",
        "page 1",
        "51% of the page are empty at its foot",
    ),
    "a frame with little in it": (
        fill(9) + '<div class="frame">停机</div><p style="break-before: page">停机</p>',
        "empty",
        "page 1",
        "76% of the page are empty at its foot",
    ),
    "columns too near": (
        COLUMNS.format("17mm"),
        "crowding",
        "page 1, near '永久注销停机",
        "columns are 1.8 mm apart (page 1, near '永久注销停机第1页')",
    ),
    "lines too near": (
        '<p>永久</p><p style="margin-top: -8pt">停机</p>',
        "crowding",
        "page 1, near '永久停机",
        "lines are 0.96 of their font size apart (page 1, near '永久停机第1页')",
    ),
    "ink at a rule": (
        RULED.format("17pt"),
        "crowding",
        "page 1, near 'សូមប្តូរ第1页'",
        "is -0.60 mm from a rule",
    ),
    "one letter on the last line": (
        CITED.format("停机好。"),
        "last_lines",
        "page 1",
        "the last line is '好。' alone",
    ),
    "a source's number on the last line": (
        CITED.format("停机 [4, 12]"),
        "last_lines",
        "page 1",
        "the last line is '[4,12]' alone",
    ),
    "text at a field": (
        FIELD.format("停机", "-1.6mm"),
        "crowding",
        "page 1, near '停机号码姓名",
        "is 0.5 mm from a field of another block",
    ),
    "text at a high field": (
        FIELD.format("停机", "-1.6mm").replace("border: 0", "border: 0; height: 12mm"),
        "crowding",
        "page 1, near '停机号码姓名",
        "is 0.5 mm from a field of another block",
    ),
    "words of one tick box at the next": (
        TICKS.format(".3mm"),
        "crowding",
        "page 1, near '是否",
        "is 0.4 mm from a field of another block",
    ),
}
GOOD = {
    "a block split into two lines and two": fill(38) + FOUR_LINES,
    "a heading with its first line": fill(38) + HEADING + fill(9),
    "a heading with what it heads on its own line": fill(38) + "<h3 style='float: left'>标题</h3><p>停机</p>" + fill(9),
    "languages on one page": fill(38) + PAIR,
    "a page two thirds full": fill(30) + '<p style="break-before: page">停机</p>',
    "columns 4 mm apart": COLUMNS.format("19.5mm"),
    "lines set close": '<p>永久</p><p style="margin-top: -5pt">停机</p>',
    "ink above a rule": RULED.format("23pt"),
    "two letters on the last line": CITED.format("停机好吗。"),
    "tick boxes in a row": TICKS.format("2mm"),
    "text below a field": FIELD.format("停机", "1mm"),
}


@pytest.mark.parametrize(("body", "check", "place", "message"), BAD.values(), ids=BAD)
def test_a_badly_set_page_fails(body, check, place, message, tmp_path):
    """One failure, with its page, the words near and what is wrong."""
    [(found, where, said)] = find_wrongs(tmp_path / "bad.pdf", body)
    assert (found, said) == (check, message)
    assert where.startswith(place)


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_a_well_set_page_passes(body, tmp_path):
    """The nearest case that is right has no failure of any check."""
    assert find_wrongs(tmp_path / "good.pdf", body) == []


def test_a_text_too_long_for_its_place_fails(tmp_path):
    """It is named with its lines, the lines there are, and its path in the content; one that fits is not."""
    body = fill(1) + THREE_LINES
    limits = (("停机", 1, LOC), ("注销号码" * 30, 2, LOC))
    message = f"{'注销号码' * 30!r} takes 3 lines, there is room for 2"
    assert find_wrongs(tmp_path / "long.pdf", body, limits) == [
        ("lines", "page 1, near '停机注销号码注销号码注销号码'", message, LOC)
    ]
    assert find_wrongs(tmp_path / "long.pdf", body, (("停机", 1, LOC), ("注销号码" * 30, 3, LOC))) == []


@pytest.mark.parametrize("row", [0, 1, 499, *range(895, 905), 997])
def test_lowest_ink_is_found_in_whichever_row(row):
    """One dark dot ends the empty part of a page, wherever it is; a rule across the page does not."""
    page = Image.new("L", (90, 1000), "white")
    page.putpixel((7, row), 0)
    page.paste(99, (0, row + 1, 90, row + 2))
    made = SimpleNamespace(pictures=[page] * 2, scales=[1, 1], text=SimpleNamespace(find_running=lambda *_: {}))
    expected = SimpleNamespace(margins=(0, 0, 0, 0), most_empty=-1, running=())
    [wrong] = check_empty(made, expected)
    assert wrong.message.startswith(f"{(1000 - row - 1) / 1000:.0%} of the page")


def test_every_check_has_a_test_in_which_it_fails():
    assert {case[1] for case in BAD.values()} | {"lines"} == {c.__name__.removeprefix("check_") for c in LAYOUT_CHECKS}


def test_a_failure_names_the_line_of_the_content():
    """A failure with a path in the content gets that text's file and line; another one the handout's name."""
    tree, _problems = load_content(CONTENT)
    path = CONTENT / "guide.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    line = lines.index("  request:") + 2
    failure = Failure("lines", Wrong("page 1, near 'x'", "is too long", LOC))
    assert failure.diagnose("alpha.zh-km", tree.find_place) == Diagnostic(
        str(path), line, 9, "lines", "alpha.zh-km, page 1, near 'x': is too long"
    )
    failure = Failure("empty", Wrong("page 2", "50% of the page are empty"))
    assert failure.diagnose("alpha.zh-km", tree.find_place) == Diagnostic(
        "alpha.zh-km", 0, 0, "empty", "page 2: 50% of the page are empty"
    )


@pytest.mark.parametrize("edition", ["standard", "large"])
def test_every_limit_leads_to_its_text(frozen_content, edition):
    """The path of each limited text leads to exactly these words in the content."""
    tree, _problems = load_content(CONTENT)
    handout = next(h for h in plan_handouts(frozen_content, ["alpha"], ["zh-km"], [edition]))
    limits = list(limit_lines(HandoutPage(frozen_content, handout)))
    assert len(limits) == {"standard": 46, "large": 26}[edition]
    for text, most, loc in limits:
        assert 1 <= most <= 3
        assert tree.nodes[loc].value == text
