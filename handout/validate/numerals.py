"""Numerals: the words of a language for numbers, periods and months, from the data of ICU, CLDR and Unicode."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import babel
from babel.units import format_unit

from handout.base.icu import make_speller

# ICU's rules for whole numbers: as one counts, as Chinese money is written, and as days are numbered.
COUNTING, FINANCIAL, ORDINAL = "", "%spellout-cardinal-financial", "%spellout-ordinal"


class Numerals(NamedTuple):
    """Words that numbers are spelled with and their values: those that can begin a number, and those that follow."""

    first: dict[str, float]
    later: dict[str, float]


def read_numeral(sign: str, default: float = -1) -> float:
    """Return the number that one sign stands for, such as 0.5 for ½; ``default`` for any other text."""
    return 2 if sign in {"两", "俩"} else unicodedata.numeric(sign, default) if len(sign) == 1 else default


@lru_cache(64)
def spell_numbers(locale: str, rule: str = COUNTING) -> Numerals:
    """Return the words of ICU's whole numbers, each with the least number that has it; signs are taken one by one."""
    spelling, found = make_speller(locale, rule), Numerals({}, {})
    for number in (*range(101), *(times * 10**zeros for zeros in range(2, 7) for times in range(1, 10))):
        words = re.split("[\u200b\\s-]+", spelling(number).replace("\u00ad", "").lower())
        if all(sign.isnumeric() for sign in words[0]):
            found.first.update((sign, read_numeral(sign)) for sign in words[0])
            continue
        found.first.setdefault(words[0], int(str(number)[0]) if words[1:] else number)
        for word in words[1:]:  # one that only joins others, such as et in French, has no value
            found.later.setdefault(word, number if word == words[-1] else 0)
    return found


def spell_out(number: int, locale: str, rule: str = COUNTING) -> str:
    """Return a whole number in the words of a language, as ICU writes it."""
    return make_speller(locale, rule)(number)


@lru_cache(64)
def find_ordinal_prefix(locale: str) -> str:
    """Return what makes the nth of a number that stands behind it, such as 第 or thứ; nothing in most languages."""
    fifth, five = (spell_out(5, locale, rule) for rule in (ORDINAL, COUNTING))
    return fifth.removesuffix(five).strip("\u200b ") if fifth.endswith(five) else ""


@lru_cache(1)
def list_signs() -> str:
    """Return the signs that are numbers and neither digits nor letters, such as ½ and ⅻ."""
    signs = map(chr, range(0x80, 0x10000))
    return "".join(s for s in signs if s.isnumeric() and not s.isdigit() and not s.isalpha())


@lru_cache(64)
def list_periods(locale: str) -> frozenset[str]:
    """Return CLDR's names of periods from a minute to a year, the short ones too; none of an unknown locale.

    A single letter is none, which may be a word or an initial as well: "1 a 3" in Spanish is "1 to 3".
    """
    if not _is_known(locale):
        return frozenset()
    units = [f"duration-{name}" for name in ("minute", "hour", "day", "week", "month", "year")]
    written = {
        format_unit(number, unit, length, locale=locale)
        for number in (1, 2, 5)
        for unit in units
        for length in ("long", "short")
    }
    names = {re.sub(r"[\d\s]+", " ", words).strip() for words in written if "duration" not in words}
    return frozenset(name for name in names if len(name.strip(".")) > 1 or name.lower() == name.upper())


@lru_cache(64)
def list_months(locale: str) -> frozenset[str]:
    """Return CLDR's names of the months that are no numbers; none of an unknown locale."""
    names = babel.Locale.parse(locale).months["format"] if _is_known(locale) else {}
    found = (name for width in ("wide", "abbreviated") for name in names.get(width, {}).values())
    return frozenset(name for name in found if not any(char.isnumeric() for char in name))


def _is_known(locale: str) -> bool:
    try:
        babel.Locale.parse(locale)
    except (ValueError, babel.UnknownLocaleError):
        return False
    return True
