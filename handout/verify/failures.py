"""Failures: what is wrong with one made PDF, and where in the content it comes from."""

from dataclasses import dataclass

from handout.base.diagnostics import Diagnostic
from handout.base.places import Loc, Place
from handout.load.tree import Tree

Wrong = tuple[str, str] | tuple[str, str, "Loc"]  # place in the PDF, message, path in the content when it is known


@dataclass(frozen=True)
class Failure:
    """One thing wrong with one made PDF; ``loc`` is the path in the content of the text at fault, if one is."""

    handout: str
    check: str
    place: str
    message: str
    loc: Loc = ()


class VerifyError(Exception):
    """A made PDF is not what it must be; its one argument lists the failures."""

    @property
    def failures(self) -> list[Failure]:
        """All that is wrong with it."""
        return list(self.args[0])


def place_failure(failure: Failure, tree: Tree) -> Diagnostic:
    """Return a failure as a diagnostic at the content's line that it comes from, else at the handout."""
    place = tree.find_place(failure.loc) if failure.loc else Place(failure.handout, 0, 0)
    where = f"{failure.handout}, {failure.place}" if failure.loc else failure.place
    return Diagnostic(place.path, place.line, place.column, failure.check, f"{where}: {failure.message}")
