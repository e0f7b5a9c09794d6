"""A fact is what its kind may be and is printed in full, or refused; numbers that repeat one another agree."""

import pytest
import yaml
from all_pages import render_pages
from hypothesis import given, settings
from hypothesis import strategies as st
from longer import replace_text

from handout.base.paths import FONTS
from handout.load.tree import Tree
from handout.model.facts import Fact
from handout.model.operators import Status
from handout.plan.handouts import Handout
from handout.render.strings import read_strings
from handout.validate.facts import FACT_FORMS, check_facts, check_numbers, check_status
from handout.validate.inspect import inspect_content
from handout.workers.worker import Task, make_fitting, make_worker

LANGUAGES = ("zh", "en", "km")
# Two values of each kind, and how they are printed in English.
PRINTED = {
    "phone": {"018 000 333": "018 000 333", "1905": "1905"},
    "code": {"*1905#": "*1905#", "#106#": "#106#"},
    "url": {"https://example.net/": "example.net", "www.example.org?b=c": "www.example.org?b=c"},
    "email": {"ask@example.net": "ask@example.net", "a.b+c@mail.example.org": "a.b+c@mail.example.org"},
    "name": {"First App": "First App", "Second App": "Second App"},
    "text": {"Nine to five": "Nine to five", "Closed on Sunday": "Closed on Sunday"},
    "days": {"7": "7 days", "45": "45 days"},
    "date": {"2025-03": "March 2025", "2026-01-15": "January 15, 2026"},
    "prefixes": {"0191": "0191", "0192": "0192"},
}
REFUSED = [("text", "list"), *((kind, "languages") for kind in PRINTED if kind not in ("name", "text"))]


def make_shape(kind, shape):
    """Return a value of a kind in a shape, and the strings that it prints in English and Khmer."""
    values = list(PRINTED[kind])
    if shape == "languages":
        made = {code: f"{values[0]} {code}" for code in LANGUAGES}
        return made, [made["en"], made["km"]]
    return (values, list(PRINTED[kind].values())) if shape == "list" else (values[0], [PRINTED[kind][values[0]]])


def inspect_fact(folder, kind, value):
    """Return what comes of a content whose fact "app", which is old, has this kind and value."""
    for path, way, new in (
        (folder / "guide.yaml", ("facts", "operator", "app", "kind"), kind),
        (folder / "operators" / "alpha.yaml", ("facts", "app", "value"), value),
    ):
        here = data = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
        for key in way[:-1]:
            here = here[key]
        here[way[-1]] = new
        for name in ("address", "contact"):
            data.get("site", {}).pop(name, None)  # null, which the loader above takes for a word
        path.write_text(yaml.safe_dump(data, allow_unicode=True, width=10**6, sort_keys=False), "utf-8")
    return inspect_content(folder, FONTS)


def read_words(html):
    """Return all words of a page, without what helps lines to break."""
    return "".join(text for _lang, text in read_strings(html).strings).replace("\u200b", "").replace("\u00a0", " ")


@pytest.mark.parametrize("shape", ["line", "list", "languages"])
@pytest.mark.parametrize("kind", PRINTED)
def test_a_value_is_printed_in_full_or_refused(kind, shape, content_copy):
    """Every string of the language is on paper, phone page and worksheet; what cannot be is told at its key."""
    value, printed = make_shape(kind, shape)
    found = inspect_fact(content_copy, kind, value)
    if (kind, shape) in REFUSED:
        (problem,) = [p for p in found.problems if p.severity == "error"]
        assert (problem.code, problem.path) == ("fact-shape", "content/operators/alpha.yaml")
        assert "value" in problem.excerpt
        assert problem.hint
        return
    for (page, name), html in render_pages(found.require_content(), ["alpha"], ["en-km"]).items():
        if page not in ("start", "helpers"):
            assert [words for words in printed if words not in read_words(html)] == [], (page, name)


def test_every_kind_is_tried():
    """The tables above have each kind that the program knows."""
    assert set(PRINTED) == set(FACT_FORMS)


WRONG = {
    "phone": "call us|1|012-345-678|(023) 722 333|012  345 678|+0 12 345 678|+855 012 345 678|+855012345678|"
    "00855 12 345 678|855 12 345 678|+855 1204|012 345 678 / 1204|+1",
    "code": "BAL|*12A#|#|* 123 #|1234567890123456789012",
    "url": "example|htp://example.org|http:example.org|example.org/a b|8.30|example.org/ខ្មែរ|@example.org",
    "email": "info|info@|@example.org|info@example|a b@example.org|mailto:info@example.org|info@example.org, x@y.org",
    "name": "My **App**|{{ operator.name }}|官方应用|កម្មវិធី|My 应用",
    "text": "**so|Call {{ operator.hotline }}|九点到五点",
    "days": "ninety|0|007|90 days|-1|1.5|12345|៩០",
    "date": "soon|2026-13|2026-02-30|26-01-15|15.01.2026|2026-1-5|2026-01-15T00:00|1899",
    "prefixes": "12|0|012 013|012,013|+85512|0123456|none",
}


