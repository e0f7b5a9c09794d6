"""Messages: problems and paths as they are printed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from handout.base.diagnostics import Diagnostic, format_diagnostics, style_diagnostics


def show_path(path: Path) -> Path:
    """Return a path relative to the working folder where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def print_diagnostics(diagnostics: Sequence[Diagnostic], style: str) -> None:
    """Print diagnostics in one of the FORMATS; as text, errors come last, and in colour on a terminal only."""
    if style == "text" and diagnostics:
        from rich.console import Console

        if any(d.severity == "error" for d in diagnostics):
            diagnostics = sorted(fold_fill_ins(diagnostics), key=lambda d: d.severity == "error")
        Console(soft_wrap=True).print(style_diagnostics(diagnostics))
    elif diagnostics or style == "json":
        print(format_diagnostics(diagnostics, style))


def fold_fill_ins(diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield diagnostics; of a file's "fill-in" ones only the first, with their number."""
    counts = Counter(d.path for d in diagnostics if d.code == "fill-in")
    folded = set()
    for d in diagnostics:
        if d.code != "fill-in" or counts[d.path] == 1:
            yield d
        elif d.path not in folded:
            folded.add(d.path)
            yield replace(d, message=f"{d.message} ({counts[d.path]} such comments in this file)")


def count_problems(diagnostics: Sequence[Diagnostic]) -> str:
    """Return "2 errors, 1 warning"."""
    counts = {kind: sum(d.severity == kind for d in diagnostics) for kind in ("error", "warning")}
    return ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts.items() if n) or "no problems"
