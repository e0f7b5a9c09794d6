"""What a build is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handout.base.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Request:
    """What a build is asked for; an empty selection means all that the guide names.

    ``force`` makes everything anew. ``executor`` is where the work is done: "" on this machine, in ``jobs`` processes,
    or the address of a Dask scheduler, such as "dask://10.0.0.5:8786".
    """

    content: Path = ROOT / "content"
    output: Path = ROOT / "output"
    operators: Sequence[str] = ()
    pairs: Sequence[str] = ()
    editions: Sequence[str] = ()
    jobs: int = 1
    force: bool = False
    executor: str = ""

    @property
    def cache(self) -> Path:
        """Return the folder of what may be thrown away at any time."""
        return self.output.resolve().parent / ".cache"
