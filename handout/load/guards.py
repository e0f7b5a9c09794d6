"""Guards: content may come from strangers, so each file is looked at before it is loaded, and refused when it is risky.

Nothing is built from a file here: its place, its size and the parser's events are judged one after the other. A deep
file would take libyaml's composer down with the whole process, and a long one costs memory and time.
"""

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from handout.base.diagnostics import Diagnostic

MAX_BYTES, MAX_TOTAL_BYTES, MAX_FILES = 1 << 20, 1 << 26, 10_000
MAX_EVENTS, MAX_DEPTH, MAX_TEXT, MAX_UNSEEN, MAX_TOLD = 100_000, 20, 10_000, 100, 20
# What an editor cannot see: control characters, zero-width spaces, marks of direction, foreign line ends, variation
# selectors, tags.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
FOREIGN = (
    ("template-syntax", r"\{\{|\}\}|\{%|%\}|\{#|#\}|\$\{|<%", "this is no placeholder", "write {{ operator.hotline }}"),
    ("html", r"<[/!?]?[a-zA-Z]|&(?:#\w+|[a-zA-Z]\w*);", "HTML is printed as it stands", "write **bold**"),
    ("css", r"(?i)\burl\s*\(|@import\b|@font-face\b", "CSS is printed as it stands", "delete it"),
    ("scheme", r"(?i)\b(?:file|data|javascript|vbscript|blob|ftp):[^\s：]", "no such address is opened", "delete it"),
)
# Names that Windows keeps for devices, with any ending.
DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def find_hazards(folder: Path, paths: Iterable[Path]) -> Iterator[Diagnostic]:
    """Yield why files of the content in ``folder`` must not be loaded; the others may."""
    total, taken = 0, dict[str, str]()
    for number, path in enumerate(paths):
        if Path(os.path.realpath(path)) != Path(os.path.realpath(folder)) / path.relative_to(folder):
            yield _tell(path, "outside-link", "a link leads elsewhere from here", "put the file itself here")
            continue
        if not path.is_file():
            continue
        total += path.stat().st_size
        if path.stat().st_size > MAX_BYTES or total > MAX_TOTAL_BYTES or number >= MAX_FILES:
            yield _tell(path, "too-big", "the content is too big", f"at most {MAX_BYTES >> 20} MB a file")
        elif (other := taken.setdefault(str(path).casefold(), str(path))) != str(path):
            yield _tell(path, "name-collision", f"many systems take this name for {other}", "choose another id")
        elif DEVICE.match(path.name):
            yield _tell(path, "device-name", "Windows keeps this name for a device", "choose another id")
        else:
            try:
                text = path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError):
                continue  # load says so
            yield from _list_in_text(path, text)


@lru_cache(256)
def _list_in_text(path: Path, text: str) -> tuple[Diagnostic, ...]:
    """Return what is risky in a file; a preview reads the same ones again at every change of another."""
    return tuple(islice(_find_in_text(path, text), MAX_TOLD))


def _find_in_text(path: Path, text: str) -> Iterator[Diagnostic]:
    if len(UNSEEN.findall(text)) > MAX_UNSEEN:
        yield _tell(path, "not-text", "the file is not text", "save it as UTF-8")
        return
    clean, depth = UNSEEN.sub(" ", text), 0
    try:
        for number, event in enumerate(yaml.parse(clean, Loader=yaml.CSafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH or number > MAX_EVENTS:
                found = ("yaml-deep", "lists or keys are nested too deep", "is a bracket or dash repeated?")
                found = found if depth > MAX_DEPTH else ("too-big", "the file has too many values", "delete some")
                yield _tell(path, *found, **_locate(clean, event))
                return
            if isinstance(event, yaml.ScalarEvent):
                for *words, needle in _find_in_scalar(event):
                    yield _tell(path, *words, **_locate(clean, event, needle))
    except yaml.YAMLError:
        return  # load says what is wrong, in an editor's words


def _find_in_scalar(event: yaml.ScalarEvent) -> Iterator[tuple[str, str, str, str]]:
    """Yield (code, message, hint, what is meant) for each risk of one text."""
    if len(event.value) > MAX_TEXT:
        yield "too-big", "this text is too long", f"at most {MAX_TEXT} characters", ""
        return
    if event.style and (event.tag or event.anchor):
        yield "yaml-tag", "a text cannot have a tag or an anchor", "delete it", ""
    if match := UNSEEN.search(event.value):
        message = f"an invisible character is written here (U+{ord(match[0]):04X})"
        yield "unseen-character", message, "delete it", ""
    value = PLACEHOLDER.sub(lambda match: " " * len(match[0]), event.value)
    for code, pattern, message, hint in FOREIGN:
        if match := re.search(pattern, value):
            yield code, f'"{match[0]}": {message}', hint, match[0]


def _tell(path: Path, code: str, message: str, hint: str, **place: Any) -> Diagnostic:
    return Diagnostic(str(path), **({"line": 0, "column": 0} | place), code=code, message=message, hint=hint)


def _locate(text: str, event: Any, needle: str = "") -> dict[str, Any]:
    """Return the place of an event, or of what is meant in it where the text has that literally."""
    start, end = event.start_mark.index, event.end_mark.index
    at = max(text.find(needle, start, end), start)
    begin = text.rfind("\n", 0, at) + 1
    excerpt = text[begin:].split("\n", 1)[0]
    return {
        "line": text.count("\n", 0, at) + 1,
        "column": at - begin + 1,
        "width": max(1, len(needle)),
        "excerpt": excerpt,
    }
