"""Text: a made PDF says what was planned, letter for letter, in the right language and order."""

import re
import unicodedata
from collections.abc import Iterator

import pikepdf

from handout.render.expected import Expected
from handout.verify.failures import Wrong
from handout.verify.readback import ARTIFACT, LINE_END_HYPHENS, Readback, squeeze

UNREADABLE = {"Cc", "Cf", "Co", "Cn", "Cs"}
SCRIPTS = {"KHMER": "km", "CJK": "zh"}

# Four digits or more, and phone numbers in shorter groups ("010 234 567").
DIGITS = re.compile(r"\d{4,}|(?<!\d)(?:\+\d{2,3}|0\d{1,2})(?:[ \u00a0-]\d{2,4}){2,}(?!\d)")


def check_glyphs(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report characters that are drawn as a missing glyph or read back as an invisible character.

    WeasyPrint gives a font with missing glyphs an encoding of its own that sends them to glyph 0.
    """
    for font in made.fonts.values():
        if isinstance(font.get("/Encoding"), pikepdf.Stream):
            missing = set(re.findall(rb"<([0-9a-f]{4})> 0\b", font.Encoding.read_bytes()))
            lines = font.ToUnicode.read_bytes().splitlines()
            for code, text in (line[1:-1].split(b"> <") for line in lines if line[1:5] in missing and b"> <" in line):
                character = bytes.fromhex(text.decode()).decode("utf-16-be")
                yield Wrong(f"font {font.BaseFont}", f"has no glyph for {character!r} (code {code.decode()})")
    unreadable = {
        one for one in set(made.text.characters) if unicodedata.category(one) in UNREADABLE or one == "\ufffd"
    }
    for position, character in enumerate(made.text.characters):
        if character in unreadable:
            yield Wrong(made.text.name_place(position), f"U+{ord(character):04X} in the text")


def check_text(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report strings that do not read back letter for letter, one after the other, each in its language."""
    text, after = made.text, 0
    found = text.find_strings(string for _lang, string in expected.strings)
    for (lang, string), positions in zip(expected.strings, found, strict=True):
        shown = string.replace("\u200b", "")
        if not positions:
            place = text.name_place(after) if after < len(text.characters) else "at the end"
            what = "comes earlier" if squeeze(string) in text.words else "does not read back"
            yield Wrong(place, f"{what}: {shown!r}")
            continue
        after = positions[-1] + 1
        languages = {text.languages[position] for position in positions}
        if languages != {lang}:
            tagged = ", ".join(sorted(languages))
            yield Wrong(text.name_place(positions[0]), f"{shown!r} is tagged {tagged}, not {lang}")
    for number in range(len(made.pages)):
        running = text.find_running(expected.running, number)
        for string in expected.running:
            if string not in running:
                yield Wrong(f"page {number + 1}", f"the margin does not read back: {string!r}")


def check_languages(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report a document or text without its language, and Khmer and Chinese characters in another one."""
    if (lang := str(made.pdf.Root.get("/Lang", ""))) != expected.lang:
        yield Wrong("whole", f"is tagged {lang or 'with no language'}, not {expected.lang}")
    text = made.text
    if missing := expected.languages - set(text.languages):
        yield Wrong("whole", f"no text is tagged {', '.join(sorted(missing))}")
    reported = set()
    scripts = {one: SCRIPTS.get(re.split("[ -]", unicodedata.name(one, ""))[0]) for one in set(text.characters)}
    for position, (character, lang) in enumerate(zip(text.characters, text.languages, strict=True)):
        wanted = scripts[character]
        if wanted and lang != ARTIFACT and lang.split("-")[0] != wanted and text.marks[position] not in reported:
            reported.add(text.marks[position])
            yield Wrong(text.name_place(position), f"{character!r} is tagged {lang}")


def check_order(made: Readback, _expected: Expected) -> Iterator[Wrong]:
    """Report a page whose text is drawn in another order than the structure tree has it in."""
    languages = made.tree.languages
    drawn = dict.fromkeys(mark for mark in made.text.by_mark if mark in languages)
    tree = sorted((mark for mark in languages if mark in drawn), key=lambda mark: mark[0])
    for is_, wanted in zip(drawn, tree, strict=True):
        if is_ != wanted:
            yield Wrong(made.text.name_place(made.text.marks.index(is_)), "the tree has another order than the page")
            return


def check_digits(made: Readback, expected: Expected) -> Iterator[Wrong]:
    """Report numbers of four digits or more, in any script, that come from no fact or source."""
    known = {number for text in expected.digits | expected.links for number in find_numbers(text)}
    for position, textpage in enumerate(made.textpages, 1):
        lines = LINE_END_HYPHENS.sub("-", textpage.get_text_range())
        for number in dict.fromkeys(find_numbers(lines)):
            if number not in known:
                yield Wrong(f"page {position}", f"the number {number} has no source")


TEXT_CHECKS = (check_glyphs, check_text, check_languages, check_order, check_digits)


def find_numbers(text: str) -> Iterator[str]:
    """Yield the numbers of four digits or more as plain ASCII digits; thousands may have commas."""
    for match in DIGITS.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text)):
        yield "".join(str(unicodedata.decimal(character)) for character in match if character.isdecimal())
