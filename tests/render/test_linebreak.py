"""Lines break between Khmer words, by the rules of Chinese, and never inside a number, an amount or a name."""

import re

import pypdfium2
import pytest
from corpus import CORPUS, split_lines, typeset

from handout.fonts.khmer import CLUSTER
from handout.render.linebreak import (
    BREAK,
    find_breaks,
    find_ending,
    join_kept,
    keep_together,
    mark_breaks,
    prepare_sentence,
    prepare_text,
)

PHRASES = ("ស៊ី|ម", "បង់ប្រា", "ស៊ីមកាត", "និយ័តករ", "អត្តសញ្ញាណប័ណ្ណ", "ជា|អចិន្ត្រៃយ៍", "Smart Axiata", "Metfone")
CHINESE = [
    "请先在营业厅（带护照）查询：余额、账单！欠费？然后说：“我要注销号码”，并索取《注销单》；保存「收据」、『合同』……",
    "请让<b>营业员</b>（<b>不是</b>别人）在“<b>注销单</b>”上盖章，<b>不要</b>离开柜台；《<b>收据</b>》要收好！<b>为什么？</b>",
    "不要把验证码给任何人——包括“客服”（哪怕自称官方）。SIM卡上印有编号（ICCID），共19位；Metfone、Cellcard均可。",
]
NOT_FIRST = set("，。、：；！？）》」』”…%,.:;!?)")
NOT_LAST = set("（《「『“(")


def show_breaks(text, khmer, phrases=()):
    return mark_breaks(text, find_breaks(text, khmer.model_copy(update={"phrases": phrases}))).replace(BREAK, "|")


@pytest.fixture
def khmer(frozen_content):
    """The language whose words a dictionary tells apart."""
    return frozen_content.languages["km"]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("ខ្ញុំចង់បិទលេខទូរសព្ទនេះ។ សូមជួយខ្ញុំផង។", "ខ្ញុំ|ចង់|បិទ|លេខទូរសព្ទ|នេះ។ សូម|ជួយ|ខ្ញុំ|ផង។"),
        ("ផ្សេងៗទៀត", "ផ្សេងៗ|ទៀត"),  # not before ៗ, though ICU would
        ("ក្នុង៦០ថ្ងៃ", "ក្នុង៦០ថ្ងៃ"),  # not before digits
        ("ដាក់ស៊ីម", "ដាក់|ស៊ីម"),  # not before the shortened end of a word, though ICU would
        ("Smart និង注销 លេខទូរសព្ទ (SIM)", "Smart និង注销 លេខទូរសព្ទ (SIM)"),  # only in Khmer
        ("បិទស៊ីមកាតនេះ", "បិទ|ស៊ី|មកាត|នេះ"),  # a word it does not know
    ],
)
def test_khmer_breaks_between_words(text, broken, khmer):
    """ICU's dictionary finds the words; a break comes before a letter only."""
    assert show_breaks(text, khmer) == broken


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("បិទស៊ីមកាតនេះ", "បិទ|ស៊ីមកាត|នេះ"),
        ("បិទជាអចិន្ត្រៃយ៍ទៅ", "បិទ|ជា|អចិន្ត្រៃយ៍|ទៅ"),  # a break of our own
        ("អត្តសញ្ញាណប័ណ្ណ", "អត្តសញ្ញាណប័ណ្ណ"),
        ("បង់ប្រាំ", "បង់|ប្រាំ"),  # no phrase ends inside a cluster
    ],
)
def test_phrases_override_the_dictionary(text, broken, khmer):
    """A phrase breaks nowhere but at its bars, and at its edges."""
    assert show_breaks(text, khmer, PHRASES) == broken


