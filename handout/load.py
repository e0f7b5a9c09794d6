"""Load: read the YAML files into plain data, keeping the place of every key and value.

Every scalar stays a string (YAML 1.1's ``no`` -> False and ``012`` -> 10 would damage phone
numbers); the content types turn strings into numbers and dates where they ask for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from handout.diagnostics import Diagnostic, suggest_name

FILES = ("guide", "steps", "documents", "answers", "faqs", "warnings", "glossary", "sources", "regulator")
FOLDERS = ("operators", "languages")
Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where something stands: 1-based line and column of the file at ``path``."""

    path: str
    line: int
    column: int


@dataclass
class Tree:
    """The loaded files as one mapping, and the place of each key and value by its path in it."""

    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)
    nodes: dict[Loc, tuple[Place, yaml.Node, str]] = field(default_factory=dict)

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
        return Place(place.path, text.count("\n", 0, at) + 1, at - line_start + 1)


def load_content(folder: Path) -> tuple[Tree, list[Diagnostic]]:
    """Read every YAML file of ``folder``; paths in diagnostics are as given, relative to the working folder."""
    tree, problems = Tree(), []
    if not folder.is_dir():
        return tree, [Diagnostic(str(folder), 0, 0, "no-content", "there is no such folder")]
    for path, loc in _list_files(folder):
        if not path.is_file():
            message = "this file of the content is missing"
            problems.append(Diagnostic(str(path), 0, 0, "missing-file", message))
            continue
        problems += _load_file(path, loc, tree)
    expected = {f"{name}.yaml" for name in FILES} | set(FOLDERS)
    for extra in sorted(p for p in folder.iterdir() if p.name not in expected and not p.name.startswith(".")):
        hint = suggest_name(extra.name, expected)
        problems.append(Diagnostic(str(extra), 0, 0, "unknown-file", "this file is not part of the content", hint))
    return tree, problems


def _list_files(folder: Path) -> Iterator[tuple[Path, Loc]]:
    for name in FILES:
        yield folder / f"{name}.yaml", (name,)
    for name in FOLDERS:
        for path in sorted((folder / name).glob("*.yaml")):
            yield path, (name, path.stem)


def _load_file(path: Path, loc: Loc, tree: Tree) -> list[Diagnostic]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = "the file is not UTF-8 text"
        return [Diagnostic(str(path), line, 1, "not-utf8", message, "save it as UTF-8")]
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return [Diagnostic(str(path), line, column, "yaml-syntax", error.problem or "this is not YAML")]
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"character U+{ord(text[error.position]):04X} is not allowed in YAML"
        return [Diagnostic(str(path), line, 1, "yaml-character", message)]
    if node is None:
        return [Diagnostic(str(path), 1, 1, "empty-file", "the file is empty")]
    problems: list[Diagnostic] = []
    value = _convert(node, loc, str(path), text, tree, problems)
    parent = tree.data
    for part in loc[:-1]:
        parent = parent.setdefault(str(part), {})
    parent[str(loc[-1])] = value
    return problems


def _convert(node: yaml.Node, loc: Loc, path: str, text: str, tree: Tree, problems: list[Diagnostic]) -> Any:
    mark = node.start_mark
    place = Place(path, mark.line + 1, mark.column + 1)
    tree.nodes[loc] = (place, node, text)
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            at = key_node.start_mark
            if key in result:
                first = tree.keys[(*loc, key)].line
                message, hint = f'duplicate key "{key}"', f"it stands already in line {first}"
                problems.append(Diagnostic(path, at.line + 1, at.column + 1, "duplicate-key", message, hint))
                continue
            tree.keys[(*loc, key)] = Place(path, at.line + 1, at.column + 1)
            result[key] = _convert(value_node, (*loc, key), path, text, tree, problems)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_convert(item, (*loc, i), path, text, tree, problems) for i, item in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else node.value
