"""Translations have a state by their words, and go to translators and back without loss."""

from __future__ import annotations

import hashlib
import re
import shutil

import pytest

from handout.base.paths import FONTS
from handout.cli import main as cli
from handout.model.content import hash_text, judge_translation, list_translations
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage
from handout.tools.rewrite import write_scalar, write_texts
from handout.validate.inspect import inspect_content, validate_content

STEP = "steps.check-balance.title"


def run(content, line):
    """Run ``build.py translations`` with these words; it must end well."""
    assert cli.main(["translations", "--content", str(content), *line.split()]) == 0


def find_state(content, language, name):
    """Return the state of one translation."""
    typed = validate_content(content, FONTS)
    (found,) = [t for t in list_translations(typed, language) if t.id == name]
    return judge_translation(typed, found)


def replace_once(path, old, new):
    """Replace words that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def hash_files(folder):
    """Return the hash of each file."""
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def reviewed(content_copy):
    """A copy of the content in which every translation has been reviewed."""
    run(content_copy, "--language km --language zh --mark-reviewed all --by Dara --today 2026-11")
    return content_copy


def test_marking_nothing_new_changes_no_byte(content_copy):
    """The file of reviews is in the order in which the tool writes it."""
    before = (content_copy / "reviews.yaml").read_bytes()
    run(content_copy, "--mark-translated all")
    assert (content_copy / "reviews.yaml").read_bytes() == before


def test_states_follow_the_words(content_copy):
    """new -> unreviewed -> reviewed -> stale by a change of either text; spaces do not count."""
    (content_copy / "reviews.yaml").write_text("{}\n", encoding="utf-8")
    assert find_state(content_copy, "km", STEP) == "new"
    run(content_copy, f"--language km --mark-translated {STEP}")
    assert find_state(content_copy, "km", STEP) == "unreviewed"
    assert find_state(content_copy, "zh", STEP) == "new"
    run(content_copy, f"--language km --mark-reviewed {STEP} --by Dara")
    assert find_state(content_copy, "km", STEP) == "reviewed"
    steps = content_copy / "steps.yaml"
    replace_once(steps, "en: Check the balance and bills", "en: Check the  balance and bills")
    assert find_state(content_copy, "km", STEP) == "reviewed"
    replace_once(steps, "en: Check the  balance and bills", "en: Check your balance and bills")
    assert find_state(content_copy, "km", STEP) == "stale"
    run(content_copy, f"--language km --mark-reviewed {STEP} --by Dara")
    replace_once(steps, "km: ពិនិត្យសមតុល្យ និងវិក្កយបត្រ", "km: សូមពិនិត្យសមតុល្យ និងវិក្កយបត្រ")
    assert find_state(content_copy, "km", STEP) == "stale"


def test_marking_as_translated_keeps_reviews(reviewed):
    """A text that fits its records is left alone, so that nothing is marked outdated by saving."""
    before = hash_files(reviewed)
    run(reviewed, "--mark-translated all")
    assert hash_files(reviewed) == before


def test_moving_an_item_keeps_its_state(reviewed):
    """The records go by ids, not by order."""
    warnings = (reviewed / "warnings.yaml").read_text(encoding="utf-8")
    head, first, *rest = warnings.split("- id: ")
    (reviewed / "warnings.yaml").write_text(head + "- id: " + "- id: ".join([*rest, first]), encoding="utf-8")
    assert find_state(reviewed, "km", "warnings.warn-helpers.text") == "reviewed"


def test_line_on_paper_goes_when_all_is_reviewed(reviewed):
    """A language counts as unreviewed while one shown string is; English needs no review."""

    def list_unreviewed(pair):
        page = HandoutPage(validate_content(reviewed, FONTS), Handout("alpha", *pair, "standard"))
        return [language.code for language in page.unreviewed]

    assert list_unreviewed(("zh", "km")) == []
    replace_once(reviewed / "warnings.yaml", "km: សូមប្រយ័ត្ន", "km: ប្រយ័ត្ន")
    assert list_unreviewed(("zh", "km")) == ["km"]
    assert list_unreviewed(("zh", "en")) == []
    replace_once(reviewed / "languages" / "zh.yaml", "  ask: ", "  ask: 请")
    assert list_unreviewed(("zh", "km")) == ["zh", "km"]
    (reviewed / "reviews.yaml").write_text("{}\n", encoding="utf-8")
    assert list_unreviewed(("en", "km")) == ["km"]


def test_words_of_another_operator_do_not_count(reviewed):
    """An unreviewed text of one operator alone leaves the others' handouts as they are."""
    replace_once(reviewed / "operators" / "beta.yaml", "  km: Beta មានក្នុង", "  km: Beta ស្ថិតក្នុង")
    content = validate_content(reviewed, FONTS)
    assert not HandoutPage(content, Handout("alpha", "zh", "km", "standard")).unreviewed
    assert HandoutPage(content, Handout("beta", "zh", "km", "standard")).unreviewed


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_round_trip_changes_nothing(ends, content_copy, tmp_path):
    """Export and import leave every byte of the content, whatever the states and line ends."""
    replace_once(content_copy / "steps.yaml", "en: Check the balance and bills", "en: Check your balance and bills")
    for path in content_copy.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", ends.encode()))
    before = hash_files(content_copy)
    run(content_copy, f"--export {tmp_path / 'po'}")
    assert not re.search("ORGANIZATION|FIRST AUTHOR|FULL NAME", (tmp_path / "po" / "km.po").read_text(encoding="utf-8"))
    run(content_copy, f"--import {tmp_path / 'po' / 'km.po'} --import {tmp_path / 'po' / 'zh.po'}")
    assert hash_files(content_copy) == before


