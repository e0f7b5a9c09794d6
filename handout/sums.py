"""Sums: the published folder's own record of its files, SHA256SUMS, and whether they are still as it says."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
# A line of SHA256SUMS; its path stays in the folder.
LINE = re.compile(r"[0-9a-f]{64}  (?!/)(?!(?:.*/)?\.\.(?:/|$)).+")
PARTS = ("pdf", "html", "preview")  # the keys of a manifest's entry that name files


@dataclass(frozen=True)
class Difference:
    """A file of a published folder that is not as the folder's record says."""

    path: str
    code: str  # "missing" or "changed"


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


def list_own(folder: Path) -> set[str]:
    """Return the files that a build published in a folder, by its SHA256SUMS and its manifest."""
    own = {*read_sums(folder), SUMS}
    with suppress(OSError, ValueError, KeyError, TypeError):
        entries = json.loads((folder / MANIFEST).read_bytes())["handouts"]
        own |= {MANIFEST, "index.html"} | {str(entry[key]) for entry in entries for key in PARTS}
    return own


def find_differences(folder: Path) -> Iterator[Difference]:
    """Yield the files that are missing or have changed since they were published; others' files do not count."""
    for name, digest in read_sums(folder).items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            yield Difference(name, "missing")
        elif hash_file(path) != digest:
            yield Difference(name, "changed")
