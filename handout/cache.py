"""Cache: what has not changed is not made again.

Two records lie in ``.cache/`` beside the output folder; both can be thrown away at any time. ``finished/`` has, for
each output folder, a hash over all inputs of the last build and size and time of each file it published: when neither
has changed, there is nothing to do, and nothing heavy is imported to know it. ``handouts/`` has the made handouts, each
under its fingerprint, the hash of all that it depends on. An entry is written in one step and begins with its own hash.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from handout.request import FONTS, ROOT, TEMPLATES, Request
from handout.sums import SUMS, read_sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LIMIT = 1 << 30  # bytes of entries kept beyond those that the last build used
PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")
CODE = ROOT / "handout"


class Finished(NamedTuple):
    """The figures of a build whose output is still what its inputs ask for."""

    handouts: int
    pages: int


class Entry(NamedTuple):
    """A made and verified handout: the content of its files by kind, and its number of pages."""

    files: dict[str, bytes]
    pages: int


class HandoutCache:
    """Made handouts by fingerprint, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "handouts"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._used: set[str] = set()

    def list_fingerprints(self) -> frozenset[str]:
        """Return what is there, whole or not."""
        return frozenset(path.name for path in self.folder.iterdir())

    def read_entry(self, fingerprint: str) -> Entry | None:
        """Return a handout made earlier; None when it is not there or not whole."""
        self._used.add(fingerprint)
        path = self.folder / fingerprint
        try:
            digest, _, rest = path.read_bytes().partition(b"\n")
            if hashlib.sha256(rest).hexdigest().encode() != digest:
                return None
            os.utime(path)
        except OSError:
            return None
        line, _, data = rest.partition(b"\n")
        header, files, start = json.loads(line), {}, 0
        for kind, size in header["files"].items():
            files[kind] = data[start : start + size]
            start += size
        return Entry(files, header["pages"])

    def write_entry(self, fingerprint: str, entry: Entry) -> None:
        """Keep a handout."""
        self._used.add(fingerprint)
        header = {"files": {kind: len(data) for kind, data in entry.files.items()}, "pages": entry.pages}
        rest = b"\n".join([json.dumps(header).encode(), b"".join(entry.files.values())])
        replace_file(self.folder / fingerprint, hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)

    def trim(self, limit: int = LIMIT) -> None:
        """Remove the entries that were not used for the longest, as far as they exceed ``limit`` bytes."""
        trim_folder(self.folder, self._used, limit)


def trim_folder(folder: Path, used: Iterable[str], limit: int) -> None:
    """Remove files of a folder, the oldest first, until those not in ``used`` have ``limit`` bytes at most."""
    with os.scandir(folder) as entries:
        files = [
            (entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in entries if entry.name not in used
        ]
    for _time, size, path in sorted(files, reverse=True):
        limit -= size
        if limit < 0:
            Path(path).unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old content or the new, never half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def find_finished(request: Request, key: str) -> Finished | None:
    """Return the figures of the last build if it was of these inputs and its output is as it left it."""
    try:
        record = json.loads(_name_record(request).read_bytes())
        if record["key"] == key and record["files"] == _describe_output(request.output):
            return Finished(record["handouts"], record["pages"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def note_finished(request: Request, key: str, finished: Finished) -> None:
    """Keep the record of a build; not when an input has changed since ``key`` was made."""
    if hash_inputs(request) == key:
        path = _name_record(request)
        path.parent.mkdir(parents=True, exist_ok=True)
        record = {"key": key, "files": _describe_output(request.output), **finished._asdict()}
        replace_file(path, json.dumps(record).encode())


def hash_inputs(request: Request) -> str:
    """Return a hash over all that decides what a build makes: options, content, templates, fonts, code, machine."""
    digest = hashlib.sha256()
    selection = [sorted(names) for names in (request.operators, request.pairs, request.editions)]
    digest.update(repr((selection, describe_machine())).encode())
    for path in _list_inputs(request.content):
        status = path.stat()
        is_font = path.parent == FONTS  # 22 MB: their size and time tell as much
        data = f"{status.st_size} {status.st_mtime_ns}".encode() if is_font else path.read_bytes()
        digest.update(os.fsencode(path) + f"\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


@functools.cache
def describe_machine() -> tuple[str, ...]:
    """Return the versions of Python, of all installed libraries and of Pango."""
    found = {name for folder in sys.path for name in _list_folder(folder) if name.endswith(".dist-info")}
    return (sys.version, sys.platform, *sorted(found), str(find_pango_version()))


def find_pango_version() -> int:
    """Return the version of the Pango that WeasyPrint will load, 0 when there is none."""
    for name in PANGO:
        with suppress(OSError):
            return int(ctypes.CDLL(name).pango_version())
    return 0


def hash_code() -> str:
    """Return a hash over the code that makes handouts."""
    return hash_parts({path.name: path.read_bytes() for path in sorted(CODE.glob("*.py"))})


def hash_parts(parts: Mapping[str, bytes]) -> str:
    """Return a hash over named bytes in their order."""
    digest = hashlib.sha256()
    for name, data in parts.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _list_inputs(content: Path) -> Iterator[Path]:
    for folder, pattern in ((content, "*"), (TEMPLATES, "*"), (CODE, "*.py"), (ROOT / "docs", "*.json")):
        # Links are not followed: the content's are refused.
        yield from sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink())


def _list_folder(folder: str) -> list[str]:
    with suppress(OSError):
        return [path.name for path in Path(folder).iterdir()]
    return []


def _name_record(request: Request) -> Path:
    return request.cache / "finished" / f"{hash_parts({'output': os.fsencode(request.output.resolve())})[:24]}.json"


def _describe_output(output: Path) -> dict[str, Any]:
    """Return size and time of each published file; raises OSError when one is missing."""
    stats = {name: (output / name).stat() for name in [SUMS, *read_sums(output)]}
    return {name: [status.st_size, status.st_mtime_ns] for name, status in stats.items()}