def test_import_changes_one_text_in_place(reviewed, tmp_path):
    """A translator's new words replace the old ones; all else stays, and the text then waits for review."""
    run(reviewed, f"--language km --export {tmp_path}")
    new = 'ពិនិត្យ: "សមតុល្យ" និងវិក្កយបត្រ # ១'.replace("១", "x")
    po = tmp_path / "km.po"
    replace_once(po, 'msgstr "ពិនិត្យសមតុល្យ និងវិក្កយបត្រ"', 'msgstr "' + new.replace('"', '\\"') + '"')
    lines = (reviewed / "steps.yaml").read_text(encoding="utf-8").splitlines()
    run(reviewed, f"--import {po}")
    changed = (reviewed / "steps.yaml").read_text(encoding="utf-8").splitlines()
    different = [(a, b) for a, b in zip(lines, changed, strict=True) if a != b]
    assert len(different) == 1
    assert different[0][1] == "    km: " + write_scalar(new, False)
    (found,) = [t for t in list_translations(validate_content(reviewed, FONTS), "km") if t.id == STEP]
    assert found.text == new
    assert find_state(reviewed, "km", STEP) == "unreviewed"


def test_broken_import_writes_nothing(content_copy, tmp_path, capsys):
    """A file that is no PO, belongs to other texts, or would break the content changes nothing and says where."""
    run(content_copy, f"--language km --export {tmp_path}")
    good, before = (tmp_path / "km.po").read_text(encoding="utf-8"), hash_files(content_copy)
    translated = 'msgstr "ពិនិត្យសមតុល្យ និងវិក្កយបត្រ"'
    for old, new, code in (
        (f'msgctxt "{STEP}"', 'msgctxt "steps.nothing.title"', "po-unknown"),
        ('msgid "Check the balance and bills"', 'msgid "Check it"', "po-outdated"),
        (translated, 'msgstr "ទូរសព្ទ 012 345 678"', "typed-fact"),
        (translated, 'msgstr "no end', "po-syntax"),
    ):
        assert old in good
        (tmp_path / "km.po").write_text(good.replace(old, new), encoding="utf-8")
        line = ["translations", "--content", str(content_copy), "--import", str(tmp_path / "km.po")]
        assert cli.main(line) == 1
        assert f"[{code}]" in capsys.readouterr().out
        assert hash_files(content_copy) == before


