"""No fact gets into a text unsourced, whatever its digits, words, signs or spaces; ordinary words are left alone."""

from __future__ import annotations

import time
import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py.messageformat import MessageFormat

from handout.base.paths import FONTS
from handout.model.texts import walk_texts
from handout.validate.inspect import inspect_content
from handout.validate.prose import ProseReader

ADDED = ("vi", "fr", "ru", "de", "es")
SURE = {
    "en": "sixty days|two weeks|half a year|half an hour|a dozen days|five dollars|US$ five|USD 5|"
    "five US dollars|fifty %|１２ days|② days|½ year|ⅻ months|XII months|"
    "three (3) days|sixty-day|60\u2011day|sixty\u00a0days|60\u2009days|"
    "**60** days|sixty **days**|one and a half years|two working days|5 million riel|five per cent|9 am|7:30|24/7|"
    "012/345/678|012·345·678|012–345–678|012_345_678|012 . 345 678|0\u00a012\u00a0345|0\u202f1\u202f2\u202f3|"
    "0.1.2.3.4.5|012.345.678|1,204|one two zero four|4111 1111 1111 1111|*100#|＊１００＃|★100#|* 100 #|100#|*#06#|"
    "1 July|July 1st|1st of July|the first of July|two July|$ 5|5 ៛|￥5|5元|smart.com.kh|smart．com|www.example.org|"
    "example.me/smart|info@example.org|info＠example.org|@smart|a hundred days|60天|TEL-012345678|TRC-6789|No-012-345|"
    "5 US$|the 5th of May",
    "zh": "六十天|六个月|两周|半年|半个月|三十日|五美元|五元|伍拾美元|壹佰元|百分之五十|10％|十分钟|二十四小时|"
    "六十个工作日|三个星期|１２天|⑩天|½年|②天|七月一日|九点钟|廿天|一二〇四|幺二零四|sixty days|"
    "见smart.com.kh。然后|★100＃|￥5|5瑞尔|六十 天|六十多天|六十余天|60多天|十几天|一百多元|两千余瑞尔|一百来天",
    "km": "៦០ ថ្ងៃ|៦០ថ្ងៃ|ហុកសិបថ្ងៃ|ហុកសិប ថ្ងៃ|ប្រាំដុល្លារ|មួយរយថ្ងៃ|បួនពាន់រៀល|កន្លះខែ|ពីរសប្តាហ៍|ពីរសប្ដាហ៍|១ កក្កដា|"
    "៛៤០០០|៥០%|៥$|ហាសិបភាគរយ|១២៣៤|០១២/៣៤៥/៦៧៨|*១០០#|ម៉ោង ៧:៣០|មួយពីរសូន្យបួន|smart.com.kh|ថ្ងៃទី ៥ ខែឧសភា|ថ្ងៃទី៥ ខែឧសភា",
    "vi": "sáu mươi ngày|mười năm|ba tháng|60 ngày",
    "fr": "vingt et un jours|deux semaines|cent jours",
    "ru": "две недели|двадцать один день",
    "de": "dreißig Tage|zwei Wochen|eine Million Dollar",
    "es": "treinta y un días",
}
UNSURE = {
    "en": "a month|one day|an hour|a dollar|ten digits|twelve branches|12 branches|one hundred branches|"
    "two calendar days|⑩",
    "zh": "一天|一个月|一年|一元|十位数字|十二次|12个|第二天|⑩",
    "km": "មួយថ្ងៃ|មួយខែ|មួយដុល្លារ|ដប់ខ្ទង់|សប្តាហ៍ទីពីរ ខែនេះ",
    "vi": "một ngày|thứ hai tuần sau|Thứ Năm tuần này|không ngày nào|không năm nào",
    "ru": "одна неделя",
    "es": "un millón de años",
}
ORDINARY = {
    "en": "one copy|two copies|both sides|step one|once|page 2|pages 1–2|pages 1, 2, 3|5G|SHA-256|A4|Yes ($ / KHR):|"
    "a few days|a second visit|the other half|You may cancel. 2 copies|in May|daylight|"
    "#1 of two|Chapter IV|Type II or III|XL|a CV|Smart Axiata Co. Ltd.|e.g. a",
    "zh": "两份|两步验证|最大的两家|二选一|一式两份|第一|一旦|一起|一般|一些|统一|唯一|万一|千万别|十分重要|三方|百姓|"
    "第2、3页|几天|两三天|三五天|一两天|一两个月|第十二条|二来年纪大|万一当天没人|日后|今天|什么时候",
    "km": "ទំព័រទី ១២|ពីរបីថ្ងៃ|បួនប្រាំថ្ងៃ|មួយរយៈ|ទាំងពីរ|មួយ|តែមួយ|ពីរច្បាប់|ទាំង 2 ច្បាប់|ថ្ងៃនេះ|រយៈពេល",
    "vi": "hai bản|một|hai ba ngày|vài ngày|trong năm",
    "fr": "neuf et vieux|les uns et les autres|deux-trois jours|il y a 2 m. Dupont",
    "ru": "два-три дня|по одной|пункт 2 ч. 1",
    "es": "de 2 a 5 copias|2 y 3",
}
PREFIX = {"zh": "请等", "km": "សូមរង់ចាំ "} | dict.fromkeys(("en", *ADDED), "Wait ")


