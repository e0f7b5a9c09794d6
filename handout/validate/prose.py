"""Prose: facts that are typed into a text, in digits, in other numerals or in words, instead of being named."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from handout.model.languages import Language, Units
from handout.model.texts import PARTS, join_words, match_words
from handout.validate import numerals
from handout.validate.numerals import FINANCIAL, ORDINAL, spell_numbers

_FILLED = "\u00f8"  # a letter of no unit, in the place of a placeholder
_ENDINGS = "com|net|org|gov|info|asia|kh|me|io|app|cn|co|tv|biz|shop|online|site|store|link|xyz"
_CODE = r"[*#]+ ?\d[\d*# ]*[*#]|[*#]\d[\d*#]+|(?<!\d)\d++#"
_ADDRESS = (
    r"(?<![a-z0-9_.+-])(?:(?:https?://|www\.)[!-~]+|[a-z0-9_.+-]*@[\w-]+(?:\.[\w-]+)*|(?:[a-z0-9-]+\.)+[a-z]{2,}/[!-~]*"
    rf"|[a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:{_ENDINGS})(?![a-z0-9-])[!-~]*)"
)
# Three digits or more, with blanks, hyphens and brackets between them; with other signs where two stand together.
_SIGNS = r"(?:[^\w,;、。!?]{1,3}|[_,])"
_NUMBER = (
    rf"(?!(?<=[A-Z]-)\d{{1,3}}(?!{_SIGNS}?\d))(?<!\d)\+?"  # SHA-256 is a name
    rf"(?:\d\d(?:{_SIGNS}?\d)+|(?:\d{_SIGNS})+\d\d(?:{_SIGNS}?\d)*"
    rf"|\d(?:[ ()-]{{0,3}}\d){{2,}}|\d(?:{_SIGNS}\d){{4,}})"
)
_DIGITS = r"(?<!\d)(?<!\d[.,])\d[\d.,]*+|(?-i:[IVXLC]{2,}+)\b"  # XII too
_MEASURED = ("amount", "date", "period")
_GAP = r"(?:\)? ?|-|(?<=[十百千万萬\d])[多余几来] ?)"  # between a number and its unit: 六十多天 says a period too
_DATE_GAP = r"[^\W\d]{0,2}\W{0,2}(?:\w{1,3}\W)?"  # between a day and its month, such as "st of "


class Typed(NamedTuple):
    """A fact that is typed: its noun, where its words begin and end, and whether they can be nothing else."""

    noun: str
    start: int
    end: int
    sure: bool


class ProseReader:
    """Finds the facts in texts whose numbers are spelled in one of the languages, with the units of any."""

    def __init__(self, languages: Sequence[Language], units: Units) -> None:
        locales = [language.locale for language in languages]
        spelled = [spell_numbers(locale) for locale in locales]
        first = {word: value for one in spelled for word, value in one.first.items()}
        first |= {w: numerals.read_numeral(w, 0.5) for one in languages for w in map(str.lower, one.numerals)}
        begin = first | {word.lower(): 1.0 for language in languages for word in language.articles}
        self._values = {word: value for one in spelled for word, value in one.later.items()} | begin
        self._letters = {word for word in first if len(word) == 1}  # which stand in other words too, as in 万一
        money = {w for locale in locales for w in spell_numbers(locale, FINANCIAL).first if len(w) == 1} - set(first)
        signs = rf"{_DIGITS}|[{numerals.list_signs()}]|(?:{join_words(money)}){{2,}}+"
        self._word = _compile(f"{signs}|{match_words(self._values)}")
        self._later = set(self._values) - set(begin)  # such as hundred: no number begins with them
        number = f"(?![ (-])(?P<number>(?:[ (-]{{0,2}}(?:{self._word.pattern})){{1,16}})"
        digit = match_words(word for word, value in first.items() if value in range(10))
        patterns = {
            **_write_patterns(number, locales, units),
            "number": rf"(?-i:{_NUMBER})|{digit}(?:[ -]?{digit}){{2,}}",
        }
        self._patterns = {noun: _compile(pattern) for noun, pattern in patterns.items()}
        counts, far = match_words(units.counts), match_words([*units.periods, *units.amounts])
        self._before_nth = tuple(filter(None, map(numerals.find_ordinal_prefix, locales)))
        self._count = _compile(rf"(?<![A-Za-z\d-]){number}(?:{_GAP}(?P<count>{counts})|(?P<far> [\w’-]+ {far}))?")

    def find_fact(self, text: str) -> Typed | None:
        """Return the first fact that is surely typed into a text, else the first that may be one."""
        kept = list(_simplify_text(text))
        plain = "".join(sign for _at, sign in kept)
        found = min(self.find_facts(plain), key=lambda typed: not typed.sure, default=None)
        return found and found._replace(start=kept[found.start][0], end=kept[found.end - 1][0] + 1)

    def find_facts(self, plain: str) -> Iterator[Typed]:
        """Yield what may be facts in a simplified text, in the order of their nouns."""
        for noun, pattern in self._patterns.items():
            for match in pattern.finditer(plain):
                values = self._read_values(match["number"] or "") if noun in _MEASURED else []
                if values is not None:
                    unsure = {0, 1} >= set(values) > set() or (noun == "period" and self._is_nth(match))
                    yield _trim(noun, match, sure=not unsure)
        for match in self._count.finditer(plain):
            largest = max(self._read_values(match["number"]) or [0])
            ordinary = self._letters.issuperset(match[0])
            if ((largest >= 10 and not ordinary) or (largest > 1 and match["far"])) and not self._is_nth(match):
                yield _trim("count", match, sure=False)

    def _is_nth(self, match: re.Match[str]) -> bool:
        """Tell whether a number says which one, not how many: 第二天 is the day after, too."""
        before = match.string[max(0, match.start() - 8) : match.start()]
        return before.rstrip().lower().endswith(self._before_nth)

    def _read_values(self, words: str) -> list[float] | None:
        """Return the values of a number's words; None for none or a vague one, such as 两三天."""
        numbers = self._word.findall(words)
        values = [self._values.get(number.lower(), _read_number(number)) for number in numbers]
        spelled = len(values) == 2 and not any(map(str.isdecimal, words))
        vague = spelled and 1 <= values[0] < values[1] < min(10, values[0] + 3)
        return None if vague or (numbers and numbers[0].lower() in self._later) else values


