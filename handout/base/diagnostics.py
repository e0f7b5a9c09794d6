"""Diagnostics: problems found in the input, their places, how they are written, and the errors that end a run."""

import difflib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Severity = Literal["error", "warning"]
Loc = tuple[str | int, ...]
"""The path of something in the content's data."""

FORMATS = ("text", "json", "github")
STYLES = {"error": "bold red", "warning": "bold yellow"}
EXCERPT_WIDTH = 100  # characters


@dataclass(frozen=True)
class Place:
    """Where something stands: 1-based line and column of the file at ``path``."""

    path: str
    line: int
    column: int
    width: int = 1


def locate_offset(path: str, text: str, offset: int, width: int = 1) -> Place:
    """Return the place of the character at an offset in the text of the file at ``path``."""
    return Place(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset), width)


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
    """Return ``did you mean "x"?`` for the nearest known name, or the known names when there are few.

    Nearest of all is one of the same parts in another order, such as en-km for km-en.
    """
    names, parts = sorted(known), sorted(re.split("[-.]", wrong))
    near = [name for name in names if sorted(re.split("[-.]", name)) == parts]
    near += difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"expected one of: {', '.join(names)}" if 0 < len(names) <= 30 else ""


def suggest_source(wrong: str, known: Iterable[str]) -> str:
    """Return how to mend the id of an unknown source; another one is named only where this one is a typing mistake.

    One that is merely alike would be a false attribution.
    """
    digits = re.sub(r"\D", "", wrong)
    near = [name for name in difflib.get_close_matches(wrong, known, cutoff=0.9) if re.sub(r"\D", "", name) == digits]
    return f"add it to sources.yaml{f'; known: {near[0]}' if near else ''}"


def fold_fill_ins(diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield diagnostics; of a file's "fill-in" ones only the first, with their number."""
    counts = Counter(d.path for d in diagnostics if d.code == "fill-in")
    for d in diagnostics:
        if d.code != "fill-in" or counts[d.path] == 1:
            yield d
        elif number := counts.pop(d.path, 0):
            yield replace(d, message=f"{d.message} ({number} such places in this file)")


def format_diagnostics(diagnostics: Sequence[Diagnostic], style: str = "text") -> str:
    """Write diagnostics as ``text`` (for people), ``json`` or ``github`` (workflow commands)."""
    if style == "json":
        return json.dumps([asdict(d) for d in diagnostics], ensure_ascii=False, indent=2)
    if style == "github":
        return "\n".join(_format_github(d) for d in diagnostics)
    return str(style_diagnostics(diagnostics).plain)


def style_diagnostics(diagnostics: Sequence[Diagnostic]) -> Any:
    """Return diagnostics as rich's Text for a terminal: place, message, and the line with the place underlined."""
    from rich.text import Text as RichText

    return RichText("\n").join(RichText.assemble(*_style_parts(d)) for d in diagnostics)


def _style_parts(d: Diagnostic) -> Iterator[str | tuple[str, str]]:
    """Yield a diagnostic's parts with their styles; a long line is cut around the place, a tab takes one cell."""
    from rich.cells import cell_len

    yield from ((d.place, "bold"), ": ", (f"{d.severity}:", STYLES[d.severity]), f" {d.words}")
    if d.line and d.excerpt:
        line, at = d.excerpt.replace("\t", "→"), d.column - 1
        start = max(0, at - EXCERPT_WIDTH // 2) if len(line) > EXCERPT_WIDTH else 0
        end = start + EXCERPT_WIDTH
        before, marked = "…" * (start > 0) + line[start:at], line[at:end][: d.width]
        after = line[at + d.width : end] + "…" * (end < len(line))
        yield from ((f"\n  {d.line} | ", "dim"), before, (marked, "bold"), after)
        yield f"\n  {' ' * len(str(d.line))} | ", "dim"
        yield " " * cell_len(before) + "^" * max(1, cell_len(marked)), STYLES[d.severity]


def _format_github(d: Diagnostic) -> str:
    text = d.words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{d.severity} file={d.path},line={d.line},col={d.column}::{text}"