@pytest.fixture(scope="module")
def readers(frozen_content):
    """Return the reader of each language, and of some that ICU and CLDR alone know."""
    languages = frozen_content.languages
    english, units = languages["en"], frozen_content.units
    added = {code: english.model_copy(update={"locale": code, "numerals": [], "articles": []}) for code in ADDED}
    return {code: ProseReader([one, english], units) for code, one in {**languages, **added}.items()}


def list_cases(table):
    """Return language and words of a table, one by one."""
    return [(code, words) for code, cases in table.items() for words in cases.split("|")]


@pytest.mark.parametrize(("code", "words"), list_cases(SURE))
def test_a_fact_is_told_however_it_is_written(code, words, readers):
    """In digits, signs or words, with any separator, alone or within a sentence: an error."""
    for text in (words, f"{PREFIX[code]}{words}.", f"({words})"):
        found = readers[code].find_fact(text)
        assert found, text
        assert found.sure, text


@pytest.mark.parametrize(("code", "words"), list_cases(UNSURE))
def test_what_may_be_a_fact_is_a_warning(code, words, readers):
    """One unit, and ten or more of anything, may be a fact or not."""
    found = readers[code].find_fact(words)
    assert found
    assert not found.sure


@pytest.mark.parametrize(("code", "words"), list_cases(ORDINARY))
def test_ordinary_words_are_no_facts(code, words, readers):
    """Small counts of papers and steps, vague numbers, and words that only look like numbers."""
    assert readers[code].find_fact(words) is None
    assert readers[code].find_fact(f"{PREFIX[code]}{words}") is None


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("Wait 30 days", "write {{ regulator.lapse_both }}"),
        ("Wait 3 days", "name a fact that says it, such as {{ regulator.lapse_both }}, or add"),
        ("Wait a month", "if it is one, name a fact that says it, such as {{ regulator.lapse_both }}, or add"),
        ("Call 1901", "write {{ regulator.service_line }}"),
        ("Call 012 999", "name a fact that says it, such as {{ operator.hotline }}, or add"),
        ("Dial *1903#", "write {{ regulator.stop_code }}"),
        ("Dial *5#", "name a fact that says it, such as {{ operator.balance_code }}, or add"),
        ("See www.example.net", "name a fact that says it, such as {{ operator.site }}, or add"),
        ("See Example.org", "write {{ regulator.site }}"),
        ("Write to me@example.net", "name a fact that says it, such as {{ regulator.email }}, or add"),
        ("Since 2 July", "name a fact that says it, such as {{ regulator.codes_announced }}, or add"),
        ("Pay $5", "add a fact with its source"),
        ("It has ten digits", "if it is one, add a fact with its source"),
    ],
)
def test_the_fact_suggested_is_of_the_kind_that_is_typed(typed, hint, content_copy):
    """A period for a period, a number for a number: the one with that value if there is one; else how to add one."""
    path = content_copy / "warnings.yaml"
    path.write_text(path.read_text("utf-8").replace("en: ", f"en: {typed}. ", 1), "utf-8")
    told = [problem for problem in inspect_content(content_copy, FONTS).problems if problem.code.endswith("-fact")]
    assert [problem.hint[: len(hint)] for problem in told] == [hint]


