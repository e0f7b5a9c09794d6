"""Load: the YAML files as one tree of plain data, with the place of every key and value.

Every scalar stays a string (YAML 1.1's ``no`` -> False and ``012`` -> 10 would damage phone
numbers); the content types turn strings into numbers and dates where they ask for them.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from handout.base.diagnostics import Diagnostic, Loc, Place, Severity, locate_offset
from handout.load.characters import compose_text, find_look_alikes, find_part, name_characters, quote_sign
from handout.load.files import FOLDERS, find_risky_files, find_unknown_files, list_content
from handout.load.folds import join_lines
from handout.load.guards import UNSEEN, find_risks
from handout.load.slips import mend_slips
from handout.load.syntax import SyntaxExplainer

TO_FILL_IN = "FILL IN"
_MARKED = re.compile(f"^{TO_FILL_IN}(?: |$)")  # what stands behind it holds for the time being
_HIDDEN = re.compile(r"[ \t]+(#[^\s#].*)")  # comments have a space behind the sign


@dataclass
class Tree:
    """The loaded files as one mapping, the place of each key and value by its path in it, and the text of each file."""

    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)
    values: dict[Loc, Place] = field(default_factory=dict)
    nodes: dict[Loc, yaml.Node] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def forget_nodes(self) -> None:
        """Let go of YAML's own nodes, as large as all else together: who only says where a text stands needs none."""
        self.nodes.clear()
        _compose.cache_clear()

    def report(
        self,
        at: Place | Loc,
        code: str,
        message: str,
        hint: str = "",
        severity: Severity = "error",
        *,
        key: bool = False,
        part: str = "",
    ) -> Diagnostic:
        """Return a diagnostic at a place, or at what stands at a path: its value, its key or a part of its text."""
        place = at if isinstance(at, Place) else self.find_inside(at, part) if part else self.find_place(at, key=key)
        excerpt = _split_lines(self.texts[place.path])[place.line - 1] if place.line else ""
        return Diagnostic(place.path, place.line, place.column, code, message, hint, severity, place.width, excerpt)

    def find_place(self, loc: Loc, *, key: bool = False) -> Place:
        """Return the place of the value (or of its key) at ``loc``, or of the nearest parent that has one."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for end in range(len(loc), 0, -1):
            if place := first.get(loc[:end]) or second.get(loc[:end]):
                return place
        return Place("content", 0, 0)

    def find_inside(self, loc: Loc, needle: str, *, last: bool = False) -> Place:
        """Return the place of the first or last occurrence of ``needle`` within the scalar at ``loc``."""
        if loc not in self.nodes:
            return self.find_place(loc)
        return find_in_node(self.texts[self.values[loc].path], self.values[loc], self.nodes[loc], needle, last=last)


@lru_cache(16)
def _split_lines(text: str) -> list[str]:
    return text.split("\n")  # once for all problems of a file


def find_in_node(text: str, place: Place, node: yaml.Node, needle: str, *, last: bool = False) -> Place:
    """Return the place of ``needle`` within a scalar, however its letters are written, or that of all of it."""
    start = node.start_mark.index
    found = find_part(text[start : node.end_mark.index], needle, last=last)
    return locate_offset(place.path, text, start + found[0], found[1]) if found else place


def load_content(folder: Path) -> tuple[Tree, list[Diagnostic]]:
    """Read every YAML file of ``folder``; paths in diagnostics are as given, relative to the working folder."""
    tree = Tree()
    if not folder.is_dir():
        return tree, [Diagnostic(str(folder), 0, 0, "no-content", "there is no such folder")]
    for path in (folder, *(folder / name for name in FOLDERS)):
        if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
            message = "the folder cannot be read: Permission denied"
            return tree, [Diagnostic(str(path), 0, 0, "unreadable-file", message)]
    files = list_content(folder)
    risky = list(find_risky_files(folder, files))
    problems, refused = [*find_unknown_files(folder, files), *risky], {problem.path for problem in risky}
    for path, loc in files.items():
        if str(path) not in refused:
            problems += _load_file(path, loc, tree)
    return tree, problems


def _load_file(path: Path, loc: Loc, tree: Tree) -> list[Diagnostic]:
    """Put the data of one file into the tree; return what is wrong with it."""
    name = str(path)
    if not path.is_file():
        return [Diagnostic(name, 0, 0, "missing-file", "this file of the content is missing")]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return [Diagnostic(name, line, 1, "not-utf8", "the file is not UTF-8 text", "save it as UTF-8")]
    except OSError as error:
        return [Diagnostic(name, 0, 0, "unreadable-file", f"the file cannot be read: {error.strerror}")]
    clean = tree.texts[name] = UNSEEN.sub(" ", text)
    mended, slips = mend_slips(name, clean)
    if risks := find_risks(name, text, clean if mended is None else mended):
        return [tree.report(*risk) for risk in risks]
    problems = [*_find_unseen(name, text, tree), *(tree.report(*slip) for slip in slips)]
    if mended is None:
        return problems
    try:
        node = _compose(mended)
    except yaml.MarkedYAMLError as error:
        return [*problems, tree.report(*SyntaxExplainer(name, mended.split("\n")).explain(error))]
    if node is None:
        return [*problems, Diagnostic(name, 1, 1, "empty-file", "the file is empty")]
    parent = tree.data.setdefault(str(loc[0]), {}) if loc[1:] else tree.data
    parent[str(loc[-1])] = _Converter(name, mended, tree, problems).convert(node, loc)
    return problems


@lru_cache(256)
def _compose(text: str) -> yaml.Node | None:
    """Return a file's nodes, which nobody changes: a preview reads the same ones again at every change of another."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    return node


