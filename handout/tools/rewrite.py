"""New texts in the YAML files of the content: every other byte of them stays, and so does the style of each text."""

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from handout.base.diagnostics import Loc
from handout.base.files import replace_file
from handout.load.tree import Tree

Edit = tuple[int, int, str]
"""Start and end of a part of a file's text, whose lines end with \\n, and what takes its place."""

_COMMA = re.compile(r"(?:\s|#.*+)*+,")  # a comma that is in no comment
_LINE_END = re.compile("\r\n?|\n")


def write_texts(tree: Tree, texts: Mapping[Loc, str], source: Path, target: Path) -> None:
    """Write the YAML files of ``source`` that get new texts into ``target``; a text has one line.

    A language that is not there is added behind the last one of its mapping.
    """
    changed: dict[Loc, dict[str, str]] = defaultdict(dict)
    for (*parent, key), words in texts.items():
        changed[tuple(parent)][str(key)] = words
    edits: dict[str, list[Edit]] = defaultdict(list)
    for loc, entries in changed.items():
        edits[tree.values[loc].path] += _edit_mapping(tree, loc, entries)
    for path, parts in edits.items():
        raw = Path(path).read_bytes().decode()
        bom = "\ufeff" * raw.startswith("\ufeff")
        words = bom + _apply_edits(raw.removeprefix(bom), parts)
        replace_file(target / Path(path).relative_to(source), words.encode())


def _apply_edits(raw: str, edits: Iterable[Edit]) -> str:
    """Return a file's text with its parts replaced; a new line ends as the one that it stands behind."""
    wide = [match.start() - number for number, match in enumerate(re.finditer("\r\n", raw))]
    for start, end, words in sorted(edits, reverse=True):
        first, last = (at + bisect_left(wide, at) for at in (start, end))
        if "\n" in words:
            near = _LINE_END.findall(raw[first:])[:1] or _LINE_END.findall(raw)[-1:] or ["\n"]
            words = words.replace("\n", near[0])  # noqa: PLW2901
        raw = raw[:first] + words + raw[last:]
    return raw


def _edit_mapping(tree: Tree, loc: Loc, entries: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the edits that give a mapping new values; the keys that it does not have are added together."""
    parent: Any = tree.nodes[loc]
    text, last = tree.texts[tree.values[loc].path], parent.value[-1]
    for key, words in entries.items():
        if node := tree.nodes.get((*loc, key)):
            yield _edit_scalar(text, node, words, flow=bool(parent.flow_style))
    missing = [key for key in sorted(entries) if (*loc, key) not in tree.nodes]
    added = [f"{key}: {write_scalar(entries[key], parent.flow_style)}" for key in missing]
    start, end = last[1].start_mark.index, last[1].end_mark.index
    end = start + len(text[start:end].rstrip())  # a block has the empty lines behind it too
    if added and parent.flow_style:
        yield _add_in_braces(text, end, parent.end_mark.index - 1, last[0].start_mark.column, added)
    elif added:
        lead, at = "\n" + " " * parent.start_mark.column, _find_line_end(text, end)
        yield at, at, lead + lead.join(added)


def _add_in_braces(text: str, end: int, brace: int, column: int, added: Sequence[str]) -> Edit:
    """Return the edit that adds entries between the end of the last one and the closing brace, behind any comment."""
    comma = _COMMA.match(text, end, brace)
    at, start = (comma.end(), comma.end()) if comma else (end, end)
    lead, last = " ", ""
    if "\n" in text[end:brace]:
        lead, at, last = "\n" + " " * column, _find_line_end(text, at), "," if comma else ""
    return start, at, ("" if comma else ",") + text[start:at] + lead + f",{lead}".join(added) + last


def _edit_scalar(text: str, node: Any, words: str, *, flow: bool) -> Edit:
    """Return the edit of one text; a block keeps its first line with the signs and a comment."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.style not in {"|", ">"}:
        return start, end, write_scalar(words, flow or node.style)
    first = _find_line_end(text, start)
    body = text[first:end]
    return first + len(body) - len(body.lstrip()), first + len(body.rstrip()), words


def _find_line_end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return found if found >= 0 else len(text)


def write_scalar(words: str, quoted: object) -> str:
    """Return words as a YAML value: plain where that reads back as the same text, else between double quotes."""
    if not quoted:
        with suppress(yaml.YAMLError):
            node: Any = yaml.compose(f"key: {words}\n", Loader=yaml.CSafeLoader)
            value = node.value[0][1]
            if (value.value, value.tag) == (words, "tag:yaml.org,2002:str"):
                return words
    return json.dumps(words, ensure_ascii=False)
