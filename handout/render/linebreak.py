"""Say where lines may break: between Khmer words, and not inside an amount, a phone number or a name.

Khmer is written without spaces, so its words come from ICU's dictionary, the one browsers use, and a U+200B marks
their ends: WeasyPrint breaks there and writes no glyph for it. (`<wbr>` does as well, but makes every word a box.)
Chinese needs no help: Pango keeps closing punctuation off line starts and opening punctuation off line ends.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from icu4py.breakers import LineBreaker, WordBreaker
from markupsafe import Markup

from handout.fonts.khmer import COENG, LETTER, SIGN

BREAK = "\u200b"
KHMER_RUN = re.compile("[\u1780-\u17ff]+")
# A letter, but not a consonant all alone, nor one with the sign of a shortened or a silent end: no word begins so, and
# ICU did not know the word that it cut it off.
WORD_START = re.compile(f"[{LETTER}](?![\u17cb\u17cd])[{LETTER}{COENG}{SIGN}]|[\u17a3-\u17b3]")

OR = "ឬ"
CHINESE = re.compile("[\u4e00-\u9fff]")
CHINESE_CLOSING = "。！？）"
CHINESE_LEAST = 2  # one character alone on a line looks lost

ONE_WORD = re.compile(r"[A-Za-z\d]+")  # breaks nowhere anyway
HYPHENATED = r"[A-Za-z]+(?:-[A-Za-z]+)+"
NUMBER = r"(?:US)?[$+]?\d+(?:[ .,:/–-]?\d+)*"
UNITS = (
    "minutes?|hours?|days?|weeks?|months?|years?|copies|copy|pages?|times?|USD|riel|%|៛"
    "|分钟|小时|个月|天|日|周|月|年|份|页|次|张|位|点|美元|元|瑞尔"
    "|នាទី|ម៉ោង|ថ្ងៃ|សប្តាហ៍|សប្ដាហ៍|ខែ|ឆ្នាំ|ច្បាប់|ទំព័រ|ដង|សន្លឹក|ដុល្លារ|រៀល"
)


def prepare_text(
    text: str, breaking: Literal["dictionary", "ideographic", "words"], phrases: Sequence[str] = ()
) -> Markup:
    """Return the text as HTML, with what lines may break at and what they may not.

    Words of the text's own language are told apart by `breaking`: by dictionary, anywhere by the rules of Chinese,
    or at spaces; only the first needs marks. `phrases` never break; "|" in a Khmer one shows where it may.
    """
    breaks = find_breaks(text, phrases) if breaking == "dictionary" else set[int]()
    pieces: list[str] = []
    at = 0
    for number, part in enumerate(match_kept(tuple(phrases)).split(text)):
        if number % 2 and not ONE_WORD.fullmatch(part):
            pieces += [BREAK * (at in breaks), keep_together(part)]
        else:
            pieces.append(Markup.escape(mark_breaks(part, {offset - at for offset in breaks})))
        at += len(part)
    return Markup("").join(pieces)


def find_ending(text: str) -> int:
    """Return where the end of a Chinese text begins that stays on one line: its last words, two characters or more."""
    words, at = list(WordBreaker(text, "zh")), len(text)
    while words and words[-1] in CHINESE_CLOSING:
        at -= len(words.pop())
    end = at
    while words and CHINESE.match(words[-1]) and end - at < CHINESE_LEAST:
        at -= len(words.pop())
    return at if end - at >= CHINESE_LEAST else len(text)


def keep_together(text: str) -> Markup:
    """Return a text as HTML that no line break may split (the style sheet's class `keep`)."""
    return Markup('<span class="keep">{}</span>').format(text)


def break_khmer(text: str, phrases: Sequence[str] = ()) -> str:
    """Return the text with a U+200B between Khmer words; everything that is not Khmer stays as it is."""
    return mark_breaks(text, find_breaks(text, phrases))


def find_breaks(text: str, phrases: Sequence[str] = ()) -> set[int]:
    """Return the offsets at which a line may begin between two Khmer words.

    That is before a letter only, not before a sign, a digit or ។ ៖ ៗ, and never after a coeng or the word "or".
    """
    breaks: set[int] = set()
    for run in KHMER_RUN.finditer(text):
        at, before = run.start(), ""
        for word in cut_words(run[0], tuple(phrases)):
            if at > run.start() and WORD_START.match(word) and text[at - 1] != COENG and before != OR:
                breaks.add(at)
            at, before = at + len(word), word
    return breaks


def cut_words(run: str, phrases: tuple[str, ...]) -> Iterator[str]:
    """Yield the words of a run of Khmer: the given phrases where they occur, ICU's words elsewhere."""
    for number, part in enumerate(match_phrases(phrases).split(run)):
        if number % 2:
            yield from next(phrase for phrase in phrases if phrase.replace("|", "") == part).split("|")
        elif part:
            yield from LineBreaker(part, "km")


def mark_breaks(text: str, breaks: set[int]) -> str:
    """Insert a U+200B at each of the offsets."""
    return "".join(BREAK * (at in breaks) + character for at, character in enumerate(text))


@cache
def match_phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of one group for the phrases, the longest first; one of no phrases never matches."""
    longest_first = sorted((phrase.replace("|", "") for phrase in phrases), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first)) or '(?!)'})(?![{COENG}{SIGN}])")


@cache
def match_kept(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of one group for numbers, amounts with their unit, and phrases that are not Khmer alone.

    Hyphenated words stay whole too: PDFium reads a hyphen at the end of a line as U+FFFE.
    """
    foreign = [re.escape(phrase) for phrase in phrases if not KHMER_RUN.fullmatch(phrase.replace("|", ""))]
    amount = f"{NUMBER}(?: ?(?:{UNITS})(?![A-Za-z{COENG}{SIGN}]))?"
    return re.compile(f"({'|'.join([*sorted(foreign, key=len, reverse=True), amount, HYPHENATED])})")
