"""Turn the nodes of a YAML file into plain data and keep their places."""

import re
from dataclasses import dataclass, replace
from typing import Any

import yaml

from handout.base.diagnostics import Diagnostic, Loc, Place, locate_offset
from handout.load.tree import Tree


@dataclass
class Converter:
    """Turns the nodes of one file into plain data and notes their places."""

    path: str
    tree: Tree
    problems: list[Diagnostic]

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.tree.texts[self.path]

    def convert(self, node: yaml.Node, loc: Loc) -> Any:
        """Return a node's data; ``loc`` is its path in the content."""
        place = self._locate(node)
        sign = self.text[node.start_mark.index : node.start_mark.index + 1]
        if (sign in {"!", "&", "*"} and not getattr(node, "style", None)) or _has_bracket_key(node):
            message = f'a text cannot begin with "{sign}"'
            self._report(replace(place, width=1), "yaml-start", message, "put the whole text in quotes")
            return "?"
        self.tree.values[loc], self.tree.nodes[loc] = place, node
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
            message, hint = "all after this # is taken for a comment", "put the whole text in quotes"
            place = locate_offset(self.path, self.text, hidden.start(1), len(hidden[1]))
            self.problems.append(self.tree.report(place, "yaml-hash", message, hint, severity="warning"))

    def _locate(self, node: yaml.Node) -> Place:
        start, end = node.start_mark, node.end_mark
        lines = self.tree.lines[self.path]
        stop = end.column if end.line == start.line else len(lines[start.line])
        return Place(self.path, start.line + 1, start.column + 1, max(1, stop - start.column))

    def _report(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.append(self.tree.report(place, code, message, hint))


def _has_bracket_key(node: yaml.Node) -> bool:
    """Tell whether a text such as ``{{ operator.name }}`` was taken for a group of keys."""
    return isinstance(node, yaml.MappingNode) and not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value)