def test_new_language_by_po(content_copy, tmp_path):
    """A language is added, sent out empty, and comes back into every file, in block and in flow mappings."""
    assert cli.main(["new-language", "vi", "--content", str(content_copy)]) == 0
    run(content_copy, f"--language vi --export {tmp_path}")
    text = (tmp_path / "vi.po").read_text(encoding="utf-8")
    assert 'msgid "Check the balance and bills"\nmsgstr ""' in text
    text = text.replace(
        'msgid "Check the balance and bills"\nmsgstr ""', 'msgid "Check the balance and bills"\nmsgstr "So du"'
    )
    (tmp_path / "vi.po").write_text(text, encoding="utf-8")
    run(content_copy, f"--import {tmp_path / 'vi.po'}")
    assert "\n    vi: So du\n" in (content_copy / "steps.yaml").read_text(encoding="utf-8")
    assert find_state(content_copy, "vi", STEP) == "unreviewed"


def test_text_is_added_to_a_flow_mapping(content_copy, tmp_path):
    """{zh: ..., en: ...} gets its new language inside the braces."""
    path = content_copy / "operators" / "alpha.yaml"
    replace_once(
        path, "names:\n  zh: Alpha\n  en: Alpha\n  km: Alpha\n", "names: {zh: Alpha, en: Alpha, km: Alpha} # n\n"
    )
    names = ("operators", "alpha", "names")
    texts = {(*names, "vi"): "Alpha, VN", (*names, "km"): "អាល់ហ្វា"}
    shutil.copytree(content_copy, tmp_path / "new")
    write_texts(inspect_content(content_copy, FONTS).tree, texts, content_copy, tmp_path / "new")
    text = (tmp_path / "new" / "operators" / "alpha.yaml").read_text(encoding="utf-8")
    assert 'names: {zh: Alpha, en: Alpha, km: "អាល់ហ្វា", vi: "Alpha, VN"} # n\n' in text


@pytest.mark.parametrize(
    "words",
    ["plain", "a: b", "x #y", "*097#", "yes", "12", "- a", "'q'", '"q" r', "{{ a.b }} c", "é\\", "@", " a", "a\nb"],
)
def test_written_values_read_back(words):
    """Whatever the words, the YAML that is written says them."""
    import yaml

    for quoted in (False, True):
        assert yaml.safe_load(f"key: {write_scalar(words, quoted)}\nother: 1\n")["key"] == words


