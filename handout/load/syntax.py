"""YAML's syntax errors in the words of an editor, at the place where the mistake is."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from handout.base.diagnostics import Diagnostic

# What may stand before a value: indentation, dashes, a key with its colon.
_LEAD = re.compile(r"""\s*(?:- +)*(?:(?:"[^"]*"|'[^']*'|[^\s"'#:\[{][^:]*): +)?(?:- +)*""")
_CLOSED = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^']|'')*'")
_KEY_WITHOUT_SPACE = re.compile(r"\s*(?:- +)*([\w-]+)(:(?=\S)|：)")


class Cause(NamedTuple):
    """Why a file is not YAML; ``line`` and ``column`` count from 0, ``to_end`` means the rest of the line."""

    line: int
    column: int
    code: str
    message: str
    hint: str
    to_end: bool = False


def explain_syntax(path: str, text: str, error: yaml.MarkedYAMLError) -> Diagnostic:
    """Return the diagnostic of a file that is not YAML."""
    lines = text.split("\n")
    line, column, code, message, hint, to_end = _find_cause(lines, error)
    width = max(1, len(lines[line]) - column) if to_end else 1
    return Diagnostic(path, line + 1, column + 1, code, message, hint, width=width, excerpt=lines[line])


def _find_cause(lines: Sequence[str], error: yaml.MarkedYAMLError) -> Cause:
    context, problem = error.context or "", error.problem or "this is not YAML"
    mark: Any = error.problem_mark  # the parser always sets it
    first: Any = error.context_mark or mark
    line, column = min(mark.line, len(lines) - 1), mark.column
    at = min(first.line, len(lines) - 1), first.column
    here = lines[line]
    if tab := re.match(r"[ -]*\t", here):
        return Cause(line, tab.end() - 1, "yaml-tab", "a tab stands here", "indent with spaces only")
    in_flow = context.startswith("while parsing a flow")
    if in_flow or "expected key" in problem or "end of stream" in problem:
        found = _find_open_quote(lines, line) or _find_text_after(lines, line)
        if found:
            return found
    if "document" in problem:
        if here.lstrip().startswith(("---", "...", "%")) or "..." in lines:
            hint = "one file holds one document"
            return Cause(line, 0, "yaml-documents", "a second document begins here", hint, to_end=True)
        return _wrong_indentation(lines, line)
    if in_flow:
        return _explain_brackets(lines, at, (line, column))
    if "mapping values" in problem or "expected ':'" in problem:
        return _explain_colon(lines, line if "mapping" in problem else at[0], column)
    if "escape" in problem or "hexdecimal" in problem:
        message, hint = 'between double quotes a "\\" begins an escape', 'write "\\\\" or use single quotes'
        return Cause(line, column, "yaml-escape", message, hint)
    if "block sequence entries" in problem:
        message = "a list may not begin on this line"
        return Cause(line, column, "yaml-dash", message, "put each dash on a line of its own")
    if "expected key" in problem or "expected '-'" in problem:
        return _wrong_indentation(lines, line)
    if re.search(r"alias|anchor|tag|block scalar|next token|block node", context):
        return _wrong_start(lines, *at)
    return Cause(line, column, "yaml-syntax", problem, "")


def _find_open_quote(lines: Sequence[str], last: int) -> Cause | None:
    for line in range(last, -1, -1):
        lead = _LEAD.match(lines[line])
        start = lead.end() if lead else 0
        if lines[line][start : start + 1] in {'"', "'"} and not _CLOSED.match(lines[line], start):
            return _wrong_quote(line, start)
    return None


def _find_text_after(lines: Sequence[str], line: int) -> Cause | None:
    """Find text behind a closed quote or bracket: ``"Yes" he said`` or ``{{ operator.name }} is``."""
    lead = _LEAD.match(lines[line])
    start = lead.end() if lead else 0
    closed = _CLOSED.match(lines[line], start)
    if closed and lines[line][closed.end() :].strip() not in {"", ":"}:
        message = "the text goes on after its closing quotation mark"
        hint = "put the whole text in quotes and write an inner mark twice ('') or as “ ”"
        return Cause(line, closed.end(), "yaml-after-quote", message, hint, to_end=True)
    return _wrong_start(lines, line, start) if re.match(r"\{\{|[\[{].*[\]}].*\S", lines[line][start:]) else None


def _wrong_quote(line: int, column: int) -> Cause:
    return Cause(line, column, "yaml-quote", "this quotation mark is not closed", "end the text with the same mark")


def _wrong_start(lines: Sequence[str], line: int, column: int) -> Cause:
    sign = lines[line][column : column + 1]
    return Cause(line, column, "yaml-start", f'a text cannot begin with "{sign}"', "put the whole text in quotes")


def _explain_brackets(lines: Sequence[str], start: tuple[int, int], problem: tuple[int, int]) -> Cause:
    line, column = start
    sign = lines[line][column : column + 1]
    closing = {"[": "]", "{": "}"}.get(sign)
    if closing and closing not in lines[line][column:]:
        hint = f'write "{closing}" at the end of the list'
        return Cause(line, column, "yaml-bracket", f'this "{sign}" is not closed', hint)
    for text in _CLOSED.finditer(lines[line], column):
        if lines[line][text.end() :].lstrip()[:1] not in {",", ":", "]", "}", ""}:
            return _wrong_quote(line, text.start())
    message = "this list in brackets is not written as expected"
    return Cause(*problem, "yaml-list", message, "write [a, b] or {key: value}")


def _explain_colon(lines: Sequence[str], line: int, column: int) -> Cause:
    for number in (line, line - 1):
        glued = _KEY_WITHOUT_SPACE.match(lines[number]) if number >= 0 else None
        if glued and ": " not in lines[number]:
            message = f'after the key "{glued[1]}" there must be ":" and a space'
            return Cause(number, glued.start(2), "yaml-key", message, f'write "{glued[1]}: …"')
    if re.match(r"\s*(?:- +)*[^:]+: +\S", lines[line][:column]):
        message = "a colon and a space stand inside a text"
        return Cause(line, column, "yaml-colon", message, "put the whole text in quotes")
    if ":" not in lines[line]:
        start = len(lines[line]) - len(lines[line].lstrip())
        message, hint = "this line has no key", 'write "key: value", or indent it if it goes on with the text above'
        return Cause(line, start, "yaml-key", message, hint, to_end=True)
    return _wrong_indentation(lines, line)


def _wrong_indentation(lines: Sequence[str], line: int) -> Cause:
    start = len(lines[line]) - len(lines[line].lstrip())
    above = next((n for n in range(line - 1, -1, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#")), 0)
    column = len(lines[above]) - len(lines[above].lstrip()) + 1
    hint = f"begin it in the column of the entry it belongs to (line {above + 1} begins in column {column})"
    return Cause(line, start, "yaml-indentation", "this line is not indented as the others", hint, to_end=True)
