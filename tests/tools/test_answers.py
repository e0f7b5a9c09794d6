"""A quote is found in a page however page and editor write what a reader takes for the same, else it is lost."""

from __future__ import annotations

import contextlib
import html
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handout.tools.answers import Answer, UnreadableError, list_lost, read_page


def read_words(body):
    """Return the words of a page of HTML."""
    return read_page(Answer("https://example.org/", 200, "text/html", body=body.encode()), 1_000_000).text


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("<p>call <b>012</b> 812 812</p>", "call 012 812 812"),
        ("call 012&nbsp;812&#8201;812", "call 012 812 812"),
        ("call<br>012812<wbr>812", "call 012812812"),
        ("re<i>fund</i>able", "refundable"),
        ("<td>Hotline</td><td>812</td>", "Hotline 812"),
        ("“Don’t” – he said", '"Don\'t" - he said'),
        ("«Anrufen» ‚jetzt‘", "„Anrufen“ 'jetzt'"),
        ("the e\u2011mail is free", "the e-mail is free"),
        ("the re\u00adfund is\u200b free", "the refund is free"),
        ("Fees apply—see below", "see below"),
        ("ＡＢＣ　１２０４", "ABC 1204"),
        ("The number is ១២០៤", "number is 1204"),
        ("HOW TO CANCEL", "How to cancel"),
        ("请拨打812，免费", "812"),
        ("拨打 10086 办理", "拨打10086办理"),
        ("ខ្មែ\u200bរ ទូរ\u200bសព្ទ", "ខ្មែរ ទូរសព្ទ"),
        ("កាដ្តិ", "កាដ្តិ"),
        ("សើ្ន", "ស្នើ"),
        ("caf\u0065\u0301 ouvert", "caf\u00e9 ouvert"),
        ("it costs 5 USD. Done", "it costs 5"),
        ("first you call, then wait a day, then come back", "first you call … come back"),
        ("first you call, then come back", "first you call [...] back"),
        ("a<!-- hidden -->b c", "a b c"),
        ("&lt;b&gt; stands here", "<b> stands here"),
        ("<title>Cancel a SIM</title><p>x</p>", "Cancel a SIM"),
        ("<?xml version='1.0' encoding='gb2312'?><html><p>注销号码</p>", "注销号码"),
        ("<div>" * 200 + "deep down", "deep down"),
        ("a\0b is here", "is here"),
        ("no refund¹ at all", "no refund"),
        ("within 90days", "within 90"),
    ],
)
def test_quote_is_found(body, quote):
    """Elements, entities, blanks, dashes, quotation marks, wide forms and signs that nobody sees do not matter."""
    assert list_lost(read_words(body), [quote]) == []


def test_chinese_of_more_letters_than_its_charset_has():
    """A page that calls itself GB2312 may have every letter of GB18030, as browsers read it."""
    answer = Answer("https://example.org/", 200, "text/html", "GB2312", body="<p>朱镕基路".encode("gb18030"))
    assert list_lost(read_page(answer, 1000).text, ["朱镕基路"]) == []


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("within 190 days", "90 days"),
        ("within 905 days", "within 90"),
        ("it costs 5.50", "it costs 5"),
        ("it costs 2.5 USD", "5 USD"),
        ("it costs 5,000", "it costs 5"),
        ("nonrefundable", "refundable"),
        ("refundability", "refundabilit"),
        ("call 0812", "812"),
        ("not non-refundable", "refundable"),
        ("you cannot cancel", "you can cancel"),
        ("call 812", "call 815"),
        ("the balance is not refunded", "the balance is refunded"),
        ("come back … first you call", "first you call … come back"),
        ("only once", "once … once"),
        ("<script>call 812</script><style>call 812</style><!-- call 812 -->x", "call 812"),
        ('<p title="call 812">x</p>', "call 812"),
        ("<noscript>call 812</noscript><template>call 812</template>x", "call 812"),
        ("ស្នើសុំ", "ស្នើរសុំ"),
        ("注销号码", "注消号码"),
        ("anything", "…"),
    ],
)
def test_quote_is_lost(body, quote):
    """Another number, a part of a longer number or word, another order, and what no reader sees are not the quote."""
    assert list_lost(read_words(body), [quote]) == [quote]


WORDS = st.lists(
    st.text(string.ascii_letters + string.digits + "ខគ中文éß", min_size=1, max_size=8), min_size=3, max_size=12
)
BETWEEN = st.sampled_from([" ", "\n\t", "&nbsp;", "<br>", " <b>", "</p><p>", "<!-- x --> ", " \u200b"])


@settings(max_examples=60, deadline=None)
@given(words=WORDS, data=st.data())
def test_any_part_of_a_page_is_found(words, data):
    """Whole words of a page are found whatever stands between them, and not when a word more is asked for."""
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    body = "".join(html.escape(word) + data.draw(BETWEEN) for word in words)
    quote = " ".join(words[start:end])
    assert list_lost(read_words(f"<p>{body}"), [quote, f"{quote} xyzzyx"]) == [f"{quote} xyzzyx"]


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=300), kind=st.sampled_from(["text/html", "text/plain", "application/xml", "text"]),
       charset=st.sampled_from([None, "utf-8", "utf-16", "gb2312", "rot13", "x"]), is_cut=st.booleans())  # fmt: skip
def test_any_bytes_are_read(body, kind, charset, is_cut):
    """No bytes that a server may send are a fault of the program: the page has words, or says why not."""
    answer = Answer("https://example.org/", 200, kind, charset, body=body, is_cut=is_cut)
    with contextlib.suppress(UnreadableError):
        assert isinstance(read_page(answer, 1000).text, str)
