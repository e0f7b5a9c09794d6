"""Cut the bundled fonts to the content's characters.

Small fonts make WeasyPrint fast, and a font cut for its content can make Khmer readable (see clusters.py). No other
fonts are ever used: the system's own are hidden.
"""

import os
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import fontTools
import uharfbuzz as hb
from fontTools.ttLib import TTFont

from handout import clusters as khmer

# The whole font of a form field goes into the PDF, for what people will type: keep it small and apart from the text's.
FIELD_FAMILY = "Handout Field"
FIELD_CHARACTERS = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x180)]))

# Categories of characters that need no glyph: control and format characters, spaces, line and paragraph ends.
INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Zs"}

# Name table: family, unique identifier, full name, PostScript name, typographic family.
FAMILY_NAMES = {1, 3, 4, 6, 16}


@dataclass(frozen=True)
class Face:
    """One font file, under the family and weight that the style sheet knows it by."""

    family: str
    weight: int
    path: Path


@dataclass(frozen=True)
class FontSet:
    """The cut faces that a document is typeset in."""

    faces: tuple[Face, ...]


class FontError(Exception):
    """A cut font does not do what it was cut for."""


def hide_system_fonts(fonts_dir: Path) -> None:
    """Point fontconfig to a configuration without fonts. To be called before WeasyPrint is imported."""
    os.environ["FONTCONFIG_FILE"] = str(fonts_dir / "fonts.conf")
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig", UserWarning)  # that is what is meant


def find_uncovered(text: str, font_paths: Iterable[Path]) -> list[str]:
    """Return the visible characters of the text that none of the fonts has, sorted."""
    missing = {character for character in text if unicodedata.category(character) not in INVISIBLE}
    for path in font_paths:
        missing -= set(map(chr, hb.Face(hb.Blob.from_file_path(path)).unicodes))
    return sorted(missing)


def cut_fonts(faces: Iterable[Face], texts: Iterable[str], cache_dir: Path) -> FontSet:
    """Cut each face to the texts' characters and Khmer clusters.

    A face of the family "Handout Field" keeps the Latin characters that people type instead. The files lie in
    `cache_dir`, under names made from all that went into them: new content means a new cut.
    """
    texts = list(texts)
    clusters = khmer.find_clusters(texts)
    characters = frozenset("".join([*texts, *map(khmer.list_letters, clusters)]))
    cache_dir.mkdir(parents=True, exist_ok=True)
    return FontSet(
        tuple(
            cut_face(face, FIELD_CHARACTERS, [], cache_dir)
            if face.family == FIELD_FAMILY
            else cut_face(face, characters, clusters, cache_dir)
            for face in faces
        )
    )


def font_face_css(font_set: FontSet) -> str:
    """Return the @font-face rules of the cut fonts."""
    return "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f'src: url("{face.path.absolute().as_uri()}") format("truetype") }}\n'
        for face in font_set.faces
    )


def cut_face(face: Face, characters: frozenset[str], clusters: list[str], cache_dir: Path) -> Face:
    """Return the cut face, from the cache if it is there and whole."""
    source = face.path.read_bytes()
    key = sha256(source)
    for part in (face.family, *sorted(characters), "", *clusters, "", *describe_code()):
        key.update(part.encode() + b"\0")
    path = cache_dir / f"{face.path.stem}-{key.hexdigest()[:24]}.ttf"
    digest_path = path.with_suffix(".sha256")
    if not is_whole(path, digest_path):
        font = make_font(source, face, characters, clusters)
        replace_file(path, font)
        replace_file(digest_path, sha256(font).hexdigest().encode())
    return replace(face, path=path)


def make_font(source: bytes, face: Face, characters: frozenset[str], clusters: list[str]) -> bytes:
    """Return the bytes of a cut font, the same ones whenever the input is the same.

    Raises FontError if a cluster does not come out as it should.
    """
    options = hb.SubsetInput()
    # Without a dotted circle in the font, HarfBuzz puts none where a cluster's tail follows another's.
    wanted = {ord(character) for character in characters if unicodedata.category(character) != "Cc"}
    options.unicode_set.update(wanted - {khmer.DOTTED_CIRCLE})
    subset = hb.subset(hb.Face(source), options)
    with TTFont(BytesIO(subset.blob.data), recalcTimestamp=False) as font:
        khmer.separate_shared(font)
        if face.family == FIELD_FAMILY:
            rename_font(font, face.family)
        covered = [cluster for cluster in clusters if set(map(ord, cluster)) <= font.getBestCmap().keys()]
        if covered:
            khmer.add_composites(font, covered)
        cut = khmer.write_font(font)
    if wrong := khmer.check_clusters(cut, covered):
        raise FontError(f"{face.path.name} cannot be cut for these clusters: {' '.join(wrong)}")
    return cut


def rename_font(font: TTFont, family: str) -> None:
    """Give a font another family name, so that no viewer takes an installed one for it."""
    for record in font["name"].names:
        if record.nameID in FAMILY_NAMES:
            record.string = family


def describe_code() -> list[str]:
    """Return what, besides the input, decides how a cut font turns out: this code and the libraries below it."""
    sources = [Path(file).read_text("utf-8") for file in (__file__, khmer.__file__)]
    return [*sources, fontTools.version, hb.__version__]


def is_whole(path: Path, digest_path: Path) -> bool:
    """Tell whether a cached file is there and has the digest it was written with."""
    try:
        return sha256(path.read_bytes()).hexdigest() == digest_path.read_text("ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old content or the new, never half of it."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
