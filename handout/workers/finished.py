"""Finished builds: when nothing has changed since the last one, there is nothing to do.

``.cache/finished/`` beside the output folder has, for each output folder, a hash over all inputs of the last build and
size and time of each file it published; nothing heavy is imported to compare them.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from handout.base.files import SUMS, hash_parts, read_sums, replace_file
from handout.base.paths import FONTS, TEMPLATES
from handout.workers.fingerprint import CODE, describe_machine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handout.workers.request import Request


class Finished(NamedTuple):
    """The figures of a build whose output is still what its inputs ask for."""

    handouts: int
    pages: int


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


def _list_inputs(content: Path) -> Iterator[Path]:
    for folder, pattern in ((content, "*"), (TEMPLATES, "*"), (CODE, "*.py")):
        # Links are not followed: the content's are refused.
        yield from sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink())


def _name_record(request: Request) -> Path:
    return request.cache / "finished" / f"{hash_parts({'output': os.fsencode(request.output.resolve())})[:24]}.json"


def _describe_output(output: Path) -> dict[str, Any]:
    """Return size and time of each published file; raises OSError when one is missing."""
    stats = {name: (output / name).stat() for name in [SUMS, *read_sums(output)]}
    return {name: [status.st_size, status.st_mtime_ns] for name, status in stats.items()}
