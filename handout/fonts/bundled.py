"""Bundled fonts: the only ones that are ever used. The system's own are hidden."""

import os
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont, TTLibError

from handout.base.files import hash_file, read_sums

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
    """A bundled font in memory, with the characters that it has."""

    face: hb.Face
    characters: frozenset[str]


def hide_system_fonts(fonts_dir: Path) -> None:
    """Point fontconfig to a configuration without fonts. To be called before WeasyPrint is imported."""
    os.environ["FONTCONFIG_FILE"] = str(fonts_dir / "fonts.conf")
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig", UserWarning)  # that is what is meant


def find_uncovered(text: str, font_paths: Iterable[Path]) -> list[str]:
    """Return the visible characters of the text that none of the fonts has, sorted."""
    missing = {character for character in text if unicodedata.category(character) not in GLYPHLESS}
    for path in font_paths:
        missing -= open_font(path).characters
    return sorted(missing)


def open_font(path: Path) -> Font:
    """Return a bundled font, which stays in memory as long as its file is the same."""
    return _open_font(path, path.stat().st_size, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _open_font(path: Path, _size: int, _time: int) -> Font:
    face = hb.Face(path.read_bytes())
    return Font(face, frozenset(map(chr, face.unicodes)))


def find_changed_fonts(fonts: Path) -> list[str]:
    """Return the names of the fonts whose hash is not the one that their folder's SHA256SUMS has."""
    pinned = read_sums(fonts)
    found = ((path, path.stat()) for path in sorted(fonts.glob("*.ttf")))
    return [path.name for path, s in found if pinned.get(path.name) != _hash_font(path, s.st_size, s.st_mtime_ns)]


@lru_cache(64)
def _hash_font(path: Path, _size: int, _time: int) -> str:
    """Return a font's hash, taken anew when the file's size or time is another: a preview asks at every change."""
    return hash_file(path)


def is_font(path: Path) -> bool:
    """Tell whether a file can be read as a font."""
    try:
        with path.open("rb") as file:
            TTFont(file, lazy=True)
    except (OSError, TTLibError):
        return False
    return True
