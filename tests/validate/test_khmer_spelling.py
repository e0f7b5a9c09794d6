"""Khmer has one order of letters and signs in which search finds it; every other is told, with the right one."""

from __future__ import annotations

import re

import pytest
from babel import Locale
from corpus import CORPUS
from hypothesis import given
from hypothesis import strategies as st

from handout.base.paths import FONTS
from handout.validate.inspect import inspect_content
from handout.validate.khmer import ATTEMPT, DOUBTFUL, SYLLABLE, differs_in_shifter, respell_syllable

# wrong>right, by the kind of slip; code points where letters would not show it.
ORDER = {
    "vowel typed as parts": "លេាក>លោក លាេក>លោក តេី>តើ តីេ>តើ ស៊េីប>ស៊ើប កេាះ>កោះ ធ្វេីើ>ធ្វើ រេៀន>រៀន កេោ>កោ កោា>កោ តើី>តើ",
    "sign before a letter below": "ខែ្មរ>ខ្មែរ សេ្រ>ស្រេ សី្ត>ស្តី កា្រស់>ក្រាស់ តិ្ត>ត្តិ សា៊្វ>ស្វ៊ា កិ៍្ត>ក្តិ៍ ម័្ព>ម្ព័",
    "subscript ro before another": "ស្រ្តី>ស្ត្រី ស្រ្ដី>ស្ដ្រី មន្រ្តី>មន្ត្រី ចង្រ្កាន>ចង្ក្រាន ស្រី្ត>ស្ត្រី សី្រ្ត>ស្ត្រី",
    "u for triisap": "សុី>ស៊ី សីុ>ស៊ី សុាំ>ស៊ាំ សេុីប>ស៊ើប សើុប>ស៊ើប សុើប>ស៊ើប ហ្វុី>ហ្វ៊ី អុឹ>អ៊ឹ ស៊ុី>ស៊ី",
    "u for muusikatoan": "ញុាំ>ញ៉ាំ ញំុា>ញ៉ាំ រុឺ>រ៉ឺ បុ័ង>ប៉័ង ប័ុង>ប៉័ង បុិច>ប៉ិច ម្យុិ>ម្យ៉ិ វុី>វ៉ី",
    "shifter after a vowel or sign": "សី៊>ស៊ី មែ៉>ម៉ែ ប្រា៊>ប្រ៊ា ញាំ៉>ញ៉ាំ ប័៉ង>ប៉័ង សី៉>ស៊ី",
    "robat elsewhere": "ពា៌>ព៌ា បូពា៌>បូព៌ា និទេ៌ស>និទ៌េស ក្ម៌>ក៌្ម",
    "sign before its vowel": "ចំា>ចាំ កំុ>កុំ កះុ>កុះ កះេ>កេះ ធ៍ិ>ធិ៍ ន័ិ>និ័ ចំំា>ចាំ ក៏ៅ>កៅ៏",
    "signs in another order": "នះ៎>ន៎ះ កះំ>កំះ ល៎័>ល័៎ ក័ំ>កំ័ ក៎៝>ក៝៎",
    "doubled": "ខន្តីី>ខន្តី ក់់>ក់ កុុ>កុ កំំ>កំ កះះ>កះ ម៉៉>ម៉ ខ្្សែ>ខ្សែ ក្្រ្រ>ក្រ ក្រ្រ>ក្រ ធម៌៌>ធម៌ ក្ត្ត>ក្ត កាំា>កាំ",
    "letters withdrawn or foreign": "\u17a3ា>អា \u17a4>អា \u17a4ំ>អាំ ក\u17d3>កំ ក\u17d3ុ>កុំ ក\u030a>កំ",
    "characters without width": "ស៊\u200cី>ស៊ី ស\u200d៊ី>ស៊ី ក\u200b្រ>ក្រ ក្\u200bរ>ក្រ ក\u17b4ា>កា ក្\u17b5រ>ក្រ",
    "spaces": "ក្\xa0រ>ក្រ ក_ា>កា ក_្រ>ក្រ ក្_រ>ក្រ",
    "typed from the left": "ែខ្មរ>ខ្មែរ េកាះ>កោះ េកី>កើ ្រពះ>ព្រះ ្រេក>ក្រេ ជាែខ្មរ>ជាខ្មែរ ព្រះែខ្មរ>ព្រះខ្មែរ ជា_ែខ្មរ>ជា_ខ្មែរ",
}
ORDER = [(kind, *pair.replace("_", " ").split(">")) for kind, pairs in ORDER.items() for pair in pairs.split(" ")]
DOUBT = {
    "shifter before a letter below": "ម៉្យាង>ម្យ៉ា ហ៊្វឺ>ហ្វ៊ឺ ប៊្រី>ប្រ៊ី ហ៊្វ្រូ>ហ្វ្រ៊ូ ហ្វ៊្រូ>ហ្វ្រ៊ូ",
    "shifter of other letters": "ស៉ី>ស៊ី ម៊ែ>ម៉ែ ហ៉ា>ហ៊ា យ៊ោ>យ៉ោ",
    "letter taken for another": "ទ្បើង>ឡ ទ្ឡ>ឡ ប្ញ>ឫ ព្ញ>ឭ ព្ឋ>ឰ ឭា>ញ ឮា>ញ ឧិ>ឱ ឧ៌>ឱ ឧ៍>ឱ",
    "discouraged letter": "ឨ>ឧក ឧ៊>ឧក ៘>។ល។",
    "doubled punctuation": "ក។។>។ ក៖៖>៖ ក្សេងៗៗ>ៗ",
    "sign of a short end too early": "ច្បា់ប>បាប់",
    "Latin for Khmer": "១o>០ O១>០ ២O០>០ ព្រ:>៖ លក្ខណ:ពិសេស>៖ ទី:១>៖ ទី：១>៖",
}
DOUBT = [(kind, *pair.split(">")) for kind, pairs in DOUBT.items() for pair in pairs.split(" ")]

