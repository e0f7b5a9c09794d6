"""Say where lines may break: between Khmer words, and not inside an amount, a phone number or a name.

Khmer is written without spaces, so its words come from ICU's dictionary, the one browsers use, and a U+200B marks
their ends: WeasyPrint breaks there and writes no glyph for it. (`<wbr>` does as well, but makes every word a box.)
Chinese needs no help: Pango keeps closing punctuation off line starts and opening punctuation off line ends.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from html import unescape

from markupsafe import Markup, escape

from handout.base import icu
from handout.fonts.khmer import COENG, LETTER, SIGN
from handout.model.languages import Language, Units
from handout.model.texts import join_units, join_words

BREAK, JOINER = "\u200b", "\u2060"
MOST = 2048  # texts of which is kept how they break: the handouts of four operators have 700
KHMER_RUN = re.compile("[\u1780-\u17ff]+")
# A letter, but not a consonant all alone, nor one with the sign of a shortened or a silent end: no word begins so, and
# ICU did not know the word that it cut it off.
WORD_START = re.compile(f"[{LETTER}](?![\u17cb\u17cd])[{LETTER}{COENG}{SIGN}]|[\u17a3-\u17b3]")

CHINESE = re.compile("[\u4e00-\u9fff]")
LETTER_OR_DIGIT = re.compile(r"\w")
LEAST = 2  # letters of a text's last line: one alone looks lost

# What stays on one line and is Chinese, or letters and signs between which ICU and Pango agree on where a line may end:
# they do not at a point before a digit, nor in Thai. (Letters are set closer to a dash than to a joiner.)
KEPT = re.compile(
    r'<span class="keep">((?:[\u3000-\u303f\u4e00-\u9fff\uff00-\uff65A-Za-z0-9*+#&;,()\[\]]|[.:](?!\d))+)</span>'
)
ONE_WORD = re.compile(r"[A-Za-z\d]+")  # breaks nowhere anyway
HYPHENATED = r"[A-Za-z]+(?:-[A-Za-z]+)+"
NUMBER = r"(?:US)?[$+]?\d+(?:[ .,:/–-]?\d+)*"


@lru_cache(MOST)
def prepare_text(
    text: str, language: Language, units: Units, phrases: tuple[str, ...] | None = None, end: int | None = None
) -> Markup:
    """Return the text, or its part before ``end``, as HTML, with what lines may break at and what they may not.

    Where the language's words are told apart by dictionary, the breaks between them are marked; by the rules of Chinese
    or at spaces lines break without. A number with one of the units stays on one line, as do `phrases`, by default the
    language's; "|" in a Khmer phrase shows where it may break.
    """
    breaks = find_breaks(text, language) if language.breaking == "dictionary" else frozenset()
    kept = match_kept(tuple(language.phrases) if phrases is None else phrases, units.words)
    pieces: list[str] = []
    at = 0
    for number, part in enumerate(kept.split(text[:end])):
        if number % 2 and not ONE_WORD.fullmatch(part):
            pieces += [BREAK * (at in breaks), keep_together(part)]
        else:
            pieces.append(Markup.escape(mark_breaks(part, breaks, at)))
        at += len(part)
    return Markup("").join([*pieces, BREAK * (at in breaks)])


@lru_cache(MOST)
def part_ending(words: str, language: Language, units: Units) -> tuple[Markup, Markup]:
    """Return words as HTML in two pieces: at the start of the second a line may begin, not inside it."""
    at = find_ending(words, language)
    return prepare_text(words, language, units, end=at), Markup.escape(words[at:])


@lru_cache(MOST)
def prepare_sentence(words: str, language: Language, units: Units, *, last: bool = True) -> Markup:
    """Return words as HTML with their line breaks; the last ones of a sentence, or of a text, stay together."""
    if not (last or is_closed(words, language)):
        return prepare_text(words, language, units)
    start, ending = part_ending(words, language, units)
    return start + keep_together(ending) if ending else start


def fill_phrase(language: Language, key: str, units: Units, **values: object) -> Markup:
    """Return an interface word as HTML with its {braces} filled in."""
    return prepare_sentence(str(getattr(language.words, key)), language, units).format(**values)


def is_closed(text: str, language: Language) -> bool:
    """Tell whether a text ends in a closing bracket or the end of a sentence."""
    return text.endswith(tuple(language.sentence_ends)) or unicodedata.category(text[-1:] or " ") == "Pe"


def find_ending(text: str, language: Language) -> int:
    """Return where the end of a text begins that stays on one line: its last words, two letters or more.

    It is the text's length where no line can end so late that less is left.
    """
    if language.breaking != "ideographic":
        spaces = {space.end() for space in re.finditer(r"\s+", text)}
        starts = spaces | (find_breaks(text, language) if language.breaking == "dictionary" else set())
        late = [at for at in starts if len(LETTER_OR_DIGIT.findall(text, at)) < LEAST]
        return max(starts.difference(late), default=0) if late and LETTER_OR_DIGIT.search(text) else len(text)
    words, at = icu.split_words(text, "zh"), len(text)
    while words and not LETTER_OR_DIGIT.search(words[-1]):
        at -= len(words.pop())
    end = at
    while words and CHINESE.match(words[-1]) and end - at < LEAST:
        at -= len(words.pop())
    return at if end - at >= LEAST else len(text)


def keep_together(text: str) -> Markup:
    """Return a text as HTML that no line break may split (the style sheet's class `keep`)."""
    return Markup('<span class="keep">{}</span>').format(text)


def join_kept(html: str) -> str:
    """Return a page whose words without spaces that no line break may split are joined (U+2060), not in a span.

    A span costs WeasyPrint as much as a line of text, and a page has more of them; a PDF has no glyph for either.
    """
    return KEPT.sub(lambda kept: JOINER.join(map(escape, split_lines(unescape(kept[1])))), html)


@lru_cache(MOST)
def split_lines(text: str) -> tuple[str, ...]:
    """Return the pieces of a text between which a line may end."""
    return tuple(icu.split_lines(text, "zh"))


@lru_cache(MOST)
def find_breaks(text: str, language: Language) -> frozenset[int]:
    """Return the offsets at which a line may begin between two Khmer words.

    That is before a letter only, not before a sign, a digit or ។ ៖ ៗ, and never after a coeng or the word "or".
    """
    breaks = set[int]()
    for run in KHMER_RUN.finditer(text):
        at, before = run.start(), ""
        for word in cut_words(run[0], tuple(language.phrases)):
            if at > run.start() and WORD_START.match(word) and text[at - 1] != COENG and before != language.words.or_:
                breaks.add(at)
            at, before = at + len(word), word
    return frozenset(breaks)


def cut_words(run: str, phrases: tuple[str, ...]) -> Iterator[str]:
    """Yield the words of a run of Khmer: the given phrases where they occur, ICU's words elsewhere."""
    words, pattern = match_phrases(phrases)
    for part in pattern.split(run):
        yield from words.get(part) or icu.split_lines(part, "km")


def mark_breaks(text: str, breaks: Collection[int], start: int = 0) -> str:
    """Insert a U+200B at each of the offsets, which are ``start`` at the text's beginning."""
    return "".join(BREAK * (at in breaks) + character for at, character in enumerate(text, start))


@cache
def match_phrases(phrases: tuple[str, ...]) -> tuple[dict[str, list[str]], re.Pattern[str]]:
    """Return the parts of the phrases, and a pattern of one group for them."""
    parts = {phrase.replace("|", ""): phrase.split("|") for phrase in phrases}
    return parts, re.compile(f"({join_words(parts)})(?![{COENG}{SIGN}])")


@cache
def match_kept(phrases: tuple[str, ...], units: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of one group for numbers, amounts with their unit, and phrases that are not Khmer alone.

    Hyphenated words stay whole too: PDFium reads a hyphen at the end of a line as U+FFFE.
    """
    foreign = join_words(phrase for phrase in phrases if not KHMER_RUN.fullmatch(phrase.replace("|", "")))
    return re.compile(f"({foreign}|{NUMBER}(?: ?{join_units(units)})?|{HYPHENATED})")