def _write_patterns(number: str, locales: Sequence[str], units: Units) -> dict[str, str]:
    """Return what codes, addresses, and numbers with a unit of money or time or with a month look like."""
    money = match_words(simplify(word) for word in units.amounts)
    periods = {*units.periods, *(period for locale in locales for period in numerals.list_periods(locale))}
    months = match_words(month for locale in locales for month in numerals.list_months(locale))
    days = match_words(word for locale in locales for word in spell_numbers(locale, ORDINAL).first)
    return {
        "code": _CODE,
        "address": _ADDRESS,
        "amount": rf"(?P<before>(?:[a-z]{{0,3}}\$|{money}) ?)?{number}(?(before)|{_GAP}(?:[a-z]{{0,3}}\$|{money}))",
        "date": rf"(?P<before>(?-i:{months}) ?)?(?:{number}|{days})(?(before)|{_DATE_GAP}(?-i:{months}))",
        "period": rf"{number}{_GAP}{match_words(periods)}",
    }


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _read_number(word: str) -> float:
    """Return about how much digits or signs say, at least 2 for digits, which no article is; 2 for Roman numerals."""
    digits = "".join(sign for sign in word if sign.isdigit())
    return max(2.0, float(digits[:9])) if digits else numerals.read_numeral(word, 2)


def _trim(noun: str, match: re.Match[str], *, sure: bool) -> Typed:
    words = match[0]
    start = match.start() + len(words) - len(words.lstrip())
    return Typed(noun, start, match.start() + len(words.rstrip(" .,;:!?)")), sure)


def _simplify_text(text: str) -> Iterator[tuple[int, str]]:
    """Yield the signs of a text as the patterns have them, each with its place: no bold, a letter for a placeholder."""
    at = 0
    for part in PARTS.split(text):
        if part.startswith("{{"):
            yield at, _FILLED
        elif part != "**":
            yield from enumerate(simplify(part), at)
        at += len(part)


def simplify(words: str) -> str:
    """Return words with one sign for all that are alike, such as 1 for ① and １, $ for ៛, * for ★; as long as they."""
    return words if words.isascii() else "".join(map(_simplify_sign, words))


@lru_cache(4096)
def _simplify_sign(sign: str) -> str:
    digit, wide, name = unicodedata.digit(sign, None), unicodedata.normalize("NFKC", sign), unicodedata.name(sign, "")
    if digit is not None:
        return str(digit)
    if len(wide) == 1 and not sign.isnumeric():
        sign = wide
    if "ASTERISK" in name or "STAR" in name.split():
        return "*"
    if name == "MUSIC SHARP SIGN":
        return "#"
    return {"Sc": "$", "Pd": "-", "Zs": " "}.get(unicodedata.category(sign), sign)
