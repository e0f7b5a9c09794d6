"""Characters that look right and are others: made the right ones where that is safe, else found, to be told."""

import re
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import groupby, permutations

# Unicode's EquivalentUnifiedIdeograph of U+2E80 to U+2EF3, which unicodedata does not have; two have none.
_RADICALS = (
    "　厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵　旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓"
    "罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨"
    "鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_UNIFIED = {number: right for number, right in enumerate(_RADICALS, 0x2E80) if right.strip()}
_UNIFIED |= dict.fromkeys((0x2010, 0x2011), "-")
# Kangxi radicals, ligatures, and as wide as ideographs: letters, digits, and signs of numbers and addresses.
_SAFE = re.compile("[\u2f00-\u2fd5\ufb00-\ufb06０-９Ａ-Ｚａ-ｚ＃＄％＆＋－．／＝＠]+")
# Of characters with these kinds of decomposition most are taken for others; some are right in Chinese or in a name.
_KINDS = re.compile("<(wide|narrow|small|vertical|super|sub|font|initial|medial|final|isolated)>")
_RIGHT = set("！（），：；？［］～￥™℠ªº")
_LIKE_LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУԚԜаеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορυχ",
        "ABESIJKMHOPCTXYQWaeopcyxijsdhqwABEZHIKMNOPTYXayikvopux",
        strict=True,
    )
)
_PARTS = ("CJK RADICAL", "CJK STROKE", "IDEOGRAPHIC DESCRIPTION", "REPLACEMENT", "OBJECT REPLACEMENT")
_MARKED = re.compile("\\w?[\u0300-\u036f]{1,4}")
_WORD = re.compile(r"[^\W\d_]+")
# The signs of markup, which validate tells with the right form.
MARKUP = str.maketrans("｛﹛｝﹜＊﹡＿﹍﹎﹏｀", "{{}}**____`")
# Signs that are taken for an ASCII one; Unicode's own tables know the wide and small forms, the blanks and the dashes.
_ALIKE = {
    " ": "\u2800",
    "-": "−•‣◦⁃∙·・･●▪■ー",
    ":": "៖∶꞉ː",
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


def compose_text(text: str) -> str:
    """Return a text as it is printed: its letters composed, its ideographs unified, one blank for any white space."""
    if not text.isascii():
        unified = _SAFE.sub(lambda forms: unicodedata.normalize("NFKC", forms[0]), text.translate(_UNIFIED))
        text = unicodedata.normalize("NFC", unified)
    return re.sub(r"\s+", " ", text)


def find_part(raw: str, part: str, *, last: bool = False) -> tuple[int, int] | None:
    """Return where a part of the composed text stands in the raw one, and its length in that line; None if it hides."""
    clean = compose_text(raw)
    if (at := (clean.rfind if last else clean.find)(part)) < 0:
        return None
    start, end = (
        bisect_right(range(len(raw) + 1), length, key=lambda cut: len(compose_text(raw[:cut]))) - 1
        for length in (at, at + len(part))
    )
    return start, len(raw[start:end].partition("\n")[0])


@lru_cache(4096)
def find_look_alikes(text: str) -> dict[str, str]:
    """Return the characters of a composed text that look like others, and what is meant; "" where nobody can know."""
    if text.isascii():
        return {}
    forms = ["".join(run) for is_form, run in groupby(text, _is_form) if is_form]
    found = {form: unicodedata.normalize("NFKC", form) for form in forms} | dict.fromkeys(filter(_is_riddle, text), "")
    words = [[letter for letter in word if letter.lower() != letter.upper()] for word in _WORD.findall(text)]
    foreign = {letter for word in words for letter in word if not _is_latin(letter)}
    if not foreign <= _LIKE_LATIN.keys():  # whole words are of that script
        foreign = {letter for word in words if any(map(_is_latin, word)) for letter in word if not _is_latin(letter)}
    found |= {marked: _order_marks(marked) for marked in _MARKED.findall(text) if _order_marks(marked) != marked}
    return found | {letter: _LIKE_LATIN.get(letter, "") for letter in sorted(foreign.difference(*forms))}


def _order_marks(marked: str) -> str:
    """Return the one letter that another order of its marks makes, or the same; "" for marks without a letter."""
    base, *marks = list(unicodedata.normalize("NFD", marked))
    if unicodedata.combining(base):
        return ""
    orders = (unicodedata.normalize("NFC", base + "".join(order)) for order in permutations(marks))
    return min((marked, *orders), key=len)


@cache
def _is_form(character: str) -> bool:
    return (
        character not in _RIGHT
        and ord(character) not in MARKUP
        and bool(_KINDS.match(unicodedata.decomposition(character)))
    )


@cache
def _is_riddle(character: str) -> bool:
    """Tell whether a character is a part of another: a radical or stroke, an accent alone, the rest of a lost one."""
    alone = unicodedata.category(character) == "Sk" and unicodedata.normalize("NFKC", character)[0] == " "
    return alone or unicodedata.name(character, "").startswith(_PARTS)


@cache
def _is_latin(letter: str) -> bool:
    return "LATIN" in unicodedata.name(letter, "") or letter == "µ"


def explain_lookalike(text: str) -> tuple[str, str, str]:
    """Return the first character of a value that is another than it looks, what to say of it, and the value as meant.

    All are empty where there is none.
    """
    char = next((char for char in text if char != char.translate(MEANT)), "")
    return (char, name_characters(char), text.translate(MEANT).strip("\"' ")) if char else ("", "", "")


def explain_form(value: str, pattern: str, message: str, hint: str) -> tuple[str, str]:
    """Return what is wrong with a value, and how to write it; a character that looks like the right one is named."""
    _char, named, meant = explain_lookalike(value)
    if not named or not re.fullmatch(pattern, meant, re.ASCII):
        return message, hint
    return named, f'write "{meant}"' if meant[0] in "*#" else f"write {meant}"


def name_characters(text: str) -> str:
    """Say what the first characters of a text are, by name and number; a blank is not shown: nobody would see it."""
    names = [f"{unicodedata.name(char, 'a character without a name')} (U+{ord(char):04X})" for char in text[:3]]
    named = ", ".join([*dict.fromkeys(names), *(["…"] if text[3:] else [])])
    return f"{named} stands here" if text.translate(MEANT) == " " else f'"{text}" is {named}'


def quote_sign(sign: str) -> str:
    """Return a sign between marks that are not the sign itself."""
    return f"'{sign}'" if '"' in sign else f'"{sign}"'
