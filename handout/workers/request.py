"""Request: what a build is asked for, and the record of the last one, which tells when there is nothing to do.

``.cache/finished/`` beside the output folder has, for each output folder, a hash over all inputs of the last build and
size and time of each file it published; nothing heavy is imported to compare them.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from handout.base.files import SUMS, hash_parts, read_sums, replace_file
from handout.base.paths import FONTS, ROOT, TEMPLATES
from handout.load.files import MAX_BYTES, is_byproduct, list_content
from handout.workers.cache import CODE, describe_machine


@dataclass(frozen=True)
class Request:
    """What a build is asked for; an empty selection means all that the guide names.

    ``force`` makes everything again. ``executor`` is where the work is done: "" on this machine, in ``jobs`` processes,
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


class Finished(NamedTuple):
    """The figures of a build whose output is still what its inputs ask for."""

    handouts: int
    pages: int


def find_finished(request: Request, key: str) -> Finished | None:
    """Return the figures of the last build if it was of these inputs and its output is as it left it."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        record = json.loads(_name_record(request).read_bytes())
        if record["key"] == key and record["files"] == _describe_output(request.output):
            return Finished(record["handouts"], record["pages"])
    return None


def note_finished(request: Request, key: str, finished: Finished) -> None:
    """Keep the record of a build; not when an input has changed since ``key`` was made, nor on a full disk."""
    with suppress(OSError):  # the output is published: without a record the next build only takes longer
        if hash_inputs(request) == key:
            path = _name_record(request)
            path.parent.mkdir(parents=True, exist_ok=True)
            record = {"key": key, "files": _describe_output(request.output), **finished._asdict()}
            replace_file(path, json.dumps(record).encode())


def hash_inputs(request: Request) -> str:
    """Return a hash over all that decides what a build makes: options, content, templates, fonts, code, machine."""
    selection = [sorted(names) for names in (request.operators, request.pairs, request.editions)]
    parts = {"options": repr((selection, describe_machine())).encode()}
    found = (path for top, pattern in ((TEMPLATES, "*"), (CODE, "*.py")) for path in sorted(top.rglob(pattern)))
    content = list_content(request.content)
    for path in (*content, *found):
        with suppress(OSError):  # what has gone or cannot be read is told by those who need it
            is_refused = path in content and path.is_symlink()
            if is_refused or not path.is_file() or is_byproduct(path.name):
                continue
            status = path.stat()
            # Fonts have 22 MB, and bigger content is refused: their size and time tell as much.
            is_big = path.parent == FONTS or status.st_size > MAX_BYTES
            data = f"{status.st_size} {status.st_mtime_ns}".encode() if is_big else path.read_bytes()
            parts[ascii(str(path))] = data
    return hash_parts(parts)


def _name_record(request: Request) -> Path:
    return request.cache / "finished" / f"{hash_parts({'output': os.fsencode(request.output.resolve())})[:24]}.json"


def _describe_output(output: Path) -> dict[str, Any]:
    """Return size and time of each published file; raises OSError when one is missing."""
    stats = {name: (output / name).stat() for name in [SUMS, *read_sums(output)]}
    return {name: [status.st_size, status.st_mtime_ns] for name, status in stats.items()}