def judge_value(content, kind, value):
    """Return the codes of what is said of a content whose fact "app" has this kind and value."""
    alpha = content.operators["alpha"]
    facts = alpha.facts | {"app": Fact(value=value, source="alpha-help", checked="2026-11")}
    defined = content.guide.facts
    operator = defined.operator | {"app": defined.operator["app"].model_copy(update={"kind": kind})}
    guide = content.guide.model_copy(update={"facts": defined.model_copy(update={"operator": operator})})
    changed = {"guide": guide, "operators": {"alpha": alpha.model_copy(update={"facts": facts})}}
    return [problem.code for problem in check_facts(content.model_copy(update=changed), Tree())]


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in WRONG for value in WRONG[kind].split("|")])
def test_a_value_that_is_not_of_its_kind_is_refused(kind, value, frozen_content):
    """Alone or in a list."""
    assert judge_value(frozen_content, kind, value) == ["fact-form"]
    if list in FACT_FORMS[kind].shapes:
        assert judge_value(frozen_content, kind, [next(iter(PRINTED[kind])), value]) == ["fact-form"]


@pytest.mark.parametrize("kind", [kind for kind in PRINTED if list in FACT_FORMS[kind].shapes])
def test_a_list_has_entries_and_each_once(kind, frozen_content):
    """An empty list, and an entry that stands in it twice, are told."""
    first, second = PRINTED[kind]
    assert judge_value(frozen_content, kind, []) == ["fact-empty"]
    assert judge_value(frozen_content, kind, [first, second]) == []
    assert judge_value(frozen_content, kind, [first, second, first]) == ["fact-twice"]
    if kind == "url":
        assert judge_value(frozen_content, kind, ["EXAMPLE.org/a", "https://example.org/a"]) == ["fact-twice"]
        assert judge_value(frozen_content, kind, ["example.org/A", "example.org/a"]) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("name", "The Official Application of the Alpha Telephone Company for Android Telephones"),
        ("name", "Donaudampfschifffahrtsgesellschaftskapitaenswitwenverein"),
        ("url", "www.example.com/some/rather/long/path/to/a/page/of/the/help/centre.html?language=en"),
    ],
)
def test_a_long_value_takes_several_lines(kind, value, frozen_content, tmp_path):
    """In the list of numbers and in texts; its PDF is verified."""
    alpha = frozen_content.operators["alpha"]
    name = "app" if kind == "name" else "site"
    facts = alpha.facts | {name: Fact(value=value, source="alpha-help", checked="2026-11")}
    content = replace_text(frozen_content, ("operators", "alpha", "facts"), facts)
    worker, handout = make_worker(content, tmp_path), Handout("alpha", "en", "km", "standard")
    assert make_fitting(worker, Task(handout, content.operators["alpha"]), frozenset()).entry.pages <= 4


@pytest.mark.parametrize(
    ("find", "replace", "place"),
    [
        ("      kind: prefixes\n", "      kind: prefixes\n      optional: true\n", "operators/alpha.yaml:12:1"),
        ("    prefixes:\n", "    beginnings:\n", "guide.yaml:28:3"),
    ],
    ids=["optional", "not declared"],
)
def test_what_pages_look_up_cannot_be_left_out(find, replace, place, content_copy):
    """The prefixes are looked up by the start page: guide.yaml declares them and every operator has them."""
    path = content_copy / "guide.yaml"
    path.write_text(path.read_text("utf-8").replace(find, replace, 1), "utf-8")
    path = content_copy / "operators" / "alpha.yaml"
    path.write_text(
        path.read_text("utf-8").replace('  prefixes:\n    value: ["012", "013', '  lost:\n    value: ["012", "013')
    )
    told = [(p.place, p.code) for p in inspect_content(content_copy, FONTS).problems if p.severity == "error"]
    assert (f"content/{place}", "missing-fact") in told


def test_every_official_site_has_its_code(content_copy):
    """Of several addresses each is a link and a QR code, on paper and on the phone page."""
    path = content_copy / "operators" / "alpha.yaml"
    path.write_text(path.read_text("utf-8").replace("value: example.com\n", "value: [example.com, example.net/pay]\n"))
    pages = render_pages(inspect_content(content_copy, FONTS).require_content(), ["alpha"], ["en-km"])
    for page in ("paper", "phone"):
        html = pages[page, "alpha.en-km"]
        assert all(f'<a href="https://{url}"' in html for url in ("example.com", "example.net/pay", "example.org")), (
            page
        )
    assert read_strings(pages["paper", "alpha.en-km"]).codes == ["example.com", "example.net/pay", "example.org"]


