"""One problem found in the input, and the ways of writing it down."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text as RichText

Severity = Literal["error", "warning"]
STYLES = {"error": "bold red", "warning": "bold yellow"}
FORMATS = ("text", "json", "github", "sarif")
EXCERPT_WIDTH = 100


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


def format_diagnostics(diagnostics: Sequence[Diagnostic], style: str = "text") -> str:
    """Write diagnostics as ``text`` (for people), ``json``, ``github`` (workflow commands) or ``sarif`` (2.1.0)."""
    if style == "json":
        return json.dumps([asdict(d) for d in diagnostics], ensure_ascii=False, indent=2)
    if style == "sarif":
        return json.dumps(_make_sarif(diagnostics), ensure_ascii=False, indent=2)
    if style == "github":
        return "\n".join(_format_github(d) for d in diagnostics)
    return style_diagnostics(diagnostics).plain


def style_diagnostics(diagnostics: Sequence[Diagnostic]) -> RichText:
    """Return diagnostics for a terminal: place, message, and the line with the place underlined."""
    from rich.text import Text as RichText

    return RichText("\n").join(_style_one(d) for d in diagnostics)


def _style_one(d: Diagnostic) -> RichText:
    from rich.cells import cell_len
    from rich.text import Text as RichText

    text = RichText.assemble((d.place, "bold"), ": ", (f"{d.severity}:", STYLES[d.severity]), f" {d.words}")
    if d.line and d.excerpt:
        before, marked, after = _clip_excerpt(d)
        margin = " " * len(str(d.line))
        text.append_text(RichText.assemble((f"\n  {d.line} | ", "dim"), before, (marked, "bold"), after))
        underline = " " * cell_len(before) + "^" * max(1, cell_len(marked))
        text.append_text(RichText.assemble((f"\n  {margin} | ", "dim"), (underline, STYLES[d.severity])))
    return text


def _clip_excerpt(d: Diagnostic) -> tuple[str, str, str]:
    """Return the line before, at and after the place, cut to what fits; a tab takes one cell."""
    line = d.excerpt.replace("\t", "→")
    start = max(0, d.column - 1 - EXCERPT_WIDTH // 2) if len(line) > EXCERPT_WIDTH else 0
    end = min(len(line), start + EXCERPT_WIDTH)
    before, after = line[start : d.column - 1], line[min(end, d.column - 1 + d.width) : end]
    return (
        ("…" if start else "") + before,
        line[d.column - 1 : end][: d.width],
        after + ("…" if end < len(line) else ""),
    )


def _format_github(d: Diagnostic) -> str:
    text = d.words
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(raw, escaped)
    return f"::{d.severity} file={d.path},line={d.line},col={d.column}::{text}"


def _make_sarif(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    rules = [{"id": code, "helpUri": f"docs/diagnostics.md#{code}"} for code in sorted({d.code for d in diagnostics})]
    run = {
        "tool": {"driver": {"name": "build.py", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_make_sarif_result(d) for d in diagnostics],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _make_sarif_result(d: Diagnostic) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": d.path}}
    if d.line:
        location["region"] = {"startLine": d.line, "startColumn": d.column, "endColumn": d.column + d.width}
    text = {"text": d.message + (f", {d.hint}" if d.hint else "")}
    return {"ruleId": d.code, "level": d.severity, "message": text, "locations": [{"physicalLocation": location}]}
