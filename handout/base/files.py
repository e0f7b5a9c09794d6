"""Files: their hashes, writing one in a single step, archives, and SHA256SUMS, a folder's own record of its files."""

import datetime as dt
import hashlib
import os
import re
import zipfile
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
LIMIT = 1 << 30  # bytes that a folder of the cache keeps beyond what the last build used
# A line of SHA256SUMS; its path stays in the folder.
LINE = re.compile(r"[0-9a-f]{64}  (?!/)(?!(?:.*/)?\.\.(?:/|$)).+")


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


@contextmanager
def open_replacement(path: Path) -> Iterator[Path]:
    """Give a path to write to that takes a file's place in one step: nobody sees half of it."""
    new = path.with_name(f".new-{uuid4().hex}")  # with the rights of any new file, unlike one of tempfile
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old content or the new, never half of it."""
    with open_replacement(path) as new:
        new.write_bytes(content)


def trim_folder(folder: Path, used: Container[str], limit: int = LIMIT) -> None:
    """Remove the files that were not used for the longest, as far as they exceed ``limit`` bytes; ``used`` are names.

    When a file was used last is its time. What another build removes meanwhile, or another user owns, is left alone.
    """
    unused = []
    for path in folder.iterdir():
        with suppress(OSError):
            if path.name in used:
                os.utime(path)
            else:
                unused.append((path.stat(), path))
    for status, path in sorted(unused, key=lambda found: found[0].st_mtime_ns, reverse=True):
        limit -= status.st_size
        if limit < 0:
            with suppress(OSError):
                path.unlink()


def write_archive(path: Path, files: Mapping[str, Path], day: dt.date = dt.date(1980, 1, 1)) -> None:
    """Write files in one step into an archive by the names that they get there, in their order.

    They have the same times and rights everywhere and are not compressed, so that the same files give the same bytes.
    """
    with open_replacement(path) as new, zipfile.ZipFile(new, "w") as archive:
        for name, file in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # Unix: a file that everybody may read
            archive.writestr(entry, file.read_bytes())


def hash_parts(parts: Mapping[str, bytes]) -> str:
    """Return a hash over named bytes in their order."""
    digest = hashlib.sha256()
    for name, data in parts.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


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


def find_differences(folder: Path) -> dict[str, str]:
    """Return "missing" or "changed" for each published file that is no more as the folder's SHA256SUMS has it."""
    found = {}
    for name, digest in read_sums(folder).items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            found[name] = "missing"
        elif hash_file(path) != digest:
            found[name] = "changed"
    return found
