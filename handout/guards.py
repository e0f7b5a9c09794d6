"""Guards: content may come from strangers, so each file is looked at before it is composed, and refused when it is risky.

Nothing is built from a file here: its place, its size and the parser's events are judged one after the other. A deep
file would take libyaml's composer down with the whole process, and a long one costs memory and time.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import yaml

from handout.diagnostics import Diagnostic
from handout.sums import hash_file, read_sums

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
        if path.resolve() != folder.resolve() / path.relative_to(folder):
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
            yield from islice(_find_in_text(path, text), MAX_TOLD)


def find_changed_fonts(fonts: Path) -> list[str]:
    """Return the names of the fonts whose hash is not the one that their folder's SHA256SUMS has."""
    pinned = read_sums(fonts)
    return [path.name for path in sorted(fonts.glob("*.ttf")) if pinned.get(path.name) != hash_file(path)]


def _find_in_text(path: Path, text: str) -> Iterator[Diagnostic]:
    if len(UNSEEN.findall(text)) > MAX_UNSEEN:
        yield _tell(path, "not-text", "the file is not text", "save it as UTF-8")
        return
    clean, depth = UNSEEN.sub(" ", text), 0
    try:
        for number, event in enumerate(yaml.parse(clean, Loader=yaml.CSafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                yield _tell(
                    path, "yaml-deep", "lists or keys are nested too deep", "is a bracket repeated?", clean, event
                )
                return
            if number > MAX_EVENTS:
                yield _tell(path, "too-big", "the file has too many values", "", clean, event)
                return
            if isinstance(event, yaml.ScalarEvent):
                yield from _find_in_scalar(path, clean, event)
    except yaml.YAMLError:
        return  # load says what is wrong, in an editor's words


def _find_in_scalar(path: Path, text: str, event: yaml.ScalarEvent) -> Iterator[Diagnostic]:
    if len(event.value) > MAX_TEXT:
        yield _tell(path, "too-big", "this text is too long", f"at most {MAX_TEXT} characters", text, event)
        return
    if event.style and (event.tag or event.anchor):
        yield _tell(path, "yaml-tag", "a text cannot have a tag or an anchor", "delete it", text, event)
    if match := UNSEEN.search(event.value):
        message = f"an invisible character stands here (U+{ord(match[0]):04X})"
        yield _tell(path, "unseen-character", message, "delete it", text, event)
    value = PLACEHOLDER.sub(lambda match: " " * len(match[0]), event.value)
    for code, pattern, message, hint in FOREIGN:
        if match := re.search(pattern, value):
            yield _tell(path, code, f'"{match[0]}": {message}', hint, text, event, match[0])


def _tell(
    path: Path, code: str, message: str, hint: str, text: str = "", event: yaml.Event | None = None, needle: str = ""
) -> Diagnostic:
    """Return a diagnostic for a file, or for the place of an event or of a ``needle`` in it."""
    if event is None:
        return Diagnostic(str(path), 0, 0, code, message, hint)
    start, end = event.start_mark.index, event.end_mark.index
    at = max(text.find(needle, start, end), start)
    line_start = text.rfind("\n", 0, at) + 1
    excerpt = text[line_start:].split("\n", 1)[0]
    place = (text.count("\n", 0, at) + 1, at - line_start + 1)
    return Diagnostic(str(path), *place, code, message, hint, width=max(1, len(needle)), excerpt=excerpt)
