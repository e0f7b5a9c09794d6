"""The forms that a phone page fills in: what a browser must know of a made PDF to append the values to it."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

from handout.fonts.bundled import FIELD_FAMILY, FIELD_FILE, FIELD_TWINS, Face
from handout.plan.handouts import Handout, MadeHandout
from handout.site.pages import Site, pick_handouts
from handout.site.write import REGULAR, publish_font

REWRITTEN = {"/AS", "/Rect", "/V"}  # entries of a field that fill.js writes anew; of a text, its appearance, too


def write_forms(site: Site, made: Sequence[MadeHandout], staging: Path) -> None:
    """Write each phone page's form, and their fields' font as a web font, into ``staging``, which has the PDFs."""
    font = publish_field_font(site, staging)
    for handout in pick_handouts(one.handout for one in made).values():
        write_form(handout, font, staging)


def publish_field_font(site: Site, staging: Path) -> str:
    """Put the fields' font into ``staging`` as a web font; return its path there."""
    face = Face(FIELD_FAMILY, REGULAR, site.fonts / FIELD_FILE)
    return f"fonts/{publish_font(site, face, frozenset(), ('name',), staging)}"


def write_form(handout: Handout, font: str, staging: Path) -> None:
    """Write the form of a handout whose PDF is in ``staging``; ``font`` is the path of its fields' web font."""
    form = describe_form(handout, font, staging / handout.pdf)
    (staging / handout.form).parent.mkdir(exist_ok=True)
    (staging / handout.form).write_text(json.dumps(form, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def describe_form(handout: Handout, font: str, path: Path) -> dict[str, Any]:
    """Return what fill.js needs of a handout whose PDF is at ``path``; ``font`` is that of its fields as a web font.

    Places are in points from the page's lower left corner, widths in thousandths of the size, paths those of the site.
    """
    # From bytes: pikepdf opens no path that a machine whose language is ASCII cannot spell.
    with pikepdf.open(io.BytesIO(path.read_bytes())) as pdf:
        fields = {
            str(note.T): describe_field(note, number)
            for number, page in enumerate(pdf.pages, start=1)
            for note in page.get("/Annots", ())
            if note.Subtype == "/Widget"
        }
        return {
            "pdf": handout.pdf,
            "picture": handout.pictures[0],
            "id": bytes(pdf.trailer.ID[0]).decode(),
            "page": [float(side) for side in pdf.pages[0].mediabox[2:]],
            "font": {"file": font} | describe_font(pdf),
            "tick": read_tick(pdf),
            "fields": fields,
        }


def describe_field(field: pikepdf.Object, page: int) -> dict[str, Any]:
    """Return a field's object number, page, box, the name of its ticked state if it has one, and its other entries."""
    states = [key[1:] for key in field.AP.N.keys() if key != "/Off"] if field.FT == "/Btn" else []  # noqa: SIM118 - PDF
    rewritten = REWRITTEN if states else REWRITTEN | {"/AP"}
    entries = pikepdf.Dictionary({key: value for key, value in field.items() if key not in rewritten})
    return {
        "object": field.objgen[0],
        "page": page,
        "box": [float(side) for side in field.Rect],
        **({"on": states[0]} if states else {}),
        "entries": entries.unparse().decode("ascii").removeprefix("<< ").removesuffix(" >>"),
    }


def describe_font(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Return the text fields' font: name, object number, height of capitals, and its codes' letters and widths.

    A code without a character that the font draws has a blank, the letter of the first code; so have the no-break space
    and the soft hyphen, which PDFium leaves out.
    """
    (name,) = (key for key, font in pdf.Root.AcroForm.DR.Font.items() if font.Subtype == "/TrueType")
    font = pdf.Root.AcroForm.DR.Font[name]
    drawn = TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()), lazy=True).getBestCmap()
    characters = {chr(code) for code in drawn}.difference(map(chr, FIELD_TWINS))
    codes = range(int(font.FirstChar), int(font.LastChar) + 1)
    letters = (bytes([code]).decode("cp1252", "ignore") for code in codes)
    return {
        "name": name,
        "object": font.objgen[0],
        "capital": int(font.FontDescriptor.CapHeight),
        "letters": "".join(letter if letter in characters else " " for letter in letters),
        "widths": [int(width) for width in font.Widths],
    }


def read_tick(pdf: pikepdf.Pdf) -> list[list[float]]:
    """Return the corners of the shape that is drawn in a ticked box, as parts of its width and height."""
    ticked = next(field.AP.N for field in pdf.Root.AcroForm.Fields if field.get("/FT") == "/Btn" and "/AP" in field)
    (drawing,) = (stream for state, stream in ticked.items() if state != "/Off")
    width, height = map(float, list(drawing.BBox)[2:])
    drawn = pikepdf.parse_content_stream(drawing, "m l")
    corners = [list(map(float, instruction.operands)) for instruction in drawn]
    return [[round(x / width, 3), round(y / height, 3)] for x, y in corners]
