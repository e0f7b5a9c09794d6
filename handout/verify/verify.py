"""Verify: a made PDF is what was planned, or a list of what is wrong with it. Nothing is published that fails here."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pikepdf
import pypdfium2

from handout.render.expected import Expected
from handout.verify.failures import Failure, VerifyError, Wrong
from handout.verify.layout import LAYOUT_CHECKS
from handout.verify.pages import PAGE_CHECKS
from handout.verify.pdfua import validate_pdfua
from handout.verify.readback import Readback, open_readback
from handout.verify.text import TEXT_CHECKS

Check: TypeAlias = Callable[[Readback, Expected], Iterator[Wrong]]


@contextmanager
def open_verified(pdf_path: Path, expected: Expected, fine: int = 0) -> Iterator[Readback]:
    """Open a PDF that is what was planned, its first pages drawn fine; raises VerifyError with what is wrong.

    That is every failure of every check, and of a validator of PDF/UA-1, which reads the file itself.
    """
    try:
        with open_readback(pdf_path, fine) as made:
            failures = list(_run_checks((*PAGE_CHECKS, *TEXT_CHECKS), made, expected))
            # Where a page is too full, whatever follows stands elsewhere, also in the text: that is no news.
            if any(failure.check == "pages" for failure in failures):
                failures = [failure for failure in failures if failure.check not in ("text", "order")]
            else:
                failures += _run_checks(LAYOUT_CHECKS, made, expected)
            failures += (Failure("pdfua", wrong) for wrong in validate_pdfua(pdf_path))
            if failures:
                raise VerifyError(failures)
            yield made
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        raise VerifyError([Failure("file", Wrong(pdf_path.name, f"cannot be read: {error}"))]) from error


def _run_checks(checks: Iterable[Check], made: Readback, expected: Expected) -> Iterator[Failure]:
    for check in checks:
        yield from (Failure(check.__name__.removeprefix("check_"), wrong) for wrong in check(made, expected))
