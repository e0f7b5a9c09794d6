"""Streams: what a command prints reaches its reader in any encoding, and a reader that goes stops no work."""

import codecs
import errno
import io
import json
import os
import select
import sys
from typing import Any


class _Stream(io.FileIO):
    """Standard output or error. What nobody reads any more (a closed pipe) is dropped.

    Raises OSError once when output cannot be written, as to a full disk; of messages nobody could be told.
    """

    def write(self, data: Any, /) -> int:
        try:
            while (written := super().write(data)) is None:  # a full pipe that another program set not to wait
                select.select((), (self,), ())
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if error.errno != errno.EPIPE and self.fileno() == 1:
                raise OSError(error.errno, error.strerror, "standard output") from None
            written = super().write(data)
        return written


def open_streams() -> None:
    """Open the standard streams anew: closed ones lead nowhere, and each character can be written.

    One that the encoding does not have is written as JSON escapes it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: the first file that is opened would get its number
            os.open(os.devnull, os.O_RDWR)
    codecs.register_error("escape", _escape)
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        encoding = getattr(getattr(sys, name), "encoding", "utf-8")
        raw = _Stream(descriptor, "w", closefd=False)
        by_line = descriptor == 2 or raw.isatty()
        setattr(sys, name, io.TextIOWrapper(io.BufferedWriter(raw), encoding, "escape", line_buffering=by_line))


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
