"""The counter page proves something: what was asked, by whom and when, and what was done."""

import pikepdf
import pypdfium2
import pytest

POINTS_PER_MM = 72 / 25.4
EDITIONS = {"standard": "", "counter": ".counter", "large": ".large"}
PAIRS = ("zh-km", "en-km", "zh-en")


@pytest.fixture(params=[f"alpha.{pair}{end}" for pair in PAIRS for end in EDITIONS.values()])
def path(request, frozen_built):
    """One handout after the other of the tests' own content, on US Letter, the tightest."""
    return frozen_built / "pdf" / f"{request.param}.pdf"


def find_fields(path):
    """Return the name of each field -> its page, its box in mm, its name for those who do not see the page."""
    found = {}
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            for field in page.get("/Annots", ()):
                if "/T" in field:
                    box = [float(side) / POINTS_PER_MM for side in field.Rect]
                    found[str(field.T)] = number, box, str(field.TU)
    return found


def overlaps(box, other):
    """Tell whether two boxes (left, bottom, right, top) have an area in common."""
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def test_what_was_done_is_ticked_beside_the_date(path, frozen_content):
    """Each outcome has a tick box on the page of the record, named in both languages; a reason has room."""
    fields = find_fields(path)
    page, (_left, low, _right, high), _words = fields["record-date"]
    assert page == (2 if path.stem.endswith("large") else 1)
    for outcome in frozen_content.guide.counter.outcomes:
        number, (left, bottom, right, top), words = fields[outcome.id]
        assert number == page
        assert abs((right - left) - (top - bottom)) < 0.5
        assert all(outcome.text[code] in words for code in path.stem.split(".")[1].split("-"))
        if outcome.blank:
            number, (left, bottom, right, top), _words = fields[f"{outcome.id}-text"]
            assert number == page
            assert right - left >= 37
            assert top - bottom > high - low - 0.5


def test_a_box_to_sign_has_room_for_a_thumb(path):
    """On page 1 one empty box takes a thumb of 15 by 20 mm; no field lies in it, and the date stands beside it."""
    fields = [box for page, box, _words in find_fields(path).values() if page == 1]
    date = find_fields(path)["request-date"]
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        text = page.get_textpage()
        bounds = [shape.get_bounds() for shape in page.get_objects((2,))]
        empty = {
            tuple(round(side / POINTS_PER_MM) for side in box)
            for box in bounds
            if not text.get_text_bounded(*box).strip()
        }
    wide = [box for box in empty if box[2] - box[0] >= 20 and box[3] - box[1] >= 15]
    signing = [box for box in wide if not any(overlaps(box, field) for field in fields)]
    assert signing
    assert date[0] == 1
    assert all(date[1][0] > box[2] and date[1][1] < box[3] and date[1][3] > box[1] for box in signing)
