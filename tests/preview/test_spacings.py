"""The preview sets a handout in the airiest spacing that it fits in, and says what is too long for all."""

import re

import pytest
from longer import add_questions

from handout.preview.preview import OpenHandout, Preview
from handout.typeset.typesetter import Layout


@pytest.fixture
def preview(content_copy, tmp_path):
    """A preview of a copy of the tests' content, with one handout open."""
    preview = Preview(content_copy, tmp_path / "preview")
    preview.opened["alpha.zh-km"] = OpenHandout()
    return preview


def test_a_spacing_that_was_too_airy_is_left_out_until_there_are_fewer_letters(
    preview, content_copy, tmp_path, monkeypatch
):
    """An edit lays a handout out once, not once for each spacing that it has outgrown."""
    laid_out, original = [], Layout.lay_out
    monkeypatch.setattr(Layout, "lay_out", lambda *given: laid_out.append(given) or original(*given))
    path = content_copy / "operators" / "alpha.yaml"
    short = path.read_bytes()
    add_questions(content_copy, 44)
    [*_] = preview.update()
    spacings = preview.handouts["alpha.zh-km"].spacings
    assert len(laid_out) == len(spacings)
    faqs = content_copy / "faqs.yaml"
    faqs.write_text(faqs.read_text("utf-8").replace("stop using", "no longer using"), "utf-8")
    [*_] = preview.update()
    assert len(laid_out) == len(spacings) + 1
    path.write_bytes(short)
    [*_] = preview.update()
    assert len(laid_out) == len(spacings) + 2
    assert preview.opened["alpha.zh-km"].pages == 3


def test_a_text_too_long_for_its_page_is_told(preview, content_copy):
    """The problem has the text's place, stays while other files change, and goes when the text is shorter."""
    good = (content_copy / "operators" / "alpha.yaml").read_bytes()
    add_questions(content_copy, 44)
    told = r"content/operators/alpha\.yaml:\d+:\d+: error: alpha\.zh-km, page 4: \d+ lines too many for the page; this"
    for edit in ("", "# Another line above every text.\n"):
        path = content_copy / "operators" / "alpha.yaml"
        path.write_text(edit + path.read_text(encoding="utf-8"), encoding="utf-8")
        [*_, last] = preview.update()
        assert re.search(told, last["problems"])
    (content_copy / "operators" / "alpha.yaml").write_bytes(good)
    [*_, last] = preview.update()
    assert "too many" not in last["problems"]
    assert preview.opened["alpha.zh-km"].pages == 3
