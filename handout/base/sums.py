"""Sums: a folder's own record of its files, SHA256SUMS, and whether they are still as it says."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handout.base.files import hash_file, list_entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
# A line of SHA256SUMS; its path stays in the folder.
LINE = re.compile(r"[0-9a-f]{64}  (?!/)(?!(?:.*/)?\.\.(?:/|$)).+")


@dataclass(frozen=True)
class Difference:
    """A file of a published folder that is not as the folder's record says."""

    path: str
    code: str  # "missing" or "changed"


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over all files of a folder, in the form that ``sha256sum --check`` reads."""
    lines = [f"{hash_file(folder / name)}  {name}\n" for name in list_entries(folder) if (folder / name).is_file()]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def read_sums(folder: Path) -> dict[str, str]:
    """Return path -> hash as a published folder's SHA256SUMS has them; nothing where it cannot be read."""
    with suppress(OSError, ValueError):
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        return {line[66:]: line[:64] for line in lines if LINE.fullmatch(line)}
    return {}


def find_differences(folder: Path) -> Iterator[Difference]:
    """Yield the files that are missing or have changed since they were published; others' files do not count."""
    for name, digest in read_sums(folder).items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            yield Difference(name, "missing")
        elif hash_file(path) != digest:
            yield Difference(name, "changed")
