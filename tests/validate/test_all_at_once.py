"""One run tells all that can be known: what is wrong in one value hides nothing of the values beside it."""

import re

import pytest

from handout.base.diagnostics import SelectionError, suggest_name, suggest_source
from handout.base.paths import FONTS
from handout.plan.handouts import plan_handouts
from handout.validate.inspect import inspect_content


def edit(path, *changes):
    """Put other words in place of the first ones found, one change after the other."""
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


def list_told(folder):
    """Return the errors as file and code, in the order of their places."""
    return [
        (p.path.removeprefix("content/"), p.code)
        for p in inspect_content(folder, FONTS).problems
        if p.severity == "error"
    ]


URL, DATE = ("url: https://example.com/help/", "url: example.com/help/"), "page_date: null"
PHONE = ("en: Valid passport", "en: Valid passport, call 012 345 678")
TOGETHER = [
    ("sources.yaml", [URL, (DATE, "page_date: 11/2023")], ["wrong-address", "wrong-form"]),
    ("sources.yaml", [URL, (f"  {DATE}\n", "")], ["missing-key", "wrong-address"]),
    ("sources.yaml", [URL, ("kind: official", "kind: web")], ["unknown-value", "wrong-address"]),
    ("sources.yaml", [URL, ("publisher: Alpha", "publisher: [Alpha]")], ["wrong-address", "wrong-type"]),
    ("documents.yaml", [("id: doc-passport", "id: Doc Passport"), PHONE], ["typed-fact", "wrong-form"]),
    ("documents.yaml", [("who: foreigner", "who: nobody"), PHONE], ["typed-fact", "unknown-value"]),
    ("documents.yaml", [("  who: foreigner\n", ""), PHONE], ["missing-key", "typed-fact"]),
    (
        "languages/km.yaml",
        [("leading: ", "leading: x"), ("locale: km", "locale: z")],
        ["unknown-locale", "wrong-type"],
    ),
    ("languages/km.yaml", [("leading: ", "leading: 9"), ("{page}", "{leaf}")], ["out-of-range", "wrong-braces"]),
    ("languages/km.yaml", [("leading: ", "leading: x"), ("NotoSansKhmer-B", "Noto-B")], ["missing-font", "wrong-type"]),
]


@pytest.mark.parametrize(("file", "changes", "codes"), TOGETHER)
def test_what_is_beside_a_mistake_is_told_too(file, changes, codes, content_copy):
    """A wrong or missing value hides nothing else of its entry or of those that follow, and gives no second error."""
    edit(content_copy / file, *changes)
    assert sorted(list_told(content_copy)) == [(file, code) for code in codes]


MISSPELT = [
    ("documents.yaml", "  who: foreigner", "  whoo: foreigner"),
    ("sources.yaml", "  publisher: Alpha", "  publiser: Alpha"),
    ("operators/alpha.yaml", "status:\n", "statuss:\n"),
    ("languages/km.yaml", "leading: ", "leeding: "),
    ("guide.yaml", "revision: 2", "revison: 2"),
]


@pytest.mark.parametrize(("file", "old", "new"), MISSPELT)
def test_a_misspelt_key_is_not_missing_as_well(file, old, new, content_copy):
    """Who is told to add the key that was misspelt would have both."""
    edit(content_copy / file, (old, new))
    assert list_told(content_copy) == [(file, "unknown-key")]


WIDE = [
    ("documents.yaml", "who: foreigner", "who: “foreigner”", "unknown-value", "write foreigner"),
    ("operators/alpha.yaml", "hours: {unknown: true}", "hours: {unknown: ‘yes’}", "wrong-type", "write yes"),
    ("operators/alpha.yaml", "checked: 2026-11", "checked: 2026–11", "wrong-form", "write 2026-11"),
    ("operators/alpha.yaml", "checked: 2026-11", "checked: ២០២៦-១១", "wrong-form", "write 2026-11"),
    ("documents.yaml", "id: doc-passport", "id: doc—passport", "wrong-form", "write doc-passport"),
    ("documents.yaml", "id: doc-passport", "id: 「doc-passport」", "wrong-form", "write doc-passport"),
    ("operators/alpha.yaml", '"+855 12 000 111"', "“+855 12 000 111”", "fact-form", "write +855 12 000 111"),
    ("regulator.yaml", '"*1903#"', "＊1903＃", "fact-form", 'write "*1903#"'),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "hint"), WIDE)
