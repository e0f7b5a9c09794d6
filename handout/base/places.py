"""Places: the path of something in the content's data, and where it stands in a file."""

from dataclasses import dataclass

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where something stands: 1-based line and column of the file at ``path``."""

    path: str
    line: int
    column: int
    width: int = 1


def locate_offset(path: str, text: str, offset: int, width: int = 1) -> Place:
    """Return the place of the character at an offset in the text of the file at ``path``."""
    return Place(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset), width)
