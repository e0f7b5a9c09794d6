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


def explain_lookalike(text: str) -> tuple[str, str, str]:
    """Return the first character of a value that is another than it looks, what to say of it, and the value as meant.

    All are empty where there is none.
    """
    char = next((char for char in text if char != char.translate(MEANT)), "")
    return (char, name_character(char), text.translate(MEANT).strip("\"' ")) if char else ("", "", "")


def name_character(char: str) -> str:
    """Say which character this is, by its name and number; a blank is not shown, for nobody would see it."""
    name = f"{unicodedata.name(char, 'a character without a name')} (U+{ord(char):04X})"
    return f"{name} stands here" if char.translate(MEANT) == " " else f'"{char}" is {name}'
