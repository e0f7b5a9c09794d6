"""Diagnostics are written for people, programs and code hosts, and each code has a page."""

from __future__ import annotations

import io
import json

import pytest
from broken import PAGE, write_page

from handout.base.diagnostics import Diagnostic, format_diagnostics
from handout.cli import shared

WARNING = Diagnostic(
    "content/a.yaml", 3, 5, "glossary-term", "100% wrong", "expected x\ny", "warning", width=2, excerpt="km: សមតុល្យ"
)
ERROR = Diagnostic("content/b.yaml", 0, 0, "missing-file", "this file of the content is missing")


def test_text_underlines_the_place():
    """The line is shown with the place underlined, in the cells that Khmer and Chinese take on a terminal."""
    chinese = Diagnostic("a.yaml", 12, 3, "x-y", "wrong", width=2, excerpt="查余额a")
    assert format_diagnostics([chinese]) == "a.yaml:12:3: error: wrong [x-y]\n  12 | 查余额a\n     |     ^^^"


def test_long_lines_are_cut_around_the_place():
    """Of a long line, the part around the place is shown."""
    found = Diagnostic("a.yaml", 1, 500, "x-y", "wrong", width=3, excerpt="a" * 499 + "bad" + "a" * 500)
    _, line, underline = format_diagnostics([found]).splitlines()
    assert len(line) < 120
    assert line[underline.index("^") : underline.rindex("^") + 1] == "bad"


def test_json_has_every_part():
    """JSON is a list of objects with all parts."""
    first, second = json.loads(format_diagnostics([WARNING, ERROR], "json"))
    assert (first["line"], first["width"], first["severity"]) == (3, 2, "warning")
    assert second["path"] == "content/b.yaml"


def test_github_escapes():
    """A workflow command is one line."""
    told = format_diagnostics([WARNING], "github")
    assert told == "::warning file=content/a.yaml,line=3,col=5::100%25 wrong, expected x%0Ay [glossary-term]"


@pytest.mark.parametrize("terminal", [False, True])
def test_colour_only_on_a_terminal(terminal, monkeypatch):
    """Escape sequences go to a terminal alone."""
    out = io.StringIO()
    out.isatty = lambda: terminal
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    shared.print_diagnostics([ERROR], "text")
    assert ("\x1b[" in out.getvalue()) is terminal
    assert "content/b.yaml" in out.getvalue()


def test_page_is_up_to_date():
    """docs/diagnostics.md is made from the tests' inputs."""
    assert PAGE.read_text(encoding="utf-8") == write_page(), "run: python tests/broken.py"
