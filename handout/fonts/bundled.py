"""Bundled fonts, cut to the content's characters: the only ones that are ever used. The system's own are hidden.

Small fonts make WeasyPrint fast, and a font cut for its content can make Khmer readable (see khmer.py).
"""

import os
import unicodedata
import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont, TTLibError

from handout.base.diagnostics import HandoutError
from handout.base.files import read_sums, replace_file
from handout.fonts import khmer

# Categories of characters that need no glyph: control and format characters, spaces, line and paragraph ends.
GLYPHLESS = {"Cc", "Zl", "Zp", "Zs"}
# The whole font of a form field goes into the PDF, for what people will type: keep it small and apart from the text's.
FIELD_FAMILY, FIELD_FILE = "Handout Field", "NotoSans-Regular.ttf"
# The characters of a field's encoding, WinAnsiEncoding, but two that it draws with the glyphs of others.
FIELD_TWINS = {0xA0: 0x20, 0xAD: 0x2D}
FIELD_CHARACTERS = frozenset(bytes(range(0x20, 0x100)).decode("cp1252", "ignore")).difference(map(chr, FIELD_TWINS))
# What only lines that run from top to bottom need, or lines with several baselines, what no style sheet of ours turns
# on (narrow Chinese signs), and a table for variable fonts.
_FEATURES = (b"valt", b"vert", b"vhal", b"vkrn", b"vpal", b"vrt2", b"halt", b"palt")
SPLITS = 2  # the type of a lookup that takes a glyph apart (OpenType, table GSUB)
UNUSED_FEATURES = {int.from_bytes(tag, "big") for tag in _FEATURES}
UNUSED_TABLES = {int.from_bytes(tag, "big") for tag in (b"BASE", b"STAT", b"VORG", b"vhea", b"vmtx")}
# Tables for shaping and for choosing a font, which nobody does in a field.
FIELD_NEEDS_NOT = {int.from_bytes(tag, "big") for tag in (b"GDEF", b"GPOS", b"GSUB", b"gasp")}


class FontError(HandoutError):
    """A cut font does not do what it was cut for."""


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


def cut_fonts(faces: Iterable[Face], texts: Iterable[str], folder: Path) -> tuple[Face, ...]:
    """Cut each face to the texts' characters and Khmer clusters, into files in ``folder``.

    A face of the family "Handout Field" keeps the Latin characters that people type instead.
    """
    texts = list(texts)
    clusters = khmer.find_clusters(texts)
    characters = frozenset("".join([*texts, *map(khmer.list_letters, clusters)]))
    return tuple(cut_face(face, characters, clusters, folder) for face in faces)


def font_face_css(faces: Iterable[Face]) -> str:
    """Return the @font-face rules of the cut fonts."""
    return "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f'src: url("{face.path.absolute().as_uri()}") format("truetype") }}\n'
        for face in faces
    )


def cut_face(
    face: Face, characters: frozenset[str], clusters: Iterable[str], folder: Path, unused: tuple[str, ...] = ()
) -> Face:
    """Return the cut face, a file in ``folder`` that is named by its content; one that is there and whole is left.

    ``unused`` are more tables to leave out; of the names the copyright stays.
    """
    if face.family == FIELD_FAMILY:
        characters, clusters = FIELD_CHARACTERS, []
    font = open_font(face.path)
    covered = tuple(cluster for cluster in clusters if font.characters.issuperset(cluster))
    content = make_font(face, font, characters & font.characters, covered, unused)
    path = folder / f"{face.path.stem}-{sha256(content).hexdigest()[:24]}.ttf"
    if not (path.exists() and path.read_bytes() == content):
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
    return replace(face, path=path)