# No syllable at all: two vowels, two shifters, three letters below, too many signs, nothing below or before a sign.
BROKEN = ["កិា", "កាឹ", "កេិ", "កែា", "កើា", "កិី", "សុ័", "ញ៉៊ា", "ក្ខ្គ្ឃ", "កៀា", "កំះៈ", "ក៍៎៏", "ក្", "ាក", "កិ្រា"]


def report_khmer(folder, words):
    """Return what is told of the words as one text: code, severity, the marked letters and the hint."""
    path = folder / "answers.yaml"
    written = "".join(f"\\u{ord(c):04x}" if c in "\xa0\u200b\u200c\u200d\u17b4\u17b5" else c for c in words)
    path.write_text(path.read_text("utf-8").replace("km: អតិថិជន", f'km: "{written}"', 1), "utf-8")
    found = inspect_content(folder, FONTS).problems
    return [(p.code, p.severity, p.excerpt[p.column - 1 :][: p.width], p.hint) for p in found if "khmer" in p.code]


@pytest.mark.parametrize(("kind", "wrong", "right"), ORDER)
def test_order_is_mended(kind, wrong, right):
    """Each slip of its kind gives the spelling that search finds, and nothing else of the word changes."""
    assert ATTEMPT.sub(lambda match: respell_syllable(match[0]), wrong) == right
    assert ATTEMPT.sub(lambda match: respell_syllable(match[0]), right) == right


def test_order_is_an_error_at_its_place(content_copy):
    """A wrong order is an error; the syllable is marked in its line, and the hint is the syllable as it should be."""
    words = [wrong for kind, wrong, _right in ORDER if kind not in {"characters without width", "spaces"}]
    told = [found for found in report_khmer(content_copy, "។ ".join(words)) if found[0] != "khmer-coeng"]
    slips = {letters: respell_syllable(letters) for word in words for letters in ATTEMPT.findall(word)}
    expected = {("khmer-order", "error", wrong, f'write "{right}"') for wrong, right in slips.items() if wrong != right}
    assert {(*found[:2], found[3]) for found in told} == {(*found[:2], found[3]) for found in expected}
    assert len({found[2] for found in told} & slips.keys()) > 60


@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, *_ in DOUBT))
def test_doubtful_khmer_is_a_warning(kind, content_copy):
    """What only a reader can judge is a warning; its hint begins with what is probably meant."""
    words = [(wrong, right) for known, wrong, right in DOUBT if known == kind]
    told = report_khmer(content_copy, ", ".join(wrong for wrong, _right in words))
    assert {(code, severity) for code, severity, *_ in told} == {("khmer-doubtful", "warning")}
    for wrong, right in words:
        assert [hint for *_, letters, hint in told if letters in wrong and hint.startswith(f'write "{right}"')], wrong


def test_no_syllable_is_an_error(content_copy):
    """Letters and signs of which no syllable can be made are told, with the order that a syllable has."""
    told = report_khmer(content_copy, ", ".join(BROKEN))
    assert {(code, severity) for code, severity, *_ in told} == {("broken-khmer", "error")}
    assert [wrong for wrong in BROKEN if not any(letters in wrong for *_, letters, _hint in told)] == []
    assert all("one vowel" in hint for *_, hint in told)


CONSONANTS = [chr(code) for code in range(0x1780, 0x17A3)]
BELOW = st.sampled_from([f"\u17d2{letter}" for letter in CONSONANTS if letter != "រ"])