def test_no_cluster_is_broken(khmer):
    """In the whole corpus no break is inside a cluster or leaves a letter of its own at the end of a word."""
    for text in CORPUS:
        pieces = show_breaks(text, khmer).split("|")
        assert "".join(pieces) == text
        assert [c for piece in pieces for c in CLUSTER.findall(piece)] == CLUSTER.findall(text)
        assert all("\u1780" <= piece[0] <= "\u17b3" for piece in pieces[1:])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("拨打012 812 812，或*1200#。", ["012 812 812"]),
        ("60天内、3个月后，09:00–17:00", ["60天", "3个月", "09:00–17:00"]),
        ("Wait 60 days, bring 2 copies on 5 daylight; 1777", ["60 days", "2 copies"]),
        ("ក្នុង ៦០ ថ្ងៃ ឬ 60 ថ្ងៃ", ["៦០ ថ្ងៃ", "60 ថ្ងៃ"]),
        ("+86 10 12308 / Smart Axiata Co.", ["+86 10 12308", "Smart Axiata"]),
        ("Metfone, 1777, *1200#", []),
        ("60 ngày, 2 giờ", ["60 ngày"]),
        ("60 ngàyà", []),
    ],
)
def test_what_belongs_together_is_kept(text, kept, frozen_content):
    """Phone numbers, amounts with their unit and names get the class that forbids breaks; single words need none."""
    units = frozen_content.units.model_copy(update={"counts": [*frozen_content.units.counts, "ngày"]})
    html = prepare_text(text, frozen_content.languages["en"], units, PHRASES)
    assert html.count("<span") == len(kept)
    assert all(keep_together(words) in html for words in kept)
    assert html.striptags() == text


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("之后可能卖给陌生人", "陌生人"),
        ("也没找到客服热线", "热线"),
        ("看不懂先别签，请人帮忙。", "帮忙。"),
        ("注销前请问清。", "请问清。"),
        ("确认。", "确认。"),
        ("（请确认）", "确认）"),
        ("请填写：金额：", "金额："),
        ("是。", ""),
        ("SIM。", ""),
        ("", ""),
    ],
)
def test_chinese_ends_with_whole_words(text, ending, frozen_content):
    """What stays on one line are the last words, two characters or more, with the punctuation after them."""
    assert text[find_ending(text, frozen_content.languages["zh"]) :] == ending


@pytest.mark.parametrize(
    ("code", "text", "ending"),
    [
        ("en", "Yes ($):", "Yes ($):"),
        ("en", "Call them on plan B.", "plan B."),
        ("en", "Take it to Street 1", "Street 1"),
        ("en", "Ask for a or b .", "or b ."),
        ("en", "Ask about it.", ""),
        ("en", "a", ""),
        ("en", "…", ""),
        ("km", "តើត្រូវបង់ប្រាក់ទេ?", "បង់ប្រាក់ទេ?"),
        ("km", "សូមសួរ ទេ។", "សួរ ទេ។"),
        ("km", "ទេ។", ""),
        ("km", "សូមបិទលេខទូរសព្ទ។", ""),
        ("km", "សូមទៅ Smart", ""),
    ],
)
def test_last_line_has_two_letters(code, text, ending, frozen_content):
    """In other languages the last words stay together where the last one has a letter or none, signs left out."""
    assert text[find_ending(text, frozen_content.languages[code]) :] == ending


@pytest.mark.parametrize("width", range(24, 60, 5))
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Is there a fee for cancelling it, and do you take US dollars ($)? Take it to plan B."),
        ("km", "សូមសួរបុគ្គលិកថា តើការបិទលេខទូរសព្ទនេះ ត្រូវបង់ប្រាក់អ្វីទៀតទេ?"),
        ("zh", "请问营业员：注销这个号码要不要交费，余额和押金退不退，要等多久才行"),
    ],
)
def test_no_letter_stands_alone_on_the_last_line(width, code, text, tmp_path, frozen_content):
    """However wide the column is; a text without a full stop ends like one with it."""
    language = frozen_content.languages[code]
    html = prepare_sentence(text, language, frozen_content.units)
    lines, _ = set_lines(f'<p lang="{language.bcp47}">{html}</p>', width, tmp_path)
    assert len(lines) == 1 or len(re.findall(r"\w", lines[-1])) >= 2


def test_text_is_escaped(frozen_content):
    """Markup in a text is text, kept or not, and braces stay for later."""
    html = prepare_text("<b> & {page} 5 <", frozen_content.languages["zh"], frozen_content.units)
    assert html == "&lt;b&gt; &amp; {page} 5 &lt;"
    assert keep_together("<1 2>") == '<span class="keep">&lt;1 2&gt;</span>'