@lru_cache(maxsize=64)
def make_font(
    face: Face, font: Font, characters: frozenset[str], clusters: tuple[str, ...], unused: tuple[str, ...] = ()
) -> bytes:
    """Return the bytes of a cut font, the same ones whenever the input is the same.

    The font must cover the clusters. Raises FontError if one does not come out as it should.
    """
    is_field = face.family == FIELD_FAMILY
    options = hb.SubsetInput()
    options.flags = hb.SubsetFlags.NO_HINTING  # no PDF keeps it
    # Without a dotted circle in the font, HarfBuzz puts none where a cluster's tail follows another's.
    wanted = {ord(character) for character in characters if unicodedata.category(character) != "Cc"}
    options.unicode_set.update(wanted - {khmer.DOTTED_CIRCLE})
    options.drop_table_tag_set.update(UNUSED_TABLES | (FIELD_NEEDS_NOT if is_field else set()))
    if "name" in unused:
        options.name_id_set.clear()
        options.name_id_set.add(0)
    options.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in unused if tag != "name")
    options.layout_feature_tag_set.difference_update(hb.Set(UNUSED_FEATURES))
    subset = hb.subset(font.face, options)
    content = bytes(subset.blob.data)
    if not (clusters or is_field or shares_glyphs(subset) or splits_letters(subset)):
        return content
    with TTFont(BytesIO(content), recalcTimestamp=False, recalcBBoxes=False) as cut_font:
        separate_shared(cut_font)
        keep_letters_whole(cut_font)
        if is_field:
            finish_field_font(cut_font)
        if clusters:
            khmer.add_composites(cut_font, subset, clusters)
        cut_font.save(file := BytesIO())
    if wrong := khmer.check_clusters(file.getvalue(), clusters):
        raise FontError(f"{face.path.name} cannot be cut for these clusters: {' '.join(wrong)}")
    return file.getvalue()


def finish_field_font(font: TTFont) -> None:
    """Give a field's font all its codes, and another family name, so that no viewer takes an installed one for it."""
    for table in font["cmap"].tables:
        table.cmap |= {code: table.cmap[twin] for code, twin in FIELD_TWINS.items()}
    names_with_family = {1, 3, 4, 6, 16}  # family, unique identifier, full, PostScript and typographic family name
    for record in font["name"].names:
        if record.nameID in names_with_family:
            record.string = FIELD_FAMILY


def shares_glyphs(face: hb.Face) -> bool:
    """Tell whether a font draws two characters with one glyph."""
    shaper = hb.Font(face)
    return len({shaper.get_nominal_glyph(character) for character in face.unicodes}) < len(face.unicodes)


def splits_letters(face: hb.Face) -> bool:
    """Tell whether a font draws a letter with its accent by several glyphs."""
    shaper, letters = hb.Font(face), filter(is_composed, map(chr, face.unicodes))
    return any(len(khmer.shape_khmer(letter, shaper).glyph_infos) > 1 for letter in letters)


def is_composed(character: str) -> bool:
    """Tell whether a character is a letter with its accents, by Unicode's canonical decomposition."""
    return unicodedata.decomposition(character)[:1] not in {"", "<"}


def keep_letters_whole(font: TTFont) -> None:
    """Let each letter be drawn by its own glyph, where the font takes some apart (U+1ECB, U+1ECD in Noto Sans).

    A glyph of a PDF stands for one text only: the first part, an i, would be read back as the whole letter.
    """
    letters = {name for code, name in font.getBestCmap().items() if is_composed(chr(code))}
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else []
    for table in (getattr(table, "ExtSubTable", table) for lookup in lookups for table in lookup.SubTable):
        if table.LookupType == SPLITS:
            table.mapping = {name: parts for name, parts in table.mapping.items() if name not in letters}


def separate_shared(font: TTFont) -> None:
    """Give each character a glyph of its own, where the font draws two alike (U+00B7 and U+2022 in Noto Sans SC).

    A glyph of a PDF stands for one text only, so that one of the two would be read back as the other.
    """
    taken: set[str] = set()
    for character, name in sorted(font.getBestCmap().items()):
        if name in taken:
            copy = khmer.add_glyph(font, [(name, 0, 0)], font["hmtx"][name][0])
            for table in font["cmap"].tables:
                if character in table.cmap:
                    table.cmap[character] = copy
        taken.add(name)
