"""Failures: what is wrong with one made PDF, and where in the content it comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from handout.base.diagnostics import Diagnostic, HandoutError, Loc, Place


class Wrong(NamedTuple):
    """What a check found: its place in the PDF, a message, and its path in the content when one text is to blame."""

    place: str
    message: str
    loc: Loc = ()


@dataclass(frozen=True)
class Failure:
    """One thing wrong with one made PDF, and the check that found it."""

    check: str
    wrong: Wrong

    def diagnose(self, handout: str, find_place: Callable[[Loc], Place]) -> Diagnostic:
        """Return it as a diagnostic at the content's line that it comes from, else at the handout."""
        wrong = self.wrong
        place = find_place(wrong.loc) if wrong.loc else Place(handout, 0, 0)
        where = f"{handout}, {wrong.place}" if wrong.loc else wrong.place
        return Diagnostic(place.path, place.line, place.column, self.check, f"{where}: {wrong.message}")


class VerifyError(HandoutError):
    """A made PDF is not what it must be; its one argument lists the failures."""

    def diagnose(self, handout: str, find_place: Callable[[Loc], Place]) -> list[Diagnostic]:
        """Return a diagnostic for each failure."""
        return [failure.diagnose(handout, find_place) for failure in self.args[0]]
