"""What looks like somebody's name, number, address or day is refused in a report; amounts and periods are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handout.base.paths import FONTS, ROOT
from handout.validate.inspect import validate_content
from handout.validate.personal import PersonalReader
from handout.validate.prose import ProseReader

CONTENT = validate_content(ROOT / "tests" / "content", FONTS)
READER = PersonalReader(ProseReader(list(CONTENT.languages.values()), CONTENT.units), CONTENT.units)

PERSONAL = """012 345 678|០១២ ៣៤៥ ៦៧៨|+855 12 345 678|012-345-678|012.345.678|(012) 345 678|８５５１２３４５６７８
八五五一二三四|zero one two three four five|0 1 2 3 4 5 6 7 8|012/345/678|012_345_678|①②③④⑤⑥
012 ៣៤៥ 678|012 345 678 days|012345678 USD|$012345678|12345678 days|room 1204|No. 4521
8985502040001234567|356938035643809|N1234567|E 12345678|EA1234567|11010119900307231X|id AB12CD34
ID 123 456 789|N1234567 days|sok@example.com|sok＠example.com|សុខ@example.com|@sokdara|Sok.Dara@x
sok (at) gmail (dot) com|Telegram: sokdara|WhatsApp 12|微信 abc|facebook.com/sok
https://example.com/x|www.example.com|Mr Sok|Mrs. Dara|ms Dara|Miss Dara|Dr Sok|mr-sok-2026-12
miss-dara|王先生|李女士|张小姐|លោក សុខ|លោកសុខ|លោកស្រី ដារា|អ្នកស្រី ដារា|កញ្ញា ដារា|ឯកឧត្តម សុខ
5 December 2026|December 5|5th of December|2026-12-05|5/12/2026|05.12.26|2026 12 5|12月5日
十二月五日|2026年12月5日|ថ្ងៃទី ៥|ថ្ងៃទី5 ខែធ្នូ|៥ ធ្នូ|5 ខែធ្នូ|5 ខែ 12|smart-2026-12-05
smart-012345678""".replace("\n", "|").split("|")
ALLOWED = """no fee|5 USD|1.50 USD|0 USD|20,000 KHR|20000 KHR|1,000,000 riel|$5|US$5|USD 5|KHR 20,000|៛20000
10000-20000 KHR|5–10 USD|50%|20美元|收20美元|2万瑞尔|20000 រៀល|២០០០០ រៀល|5 ដុល្លារ|3 days|30 days
2-3 days|3 to 5 days|3天|3个工作日|៣ ថ្ងៃ|3 ម៉ោង|within 48 hours|24 hours|a week|in 1 or 2 hours
ក្នុងរយៈពេល 30 ថ្ងៃ|may take 10 days|December 2026|2026-12|2026年12月|in 2026.|8:00-17:00
8:00–17:30|8 am–5 pm|open 24/7|passport and SIM card|លោកអ្នក|ពិភពលោក|ខែកញ្ញា ២០២៦|先生效|one copy
2 copies|Siem Reap|Phnom Penh|Ta Khmau|Doun Kaev|smart-2026-12-a|2026-12-smart-b|miss a document
the manager has to sign|经理签字|Form 2 and a copy|eSIM|មិនគិតថ្លៃ""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_is_found(text):
    """Numbers in any digits, papers, addresses, handles, titles and days are found, each word once."""
    found = [part for _noun, part in READER.find_personal(f"text {text} text")]
    assert found
    assert all(part in text or text in part for part in found)


@pytest.mark.parametrize("text", ALLOWED)
def test_evidence_is_not_refused(text):
    """Amounts, periods, times of day, months and words that only look like a title say nothing of a person."""
    assert not list(READER.find_personal(text))


DIGITS = st.sampled_from(["0123456789", "០១២៣៤៥៦៧៨៩", "０１２３４５６７８９"])
SIGNS = st.sampled_from(["", "", "", " ", "-", ".", "/", " - ", ")", "_", "\u00a0", "·"])


@given(st.lists(st.tuples(st.integers(0, 9), DIGITS, SIGNS), min_size=7, max_size=20), st.sampled_from(["", "+", "N"]))
def test_any_long_number_is_found(signs, before):
    """Seven digits or more are a person's number, however they are grouped and in whatever digits they are written."""
    number = before + "".join(digits[value] + sign for value, digits, sign in signs)
    assert list(READER.find_personal(number.rstrip(" -.)_/·\u00a0")))


@given(st.integers(1, 99_999), st.sampled_from(["USD", "KHR", "riel", "days", "天", "រៀល"]), st.sampled_from(["", " "]))
def test_any_amount_and_period_is_allowed(number, unit, space):
    """A number with its unit is evidence."""
    assert not list(READER.find_personal(f"{number}{space}{unit}"))