def test_listing_names_the_place(reviewed, capsys):
    """Counts per language, and each text that needs work with its line."""
    replace_once(reviewed / "steps.yaml", "en: Check the balance and bills", "en: Check your balance and bills")
    capsys.readouterr()
    run(reviewed, "--language zh")
    out = capsys.readouterr().out
    assert out.startswith("zh: 0 missing, 0 new, 1 stale")
    lines = (reviewed / "steps.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, words in enumerate(lines, 1) if "en: Check your balance" in words) - 1
    assert f"stale      {STEP}  content/steps.yaml:{line}\n" in out


def test_hash_ignores_spaces_alone():
    """Wrapped lines hash alike, other words do not."""
    assert hash_text("a b\n c") == hash_text("a b c") != hash_text("a bc")


def test_an_operator_s_name_may_be_the_same_everywhere(content_copy):
    """A brand that no script writes otherwise is new, not missing; any other text that is still English is missing."""
    assert cli.main(["new-operator", "gamma", "--content", str(content_copy)]) == 0
    content = inspect_content(content_copy, FONTS).content
    states = {t.id: judge_translation(content, t) for t in list_translations(content, "zh")}
    assert states["operators.gamma.names"] == "new"
    assert "missing" not in states.values()


@pytest.mark.parametrize(
    "line",
    [
        "--mark-reviewed all --by Dara --language km --mark-translated all",
        "--mark-translated all --export po",
        "--mark-reviewed all --by Dara --language km --import km.po",
        "--export po --import km.po",
        "--unmark all --mark-translated all",
        "--state stale --export po",
        "--state new --mark-translated all",
        "--by Dara --mark-translated all",
        "--by Dara",
        "--mark-reviewed all --language km",
        "--mark-reviewed all --by Dara",
        "--mark-translated regulator-notice",
        "--mark-translated nothing",
        "--unmark nothing",
        "--export content/steps.yaml",
    ],
)
def test_wrong_use_changes_nothing(line, content_copy, capsys):
    """Two tasks at once, a review without its reviewer, and a name without texts are refused with a sentence."""
    before = hash_files(content_copy)
    assert cli.main(["translations", "--content", str(content_copy), *line.split()]) == 2
    assert hash_files(content_copy) == before
    assert not (content_copy.parent / "po").exists()
    told = capsys.readouterr()
    assert told.err.strip()
    assert not told.out


def test_reviewer_and_month_are_written(content_copy):
    """A review and its reviewer come in one step."""
    run(content_copy, f"--language km --mark-reviewed {STEP} --by Dara --today 2026-10")
    record = validate_content(content_copy, FONTS).reviews["km"][STEP]
    assert (record.by, record.month) == ("Dara", "2026-10")


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (STEP, {STEP}),
        ("steps.check-balance.title", {STEP}),
        ("check-balance", {STEP, "steps.check-balance.actions.dial-balance.text"}),
        ("dial-balance", {"steps.check-balance.actions.dial-balance.text"}),
        ("term-balance", {"glossary.term-balance.words"}),
        ("operator.hotline", {"guide.facts.operator.hotline.label", "guide.facts.operator.hotline.ask"}),
        ("words.ask", {"words.ask"}),
        ("words", {"words.ask", "words.or"}),
        ("guide.counter", {"guide.counter.request"}),
    ],
)
def test_names_are_those_of_explain(name, texts, content_copy, capsys):
    """What explain finds can be marked: an item, a fact, a text, and all below a name; other texts are left alone."""
    assert cli.main(["explain", name, "--content", str(content_copy)]) == 0
    (content_copy / "reviews.yaml").write_text("{}\n", encoding="utf-8")
    run(content_copy, f"--language km --mark-translated {name}")
    marked = validate_content(content_copy, FONTS).reviews["km"].keys()
    assert texts <= marked
    assert "guide.title" not in marked
    run(content_copy, f"--language km --unmark {name}")
    assert not validate_content(content_copy, FONTS).reviews
    capsys.readouterr()


def test_unmarking_takes_back_one_mark(reviewed, capsys):
    """A wrong mark goes without the others, is counted, and the text is new again."""
    before = validate_content(reviewed, FONTS).reviews
    capsys.readouterr()
    run(reviewed, f"--language km --unmark {STEP} --unmark {STEP}")
    assert capsys.readouterr().out.startswith("1 marks taken back")
    after = validate_content(reviewed, FONTS).reviews
    assert after == {**before, "km": {name: one for name, one in before["km"].items() if name != STEP}}
    assert find_state(reviewed, "km", STEP) == "new"
    run(reviewed, f"--language km --unmark {STEP}")
    assert capsys.readouterr().out.startswith("0 marks taken back")


def test_check_counts_what_needs_work(content_copy, capsys):
    """The last line says how many translations are missing, new or stale; that is no error."""
    run(content_copy, "--mark-translated all")
    assert cli.main(["check", "--content", str(content_copy)]) == 0
    assert capsys.readouterr().err.strip() == "content: no problems"
    replace_once(content_copy / "steps.yaml", "km: ពិនិត្យសមតុល្យ និង", "km: សូមពិនិត្យសមតុល្យ និង")
    run(content_copy, "--language zh --unmark dial-balance")
    capsys.readouterr()
    assert cli.main(["check", "--content", str(content_copy)]) == 0
    assert capsys.readouterr().err.strip() == "content: no problems; translations: 1 new, 1 stale"


def test_import_works_inside_the_content(content_copy, tmp_path, monkeypatch):
    """The folder of the content may be the working folder."""
    run(content_copy, f"--export {tmp_path / 'po'}")
    before = hash_files(content_copy.absolute())
    monkeypatch.chdir(content_copy)
    run(".", f"--import {tmp_path / 'po' / 'km.po'}")
    assert hash_files(tmp_path / "content") == before
