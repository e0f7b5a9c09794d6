"""One problem found in the input, and the ways of writing it down."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Diagnostic:
    """A problem and its place: ``line`` and ``column`` are 1-based, 0 where a file has no such place."""

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"


class ContentError(Exception):
    """Content or a made PDF has errors; carries every diagnostic of the run."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep the diagnostics in the order of their places."""
        self.diagnostics = sorted(set(diagnostics))
        super().__init__(f"{len(self.diagnostics)} problem(s)")


class MachineError(Exception):
    """The machine lacks something; the message carries the command that mends it."""


def suggest_name(wrong: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the nearest known name, or the known names when there are few."""
    names = sorted(known)
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"expected one of: {', '.join(names)}" if 0 < len(names) <= 30 else ""


def format_diagnostics(diagnostics: Sequence[Diagnostic], style: str = "text") -> str:
    """Write diagnostics as ``text`` (one a line), ``json`` (a list) or ``github`` (workflow commands)."""
    if style == "json":
        return json.dumps([asdict(d) for d in diagnostics], ensure_ascii=False, indent=2)
    return "\n".join(_format_github(d) if style == "github" else _format_text(d) for d in diagnostics)


def _format_text(d: Diagnostic) -> str:
    place = f"{d.path}:{d.line}:{d.column}" if d.line else d.path
    hint = f", {d.hint}" if d.hint else ""
    return f"{place}: {d.severity}: {d.message}{hint} [{d.code}]"


def _format_github(d: Diagnostic) -> str:
    text = f"{d.message}{', ' + d.hint if d.hint else ''} [{d.code}]"
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(raw, escaped)
    return f"::{d.severity} file={d.path},line={d.line},col={d.column}::{text}"