def test_an_operator_file_is_shown_its_own_fact(content_copy):
    """In the text of one operator the hint names the operator's fact that has the value."""
    path = content_copy / "operators" / "alpha.yaml"
    path.write_text(path.read_text("utf-8").replace("After {{ operator.lapse_unused }}", "After 90 days", 1), "utf-8")
    told = [p.hint for p in inspect_content(content_copy, FONTS).problems if p.code == "typed-fact"]
    assert told == ["write {{ operator.lapse_unused }}"]


def test_no_fact_is_suggested_where_none_can_stand(content_copy):
    """A text about no one operator, as what is new in a revision, is answered by saying it without the number."""
    path = content_copy / "guide.yaml"
    path.write_text(path.read_text("utf-8").replace("en: The steps are clearer.", "en: The hotline is 1204."), "utf-8")
    (told,) = [p.hint for p in inspect_content(content_copy, FONTS).problems if p.code == "typed-fact"]
    assert told.startswith("say it without")


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ("{{ operator.Hotline }}", 'did you mean "operator.hotline"?'),
        ("{{ operator.balance code }}", 'did you mean "operator.balance_code"?'),
        ("{{ regulator-email }}", 'did you mean "regulator.email"?'),
        ("{% fee %}", "a placeholder is {{ owner.fact }}"),
        ("${fee}", "a placeholder is {{ owner.fact }}"),
    ],
)
def test_a_wrong_placeholder_is_answered_with_what_is_near(raw, hint, content_copy):
    """The hint is the nearest fact, or how a placeholder is made, and no fact that has nothing to do with it."""
    path = content_copy / "warnings.yaml"
    path.write_text(path.read_text("utf-8").replace("en: Beware of", f"en: Beware {raw} of", 1), "utf-8")
    codes = ("bad-placeholder", "template-syntax")
    (told,) = [problem for problem in inspect_content(content_copy, FONTS).problems if problem.code in codes]
    assert told.hint.startswith(hint)


UNITS = {
    "en": [" days", " dollars", "-month"],
    "zh": ["天", "美元", "个月", " 年"],
    "km": ["ថ្ងៃ", " ខែ", "ដុល្លារ", "រៀល"],
}


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(number=st.integers(1, 9999), code=st.sampled_from(sorted(UNITS)), at=st.integers(0, 3))
def test_any_spelled_number_with_a_unit_is_told(number, code, at, readers, frozen_content):
    """Every whole number up to 9999, as ICU spells it, before a unit of time or money; of one, a warning."""
    spelled = MessageFormat("{n,spellout}", frozen_content.languages[code].locale).format({"n": number})
    words = spelled.replace("\u200b", "") + UNITS[code][at % len(UNITS[code])]
    found = readers[code].find_fact(f"{PREFIX[code]}{words}")
    assert found
    assert (found.sure, found.start, found.end) == (number > 1, len(PREFIX[code]), len(PREFIX[code] + words))


def test_no_sentence_of_a_whole_content_is_mistaken(readers, frozen_content):
    """The prose of the content, in all its languages, states no fact."""
    texts = [text.root for loc, text in walk_texts(frozen_content) if loc[-1] != "value"]
    assert len(texts) > 50
    assert [found for text in texts for code, words in text.items() if (found := readers[code].find_fact(words))] == []


@pytest.mark.parametrize("words", ["1", "1,", "one ", "a.", "½", "一", "ប្រាំមួយ", "1 a ", "a-", "* "])
def test_a_hostile_text_costs_little_more_than_its_length(words, readers):
    """Four times as long a text takes no more than ten times as long: no pattern tries every way to read it."""
    reader = readers["km"]

    def measure(length):
        text = words * (length // len(words))
        return min(timeit.repeat(lambda: reader.find_fact(text), timer=time.process_time, number=1, repeat=3))

    assert measure(4000) < 10 * measure(1000) + 0.05
