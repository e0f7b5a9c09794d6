"""Guards: content may come from strangers, so each text is looked at before it is loaded, and refused when it is risky.

Nothing is built from a text here: the parser's events are judged one after the other. A deep file would take libyaml's
composer down with the whole process, and a long one costs memory and time.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any, NamedTuple

import yaml

from handout.base.diagnostics import Place, locate_offset
from handout.load.characters import compose_text, find_part

MAX_EVENTS, MAX_DEPTH, MAX_TEXT, MAX_UNSEEN, MAX_TOLD = 100_000, 20, 10_000, 100, 20
_BINARY = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
# What an editor cannot see: control characters, zero-width spaces and joiners, marks of direction, foreign line ends,
# letters and marks that Unicode draws nothing for, variation selectors, tags.
UNSEEN = re.compile(
    f"[{_BINARY}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
PLACEHOLDER_FORM = "a placeholder is {{ owner.fact }}: operator or regulator, and a name of guide.yaml"
_ADDRESS = re.compile(r"https?://[^\s\"<>{}]+")  # what is foreign in a text may stand in a path
BRACES = re.compile(r"\{\{[^{}]*\}\}")
FOREIGN = (
    ("template-syntax", r"\{\{|\}\}|\{%|%\}|\{#|#\}|\$\{|<%", "this is no placeholder", PLACEHOLDER_FORM),
    ("html", r"<[/!?]?[a-zA-Z]", "HTML is printed as it stands", "delete it; bold is **bold**"),
    ("html", r"&(?:#\w+|[a-zA-Z]\w+);", "HTML is printed as it stands", "write the character itself"),
    ("css", r"(?i)\burl\s*\(|@import\b|@font-face\b", "CSS is printed as it stands", "delete it"),
    (
        "scheme",
        r"(?i)\b(?:(?:file|javascript|vbscript|blob|ftp):[^\s：]|data:[\w.+-]*[/,;])",
        "no such address is opened",
        "delete it",
    ),
)


class Risk(NamedTuple):
    """Why a file cannot or must not be loaded, at its place."""

    place: Place
    code: str
    message: str
    hint: str


@lru_cache(256)
def find_risks(path: str, text: str, clean: str) -> tuple[Risk, ...]:
    """Return why the text of a file must not be loaded, of which ``clean`` is what would be parsed.

    A preview asks for the same ones again at every change.
    """
    return tuple(islice(_find_in_text(path, text, clean), MAX_TOLD))


def _find_in_text(path: str, text: str, clean: str) -> Iterator[Risk]:
    if len(re.findall(f"[{_BINARY}]", text)) > MAX_UNSEEN:
        yield Risk(Place(path, 0, 0), "not-text", "the file is not text", "save it as UTF-8")
        return
    depth = 0
    try:
        for number, event in enumerate(yaml.parse(clean, Loader=yaml.CSafeLoader)):
            mark: Any = event.start_mark
            place = Place(path, mark.line + 1, mark.column + 1)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                yield Risk(place, "yaml-deep", "lists or keys are nested too deep", "is a bracket or dash repeated?")
                return
            if number > MAX_EVENTS:
                yield Risk(place, "too-big", "the file has too many values", "delete some")
                return
            if isinstance(event, yaml.ScalarEvent):
                yield from _find_in_scalar(place, clean, event)
    except yaml.YAMLError:
        return  # load says what is wrong, in an editor's words


def _find_in_scalar(place: Place, text: str, event: Any) -> Iterator[Risk]:
    if len(event.value) > MAX_TEXT:
        yield Risk(place, "too-big", "this text is too long", f"at most {MAX_TEXT} characters")
        return
    if event.style and (event.tag or event.anchor):
        yield Risk(place, "yaml-tag", "a text cannot have a tag or an anchor", "delete it")
    if match := UNSEEN.search(event.value):
        message = f"an invisible character is written here (U+{ord(match[0]):04X})"
        yield Risk(place, "unseen-character", message, "delete it")
    if _ADDRESS.fullmatch(event.value):
        return
    value = BRACES.sub(lambda match: " " * len(match[0]), compose_text(event.value))
    for code, pattern, message, hint in FOREIGN:
        if match := re.search(pattern, value):
            start, end = event.start_mark.index, event.end_mark.index
            at, width = find_part(text[start:end], match[0]) or (0, 1)  # an escape does not have it literally
            right = f'write "{unescape(match[0])}"' if match[0].startswith("&") else hint
            yield Risk(locate_offset(place.path, text, start + at, width), code, f'"{match[0]}": {message}', right)
