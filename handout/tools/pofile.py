"""A translator's gettext PO file, read line by line.

Babel's reader passes silently over a second msgstr, a second entry and a string without its end.
"""

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.pofile import unescape

from handout.base.diagnostics import ContentError, Diagnostic
from handout.load.characters import compose_text

_STRING = re.compile(r'(?:(msg\w+(?:\[\d+\])?)\s*)?("(?:[^"\\]|\\[\\nrt"])*")')
_HEADER = re.compile(r"^([\w-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_KEYWORDS = {"msgctxt", "msgid", "msgstr"}


@dataclass
class Entry:
    """One entry of a PO file: its texts by keyword, and the line where it begins."""

    line: int
    fuzzy: bool
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the translation as the content would have it."""
        return compose_text(self.parts["msgstr"]).strip()


@dataclass
class POFile:
    """A translator's file: its lines and its entries; ``header`` has what the first entry says about it."""

    path: Path
    lines: list[str]
    entries: list[Entry] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)

    def report(self, line: int, code: str, message: str, hint: str = "") -> Diagnostic:
        """Return an error at a line, or about the whole file at line 0."""
        excerpt = self.lines[line - 1] if line else ""
        return Diagnostic(str(self.path), line, min(line, 1), code, message, hint, width=len(excerpt), excerpt=excerpt)


def read_po_file(path: Path) -> POFile:
    """Return a PO file with its header and its entries; obsolete ones are left out. Raises ContentError."""
    file = POFile(path, re.split("\r\n?|\n", _read_utf8(path)))
    fuzzy, keyword, parts = False, "", dict[str, str]()
    for number, line in enumerate(map(str.strip, file.lines), 1):
        if not line or line[0] == "#":
            is_flag = line[:2] in {"#,", "#="} and "fuzzy" in re.split(r"[\s,]+", line[2:])
            fuzzy = (fuzzy or is_flag) and line[:2] != "#~"
            continue
        found = _STRING.fullmatch(line)
        if found and (found[1] == "msgctxt" or (found[1] == "msgid" and [*parts] != ["msgctxt"])):
            file.entries.append(Entry(number, fuzzy, parts := {}))
            fuzzy = False
        keyword = (found and found[1]) or keyword
        if not found or not file.entries:
            message, hint = "this line is no PO", 'a text stands between two "; inside it are \\" and \\\\'
            raise ContentError([file.report(number, "po-syntax", message, hint)])
        if found[1] in parts or keyword not in _KEYWORDS:
            hint = "an entry has one msgctxt, one msgid and one msgstr"
            raise ContentError([file.report(number, "po-syntax", f'no "{keyword}" belongs here', hint)])
        parts[keyword] = parts.get(keyword, "") + unescape(found[2])
    return _split_header(file)


def _split_header(file: POFile) -> POFile:
    """Return the file with its header apart; raises ContentError when an entry is cut off, or for another charset."""
    cut = next((entry.line for entry in file.entries if not {"msgid", "msgstr"} <= entry.parts.keys()), 0)
    if cut or not file.entries:
        message = "the file is empty or cut off: an entry has a msgid and a msgstr"
        raise ContentError([file.report(cut, "po-syntax", message, "export again")])
    first = file.entries[0]
    if first.parts["msgid"] or "msgctxt" in first.parts:
        return file
    file.header.update(_HEADER.findall(file.entries.pop(0).parts["msgstr"]))
    charset = file.header.get("Content-Type", "").partition("charset=")[2].strip() or "CHARSET"
    with suppress(LookupError):
        if charset == "CHARSET" or codecs.lookup(charset).name in {"utf-8", "ascii"}:
            return file
    message = f"the header says that the file is {charset}"
    raise ContentError([file.report(first.line, "not-utf8", message, "save it as UTF-8, and write UTF-8 there")])


def _read_utf8(path: Path) -> str:
    """Return the text of a PO file; raises ContentError."""
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise ContentError([Diagnostic(str(path), 0, 0, "unreadable-file", message)]) from None
    if wrong := re.search("[\0\udc80-\udcff]", text):
        line, hint = text.count("\n", 0, wrong.start()) + 1, "save it as UTF-8; of .po and .mo take the .po"
        raise ContentError([Diagnostic(str(path), line, 1, "not-utf8", "the file is not UTF-8 text", hint)])
    return text
