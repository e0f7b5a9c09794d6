"""The clerk's questions: whatever options one has, the boxes stay in line with those of the others."""

import pytest

from handout.plan.handouts import Handout
from handout.workers.worker import make_worker


def find_cells(box, cells):
    """Collect the left sides of the cells of each question, in order, in CSS pixels."""
    name = box.element.get("class", "").split()[:1] if box.element is not None else []
    if name == ["answer"] and type(box).__name__ == "TableRowBox":
        cells.append([cell.position_x for cell in box.children])
    for child in getattr(box, "children", ()):
        find_cells(child, cells)


@pytest.mark.parametrize("blanks", [(False,), (False, False), (True, False), (False, True), (True,)], ids=str)
def test_boxes_stay_in_line_whatever_the_options_are(blanks, frozen_content, tmp_path):
    """The first box, and its words beside it, begin where they do in a question with a plain option and a blank."""
    first, *others = frozen_content.answers
    assert [option.blank for option in others[0].options] == [False, True]
    options = [
        first.options[0].model_copy(update={"id": f"option-{number}", "blank": blank})
        for number, blank in enumerate(blanks)
    ]
    answers = [first.model_copy(update={"options": options}), *others]
    worker = make_worker(frozen_content.model_copy(update={"answers": answers}), tmp_path)
    _layout, document = worker.lay_out(worker.render(Handout("alpha", "zh", "km", "counter")))
    find_cells(document.pages[0]._page_box, cells := [])
    assert len(cells) == len(answers)
    assert cells[0][1] == pytest.approx(cells[1][1], abs=1)
    assert cells[0][2] - cells[0][1] < 30
