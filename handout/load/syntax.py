"""YAML's syntax errors in the words of an editor, at the place where the mistake is."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from handout.base.diagnostics import Place
from handout.load.characters import name_characters
from handout.load.guards import Risk
from handout.load.slips import CLOSED

# What may stand before a value: indentation, dashes, a key with its colon.
_LEAD = re.compile(r"""\s*(?:- +)*(?:(?:"[^"]*"|'[^']*'|[^\s"'#:\[{][^:]*): +)?(?:- +)*""")
_KEY_WITHOUT_SPACE = re.compile(r"\s*(?:- +)*([\w-]+)(:(?=\S)|：)")


class Spot(NamedTuple):
    """A line and a column, from 0."""

    line: int
    column: int


@dataclass
class SyntaxExplainer:
    """Finds out why the file at ``path`` is not YAML; its numbers of lines and columns begin with 0."""

    path: str
    lines: list[str]

    def explain(self, error: yaml.MarkedYAMLError) -> Risk:
        """Return the mistake, which is often before the place where the parser has given up."""
        context, problem = error.context or "", error.problem or "this is not YAML"
        mark = self._find_spot(error.problem_mark)  # the parser always sets it
        first = self._find_spot(error.context_mark or error.problem_mark)
        line, column, here = mark.line, mark.column, self.lines[mark.line]
        if tab := re.match(r"[ -]*\t", here):
            return self._blame(line, tab.end() - 1, "yaml-tab", "a tab stands here", "indent with spaces only")
        in_flow = context.startswith("while parsing a flow")
        is_late = in_flow or "expected key" in problem or "end of stream" in problem
        if is_late and (found := self._find_open_quote(line) or self._find_text_after(line)):
            return found
        if "document" in problem:
            if here.lstrip().startswith(("---", "...", "%")) or "..." in self.lines:
                message, hint = "a second document begins here", "one file holds one document"
                return self._blame(line, 0, "yaml-documents", message, hint, to_end=True)
            return self._blame_indentation(line)
        if in_flow:
            return self._explain_brackets(first, mark)
        if here[column : column + 1] in {"*", "?", ":"} and column == _find_value(here) > _indent(here):
            return self._blame_start(line, column)
        if "mapping values" in problem or "expected ':'" in problem:
            return self._explain_colon(line if "mapping" in problem else first.line, column)
        if "escape" in problem or "hexdecimal" in problem:
            message, hint = 'between double quotes a "\\" begins an escape', 'write "\\\\" or use single quotes'
            return self._blame(line, column, "yaml-escape", message, hint)
        if "block sequence entries" in problem:
            message = "a list may not begin on this line"
            return self._blame(line, column, "yaml-dash", message, "put each dash on a line of its own")
        if "expected key" in problem or "expected '-'" in problem:
            return self._blame_indentation(line)
        if re.search(r"alias|anchor|tag|block scalar|next token|block node", context):
            return self._blame_start(first.line, first.column)
        return self._blame(line, column, "yaml-syntax", problem, "")

    def _find_spot(self, mark: Any) -> Spot:
        """Return where a mark of the parser is; at the end of a file it is behind the last line."""
        return Spot(min(mark.line, len(self.lines) - 1), mark.column)

    def _blame(self, line: int, column: int, code: str, message: str, hint: str, *, to_end: bool = False) -> Risk:
        """Return a mistake of one character, or of all to the end of the line."""
        width = max(1, len(self.lines[line]) - column) if to_end else 1
        return Risk(Place(self.path, line + 1, column + 1, width), code, message, hint)

    def _blame_quote(self, line: int, column: int) -> Risk:
        hint = "end the text with the same mark"
        return self._blame(line, column, "yaml-quote", "this quotation mark is not closed", hint)

    def _blame_start(self, line: int, column: int) -> Risk:
        message = f'a text cannot begin with "{self.lines[line][column : column + 1]}"'
        return self._blame(line, column, "yaml-start", message, "put the whole text in quotes")

    def _blame_indentation(self, line: int) -> Risk:
        above = next((n for n in range(line - 1, -1, -1) if re.match(r"\s*[^\s#]", self.lines[n])), 0)
        column = _indent(self.lines[above]) + 1
        message = "this line, or the one above it, is not indented as the others"
        hint = f"begin it in the column of the entry it belongs to (line {above + 1} begins in column {column})"
        return self._blame(line, _indent(self.lines[line]), "yaml-indentation", message, hint, to_end=True)

    def _find_open_quote(self, last: int) -> Risk | None:
        for line in range(last, -1, -1):
            words, start = self.lines[line], _find_value(self.lines[line])
            if words.startswith(('"', "'"), start) and not CLOSED.match(words, start):
                return self._blame_quote(line, start)
        return None

    def _find_text_after(self, line: int) -> Risk | None:
        """Find text behind a closed quote or bracket: ``"Yes" he said`` or ``{{ operator.name }} is``."""
        words, start = self.lines[line], _find_value(self.lines[line])
        closed = CLOSED.match(words, start)
        if closed and words[closed.end() :].strip() not in {"", ":"}:
            message = "the text goes on after its closing quotation mark"
            hint = "put the whole text in quotes and write an inner mark twice ('') or as “ ”"
            return self._blame(line, closed.end(), "yaml-after-quote", message, hint, to_end=True)
        return self._blame_start(line, start) if re.match(r"\{\{|[\[{].*[\]}].*\S", words[start:]) else None

    def _explain_brackets(self, first: Spot, mark: Spot) -> Risk:
        line, column, words = first.line, first.column, self.lines[first.line]
        sign = words[column : column + 1]
        closing = {"[": "]", "{": "}"}.get(sign)
        if closing and closing not in words[column:]:
            hint = f'write "{closing}" at the end of the list'
            return self._blame(line, column, "yaml-bracket", f'this "{sign}" is not closed', hint)
        for text in CLOSED.finditer(words, column):
            if words[text.end() :].lstrip()[:1] not in {",", ":", "]", "}", ""}:
                return self._blame_quote(line, text.start())
        message = "this list in brackets is not written as expected"
        return self._blame(mark.line, mark.column, "yaml-list", message, "write [a, b] or {key: value}")

    def _explain_colon(self, line: int, column: int) -> Risk:
        for number in range(line, max(line - 2, -1), -1):
            glued = _KEY_WITHOUT_SPACE.match(self.lines[number])
            if glued and ": " not in self.lines[number]:
                message = f'after the key "{glued[1]}" there must be ":" and a space'
                message = message if glued[2] == ":" else name_characters(glued[2])
                return self._blame(number, glued.start(2), "yaml-key", message, f'write "{glued[1]}: …"')
        words = self.lines[line]
        if re.match(r"\s*(?:- +)*[^:]+: +\S", words[:column]):
            message = "a colon and a space stand inside a text"
            return self._blame(line, column, "yaml-colon", message, "put the whole text in quotes")
        if ":" not in words:
            message, hint = "this line has no key", 'write "key: value", or indent it if it goes on with the text above'
            return self._blame(line, _indent(words), "yaml-key", message, hint, to_end=True)
        return self._blame_indentation(line)


def _find_value(line: str) -> int:
    lead = _LEAD.match(line)
    return lead.end() if lead else 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
