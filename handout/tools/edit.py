"""Change single values of the YAML files in place: comments, order and layout stay as they are."""

import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from handout.base.diagnostics import Loc
from handout.load.tree import Tree


@dataclass
class Edits:
    """Values to be written, as replacements of parts of the files' texts."""

    tree: Tree
    parts: dict[str, list[tuple[int, int, str]]] = field(default_factory=lambda: defaultdict(list))

    def set_text(self, loc: Loc, words: str) -> None:
        """Write the words at ``loc``; a key that is not there is added at the end of its mapping."""
        parent: Any = self.tree.nodes[loc[:-1]]
        node, flow = self.tree.nodes.get(loc), bool(parent.flow_style)
        if node is not None:
            quoted = flow or bool(getattr(node, "style", None))
            part = node.start_mark.index, node.end_mark.index, write_scalar(words, quoted)
        else:
            last = parent.value[-1][1].end_mark.index
            lead = ", " if flow else "\n" + " " * parent.value[0][0].start_mark.column
            part = last, last, f"{lead}{loc[-1]}: {write_scalar(words, flow)}"
        self.parts[self.tree.values[loc[:-1]].path].append(part)

    def write(self, source: Path, target: Path) -> None:
        """Write the changed files of the folder ``source`` into ``target``, with their line ends as they were."""
        for path, parts in self.parts.items():
            raw = Path(path).read_bytes().decode()
            text = raw.removeprefix("\ufeff").replace("\r\n", "\n")
            for start, end, words in sorted(parts, reverse=True):
                text = text[:start] + words + text[end:]
            text = text.replace("\n", "\r\n") if "\r\n" in raw else text
            bom = "\ufeff" if raw.startswith("\ufeff") else ""
            (target / Path(path).relative_to(source)).write_bytes((bom + text).encode())


def write_scalar(words: str, quoted: bool) -> str:
    """Return words as a YAML value: plain where that reads back as the same text, else between double quotes."""
    if not quoted:
        with suppress(yaml.YAMLError):
            node: Any = yaml.compose(f"key: {words}\n", Loader=yaml.CSafeLoader)
            value = node.value[0][1]
            if (value.value, value.tag) == (words, "tag:yaml.org,2002:str"):
                return words
    return json.dumps(words, ensure_ascii=False)
