"""Personal data: what in a report looks like a person's name, number, address or day."""

import re
from collections.abc import Iterator

from handout.fonts.khmer import COENG, SIGN
from handout.model.languages import Units
from handout.model.texts import match_words
from handout.validate.prose import ProseReader, simplify

_N = r"(?:[1-9]\d{0,2}(?:,\d{3}){1,2}|[1-9]\d{0,6}|0)(?:\.\d{1,2})?(?!\d)"
_RANGE = rf"(?<![a-z0-9+]){_N}(?: ?(?:-|~|to|至|到|ដល់) ?{_N})?"
_YEAR = r"(?<![a-z0-9+])(?<!\d[-/. ])20[0-3]\d(?:[-/.](?:0[1-9]|1[0-2]))?(?![-/. ]?\d|[a-z])"
_TIME = r"(?<![\d.:])(?:[01]?\d|2[0-4])[:.h][0-5]\d(?![\d.:])|(?<!\d)24/7(?![/\d])"
_SHORT_NAME = r"(?-i:(?:Miss|Sir|Madam|Madame|Lady|Lok|Neang|Ming|Bong)[. ]+(?=[A-Z]))"
_KHMER_MONTHS = "មករា|កុម្ភៈ|មីនា|មេសា|ឧសភា|មិថុនា|កក្កដា|សីហា|កញ្ញា|តុលា|វិច្ឆិកា|ធ្នូ"
# Each noun with what looks like it in a text in which no amount, period, time of day or month is left out yet.
_WHOLE = {
    "a person’s title": rf"\b(?:mr|mrs|ms|mx|dr|prof|mme|mlle|miss(?=[-_])|oknha|lok srey)\b\.?|{_SHORT_NAME}"
    r"|先生(?![效产成])|女士|小姐|太太|夫人|师傅|師傅|老师|老師"
    rf"|(?<!ពិភព)លោក(?!អ្នក)(?![{SIGN}{COENG}])|អ្នកស្រី|អ្នកនាង|(?<!ខែ)កញ្ញា|ឯកឧត្តម|ឧកញ៉ា",
    "an e-mail address or a handle": r"[^\s@]*@\s?[^\s@]*|[\[(] ?(?:at|dot) ?[\])]"
    r"|\b(?:telegram|whats ?app|we ?chat|weixin|messenger|facebook|instagram|tiktok|viber|skype|kakao ?talk)\b"
    r"|微信|តេឡេក្រាម",
    "an exact day": r"(?<!\d)\d{4}[-/.年 ]{1,2}\d{1,2}[-/.月 ]{1,2}\d{1,2}(?!\d)"
    r"|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:\d\d){1,2}(?!\d)"
    r"|[\d一二三四五六七八九十]{1,3} ?月 ?[\d一二三四五六七八九十廿]{1,3} ?[日号號]"
    rf"|ថ្ងៃ ?ទី ?\d{{1,2}}|\d{{1,2}} ?ខែ ?(?:{_KHMER_MONTHS}|\d)",
}
_MIXED = re.compile(r"(?<![a-z0-9])(?=(?:[a-z]*\d){3})(?=\d*[a-z])[a-z0-9]{5,}", re.IGNORECASE)
_NUMBER = "a telephone number or the number of a card, a paper or a person"
_NOUNS = {"number": _NUMBER, "code": _NUMBER, "address": "an address", "date": "an exact day"}


class PersonalReader:
    """Finds what looks like personal data; amounts, periods, times of day and months are none."""

    def __init__(self, prose: ProseReader, units: Units) -> None:
        money, periods = (match_words(map(simplify, words)) for words in (units.amounts, units.periods))
        before = rf"(?:(?<![a-z])[a-z]{{0,3}}\$|{money}) ?{_N}"
        allowed = rf"{before}|{_RANGE}[ -]?(?:{money}|{periods}|[a-z]{{0,3}}\$)|{_TIME}|{_YEAR}"
        self._prose, self._allowed = prose, re.compile(allowed, re.IGNORECASE)
        self._whole = {noun: re.compile(pattern, re.IGNORECASE) for noun, pattern in _WHOLE.items()}

    def find_personal(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield each noun of what looks like personal data in a text, with its words there; no word has two nouns."""
        taken: set[int] = set()
        for noun, start, end in self._find(simplify(text)):
            if taken.isdisjoint(range(start, end)):
                yield noun, text[start:end]
            taken.update(range(start, end))

    def _find(self, plain: str) -> Iterator[tuple[str, int, int]]:
        for noun, pattern in self._whole.items():
            yield from ((noun, *found.span()) for found in pattern.finditer(plain))
        rest = self._allowed.sub(lambda found: "\u00f8" * len(found[0]), plain)
        yield from ((_NUMBER, *found.span()) for found in _MIXED.finditer(rest))
        yield from (
            (_NOUNS[one.noun], one.start, one.end) for one in self._prose.find_facts(rest) if one.noun in _NOUNS
        )
