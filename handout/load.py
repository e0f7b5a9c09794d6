"""Load: read the YAML files into plain data, keeping the place of every key and value.

Every scalar stays a string (YAML 1.1's ``no`` -> False and ``012`` -> 10 would damage phone
numbers); the content types turn strings into numbers and dates where they ask for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from handout.diagnostics import Diagnostic, suggest_name
from handout.guards import UNSEEN, find_hazards
from handout.syntax import explain_syntax

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handout.text import Loc

FILES = ("guide", "steps", "documents", "answers", "faqs", "warnings", "glossary", "sources", "regulator", "reviews")
FOLDERS = ("operators", "languages")
TO_FILL_IN = "FILL IN"


@dataclass(frozen=True)
class Place:
    """Where something stands: 1-based line and column of the file at ``path``."""

    path: str
    line: int
    column: int
    width: int = 1


@dataclass
class Tree:
    """The loaded files as one mapping, and the place of each key and value by its path in it."""

    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)
    nodes: dict[Loc, tuple[Place, yaml.Node, str]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)

    def report(self, place: Place, code: str, message: str, hint: str = "", **more: Any) -> Diagnostic:
        """Return a diagnostic at a place, with the line it stands in."""
        lines = self.lines.get(place.path, [])
        excerpt = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        more = {"width": place.width, "excerpt": excerpt, **more}
        return Diagnostic(place.path, place.line, place.column, code, message, hint, **more)

    def find_place(self, loc: Loc, *, key: bool = False) -> Place:
        """Return the place of the value (or of its key) at ``loc``, or of the nearest parent that has one."""
        for end in range(len(loc), 0, -1):
            part = tuple(loc[:end])
            if part in self.keys and (key or part not in self.nodes):
                return self.keys[part]
            if part in self.nodes:
                return self.nodes[part][0]
        return Place("content", 0, 0)

    def find_inside(self, loc: Loc, needle: str, nth: int = 0) -> Place:
        """Return the place of the ``nth`` occurrence of ``needle`` within the scalar at ``loc``."""
        if tuple(loc) not in self.nodes:
            return self.find_place(loc)
        place, node, text = self.nodes[tuple(loc)]
        at = node.start_mark.index - 1
        for _ in range(nth + 1):
            at = text.find(needle, at + 1, node.end_mark.index)
            if at < 0:
                return place
        line_start = text.rfind("\n", 0, at) + 1
        return Place(place.path, text.count("\n", 0, at) + 1, at - line_start + 1, len(needle))


def load_content(folder: Path) -> tuple[Tree, list[Diagnostic]]:
    """Read every YAML file of ``folder``; paths in diagnostics are as given, relative to the working folder."""
    tree = Tree()
    if not folder.is_dir():
        return tree, [Diagnostic(str(folder), 0, 0, "no-content", "there is no such folder")]
    hazards = list(find_hazards(folder, [path for path, _loc in _list_files(folder)]))
    problems, refused = [*_find_unknown_files(folder), *hazards], {hazard.path for hazard in hazards}
    for path, loc in _list_files(folder):
        if str(path) in refused:
            continue
        if path.is_file():
            problems += _load_file(path, loc, tree)
        else:
            problems.append(Diagnostic(str(path), 0, 0, "missing-file", "this file of the content is missing"))
    return tree, problems


def _list_files(folder: Path) -> Iterator[tuple[Path, Loc]]:
    for name in FILES:
        yield folder / f"{name}.yaml", (name,)
    for name in FOLDERS:
        for path in sorted((folder / name).glob("*.yaml")):
            yield path, (name, path.stem)


def _find_unknown_files(folder: Path) -> Iterator[Diagnostic]:
    expected = {f"{name}.yaml" for name in FILES} | set(FOLDERS)
    extra = [p for p in folder.iterdir() if p.name not in expected]
    extra += [p for name in FOLDERS for p in (folder / name).glob("*") if p.suffix != ".yaml"]
    for path in sorted(p for p in extra if not p.name.startswith(".")):
        hint = 'its name must end in ".yaml"' if path.parent != folder else suggest_name(path.name, expected)
        yield Diagnostic(str(path), 0, 0, "unknown-file", "this file is not part of the content", hint)


def _load_file(path: Path, loc: Loc, tree: Tree) -> list[Diagnostic]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return [Diagnostic(str(path), line, 1, "not-utf8", "the file is not UTF-8 text", "save it as UTF-8")]
    except OSError as error:
        return [Diagnostic(str(path), 0, 0, "unreadable-file", f"the file cannot be read: {error.strerror}")]
    tree.lines[str(path)] = text.split("\n")
    problems = list(_find_unseen(str(path), text, tree))
    text = UNSEEN.sub(" ", text)
    try:
        node = _compose(text)
        if node is None:
            return [*problems, Diagnostic(str(path), 1, 1, "empty-file", "the file is empty")]
        value = _Converter(str(path), text, tree, problems).convert(node, loc)
    except yaml.MarkedYAMLError as error:
        return [*problems, explain_syntax(str(path), text, error)]
    except RecursionError:
        message = "lists or keys are nested too deep"
        return [*problems, Diagnostic(str(path), 1, 1, "yaml-deep", message, "is a bracket or dash repeated?")]
    parent = tree.data
    for part in loc[:-1]:
        parent = parent.setdefault(str(part), {})
    parent[str(loc[-1])] = value
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
        if TO_FILL_IN in line and line.lstrip().startswith("#"):
            place = Place(path, number, line.index(TO_FILL_IN) + 1, len(TO_FILL_IN))
            yield tree.report(place, "fill-in", line.strip("# \r"), "then delete this comment", severity="warning")


@dataclass
class _Converter:
    """Turns the nodes of one file into plain data and notes their places."""

    path: str
    text: str
    tree: Tree
    problems: list[Diagnostic]

    def convert(self, node: yaml.Node, loc: Loc) -> Any:
        place = self._locate(node)
        sign = self.text[node.start_mark.index : node.start_mark.index + 1]
        if (sign in {"!", "&", "*"} and not getattr(node, "style", None)) or _has_bracket_key(node):
            message = f'a text cannot begin with "{sign}"'
            self._report(replace(place, width=1), "yaml-start", message, "put the whole text in quotes")
            return "?"
        self.tree.nodes[loc] = (place, node, self.text)
        if isinstance(node, yaml.MappingNode):
            return self._convert_mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, (*loc, i)) for i, item in enumerate(node.value)]
        self._check_hash(node)
        return None if node.tag == "tag:yaml.org,2002:null" else node.value

    def _convert_mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = self._locate(key_node)
            key = str(key_node.value)
            if self.text[key_node.start_mark.index : key_node.start_mark.index + 1] in {"!", "&"}:
                self._report(place, "yaml-start", "a key cannot have a tag or an anchor", "put the key in quotes")
            if key in result:
                hint = f"it stands already in line {self.tree.keys[(*loc, key)].line}"
                self._report(place, "duplicate-key", f'duplicate key "{key}"', hint)
                continue
            self.tree.keys[(*loc, key)] = place
            result[key] = self.convert(value_node, (*loc, key))
        return result

    def _check_hash(self, node: yaml.Node) -> None:
        """Warn of a text that is cut off at a ``#``: comments have a space behind it."""
        hidden = node.value and re.compile(r"[ \t]+(#[^\s#].*)").match(self.text, node.end_mark.index)
        if hidden:
            line = node.end_mark.line + 1
            column = hidden.start(1) - self.text.rfind("\n", 0, hidden.start(1))
            message = "all after this # is taken for a comment"
            place = Place(self.path, line, column, len(hidden[1]))
            self._report(place, "yaml-hash", message, "put the whole text in quotes", severity="warning")

    def _locate(self, node: yaml.Node) -> Place:
        start, end = node.start_mark, node.end_mark
        line = self.tree.lines[self.path][start.line] if start.line < len(self.tree.lines[self.path]) else ""
        stop = end.column if end.line == start.line else len(line)
        return Place(self.path, start.line + 1, start.column + 1, max(1, stop - start.column))

    def _report(self, place: Place, code: str, message: str, hint: str, **more: Any) -> None:
        self.problems.append(self.tree.report(place, code, message, hint, **more))


def _has_bracket_key(node: yaml.Node) -> bool:
    """Tell whether a text such as ``{{ operator.name }}`` was taken for a group of keys."""
    return isinstance(node, yaml.MappingNode) and not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value)
