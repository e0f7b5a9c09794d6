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
