"""A draft shows a pair that is not translated as a whole yet: gaps are English, the content itself stays as it is."""

import re

import pytest

from handout.base.paths import FONTS
from handout.cli import main as cli
from handout.model.texts import walk_texts
from handout.plan.drafts import add_drafts
from handout.plan.handouts import plan_handouts
from handout.preview.preview import OpenHandout, Preview
from handout.validate.inspect import inspect_content, validate_content

QUESTION = ("en: Is anything unpaid?\n", "en: Is anything unpaid?\n    vi: Còn nợ không?\n")


@pytest.fixture
def begun(content_copy):
    """A copy of the tests' content with a language that was just begun: of its texts there is one."""
    assert cli.main(["new-language", "vi", "--content", str(content_copy)]) == 0
    path = content_copy / "answers.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(QUESTION[0]) == 1
    path.write_text(text.replace(*QUESTION), encoding="utf-8")
    return content_copy


def test_gaps_are_english_and_translations_stay(begun):
    """Every text has both languages, its own words where there are any; what was given is not changed."""
    content = validate_content(begun, FONTS)
    drafted = add_drafts(content, ["vi-km", "zh-km"])
    assert drafted.guide.pairs == [*content.guide.pairs, "vi-km"]
    assert all({"vi", "km"} <= set(text.root) for _loc, text in walk_texts(drafted))
    assert drafted.answers[0].question["vi"] == "Còn nợ không?"
    assert drafted.answers[1].question["vi"] == drafted.answers[1].question["en"]
    assert sum("vi" in text.root for _loc, text in walk_texts(content)) == 1


WRONG = {"th-km": "new-language th"} | dict.fromkeys(["vi-vi", "vi", "", "vi--km", "VI-km", "vi_km"], "two languages")


@pytest.mark.parametrize(("pair", "words"), WRONG.items())
def test_what_is_no_pair_is_refused_at_once(pair, words, begun, capsys):
    """A language without a file, or a pair of one, is wrong use, before anything is served."""
    assert cli.main(["serve", "--draft", pair, "--content", str(begun)]) == 2
    assert words in capsys.readouterr().err


def test_the_preview_shows_a_draft(begun, tmp_path):
    """The handout of a draft has pages with its words, and what is to be filled in is one line of a file, not all."""
    preview = Preview(begun, tmp_path / "preview", ["vi-km"])
    preview.opened["alpha.vi-km"] = OpenHandout()
    [*_] = preview.update()
    assert preview.opened["alpha.vi-km"].pages > 1
    assert "Còn nợ không?" in preview.opened["alpha.vi-km"].print_html
    assert preview.problems.count("[fill-in]") == 1
    assert re.search(r"\(\d\d such places in this file\)", preview.problems)


def test_the_preview_says_which_draft_it_lacks(begun, tmp_path):
    """A draft of a language that has no file any more is named, and no template is blamed."""
    preview = Preview(begun, tmp_path / "preview", ["th-km"])
    [*_] = preview.update()
    assert '--draft: error: no language "th"' in preview.problems
    assert "templates" not in preview.problems


def test_no_build_has_a_draft(begun):
    """Without being named in the guide, a pair is not planned."""
    assert not [one for one in plan_handouts(validate_content(begun, FONTS)) if "vi" in one.pair]


def test_a_pair_that_was_added_too_early_is_one_problem(begun):
    """Where most texts lack a language, the pair is what is wrong, and the way to see it is said."""
    guide = begun / "guide.yaml"
    lines = guide.read_text(encoding="utf-8").replace("pairs: [zh-km,", "pairs: [zh-km, vi-km,").split("\n")
    guide.write_text("\n".join(lines), encoding="utf-8")
    (found,) = [p for p in inspect_content(begun, FONTS).problems if p.severity == "error"]
    line = next(number for number, line in enumerate(lines, 1) if line.startswith("pairs:"))
    assert (found.code, found.line, found.column) == ("missing-translation", line, 16)
    assert re.search(r"\d{3} texts have no vi \(Tiếng Việt\)", found.message)
    assert "serve --draft vi-km" in found.hint
