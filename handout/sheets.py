"""Single pages typeset outside a build, for preview and worksheets: the same fonts and style, no verification."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from handout.fonts import cut_fonts
from handout.pipeline import list_faces
from handout.strings import read_strings
from handout.typeset import typeset_handout

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handout.pipeline import Worker


def typeset_sheet(worker: Worker, html: str, path: Path, month: str, more_letters: Iterable[str] = ()) -> None:
    """Write a page as PDF, dated the first day of a ``YYYY-MM``; fonts are cut to its letters and ``more_letters``."""
    fonts = cut_fonts(list_faces(worker.content), [*read_strings(html).texts, *more_letters], worker.cache)
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32]
    dated = dt.date.fromisoformat(f"{month}-01")
    typeset_handout(worker.typesetter, html, fonts, path, identifier=identifier, dated=dated)