def test_breaks_beside_kept_words_survive(frozen_content, khmer):
    """A break between kept words and a Khmer word is neither lost nor moved into it; none follows "or"."""
    html = prepare_text("ក្នុងរយៈពេល៦០ថ្ងៃឬក្រោយនេះ", khmer, frozen_content.units)
    assert f'<span class="keep">៦០ថ្ងៃ</span>{BREAK}ឬក្រោយ' in html
    html = prepare_text("ទៅក្រុមហ៊ុន Smart", khmer, frozen_content.units, ("ក្រុមហ៊ុន Smart",))
    assert html == f'ទៅ{BREAK}<span class="keep">ក្រុមហ៊ុន Smart</span>'


def set_lines(html, width, path):
    """Return the lines of paragraphs set 11 pt in a column of the given width (mm), and how far the ink reaches."""
    css = f"body {{ font-size: 11pt; width: {width}mm }}"
    with pypdfium2.PdfDocument(typeset(html, path / "lines.pdf", css)) as pdf:
        pages = [page.get_textpage() for page in pdf]
        right = max(
            page.get_charbox(at)[2]
            for page in pages
            for at in range(page.count_chars())
            if page.get_text_range(at, 1).strip()
        )
        return split_lines("\n".join(page.get_text_range() for page in pages)), right / 72 * 25.4


@pytest.mark.parametrize("width", [88, 85, 82, 79, 76, 61, 43, 34])
def test_chinese_lines_start_and_end_by_the_rules(tmp_path, width):
    """No line starts with closing or ends with opening punctuation, nor does a line end split a dash or an ellipsis."""
    lines, _ = set_lines("".join(f"<p>{text}</p>" for text in CHINESE), width, tmp_path)
    assert len(lines) >= 5
    assert not [line for line in lines if line[0] in NOT_FIRST or line[-1] in NOT_LAST]
    assert not [line for line in lines if line.startswith("—") and not line.startswith("——")]


@pytest.mark.parametrize("width", [88, 70, 57, 49, 41])
def test_khmer_lines_fill_the_column_and_stay_in_it(tmp_path, width, frozen_content, khmer):
    """Long Khmer breaks within the column, with kept words whole."""
    text = " ".join(line for line in CORPUS if line.endswith("។"))
    html = prepare_text(text, khmer.model_copy(update={"phrases": PHRASES}), frozen_content.units)
    lines, right = set_lines(f"<p>{html}</p>", width, tmp_path)
    assert right <= 6 + width + 0.1
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(any(words in line for line in lines) for words in ("60 ថ្ងៃ", "012 812 812", "Smart Axiata"))


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        ("办理。", "办\u2060理。"),
        ("一份）。", "一\u2060份）。"),
        ("*1201#", "*1201#"),
        ("A&B<", "A&amp;B&lt;"),
        ("'\"'", "&#39;&#34;&#39;"),
        ("097 909", None),
        ("e-mail", None),
        ("1–2", None),
        ("Mobi.4G", None),
        ("SIM:1", None),
        ("โทรศัพท์มือถือ", None),
        ("ទៀតទេ។", None),
    ],
)
def test_paper_joins_what_may_not_break(words, joined):
    """Words without spaces, dashes or Khmer need no span; what else stays together keeps its own."""
    html = f"<p>{keep_together(words)}</p>"
    assert join_kept(html) == (html if joined is None else f"<p>{joined}</p>")


@pytest.mark.parametrize("width", range(10, 60, 5))
def test_joined_words_stay_on_one_line_and_read_back_without_joiner(width, tmp_path):
    """In whatever width: the last word is whole, and the PDF has its letters alone."""
    html = join_kept(
        f'<p lang="zh-Hans" style="width: {width}mm">先打电话问清余额，再去营业厅{keep_together("办理。")}</p>'
    )
    path = typeset(html, tmp_path / "joined.pdf")
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        lines = split_lines(document[0].get_textpage().get_text_range())
    assert "".join(lines) == "先打电话问清余额，再去营业厅办理。"
    assert "办理。" in lines[-1]
