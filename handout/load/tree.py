"""The loaded files as plain data, with the place of every key and value."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from handout.base.diagnostics import Diagnostic
from handout.base.places import Loc, Place


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
