"""PDF/UA-1: what its validator says of a PDF; all that is asked of `page`, in one place (docs/dependencies.md)."""

from collections.abc import Iterator
from pathlib import Path

import page

from handout.verify.failures import Failure, VerifyError, Wrong


def validate_pdfua(path: Path) -> Iterator[Wrong]:
    """Yield each rule of PDF/UA-1 that a PDF breaks; raises VerifyError for a file that cannot be read."""
    try:
        found = page.validate_pdf(path, profile="ua1").failures
    except page.PageError as error:
        raise VerifyError([Failure("file", Wrong(path.name, f"cannot be read: {error}"))]) from error
    yield from (Wrong(failure.rule_id, failure.message) for failure in found)
