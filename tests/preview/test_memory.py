"""The preview does not grow: what an edit replaces is given back."""

import gc
import weakref

import pytest

from handout.preview.preview import OpenHandout, Preview
from handout.render.page import make_environment
from handout.typeset.typesetter import Layout

EDITS = 5


@pytest.mark.parametrize(
    "file",
    [
        "print/text.css.j2",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("handout/faqs.html.j2", "content")),
    ],
)
def test_replaced_pages_are_given_back(content_copy, templates, tmp_path, monkeypatch, file):
    """After edits of a style sheet, a page or a text, no pages are left, and one typesetter."""
    laid_out, typesetters, original = [], [], Layout.lay_out

    def lay_out(self, *given):
        document = original(self, *given)
        laid_out.append(weakref.ref(document.pages[0]))
        typesetters.append(weakref.ref(self.typesetter))
        return document

    monkeypatch.setattr(Layout, "lay_out", lay_out)
    preview = Preview(content_copy, tmp_path, environment=make_environment(templates))
    preview.opened["alpha.en-km"] = OpenHandout()
    path = content_copy / "faqs.yaml" if file == "content" else templates / file
    text, frozen = path.read_text("utf-8"), []
    for number in range(EDITS):
        added = {"print/text.css.j2": f"\np {{ widows: {number + 2} }}\n", "content": ""}.get(
            file, f"<p>{number}</p>\n"
        )
        path.write_text(text.replace("stop using", "stop using " + "a" * number) + added, "utf-8")
        *news, last = preview.update()
        assert last["problems"] == ""
        assert any("pdf" in event for event in news)
        frozen.append(gc.get_freeze_count())
    assert len(laid_out) >= EDITS
    assert sum(page() is not None for page in laid_out) == 0
    assert len({id(one()) for one in typesetters if one()}) == 1
    assert frozen[-1] < 1.05 * frozen[1]