def judge_numbers(content, **numbers):
    """Return the codes of what is said of an operator that has these numbers; "common" names its hotline's fact."""
    facts = {name: Fact(value=value) for name, value in numbers.items() if name != "common"}
    if "common" in numbers:
        facts["hotline"] = Fact(common=numbers["common"])
    alpha = content.operators["alpha"].model_copy(update={"facts": facts})
    return [p.code for p in check_numbers(content.model_copy(update={"operators": {"alpha": alpha}}), Tree())]


@pytest.mark.parametrize(
    ("numbers", "codes"),
    [
        ({"hotline": ["1000", "012 000 111"], "hotline_abroad": "+855 12 000 111"}, []),
        ({"hotline": ["1000", "012 000 112"], "hotline_abroad": "+855 12 000 111"}, ["number-abroad"]),
        ({"hotline": "012 000 111", "hotline_abroad": ["+855 12 000 111", "+855 12 000 112"]}, ["number-abroad"]),
        ({"hotline": "1000", "hotline_abroad": "+855 12 000 111"}, []),
        ({"common": "service_line", "hotline_abroad": "+855 12 000 111"}, []),
        ({"hotline": "1000", "listed_phone": "012 000 112", "hotline_abroad": "+855 12 000 111"}, ["number-abroad"]),
        ({"hotline": "012 000 111", "hotline_abroad": "+44 20 0000 0000"}, []),
        ({"hotline": "012 000 111", "hotline_abroad": "+855 12000111"}, ["number-groups"]),
        ({"hotline": "012 000 111", "hotline_abroad": "+85512 000 111"}, []),
        ({"hotline": "012 000 111", "listed_phone": "0120 00111"}, ["number-groups"]),
        ({"hotline": ["012 000 111", "012000111"]}, ["number-groups"]),
        ({"hotline": ["1000", "19 01"]}, ["number-groups"]),
        ({"hotline": ["1000", "012 000 11x"], "hotline_abroad": "+855 12 000 111"}, []),
    ],
)
def test_a_number_and_its_form_from_abroad_agree(numbers, codes, frozen_content):
    """+855 stands for the first 0 of one of the owner's numbers, where it has such; a number has one grouping."""
    assert judge_numbers(frozen_content, **numbers) == codes


def test_the_form_from_abroad_that_is_right_is_named(content_copy):
    """An editor who changes the hotline reads at the other number what to write there."""
    path = content_copy / "operators" / "alpha.yaml"
    text = path.read_text("utf-8").replace('"012 000 111"', '"012 000 112"', 1)
    path.write_text(text.replace("012-000-111", "012-000-112", 1), "utf-8")
    (problem,) = inspect_content(content_copy, FONTS).problems
    assert (problem.code, problem.excerpt.strip()) == ("number-abroad", 'value: "+855 12 000 111"')
    assert problem.hint == "expected +855 12 000 112, unless it is a number of its own"


groups = st.lists(st.text("0123456789", min_size=2, max_size=4), min_size=2, max_size=3).filter(
    lambda parts: 7 <= sum(map(len, parts)) <= 8
)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(first=st.sampled_from("123456789"), parts=groups, at=st.integers(0, 8), new=st.sampled_from("123456789"))
def test_any_changed_digit_is_told(first, parts, at, new, frozen_content):
    """Whatever the number: as it is, its form from abroad agrees; with one digit changed it does not."""
    rest = " ".join([first + parts[0], *parts[1:]])
    assert judge_numbers(frozen_content, hotline=f"0{rest}", hotline_abroad=f"+855 {rest}") == []
    digits = [place for place, sign in enumerate(rest) if sign != " "]
    at = digits[at % len(digits)]
    changed = rest[:at] + new + rest[at + 1 :]
    told = judge_numbers(frozen_content, hotline=f"0{rest}", hotline_abroad=f"+855 {changed}")
    assert told == ["number-abroad"] * (changed != rest)


@pytest.mark.parametrize(
    ("status", "codes"),
    [
        ({"value": "operating", "source": "alpha-help", "checked": "2026-11"}, []),
        ({"value": "operating", "source": ["alpha-help", "alpha-terms"], "checked": "2026-11"}, []),
        ({"value": "operating"}, ["fact-unsourced", "fact-undated"]),
        ({"value": "operating", "source": "alpha-help"}, ["fact-undated"]),
        ({"value": "operating", "source": "alpha-helb", "checked": "2026-11"}, ["unknown-source"]),
        ({"value": "operating", "source": "alpha-help", "checked": "2026-12"}, ["fact-ahead"]),
        ({"value": "unconfirmed"}, []),
        ({"value": "unconfirmed", "source": "regulator-list"}, ["fact-undated"]),
        ({"value": "unconfirmed", "checked": "2026-11"}, ["fact-unsourced"]),
    ],
)
def test_a_status_has_a_source_and_a_month(status, codes, frozen_content):
    """As every fact; only what nobody has confirmed may have neither."""
    alpha = frozen_content.operators["alpha"].model_copy(update={"status": Status.model_validate(status)})
    content = frozen_content.model_copy(update={"operators": {"alpha": alpha}})
    assert [problem.code for problem in check_status(content, Tree())] == codes
