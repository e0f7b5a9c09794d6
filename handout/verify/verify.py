"""Verify: a made PDF is what was planned, or a list of what is wrong with it. Nothing is published that fails here."""

from collections.abc import Callable, Iterator
from pathlib import Path

import page
import pikepdf
import pypdfium2

from handout.render.expected import Expected
from handout.verify.failures import Failure, Wrong
from handout.verify.forms import check_fields, check_links
from handout.verify.layout import LAYOUT_CHECKS
from handout.verify.pages import check_fonts, check_margins, check_overlap, check_pages, check_qr
from handout.verify.readback import Readback, open_readback
from handout.verify.text import check_digits, check_glyphs, check_languages, check_order, check_text


def verify_handout(pdf_path: Path, expected: Expected) -> list[Failure]:
    """Return every failure of every check."""
    try:
        with open_readback(pdf_path) as made:
            return [
                Failure(check.__name__.removeprefix("check_"), wrong)
                for check in (*CHECKS, check_pdfua(pdf_path))
                for wrong in check(made, expected)
            ]
    except (pikepdf.PdfError, pypdfium2.PdfiumError, page.PageError) as error:
        return [Failure("file", Wrong(pdf_path.name, f"cannot be read: {error}"))]


def check_pdfua(path: Path) -> Callable[[Readback, Expected], Iterator[Wrong]]:
    """Return the check that the file passes `page`, a validator of PDF/UA-1, which reads the file itself."""

    def check_pdfua(_made: Readback, _expected: Expected) -> Iterator[Wrong]:
        for failure in page.validate_pdf(path, profile="ua1").failures:
            yield Wrong(failure.rule_id, failure.message)

    return check_pdfua


CHECKS = (
    check_pages,
    check_fonts,
    check_glyphs,
    check_text,
    check_languages,
    check_order,
    check_fields,
    check_links,
    check_digits,
    check_qr,
    check_margins,
    check_overlap,
    *LAYOUT_CHECKS,
)
