"""Verify: a made PDF is what was planned, or a list of what is wrong with it. Nothing is published that fails here."""

from pathlib import Path

import page
import pikepdf
import pypdfium2

from handout.render.expected import Expected
from handout.verify.failures import Failure, Wrong
from handout.verify.layout import LAYOUT_CHECKS
from handout.verify.pages import PAGE_CHECKS
from handout.verify.readback import open_readback
from handout.verify.text import TEXT_CHECKS

CHECKS = (*PAGE_CHECKS, *TEXT_CHECKS, *LAYOUT_CHECKS)


def verify_handout(pdf_path: Path, expected: Expected) -> list[Failure]:
    """Return every failure of every check, and of `page`, a validator of PDF/UA-1, which reads the file itself."""
    try:
        with open_readback(pdf_path) as made:
            failures = [
                Failure(check.__name__.removeprefix("check_"), wrong)
                for check in CHECKS
                for wrong in check(made, expected)
            ]
        found = page.validate_pdf(pdf_path, profile="ua1").failures
        return [*failures, *(Failure("pdfua", Wrong(failure.rule_id, failure.message)) for failure in found)]
    except (pikepdf.PdfError, pypdfium2.PdfiumError, page.PageError) as error:
        return [Failure("file", Wrong(pdf_path.name, f"cannot be read: {error}"))]
