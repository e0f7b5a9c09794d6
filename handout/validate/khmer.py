"""Khmer spelling: letters and signs in the one order in which search finds them, and letters that only look right.

Much of Khmer looks the same in several orders or choices of code points, and search finds one of them. The order is
that of Unicode Technical Note 61, "Khmer Encoding Structure", version 2, for modern Khmer (unicode.org/notes/tn61);
so are the letters to avoid, with those of the Unicode code chart. Which consonant takes which shifter is a rule of
ICANN's label generation rules for Khmer.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from handout.base.diagnostics import Diagnostic, Loc
from handout.base.icu import split_words
from handout.fonts.khmer import COENG, LETTER, SIGN, find_broken_khmer
from handout.load.tree import Tree
from handout.model.content import Content
from handout.model.texts import walk_texts

BASE, RO, SHIFTER, VOWEL = f"[{LETTER}]", f"{COENG}រ", "[\u17c9\u17ca]", "[\u17b6-\u17c5]"
MUUSIKATOAN, TRIISAP, VOWEL_U, NIKAHIT, SAMYOK = "\u17c9", "\u17ca", "\u17bb", "\u17c6", "\u17d0"
ROBAT, MODIFIER, FINAL = "\u17cc", "[\u17c6\u17cb\u17cd-\u17d1\u17dd]", "[\u17c7\u17c8]"
# The places of a syllable in their order. Of two modifiers, one like a vowel comes first, then samyok sannya.
PLACES = (BASE, ROBAT, f"(?!{RO}){COENG}", COENG, SHIFTER, VOWEL, f"[{NIKAHIT}\u17dd]", SAMYOK, MODIFIER, FINAL)
SYLLABLE = re.compile(
    f"{BASE}{ROBAT}?(?:(?!{RO}){COENG}{BASE})?(?:{COENG}{BASE})?{SHIFTER}?{VOWEL}?"
    f"(?:(?!(?<={VOWEL_U})[{SAMYOK}\u17dd]){MODIFIER}){{,2}}{FINAL}?"
)
# Deprecated letters, and signs that are taken for a nikahit: of the old calendar, of Latin.
WRONG_LETTERS = str.maketrans({"\u17a3": "អ", "\u17a4": "អា", "\u17d3": NIKAHIT, "\u030a": NIKAHIT})
# What may be meant as one syllable: with gaps in it, or with what is drawn on the left typed first.
LEFT, GAP = "[\u17c1-\u17c3]", "[ \xa0\u17b4\u17b5\u200b-\u200d]"
NEXT = f"(?<=[\u17b6-\u17c5\u17c7\u17c8\u17cb])[\u17c2\u17c3](?={BASE})"  # after a vowel or an end: of the next one
ATTEMPT = re.compile(
    f"(?:(?<![{LETTER}{SIGN}])(?:{RO}|{LEFT})+|{NEXT})?{BASE}"
    f"(?:(?! +{LEFT}{BASE}|{NEXT}){GAP}*(?:{COENG}(?:{COENG}|{GAP})*{BASE}|[{SIGN}\u030a]))*"
)
PART = re.compile(f"{COENG}*.")
# Vowels of two parts, from both parts or from a part and the whole.
COMPOSED = [({"\u17c1", "\u17b8"}, "\u17be"), ({"\u17c1", "\u17b6"}, "\u17c4")]
COMPOSED += [({part, whole}, whole) for part, whole in zip("\u17c1" * 5 + "\u17b8\u17b6", "ើឿៀោៅើោ", strict=True)]
# Under these a shifter is drawn like the vowel u. It is a triisap with a strong consonant and no "ba", a muusikatoan
# otherwise; samyok sannya lowers a muusikatoan alone.
ABOVE = ({"\u17b7"}, {"\u17b8"}, {"\u17b9"}, {"\u17ba"}, {"\u17be"}, {"\u17b6", NIKAHIT})
STRONG = re.compile("[កខគឃចឆជឈដឋឌឍតថទធផពភឞសហអ]")
# Doubled signs, discouraged letters, and letters that are taken for others.
DOUBTFUL = (
    ("។។+", '។" or "៕'), (r"([៖ៗ])\1+", r"\1"), ("៘", "។ល។"), ("ឨ|ឧ[៊៑]", "ឧក"), ("ឧ[ិ៌៍]", "ឱ"), ("[ឭឮ]ា", "ញ"),
    ("ទ្ឡ|ទ្ប", "ឡ"), ("ប្ញ", "ឫ"), ("ព្ញ", "ឭ"), ("ព្ឋ", "ឰ"), (f"({BASE}{VOWEL})់({BASE})(?![{SIGN}{COENG}])", r"\1\2់"),
    ("(?<=[០-៩])[oO]|[oO](?=[០-៩])", "០"), (f"(?<=[{LETTER}{SIGN}])[:：]", '៖", "ះ" or "ៈ'),
)  # fmt: skip
COENG_DA, COENG_TA = f"{COENG}ដ", f"{COENG}ត"
KHMER = re.compile("[\u1780-\u17e9]")
ORDER = 'a syllable is a letter, "្" and the letters below it, "៉" or "៊", one vowel, then other signs'


def check_syllables(tree: Tree, fonts: Path) -> Iterator[Diagnostic]:
    """Report what is no Khmer syllable, and what may look right but has an order or letters that search cannot find."""
    font = (fonts / "NotoSansKhmer-Regular.ttf").read_bytes()
    strings = [(loc, node.value) for loc, node in tree.nodes.items() if isinstance(node.value, str)]
    some_broken = bool(find_broken_khmer("\n".join(words for _loc, words in strings), font))
    for loc, words in strings:
        attempts = {wrong: right for wrong in ATTEMPT.findall(words) if (right := respell_syllable(wrong)) != wrong}
        broken = [wrong for wrong, right in attempts.items() if not right]
        if some_broken:  # of other kinds too: a sign that has no letter
            rest = [*ATTEMPT.split(words), *({*ATTEMPT.findall(words)} - attempts.keys())]
            broken += find_broken_khmer("\n".join(rest), font)
        for wrong in broken:
            yield tree.report(loc, "broken-khmer", f'"{wrong}" is no Khmer syllable', ORDER, part=wrong)
        for wrong, right in attempts.items():
            message, hint = f'"{wrong}" may look right, but search does not find it', f'write "{right}"'
            if right and differs_in_shifter(wrong, right):
                yield tree.report(loc, "khmer-doubtful", message, hint, "warning", part=wrong)
            elif right:
                yield tree.report(loc, "khmer-order", message, hint, part=wrong)
        for pattern, right in DOUBTFUL if KHMER.search(words) else ():
            for match in re.finditer(pattern, words):
                message, hint = f'"{match[0]}" is hardly meant here', f'write "{match.expand(right)}"'
                yield tree.report(loc, "khmer-doubtful", message, hint, "warning", part=match[0])


@cache
def respell_syllable(attempt: str) -> str:
    """Return what is meant as one syllable in the spelling that search finds, or nothing when it can be none."""
    text = re.sub(GAP, "", attempt).translate(WRONG_LETTERS)
    parts = [*dict.fromkeys(part[-2:] for part in PART.findall(text))]
    for two, one in COMPOSED:
        if two <= {*parts}:
            parts = [one, *(part for part in parts if part not in two | {one})]
    triisap = STRONG.search(text) and "ប" not in text
    lowers = any(above <= {*parts} for above in ABOVE) or (not triisap and SAMYOK in parts)
    if VOWEL_U in parts and lowers:
        shifter = [] if re.search(SHIFTER, text) else [TRIISAP if triisap else MUUSIKATOAN]
        parts = [part for part in parts if part != VOWEL_U] + shifter
    right = "".join(sorted(parts, key=lambda part: next(i for i, p in enumerate(PLACES) if re.match(p, part))))
    right = re.sub(f"(?<=^[សហអ]){MUUSIKATOAN}", TRIISAP, right)
    right = re.sub(f"(?<=^[ងញនមយរលវ]){TRIISAP}", MUUSIKATOAN, right)
    return right if SYLLABLE.fullmatch(right) else ""


def differs_in_shifter(wrong: str, right: str) -> bool:
    """Tell whether only the shifter is another, or stands before a letter below, where the Unicode Standard has it."""
    in_place = len(wrong) == len(right) and not re.search(f"[^{LETTER}{COENG}]{SHIFTER}", wrong)
    return in_place and re.sub(SHIFTER, "", wrong) == re.sub(SHIFTER, "", right)


def check_coengs(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Warn of a word that is written with coeng da in one text and with coeng ta in another: both look the same.

    No two words differ in this alone (UTN 61), so one of them is wrong; which one, no rule tells.
    """
    found: list[tuple[str, Loc]] = []
    for loc, text in walk_texts(content):
        at, words = 0, text.root.get("km", "")
        for word in split_words(words.replace(COENG_DA, COENG_TA), "km") if COENG in words else ():
            if COENG_TA in word:
                found.append((words[at : at + len(word)], (*loc, "km")))
            at += len(word)
    written = {word for word, _loc in found}
    for word, loc in dict.fromkeys(found):
        other = word.replace(COENG_DA, COENG_TA)
        if other != word and other in written:
            message = f'"{word}" looks like "{other}", which is written elsewhere'
            hint = "write the word in one way: search finds one of them only"
            yield tree.report(loc, "khmer-coeng", message, hint, "warning", part=word)
