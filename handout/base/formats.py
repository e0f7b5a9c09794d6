"""Formats: diagnostics as text for people, as JSON, and as workflow commands of GitHub."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text as RichText

    from handout.base.diagnostics import Diagnostic

STYLES = {"error": "bold red", "warning": "bold yellow"}

FORMATS = ("text", "json", "github")

EXCERPT_WIDTH = 100


def format_diagnostics(diagnostics: Sequence[Diagnostic], style: str = "text") -> str:
    """Write diagnostics as ``text`` (for people), ``json`` or ``github`` (workflow commands)."""
    if style == "json":
        return json.dumps([asdict(d) for d in diagnostics], ensure_ascii=False, indent=2)
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
