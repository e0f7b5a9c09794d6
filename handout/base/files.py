"""Files: hashes of files, and writing one in a single step."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def hash_file(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_entries(folder: Path) -> Iterator[str]:
    """Yield the path of each file, link and empty folder below ``folder``, sorted; links are not followed."""
    for path in sorted(folder.rglob("*")):
        if not is_folder(path) or not any(path.iterdir()):
            yield path.relative_to(folder).as_posix()


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old content or the new, never half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def hash_parts(parts: Mapping[str, bytes]) -> str:
    """Return a hash over named bytes in their order."""
    digest = hashlib.sha256()
    for name, data in parts.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
