"""The loaded files as plain data, with the place of every key and value."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from handout.base.diagnostics import Diagnostic, Loc, Place, Severity, locate_offset


@dataclass
class Tree:
    """The loaded files as one mapping, the place of each key and value by its path in it, and the text of each file."""

    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)
    values: dict[Loc, Place] = field(default_factory=dict)
    nodes: dict[Loc, yaml.Node] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)

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
        lines = self.lines.get(place.path, [])
        excerpt = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        words = code, message, hint, severity
        return Diagnostic(place.path, place.line, place.column, *words, width=place.width, excerpt=excerpt)

    def find_place(self, loc: Loc, *, key: bool = False) -> Place:
        """Return the place of the value (or of its key) at ``loc``, or of the nearest parent that has one."""
        for end in range(len(loc), 0, -1):
            part = loc[:end]
            if part in self.keys and (key or part not in self.values):
                return self.keys[part]
            if part in self.values:
                return self.values[part]
        return Place("content", 0, 0)

    def find_inside(self, loc: Loc, needle: str, nth: int = 0) -> Place:
        """Return the place of the ``nth`` occurrence of ``needle`` within the scalar at ``loc``."""
        if loc not in self.nodes:
            return self.find_place(loc)
        place, node = self.values[loc], self.nodes[loc]
        at, text = node.start_mark.index - 1, self.texts[place.path]
        for _ in range(nth + 1):
            at = text.find(needle, at + 1, node.end_mark.index)
            if at < 0:
                return place
        return locate_offset(place.path, text, at, len(needle))