@st.composite
def make_syllables(draw):
    """Return the parts of a legal syllable, in order, by the published structure; at most one is of each place."""
    base = draw(st.sampled_from(CONSONANTS))
    below = draw(st.sampled_from([[], [draw(BELOW)], ["\u17d2រ"], [draw(BELOW), "\u17d2រ"]]))
    fitting = "\u17ca" if base in "សហអ" else "\u17c9" if base in "ងញនមយរលវ" else "\u17c9\u17ca"
    shifter = draw(st.sampled_from(["", *("\u17c9\u17ca" if below else fitting)]))
    vowel = draw(st.sampled_from(["", *map(chr, range(0x17B6, 0x17C6))]))
    likes_vowel = draw(st.sampled_from(["", "\u17c6", *("\u17d0\u17dd" if vowel != "\u17bb" else "")]))
    sign = draw(st.sampled_from(["", *"\u17cb\u17cd\u17ce\u17cf\u17d1"]))
    final = draw(st.sampled_from(["", "\u17c7", "\u17c8"]))
    robat = draw(st.sampled_from(["", "\u17cc"]))
    return [part for part in (base, robat, *below, shifter, vowel, likes_vowel, sign, final) if part]


@given(make_syllables(), st.data())
def test_every_order_of_a_syllable_comes_back(parts, data):
    """Only the legal order of a syllable stands as it is; any other, some parts doubled, gives the legal one."""
    legal = "".join(parts)
    doubled = data.draw(st.lists(st.sampled_from(parts[1:]), max_size=2)) if parts[1:] else []
    typed = parts[0] + "".join(data.draw(st.permutations(parts[1:] + doubled)))
    assert SYLLABLE.fullmatch(legal)
    assert respell_syllable(legal) == legal
    assert ATTEMPT.fullmatch(typed)
    assert respell_syllable(typed) == legal


@given(make_syllables())
def test_parts_of_a_vowel_and_a_lowered_shifter_come_back(parts):
    """A two-part vowel typed as its parts, and u for a shifter that is drawn like it, give the one legal spelling."""
    legal, head = "".join(parts), "".join(parts[:1] + [part for part in parts if part[0] == "\u17d2"])
    strong = re.search("[កខគឃចឆជឈដឋឌឍតថទធផពភឞសហអ]", head) and "ប" not in head
    typed = legal.replace("\u17be", "\u17c1\u17b8").replace("\u17c4", "\u17b6\u17c1")
    if ("\u17ca" if strong else "\u17c9") in legal and re.search("[\u17b7-\u17ba\u17be]|\u17b6\u17c6", legal):
        typed = re.sub("[\u17c9\u17ca]", "\u17bb", typed)
    assert respell_syllable(typed) == legal


KHMER = st.text([chr(code) for code in (*range(0x1780, 0x17D4), 0x17DD, 0x200C, 0x20)], max_size=12)


@given(KHMER)
def test_a_hint_passes_the_check(text):
    """Whatever is typed, what the check proposes is one syllable that the check leaves alone."""
    for attempt in ATTEMPT.findall(text):
        if right := respell_syllable(attempt):
            assert ATTEMPT.findall(right) == [right]
            assert respell_syllable(right) == right


def find_slips(texts):
    """Return the syllables of the texts that are told, errors and warnings apart."""
    slips = {match for text in texts for match in ATTEMPT.findall(text) if respell_syllable(match) != match}
    slight = {slip for slip in slips if differs_in_shifter(slip, respell_syllable(slip))}
    return slips - slight, slight


def test_right_khmer_raises_no_alarm():
    """Of the corpus, only the words that it has in a wrong order on purpose are told."""
    assert find_slips(CORPUS) == ({"ស្រ្តី", "ស្រ្ដី", "ង្រ្កា", "ង្រ្យា"}, {"ហ៊្វឺ"})
    assert not [(pattern, text) for pattern, _right in DOUBTFUL for text in CORPUS if re.search(pattern, text)]


def list_words(data):
    """Return every string below a mapping or list."""
    if isinstance(data, str):
        return [data]
    values = data.values() if isinstance(data, dict) else data if isinstance(data, (list, tuple)) else ()
    return [word for value in values for word in list_words(value)]


def test_names_of_unicode_raise_no_false_alarm():
    """Of the thousands of Khmer names in CLDR, only those are told that have a vowel after its sign, or ro not last."""
    locale = Locale("km")
    names = list_words(
        [dict(locale.territories), dict(locale.languages), dict(locale.currencies), dict(locale.scripts)]
    )
    errors, _slight = find_slips(names)
    assert len(names) > 500
    assert not [slip for slip in errors if not re.search("\u17c6\u17b6|\u17d2រ\u17d2", slip)]


def test_one_word_with_two_letters_below_that_look_the_same(content_copy):
    """A word with a small da in one text and a small ta in another is told where the da stands; alone it is not."""
    path = content_copy / "answers.yaml"
    before = path.read_text("utf-8")
    for word, told in [("កណ្ដាល", []), ("កណ្ដាល។ កណ្តាល", ["កណ្ដាល"])]:
        path.write_text(before, "utf-8")
        assert [letters for code, _severity, letters, _hint in report_khmer(content_copy, word)] == told
