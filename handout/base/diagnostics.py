"""Diagnostics: one problem found in the input and its place, and the errors that end a run."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handout.base.places import Loc, Place

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Diagnostic:
    """A problem and its place: ``line`` and ``column`` are 1-based, 0 where a file has no such place.

    ``width`` is how many characters are meant; ``excerpt`` is the line itself.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    width: int = field(default=1, compare=False)
    excerpt: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """Return ``path:line:column`` as editors and terminals understand it."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path

    @property
    def words(self) -> str:
        """Return message, hint and code in one line."""
        return f"{self.message}{', ' + self.hint if self.hint else ''} [{self.code}]"


class ContentError(Exception):
    """Content or a made PDF has errors; carries every diagnostic of the run."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the diagnostics in the order of their places."""
        self.diagnostics = sorted(set(diagnostics))
        super().__init__(f"{len(self.diagnostics)} problem(s)")


class HandoutError(Exception):
    """A handout cannot be made as it is, through no fault of the program; knows its diagnostics."""

    def diagnose(self, handout: str, find_place: Callable[[Loc], Place]) -> list[Diagnostic]:
        """Return the diagnostics; ``handout`` is its id, ``find_place`` finds a path of the content in its files."""
        del find_place  # no text of the content is to blame
        return [Diagnostic(handout, 0, 0, "typeset", str(self))]


class SelectionError(ValueError):
    """The command line asks for something that the content does not have."""


class MachineError(Exception):
    """The machine lacks something; the message carries the command that mends it."""


def suggest_name(wrong: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the nearest known name, or the known names when there are few."""
    names = sorted(known)
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"expected one of: {', '.join(names)}" if 0 < len(names) <= 30 else ""