def test_a_value_in_other_signs_is_told_by_its_sign(file, old, new, code, hint, content_copy):
    """Letters, digits, dashes and marks that look like the right ones are named, and the right value is the hint."""
    edit(content_copy / file, (old, new))
    [told] = [p for p in inspect_content(content_copy, FONTS).problems if p.severity == "error"]
    assert (told.code, told.hint[: len(hint)]) == (code, hint)
    number = re.search(r"U\+([0-9A-F]{4})", told.message)
    assert told.excerpt[told.column - 1] == chr(int(number[1], 16))


GROUPS = [
    ("guide.yaml", "changes:\n", "changes: none\nother:\n", "key: value"),
    ("guide.yaml", "changes:\n", "changes:\nother:\n", "key: value"),
    ("documents.yaml", "name:\n    zh: 有效护照", "name: Passport\n  other:\n    zh: 有效护照", "en: words"),
    ("operators/alpha.yaml", "{alpha-help: {quote: Alpha is your network.}}", "{alpha-help: Alpha is it.}", "quote: …"),
]


@pytest.mark.parametrize(("file", "old", "new", "hint"), GROUPS)
def test_what_stands_below_a_key_is_in_the_hint(file, old, new, hint, content_copy):
    """Languages below a text, other keys below anything else."""
    edit(content_copy / file, (old, new))
    hints = [p.hint for p in inspect_content(content_copy, FONTS).problems if p.code in ("wrong-type", "empty-text")]
    assert hints == [f'expected lines such as "{hint}" below it']


@pytest.mark.parametrize("value", ["", " example.com", " unknown"])
def test_what_a_fact_may_be_is_in_the_hint(value, content_copy):
    """A value beside a fact's name, or none, is answered with the three ways to write it."""
    edit(content_copy / "operators/alpha.yaml", ("  hours: {unknown: true}", f"  hours:{value}"))
    hints = [p.hint for p in inspect_content(content_copy, FONTS).problems if p.code in ("wrong-type", "empty-text")]
    assert hints == ['expected {unknown: true}, {common: …}, or lines such as "value: …" and "source: …" below it']


def test_a_key_one_level_too_high_is_sent_to_its_place(content_copy):
    """A quote beside its source, as many would write it, is told where it belongs."""
    old = "source: {alpha-help: {quote: Alpha is your network.}}"
    edit(content_copy / "operators/alpha.yaml", (old, "source: alpha-help\n  quote: Alpha is your network."))
    [told] = [p for p in inspect_content(content_copy, FONTS).problems if p.code == "unknown-key"]
    assert told.hint == 'it belongs into the lines below "source:", under an id'


MADE_RIGHT = [
    ("documents.yaml", "who: foreigner", "who: ｆｏｒｅｉｇｎｅｒ"),
    ("operators/alpha.yaml", "hours: {unknown: true}", "hours: {unknown: ｔｒｕｅ}"),
    ("operators/alpha.yaml", "checked: 2026-11", "checked: ２０２６－１１"),
    ("operators/alpha.yaml", "value: 90", "value: ９０"),
    ("guide.yaml", "pairs: [zh-km,", "pairs: [zh‑km,"),
]


@pytest.mark.parametrize(("file", "old", "new"), MADE_RIGHT)
def test_a_value_in_wide_letters_is_read_as_it_is_meant(file, old, new, content_copy):
    """Wide letters, digits and hyphens are made the usual ones in values as in texts."""
    edit(content_copy / file, (old, new))
    assert list_told(content_copy) == []


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("alpha-term", "add it to sources.yaml; known: alpha-terms"),
        ("alpha-hlep", "add it to sources.yaml; known: alpha-help"),
        ("beta-terms", "add it to sources.yaml"),
        ("alpha", "add it to sources.yaml"),
        ("plan-2024", "add it to sources.yaml"),
        ("", "add it to sources.yaml"),
    ],
)
def test_no_other_source_is_suggested(wrong, hint):
    """A source that is merely alike is not offered: the fact would get a page that does not say it."""
    assert suggest_source(wrong, ["alpha-terms", "alpha-help", "plan-2023"]) == hint


def test_the_same_languages_in_the_other_order(frozen_content):
    """A pair, or a handout, whose languages stand in the other order is what was meant."""
    known = [*frozen_content.guide.pairs, "alpha.en-km", "alpha.zh-km"]
    first, second = frozen_content.guide.pairs[0].split("-")
    with pytest.raises(SelectionError, match=f'did you mean "{first}-{second}"'):
        plan_handouts(frozen_content, pairs=[f"{second}-{first}"])
    for pair in known:
        name, *languages = re.split("[.]", pair) if "." in pair else ("", pair)
        turned = "-".join(reversed(languages[0].split("-")))
        assert suggest_name(f"{name}.{turned}".lstrip("."), known) == f'did you mean "{pair}"?'
