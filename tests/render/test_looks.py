"""Pages look as they did when somebody last looked at them: small grey pictures in `looks`, compared loosely.

``pytest tests/render/test_looks.py --update-golden`` draws them anew; look at them before they are committed.
"""

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from handout.base.paths import ROOT
from handout.plan.handouts import Handout
from handout.workers.worker import make_worker

LOOKS = ROOT / "tests/render/looks"
DPI = 50
LEVELS = 16
# The pictures kept: page of which handout. All are on Letter, but the counter page on A4.
PAGES = {"alpha.zh-km": 1, "alpha.zh-en": 2, "alpha.en-km.large": 1, "alpha.en-km.counter": 1}


def draw(pdf, number, dpi=DPI):
    """Draw a page of a PDF in grey."""
    return pypdfium2.PdfDocument(pdf)[number - 1].render(scale=dpi / 72, grayscale=True).to_pil()


def compare(picture, other):
    """Return what is different between two pictures, or nothing.

    Both are blurred by a millimetre (a radius of 2 pixels), which takes out how edges are smoothed and text is placed
    between pixels. Then the levels may differ by 3 of 255 on average, which a page moved by a millimetre does not
    keep, and by 64 at any place, which a tick box left out does not keep.
    """
    if picture.size != other.size:
        return f"it is of {picture.size} pixels, not {other.size}"
    blurred = (one.filter(ImageFilter.GaussianBlur(2)) for one in (picture, other))
    difference = ImageChops.difference(*blurred)
    mean, most = ImageStat.Stat(difference).mean[0], difference.getextrema()[1]
    if most > 64:
        left, top, right, bottom = (
            round(side * 25.4 / DPI) for side in difference.point(lambda n: 255 * (n > 64)).getbbox()
        )
        return f"{most} levels at most, {left}-{right} mm from the left and {top}-{bottom} mm from the top"
    return f"{mean:.1f} levels on average" if mean > 3 else ""


@pytest.fixture(scope="module")
def pdfs(frozen_built, frozen_content, tmp_path_factory):
    """Handout -> its PDF; the counter page is made on A4."""
    guide = frozen_content.guide.model_copy(update={"paper": "A4"})
    worker = make_worker(frozen_content.model_copy(update={"guide": guide}), tmp_path_factory.mktemp("looks"))
    counter = Handout("alpha", "en", "km", "counter")
    on_a4 = worker.typeset(worker.render(counter)).pdf
    return {path.stem: path for path in (frozen_built / "pdf").iterdir()} | {counter.id: on_a4}


@pytest.mark.parametrize(("handout_id", "number"), PAGES.items(), ids=PAGES)
def test_a_page_looks_as_it_did(handout_id, number, pdfs, update_golden):
    """The page is drawn as its picture was; when the change is meant, run with --update-golden and look."""
    path = LOOKS / f"{handout_id}-{number}.png"
    drawn = draw(pdfs[handout_id], number)
    if update_golden:
        LOOKS.mkdir(exist_ok=True)
        drawn.quantize(LEVELS).save(path, optimize=True)
    assert compare(Image.open(path).convert("L"), drawn) == "", (
        "meant? pytest tests/render/test_looks.py --update-golden"
    )


def test_the_pictures_are_those_of_the_list(update_golden):
    """No picture is kept that nothing compares, and none is missing."""
    names = {f"{handout_id}-{number}.png" for handout_id, number in PAGES.items()}
    if update_golden:
        for path in LOOKS.glob("*"):
            if path.name not in names:
                path.unlink()
    else:
        assert {path.name for path in LOOKS.iterdir()} == names


@pytest.fixture(scope="module")
def page(frozen_built):
    return draw(frozen_built / "pdf/alpha.zh-km.pdf", 1)


def test_other_smoothing_is_no_difference(frozen_built, page):
    """A page drawn at another resolution and shrunk, or kept in few levels, looks the same."""
    shrunk = draw(frozen_built / "pdf/alpha.zh-km.pdf", 1, 3 * DPI).resize(page.size, Image.Resampling.BOX)
    assert compare(page, shrunk) == ""
    assert compare(page, page.quantize(LEVELS).convert("L")) == ""


def test_what_is_different_is_found(frozen_built, page):
    """A patch left out is found with its place; so are a page moved by a millimetre, another page and another size."""
    patched = page.copy()
    ImageDraw.Draw(patched).rectangle((24, 70, 38, 90), fill=255)
    assert "mm from the left" in compare(page, patched)
    assert compare(page, ImageChops.offset(page, 0, 2)) != ""
    assert compare(page, draw(frozen_built / "pdf/alpha.zh-en.pdf", 1)) != ""
    assert "pixels" in compare(page, page.crop((0, 0, 99, 99)))
