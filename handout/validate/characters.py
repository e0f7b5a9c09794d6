"""Characters: the fonts are there and are the pinned ones, they have every character, and Khmer syllables are whole."""

from collections.abc import Iterator
from pathlib import Path

from handout.base.diagnostics import Diagnostic, Loc, Place, suggest_name
from handout.fonts.bundled import find_changed_fonts, find_uncovered, is_font
from handout.fonts.khmer import find_broken_khmer
from handout.load.tree import Tree
from handout.model.content import Content

KHMER_FONT = "NotoSansKhmer-Regular.ttf"


def check_fonts(content: Content, tree: Tree, fonts: Path) -> Iterator[Diagnostic]:
    """Report fonts that languages name and that are not there, and fonts that are not the pinned ones."""
    for loc, path in _list_fonts(content, fonts):
        if not is_font(path):
            hint = suggest_name(path.name, [known.name for known in fonts.glob("*.ttf")])
            yield tree.report(loc, "missing-font", f'no font "{path.name}" in templates/fonts', hint)
    for name in find_changed_fonts(fonts):
        place, message = Place(str(fonts / name), 0, 0), "this is not the font that is pinned"
        hint = "if that is meant, run: cd templates/fonts && sha256sum *.ttf > SHA256SUMS"
        yield tree.report(place, "font-changed", message, hint)


def check_glyphs(content: Content, tree: Tree, fonts: Path) -> Iterator[Diagnostic]:
    """Report characters that no font of the content has."""
    paths = {path for _loc, path in _list_fonts(content, fonts) if is_font(path)}
    strings = list(_list_strings(tree))
    letters = "".join(sorted({letter for _loc, words in strings for letter in words}))
    missing = set(find_uncovered(letters, sorted(paths))) if paths else set()
    for loc, words in strings:
        for letter in missing & set(words):
            message, hint = (
                f'no bundled font has "{letter}" (U+{ord(letter):04X})',
                "write it otherwise, or add a font that has it",
            )
            yield tree.report(loc, "missing-glyph", message, hint, part=letter)


def check_khmer(tree: Tree, fonts: Path) -> Iterator[Diagnostic]:
    """Report Khmer letters that make no syllable: a font draws a dotted circle there."""
    font, strings = (fonts / KHMER_FONT).read_bytes(), list(_list_strings(tree))
    if find_broken_khmer("\n".join(words for _loc, words in strings), font):
        for loc, words in strings:
            for letters in find_broken_khmer(words, font):
                hint = "check the order of its letters and signs"
                yield tree.report(loc, "broken-khmer", f'"{letters}" is no Khmer syllable', hint, part=letters)


def _list_fonts(content: Content, fonts: Path) -> Iterator[tuple[Loc, Path]]:
    for code, language in content.languages.items():
        for key, name in (("regular", language.font.regular), ("bold", language.font.bold)):
            yield ("languages", code, "font", key), fonts / name


def _list_strings(tree: Tree) -> Iterator[tuple[Loc, str]]:
    return ((loc, node.value) for loc, node in tree.nodes.items() if isinstance(node.value, str))
