"""Fingerprints: hashes over the code, the machine and the project, on which every made handout depends."""

from __future__ import annotations

import ctypes
import functools
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from handout.base.files import hash_parts
from handout.base.paths import ROOT, TEMPLATES

if TYPE_CHECKING:
    from handout.render.expected import Expected

PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")
CODE = ROOT / "handout"


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
    """Return a hash over every module of the code, in whatever room it is."""
    return hash_parts(_read_files(CODE, "*.py"))


def _read_files(folder: Path, pattern: str) -> dict[str, bytes]:
    """Return the content of the files below a folder by their path in it."""
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _list_folder(folder: str) -> list[str]:
    with suppress(OSError):
        return [path.name for path in Path(folder).iterdir()]
    return []


def describe_project() -> str:
    """Return a hash over code, templates, fonts and libraries."""
    machine = repr(describe_machine()).encode()
    return hash_parts({"code": hash_code().encode(), "machine": machine, **_read_files(TEMPLATES, "*")})


def describe_expected(expected: Expected) -> str:
    """Return all that verification compares a PDF with, always in the same order."""
    return repr([sorted(value) if isinstance(value, frozenset) else value for value in vars(expected).values()])
