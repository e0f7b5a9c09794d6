"""Interrupts: what Ctrl-C does, at whatever moment it comes."""

import os
import signal
from types import FrameType
from typing import Never


def take_interrupts() -> None:
    """Take Ctrl-C as Python does, but end at once while a module is imported: some do not survive half a start.

    Nothing is changed where a caller has interrupts ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def _stop(_number: int, frame: FrameType | None) -> Never:
    while frame:
        if "importlib._bootstrap" in frame.f_code.co_filename:
            os.write(2, b"build.py: stopped by Ctrl-C\n")
            os._exit(130)
        frame = frame.f_back
    raise KeyboardInterrupt