def _find_unseen(path: str, text: str, tree: Tree) -> Iterator[Diagnostic]:
    for number, line in enumerate(text.split("\n"), 1):
        for match in UNSEEN.finditer(line):
            message = f"an invisible character stands here (U+{ord(match[0]):04X})"
            yield tree.report(Place(path, number, match.start() + 1), "unseen-character", message, "delete it")


@dataclass
class _Converter:
    """Turns the nodes of one file into plain data and notes their places and problems."""

    path: str
    text: str
    tree: Tree
    problems: list[Diagnostic]

    def convert(self, node: yaml.Node, loc: Loc) -> Any:
        """Return a node's data; ``loc`` is its path in the content."""
        place, sign = self._locate(node)
        keys = [key for key, _value in node.value] if isinstance(node, yaml.MappingNode) else []
        is_placeholder = not all(isinstance(key, yaml.ScalarNode) for key in keys)  # {{ x }}: a mapping as a key
        if is_placeholder or (sign in {"!", "&", "*"} and not getattr(node, "style", None)):
            message, hint = f'a text cannot begin with "{sign}"', "put the whole text in quotes"
            self.problems.append(self.tree.report(replace(place, width=1), "yaml-start", message, hint))
            return "?"
        self.tree.values[loc], self.tree.nodes[loc] = place, node
        if isinstance(node, yaml.MappingNode):
            return self._convert_mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, (*loc, i)) for i, item in enumerate(node.value)]
        if hidden := _HIDDEN.match(self.text, node.end_mark.index):
            message, hint = "all after this # is taken for a comment", "put the whole text in quotes"
            at = locate_offset(self.path, self.text, hidden.start(1), len(hidden[1]))
            severity: Severity = "warning" if node.value else "error"
            self.problems.append(self.tree.report(at, "yaml-hash", message, hint, severity))
        if node.tag == "tag:yaml.org,2002:null":
            return hidden[1].rstrip() if hidden else None  # as it will be in quotes
        words = self._read_words(node, place)
        self.tree.nodes[loc] = yaml.ScalarNode(
            node.tag, words, node.start_mark, node.end_mark, getattr(node, "style", None)
        )
        if mark := _MARKED.match(words):
            message, hint = "this is still to be filled in", 'write what is true, or delete "FILL IN" if the rest is'
            self.problems.append(self.tree.report(loc, "fill-in", message, hint, "warning", part=TO_FILL_IN))
            return words[mark.end() :] or None
        return words

    def _read_words(self, node: Any, place: Place) -> str:
        """Return a scalar's text as it is printed, in one line, and report what nobody but its editor can know."""
        text, start, words = self.text, node.start_mark.index, node.value
        if node.start_mark.line != node.end_mark.line:
            words, unsure = join_lines(words, text[start : node.end_mark.index])
            for offset, width in unsure:
                message, hint = "a blank comes in where this line joins the one above", "write the text in one line"
                at = locate_offset(self.path, text, start + offset, width)
                self.problems.append(self.tree.report(at, "folded-text", message, hint))
        words = compose_text(words)
        words = words if node.style in {'"', "'"} else words.strip()
        for wrong, right in find_look_alikes(words).items():
            hint = f"write {quote_sign(right)}" if right else "write the one that is meant"
            at = find_in_node(text, place, node, wrong)
            self.problems.append(self.tree.report(at, "look-alike", name_characters(wrong), hint))
            words = words.replace(wrong, right or wrong)  # one mistake is one problem
        return words

    def _convert_mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place, sign = self._locate(key_node)
            key = self._read_words(key_node, place)
            if sign in {"!", "&"}:
                message, hint = "a key cannot have a tag or an anchor", "put the key in quotes"
                self.problems.append(self.tree.report(place, "yaml-start", message, hint))
            if key in result:
                hint = f"it stands already in line {self.tree.keys[(*loc, key)].line}"
                self.problems.append(self.tree.report(place, "duplicate-key", f'duplicate key "{key}"', hint))
                continue
            self.tree.keys[(*loc, key)] = place
            result[key] = self.convert(value_node, (*loc, key))
        return result

    def _locate(self, node: yaml.Node) -> tuple[Place, str]:
        """Return the place of a node's first line, and the sign with which it begins."""
        start = node.start_mark
        words = self.text[start.index : node.end_mark.index].partition("\n")[0]
        return Place(self.path, start.line + 1, start.column + 1, max(1, len(words))), words[:1]
