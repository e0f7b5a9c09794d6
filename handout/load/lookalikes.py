"""Lookalikes: characters that an editor takes for an ASCII sign, and their names."""

import unicodedata

# By their looks; Unicode's own tables know the wide and small forms, the blanks and the dashes.
_ALIKE = {
    " ": "\u115f\u1160\u2800\u3164\uffa0",
    "-": "−•‣◦⁃∙·・･●▪■ー",
    ":": "៖∶꞉ː︰",
    ",": "、､،،",
    '"': "“”„‟«»「」『』｢｣〝〞〟″",
    "'": "‘’‚‛‹›′",
}


class _Meant(dict[int, str]):
    """What a character looks like, for ``str.translate``: an ASCII sign, or the character itself."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        wide, digit = unicodedata.normalize("NFKC", char), unicodedata.decimal(char, None)
        kind, plain = unicodedata.category(char), str(digit) if digit is not None else wide
        meant = " " if kind == "Zs" else "-" if kind == "Pd" else plain if plain.isascii() and len(plain) == 1 else char
        return self.setdefault(code, char if code < 128 else meant)


MEANT = _Meant({ord(char): sign for sign, chars in _ALIKE.items() for char in chars})


def name_character(char: str) -> str:
    """Return a character with its name and number; a blank, which nobody would see, without itself."""
    shown = "" if char.translate(MEANT) == " " else f'"{char}" is '
    return f"{shown}{unicodedata.name(char, 'a character without a name')} (U+{ord(char):04X})"
