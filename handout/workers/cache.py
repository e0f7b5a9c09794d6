"""Cache: made handouts by fingerprint, the hash of all that each depends on, code and machine included.

They lie in ``.cache/handouts/`` beside the output folder and can be thrown away at any time. An entry is written in
one step and begins with its own hash.
"""

import ctypes
import ctypes.util
import functools
import hashlib
import sys
from collections.abc import Iterable
from contextlib import suppress
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from handout.base.diagnostics import MachineError
from handout.base.files import LIMIT, hash_parts, replace_file, trim_folder
from handout.base.paths import ROOT, TEMPLATES
from handout.load.files import is_byproduct

PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")
CODE = ROOT / "handout"
# Endings of empty files that say whether what has a fingerprint fits its pages.
FITS, TOO_LONG = ".fits", ".too-long"


class CacheEntry(NamedTuple):
    """A made and verified handout: its PDF, that one's number of pages, and its preview and pictures to print."""

    pdf: bytes
    pages: int
    drawn: list[bytes]


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
        except OSError:
            return None
        line, _, data = rest.partition(b"\n")
        pages, *sizes = map(int, line.split())
        pdf, *drawn = (data[start:end] for start, end in pairwise(accumulate(sizes, initial=0)))
        return CacheEntry(pdf, pages, drawn)

    def write_entry(self, fingerprint: str, entry: CacheEntry) -> None:
        """Keep a handout."""
        self._used.add(fingerprint)
        files = (entry.pdf, *entry.drawn)
        rest = b"%d %b\n" % (entry.pages, b" ".join(b"%d" % len(data) for data in files)) + b"".join(files)
        replace_file(self.folder / fingerprint, hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)

    def note(self, names: Iterable[str]) -> None:
        """Remember by empty files whether handouts fit their pages."""
        for name in names:
            (self.folder / name).touch()

    def trim(self, limit: int = LIMIT) -> None:
        """Remove the entries that were not used for the longest, as far as they exceed ``limit`` bytes."""
        trim_folder(self.folder, self._used, limit)


@functools.cache
def describe_machine() -> tuple[str, ...]:
    """Return the versions of Python, of all installed libraries and of Pango."""
    found = {path.name for folder in sys.path for path in Path(folder).glob("*.dist-info")}
    return (sys.version, sys.platform, *sorted(found), str(find_pango_version()))


def find_pango_version() -> int:
    """Return the version of the Pango that WeasyPrint will load; raises MachineError when there is none."""
    for name in PANGO:
        with suppress(OSError):
            return int(ctypes.CDLL(name).pango_version())
    with suppress(OSError, TypeError):  # where Homebrew put it
        return int(ctypes.CDLL(ctypes.util.find_library("pango-1.0") or "").pango_version())
    raise MachineError("this machine lacks Pango; remove .venv and run make")


def hash_code() -> str:
    """Return a hash over every module of the code, in whatever room it is."""
    return hash_parts(_read_files(CODE, "*.py"))


def describe_project() -> str:
    """Return a hash over code, templates, fonts and libraries."""
    machine = repr(describe_machine()).encode()
    return hash_parts({"code": hash_code().encode(), "machine": machine, **_read_files(TEMPLATES, "*")})


def _read_files(folder: Path, pattern: str) -> dict[str, bytes]:
    """Return the content of the files below a folder by their path in it, without what editors leave there."""
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file() and not is_byproduct(path.name))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
