"""The form of each handout as a picture to print: what PDFium draws, in greys, light, as large as the paper."""

import io
import json

import pypdfium2
import pytest
from PIL import Image, ImageChops

from handout.site.pages import Site
from handout.verify.readback import squeeze
from handout.workers.pictures import PREVIEW_DPI, draw_page, write_png

INCH = 72  # points


@pytest.fixture(scope="module")
def entries(frozen_built):
    """What the manifest says about each handout."""
    return json.loads((frozen_built / "manifest.json").read_text(encoding="utf-8"))["handouts"]


@pytest.fixture(scope="module")
def drawings(frozen_built, entries):
    """Each published picture: its file's bytes, the page of the PDF that it shows, and its dots an inch."""
    found = []
    for entry in entries:
        document = pypdfium2.PdfDocument((frozen_built / entry["pdf"]).read_bytes())
        names = [(entry["preview"], 0, PREVIEW_DPI), *((name, n, 150) for n, name in enumerate(entry["pictures"]))]
        found += [((frozen_built / name).read_bytes(), document[page], dpi) for name, page, dpi in names]
    return found


def test_each_handout_has_its_form_as_pictures(frozen_built, entries):
    """One picture a handout, two of large print, whose form takes two pages; no file that the manifest lacks."""
    for entry in entries:
        name = entry["id"]
        second = [f"picture/{name}.2.png"] if entry["edition"] == "large" else []
        assert entry["pictures"] == [f"picture/{name}.png", *second]
    listed = [picture for entry in entries for picture in entry["pictures"]]
    assert sorted(listed) == sorted(f"picture/{path.name}" for path in (frozen_built / "picture").iterdir())


def test_pictures_show_the_page_as_pdfium_draws_it(drawings):
    """No dot is farther from PDFium's own drawing than greys are apart: thin strokes, lines and codes are whole."""
    for data, page, dpi in drawings:
        picture, own = Image.open(io.BytesIO(data)), page.render(scale=dpi / INCH, grayscale=True).to_pil()
        channels = picture.convert("RGB").split()
        assert all(not ImageChops.difference(channels[0], other).getbbox() for other in channels)  # grey
        assert ImageChops.difference(channels[0], own).getextrema()[1] <= 8


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (3, 5), (8, 2)])
def test_each_dot_has_its_nearest_grey(size):
    """Whatever its width, a picture reads back with each dot in the nearest of 16 greys, and nothing else."""
    dots = [number * 37 % 256 for number in range(size[0] * size[1])]
    picture = Image.new("L", size)
    picture.putdata(dots)
    read = Image.open(io.BytesIO(write_png(picture, 150)))
    assert (read.size, read.mode) == (size, "P")
    assert list(read.convert("L").tobytes()) == [(dot + 8) // 17 * 17 for dot in dots]


def test_pictures_are_as_large_as_the_paper(drawings):
    """At 150 dots an inch, which the file says, they fill the sheet, so that "actual size" prints the page's size."""
    for data, page, dpi in drawings:
        picture = Image.open(io.BytesIO(data))
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
        inches = [side / dpi for side in picture.size]
        assert inches == pytest.approx([side / INCH for side in page.get_size()], abs=2 / dpi)


def test_pictures_are_light(drawings):
    """A picture to print is loaded by phones, a preview stands on the start page: 150 kB and 40 kB are the most."""
    for data, _page, dpi in drawings:
        assert len(data) < (40_000 if dpi == PREVIEW_DPI else 150_000)


def test_same_page_gives_the_same_picture(drawings):
    """Drawn again in another process, from the published PDF, a picture has the same bytes."""
    for data, page, dpi in drawings:
        assert draw_page(page, dpi) == data


def test_top_of_page_1_has_the_request_in_both_languages(frozen_built, entries, frozen_content):
    """What chats show of a handout, 1200 by 630 dots of its picture, has the request where it can be read."""
    width, height = (side / 150 * INCH for side in Site.share_size)
    for entry in entries:
        page = pypdfium2.PdfDocument((frozen_built / entry["pdf"]).read_bytes())[0]
        margin, text = (page.get_width() - width) / 2, page.get_textpage()
        top = squeeze(text.get_text_bounded(margin, page.get_height() - margin - height, margin + width))
        for code in (entry["reader"], entry["staff"]):
            assert squeeze(frozen_content.guide.counter.request[code]) in top, entry["id"]
