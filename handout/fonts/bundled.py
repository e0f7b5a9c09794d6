"""Bundled fonts: the only ones that are ever used. The system's own are hidden."""

import os
import unicodedata
import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont, TTLibError

from handout.base.sums import read_sums

# Categories of characters that need no glyph: control and format characters, spaces, line and paragraph ends.
GLYPHLESS = {"Cc", "Cf", "Zl", "Zp", "Zs"}


@dataclass(frozen=True)
class Face:
    """One font file, under the family and weight that the style sheet knows it by."""

    family: str
    weight: int
    path: Path


@dataclass(frozen=True, eq=False)
class Font:
    """A bundled font in memory, with the characters that it has and its file's SHA-256."""

    face: hb.Face
    characters: frozenset[str]
    digest: str


def hide_system_fonts(fonts_dir: Path) -> None:
    """Point fontconfig to a configuration without fonts. To be called before WeasyPrint is imported."""
    os.environ["FONTCONFIG_FILE"] = str(fonts_dir / "fonts.conf")
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig", UserWarning)  # that is what is meant


def find_uncovered(text: str, font_paths: Iterable[Path]) -> list[str]:
    """Return the visible characters of the text that none of the fonts has, sorted."""
    missing = {character for character in text if unicodedata.category(character) not in GLYPHLESS}
    return sorted(missing.difference(*(open_font(path).characters for path in font_paths)))


def find_changed_fonts(fonts: Path) -> list[str]:
    """Return the names of the fonts whose hash is not the one that their folder's SHA256SUMS has."""
    pinned = read_sums(fonts)
    return [path.name for path in sorted(fonts.glob("*.ttf")) if pinned.get(path.name) != open_font(path).digest]


def open_font(path: Path) -> Font:
    """Return a bundled font, which stays in memory as long as its file's size and time are the same."""
    return _open_font(path, path.stat().st_size, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _open_font(path: Path, _size: int, _time: int) -> Font:
    content = path.read_bytes()
    face = hb.Face(content)
    return Font(face, frozenset(map(chr, face.unicodes)), sha256(content).hexdigest())


def is_font(path: Path) -> bool:
    """Tell whether a file can be read as a font."""
    with suppress(OSError, TTLibError), path.open("rb") as file:
        TTFont(file, lazy=True)
        return True
    return False
