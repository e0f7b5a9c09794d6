"""Slips: signs that look like YAML's and are others, such as a full-width colon, are named where they stand.

A line is read as it was meant, every such sign taken for YAML's own; a slip is where YAML would see the difference. The
text is mended sign by sign, so that the rest of the file can be read, and what is told of it has its place.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from handout.base.diagnostics import Place
from handout.load.characters import MEANT, name_characters, quote_sign
from handout.load.guards import MAX_TOLD, Risk

CLOSED = re.compile(r'"(?:[^"\\]|\\.)*+"' + r"|'(?:[^']|'')*+'")
_LEAD = r" *+(?:-(?: ++|$))*+"
_KEY = r"""(?:[A-Za-z_][\w.-]*+|"[\w.-]++"|'[\w.-]++')"""
_HEAD = re.compile(rf"(?P<lead>{_LEAD})(?:(?P<key>{_KEY}) *+:(?P<blank> ++|$))?", re.ASCII)
_GLUED_KEY = re.compile(r""" *+(?P<key>["']?[a-z_][a-z0-9_-]*+["']?) *+(?P<colon>:)""", re.ASCII)
_LATER_KEY = re.compile(r"[^/\s].*: ")
_GLUED_DASH = re.compile(r"""-(?=[A-Za-z0-9_"'\[{])""", re.ASCII)
_LITERAL = re.compile(r"[|>][+-]?[1-9]?[+-]? *+(?:#.*)?$")
_NEXT_KEY = re.compile(r", *+[\w-]++ *+:", re.ASCII)
_ENTRY_KEY = re.compile(r"[{,] *[\w-]{1,60} *$", re.ASCII)
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_WANTS_QUOTES = re.compile(r": |:$| #")


@lru_cache(256)
def mend_slips(path: str, text: str) -> tuple[str | None, tuple[Risk, ...]]:
    """Return the text as it was meant, None where only its editor can say how, and the slips, the first ones of many.

    Every character keeps its place.
    """
    finder = _SlipFinder(path, text.split("\n"))
    finder.read_lines()
    return None if finder.is_unread else "\n".join(finder.lines), tuple(finder.slips[:MAX_TOLD])


@dataclass
class _SlipFinder:
    """Goes from line to line and knows what value it is inside of: quotes, text below "|", plain text or brackets.

    ``owner`` is the column of the key or dash that the value belongs to: lines further to the right are its own.
    """

    path: str
    lines: list[str]
    slips: list[Risk] = field(default_factory=list)
    is_unread: bool = False
    inside: str = ""
    owner: int = -1
    brackets: str = ""
    number: int = 0
    line: str = ""
    meant: str = ""

    def read_lines(self) -> None:
        """Find the slips of all lines."""
        for number, line in enumerate(self.lines):
            indent = len(line) - len(line.lstrip(" "))
            if indent == len(line) or (line[indent] == "#" and self.inside not in {'"', "'"}):
                continue
            self.number, self.line, self.meant = number, line, line.translate(MEANT)
            if self.inside in {'"', "'"}:
                closed = CLOSED.match(self.inside + self.line)
                self.inside = "" if closed else self.inside
            elif not self.inside or indent <= self.owner:
                self.inside = ""
                self._read_line()
            elif self.inside == "brackets":
                self._read_brackets(indent)
            elif self.inside == "plain":
                self._read_more(indent)

    def _read_line(self) -> None:
        head: Any = _HEAD.match(self.meant)  # it can be empty
        lead, value = head.end("lead"), head.end()
        self._mend_span(0, lead)
        if self.meant[lead : lead + 1] == "#" and "-" not in head["lead"]:
            self._mend_span(lead, lead + 1)
            return
        glued = _GLUED_DASH.match(self.meant, lead)
        if glued and (self.line[lead] == "-" or not self.meant[lead + 1].isupper()):
            self._blame_glued(lead, lead, "-")
            return
        if head["key"]:
            self._mend_span(lead, value)
        elif self._read_glued_key(lead):
            return
        if head["key"] or "-" in head["lead"]:
            self.owner = lead if head["key"] else head["lead"].rindex("-")
        if value < len(self.line):
            self._read_value(value)

    def _read_more(self, start: int) -> None:
        """Read a line that goes on with a plain text, or was to be one of its own."""
        if self.meant[start] == "#":
            self._mend_span(start, start + 1)
        else:
            self._read_glued_key(start)

    def _read_glued_key(self, start: int) -> bool:
        key = _GLUED_KEY.match(self.meant, start)
        if key and self.line[key.start("colon")] != ":":
            self._blame_glued(key.start("colon"), start, ":")
        elif key and self.inside != "plain" and _LATER_KEY.match(self.line, key.end()):
            self.is_unread = True  # YAML takes all to the second colon for the key
            message = f'after the key "{key["key"]}" there must be ":" and a space'
            place = Place(self.path, self.number + 1, key.start("colon") + 1)
            self.slips.append(Risk(place, "yaml-key", message, f'write "{key["key"]}: …"'))
        else:
            return False
        return True

    def _read_value(self, start: int) -> None:
        """Read what begins behind a key or dash."""
        sign, words = self.meant[start], self.line[start:].rstrip(" ")
        is_own = self.line[start] == sign
        end = self.meant[start + len(words) - 1]
        self.inside = "plain"
        if _LITERAL.match(self.meant, start):
            self._mend_span(start, start + 1)
            self.inside = "literal"
        elif sign in {'"', "'"} and is_own:
            self.inside = "" if CLOSED.match(self.line, start) or self._mend_closing(start, words) else sign
        elif sign in {'"', "'"}:
            self._mend_quotes(start, words)
        elif sign in "[{" and not self.meant.startswith("{{", start) and (is_own or end == {"[": "]", "{": "}"}[sign]):
            self.inside = "brackets"
            self.brackets = ""
            self._read_brackets(start)

    def _mend_closing(self, start: int, words: str) -> bool:
        """Mend a quotation mark that is to close a text and is another than the one that opened it."""
        inner, last = _APOSTROPHE.sub("", words[1:-1]).translate(MEANT), start + len(words) - 1
        if last == start or self.meant[last] != words[0] or words[0] in inner:
            return False
        self._mend_span(last, last + 1)
        return True

    def _mend_quotes(self, start: int, words: str) -> None:
        """Mend quotation marks around a whole value, unless it may well be a real quotation."""
        inner, last = words[1:-1], start + len(words) - 1
        sign = self.meant[start]
        if last == start or self.meant[last] != sign or sign in _APOSTROPHE.sub("", inner).translate(MEANT):
            return
        if self.line[start] in "＂＇" or self.line[last] == sign or _WANTS_QUOTES.search(inner):
            self._mend_span(start, start + 1)
            self._put(last, sign)
            self.inside = ""

    def _read_brackets(self, at: int) -> None:
        """Read a list or group in brackets to its end, or to that of the line."""
        before = "" if not self.brackets else ","  # the sign before, blanks left out
        while at < len(self.line):
            sign, width = self.meant[at], 1
            if closed := CLOSED.match(self.line, at) if before in {"", "[", "{", ",", ":"} else None:
                width, sign = len(closed[0]), "x"
            elif self.line.startswith("{{", at):
                width, sign = max(2, self.line.find("}}", at) + 2 - at), "x"
            elif self.line[at] == sign and (closed := self._find_closed(at, before)):
                self._mend_span(closed.end() - 1, closed.end())
                width, sign = len(closed[0]), "x"
            elif self.line[at] != sign and self._is_slip(at, before):
                self._mend_span(at, at + 1)
            if sign in "[{" and (not self.brackets or before in {"[", "{", ",", ":"}):
                self.brackets += sign
            elif sign in "]}" and self.brackets:
                self.brackets = self.brackets[:-1]
                if not self.brackets:
                    self.inside = ""
                    return
            before = before if sign == " " else sign
            at += width

    def _is_slip(self, at: int, before: str) -> bool:
        """Tell whether a sign between brackets, which looks like one of YAML's, was meant as one; mend its partner."""
        sign, rest = self.meant[at], self.meant[at + 1 : at + 80].lstrip(" ")
        in_list, starts = self.brackets[-1:] == "[", before in {"", "[", "{", ",", ":"}
        if sign == ",":
            return not starts and rest[:1] not in {",", "]", ""} if in_list else bool(_NEXT_KEY.match(self.meant, at))
        if sign == ":":
            is_key = not in_list and _ENTRY_KEY.search(self.meant[max(0, at - 80) : at]) is not None
            if is_key and self.meant[at + 1 : at + 2].strip(" "):
                self._blame_glued(at, at, ":")
                return False
            return is_key
        if sign in {'"', "'"}:
            closed = self._find_closed(at, before) if in_list else None
            if closed:
                self._put(closed.end() - 1, sign)
            return closed is not None
        return starts if sign in " [{" else sign in "]}" and self.brackets[-1:] == {"]": "[", "}": "{"}[sign]

    def _find_closed(self, at: int, before: str) -> re.Match[str] | None:
        """Return a text in quotation marks that is an entry between brackets."""
        closed = CLOSED.match(self.meant, at) if before in {"[", "{", ",", ":"} else None
        follows = self.meant[closed.end() : closed.end() + 80].lstrip(" ")[:1] if closed else ""
        return closed if follows in {",", "]", "}"} else None

    def _mend_span(self, start: int, end: int) -> None:
        """Mend what stands between two columns, and tell its slips: blanks or letters in a row, or two marks, once."""
        told = ""
        for at in range(start, end):
            sign = self.meant[at]
            if self.line[at] == sign:
                told = told if told in {'"', "'"} else ""
                continue
            self._put(at, sign)
            kind = sign if sign in " \"'" else "letter" if sign.isalnum() else str(at)
            if kind != told:
                self._blame(at, "write a plain space" if sign == " " else f"write {quote_sign(sign)}")
            told = kind

    def _put(self, at: int, sign: str) -> None:
        line = self.lines[self.number]
        if len(self.slips) > MAX_TOLD:  # nobody reads more of them, and each costs a copy of its line
            self.is_unread = True
            return
        self.lines[self.number] = line[:at] + sign + line[at + 1 :]

    def _blame(self, at: int, hint: str) -> None:
        place = Place(self.path, self.number + 1, at + 1)
        self.slips.append(Risk(place, "look-alike", name_characters(self.line[at]), hint))

    def _blame_glued(self, at: int, start: int, sign: str) -> None:
        """Tell a dash or colon without a blank behind it, which cannot be mended in its place."""
        self.is_unread = True
        if self.line[at] != sign:
            self._blame(at, f"write {quote_sign(sign)} and a space")
            return
        message = "there is no space after this dash"
        place = Place(self.path, self.number + 1, at + 1)
        words = self.line[start + 1 :].partition(":")
        self.slips.append(Risk(place, "yaml-dash", message, f'write "- {words[0]}{words[1]}"'))
