"""Cache: made handouts by fingerprint, the hash of all that each depends on.

They lie in ``.cache/handouts/`` beside the output folder and can be thrown away at any time. An entry is written in
one step and begins with its own hash.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from handout.base.files import replace_file

LIMIT = 1 << 30  # bytes of entries kept beyond those that the last build used


class CacheEntry(NamedTuple):
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

    def read_entry(self, fingerprint: str) -> CacheEntry | None:
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
        return CacheEntry(files, header["pages"])

    def write_entry(self, fingerprint: str, entry: CacheEntry) -> None:
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
