"""Folds: texts that go on in another line of their file; YAML puts a blank or a line end there."""

import re
import unicodedata
from itertools import pairwise

_WITHOUT_BLANKS = ("KHMER", "THAI", "LAO", "MYANMAR", "TIBETAN")  # words stand together, a blank parts phrases


def join_lines(value: str, raw: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text without the blanks between Chinese characters that come from its lines in the file, ``raw``.

    Also the offset and length in ``raw`` of each line before which nobody can know whether a blank is meant.
    """
    body = raw.partition("\n")[2] if raw[0] in "|>" else raw.strip(raw[0]) if raw[0] in "'\"" else raw
    start, unsure = raw.find(body), []
    is_chinese = any(map(_is_ideographic, value))
    for above, below in pairwise(re.finditer(r"\S(?:.*\S)?", body)):
        ends = above[0][-1], below[0][0]
        first, second = (_is_ideographic(end) or (is_chinese and _is_sign(end)) for end in ends)
        if raw[0] == '"' and ends[0] == "\\":
            continue  # this sign says that no blank is meant
        if first and second:
            value = re.sub(rf"{re.escape(ends[0])}\s+{re.escape(ends[1])}", "".join(ends), value)
        elif first != second or any(unicodedata.name(end, "").startswith(_WITHOUT_BLANKS) for end in ends):
            unsure.append((start + below.start(), len(below[0])))
    return value, unsure


def _is_ideographic(character: str) -> bool:
    wide = unicodedata.east_asian_width(character) in {"W", "F"}
    is_symbol = unicodedata.category(character)[0] == "S"  # such as a wide | that is meant for YAML
    return wide and not is_symbol and not unicodedata.name(character, "").startswith("HANGUL")


def _is_sign(character: str) -> bool:
    """Tell whether a punctuation mark is one of Chinese as well as of other languages, such as quotation marks."""
    return unicodedata.category(character)[0] == "P" and unicodedata.east_asian_width(character) == "A"
