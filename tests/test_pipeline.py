"""A build makes what changed, tells every failure, and gives the same bytes from the cache as anew."""

import gc
import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from weasyprint.formatting_structure.boxes import Box

from handout.base.diagnostics import ContentError
from handout.base.files import read_sums
from handout.base.paths import FONTS, ROOT
from handout.cli import main as cli
from handout.pipeline import build_handouts
from handout.plan.handouts import Handout, plan_handouts
from handout.validate.inspect import validate_content
from handout.workers.request import Request
from handout.workers.worker import Job, Task, make_one, start_worker


class Log:
    """Notes what was made."""

    def __init__(self):
        self.made = []

    def __call__(self, stage, done, total, running=(), made=""):
        self.made += [made] if made else []


def build(output, content, **options):
    log = Log()
    options = {"operators": ["alpha", "beta"], "pairs": ["zh-en"], "editions": ["standard"], **options}
    build_handouts(Request(content.resolve(), output, jobs=2, **options), log)
    return sorted(log.made)


def replace_answer(content, operator, answer):
    """Let an operator have an answer of its own."""
    path = content / "operators" / f"{operator}.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    replaced = data.setdefault("differences", {}).setdefault("replace", {})
    replaced["faq-esim"] = {"answer": dict.fromkeys(("zh", "en", "km"), answer)}
    path.write_text(yaml.safe_dump(data, allow_unicode=True, width=10**6), "utf-8")


def edit(path, pattern, words):
    """Replace the first match of a pattern in a file."""
    text, count = re.subn(pattern, words, path.read_text("utf-8"), count=1)
    assert count
    path.write_text(text, "utf-8")


def list_handouts(output):
    """Return the ids of the handouts that the manifest names."""
    return [entry["id"] for entry in json.loads((output / "manifest.json").read_bytes())["handouts"]]


def read_pdfs(output):
    return {path.name: path.read_bytes() for path in (output / "pdf").iterdir()}


def test_a_changed_answer_of_one_operator_rebuilds_its_handouts_only(content_copy, tmp_path):
    """The log names them alone, and the other files keep their times."""
    output = tmp_path / "output"
    assert build(output, content_copy) == ["alpha.zh-en", "beta.zh-en"]
    before = {path.name: path.stat().st_mtime_ns for path in (output / "pdf").iterdir()}
    replace_answer(content_copy, "beta", "SIM.")
    assert build(output, content_copy) == ["beta.zh-en"]
    after = {path.name: path.stat().st_mtime_ns for path in (output / "pdf").iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"beta.zh-en.pdf"}


EDITS = {
    "nothing": lambda content: None,
    "one operator's answer": lambda content: replace_answer(content, "beta", "SIM."),
    "a common step": lambda content: edit(content / "steps.yaml", "en: Copy your contacts", "en: Copy all contacts"),
    "a withdrawn number": lambda content: edit(
        content / "operators" / "alpha.yaml", r"stop_code: .*", "stop_code: {unknown: true}"
    ),
    "the month": lambda content: edit(content / "guide.yaml", r"checked: 20\d\d-\d\d", "checked: 2027-01"),
    "the revision": lambda content: edit(
        content / "guide.yaml",
        r"revision: 2\n(.*\n)changes:\n",
        r"revision: 3\n\1changes:\n  3: {month: 2026-11, text: {zh: 全新, en: All new, km: ថ្មី}}\n",
    ),
    "an edition less": lambda content: edit(content / "guide.yaml", r"editions: \[.*\]", "editions: [standard, large]"),
    "an operator less": lambda content: (content / "operators" / "alpha.yaml").unlink(),
    "words of the pages": lambda content: edit(content / "languages" / "en.yaml", "download: .*", "download: Get it"),
}


SHORT = {"an operator less"}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder to copy: four handouts of the tests' own content, and their cache."""
    folder = tmp_path_factory.mktemp("published")
    build(folder / "output", ROOT / "tests" / "content", editions=["standard", "counter"])
    return folder


@pytest.mark.parametrize(
    "edited", [name if name in SHORT else pytest.param(name, marks=pytest.mark.long) for name in EDITS]
)
def test_output_is_of_one_content_whatever_was_asked_for(edited, published, content_copy, tmp_path):
    """A build of a selection after an edit leaves what a whole build of the same handouts makes, byte for byte."""
    output, narrow = tmp_path / "output", {"operators": ["beta"], "pairs": ["zh-en"], "editions": ["standard"]}
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    before = list_handouts(output)
    EDITS[edited](content_copy)
    build(output, content_copy, **narrow)
    build(output, content_copy, **{**narrow, "pairs": ["en-km"], "editions": ["standard"]})
    planned = plan_handouts(validate_content(content_copy, FONTS))
    assert list_handouts(output) == sorted({handout.id for handout in planned} & {*before, "beta.en-km"})
    fresh, selections = tmp_path / "fresh", defaultdict(list)
    for handout in planned:
        if handout.id in list_handouts(output):
            selections[handout.pair, handout.edition].append(handout.operator)
    for (pair, edition), operators in selections.items():
        build(fresh, content_copy, operators=operators, pairs=[pair], editions=[edition])
    assert list_handouts(output) == list_handouts(fresh)
    assert read_sums(output) == read_sums(fresh)


def test_a_failure_outside_the_selection_refuses_the_build(content_copy, tmp_path):
    """What was not asked for, but is published and no longer of this content, cannot stay as it is."""
    output = tmp_path / "output"
    build(output, content_copy)
    published = read_sums(output)
    edit(content_copy / "operators" / "alpha.yaml", "  en: Alpha", f"  en: {'W' * 150}")
    with pytest.raises(ContentError) as error:
        build(output, content_copy, operators=["beta"])
    assert {Path(diagnostic.path).name.split(".")[0] for diagnostic in error.value.diagnostics} == {"alpha"}
    names = (content_copy / "operators" / "alpha.yaml").read_text("utf-8").splitlines()
    footers = [d for d in error.value.diagnostics if "the footer takes" in d.message]
    lines = {d.line for d in footers}
    assert lines == {names.index(f"  en: {'W' * 150}") + 1}, "at the name in the language whose footer it is"
    handouts = [d.message.partition(",")[0] for d in footers]
    assert len(handouts) == len(set(handouts)), "once a handout, not on each page"
    assert read_sums(output) == published


def test_the_cache_gives_what_a_build_gives(content_copy, tmp_path):
    """Anew, from the cache, and from a cache with a damaged entry: the same bytes and the same manifest."""
    output = tmp_path / "output"
    build(output, content_copy)
    whole, manifest = read_pdfs(output), json.loads((output / "manifest.json").read_bytes())
    assert build(tmp_path / "second", content_copy) == []
    assert read_pdfs(tmp_path / "second") == whole
    assert build(tmp_path / "third", content_copy, force=True) == ["alpha.zh-en", "beta.zh-en"]
    assert read_pdfs(tmp_path / "third") == whole
    victim = min(path for path in (tmp_path / ".cache" / "handouts").iterdir() if not path.suffix)
    victim.write_bytes(victim.read_bytes()[:-1])
    assert len(build(tmp_path / "fourth", content_copy)) == 1
    assert read_pdfs(tmp_path / "fourth") == whole
    assert json.loads((tmp_path / "fourth" / "manifest.json").read_bytes()) == manifest


def test_a_handout_does_not_depend_on_those_made_with_it(content_copy, tmp_path):
    """Alone or among others, it has the same bytes."""
    build(tmp_path / "all", content_copy, pairs=[], force=True)
    build(tmp_path / "one", content_copy, operators=["alpha"], force=True)
    assert read_pdfs(tmp_path / "one").items() <= read_pdfs(tmp_path / "all").items()


def test_all_failures_are_told_and_what_is_good_is_kept(content_copy, tmp_path):
    """Two bad handouts give two names, nothing is published, and the third is not made again."""
    text = (content_copy / "operators" / "beta.yaml").read_text("utf-8")
    (content_copy / "operators" / "gamma.yaml").write_text(text.replace("id: beta", "id: gamma"), "utf-8")
    for name in ("alpha", "beta"):
        path = content_copy / "operators" / f"{name}.yaml"
        path.write_text(re.sub("(?m)^  en: .*$", f"  en: {'W' * 150}", path.read_text("utf-8"), count=1), "utf-8")
    with pytest.raises(ContentError) as error:
        build(tmp_path / "output", content_copy, operators=["alpha", "beta", "gamma"])
    assert {Path(diagnostic.path).name.split(".")[0] for diagnostic in error.value.diagnostics} == {"alpha", "beta"}
    assert not (tmp_path / "output").exists()
    assert build(tmp_path / "output", content_copy, operators=["gamma"]) == []


def test_a_text_too_long_for_its_place_is_named_with_its_line(content_copy, tmp_path):
    """What verification finds at one text leads the editor to the file and line of that text."""
    path = content_copy / "guide.yaml"
    lines = path.read_text("utf-8").split("\n")
    number = lines.index("  request:") + 2
    assert lines[number].startswith("    en: ")
    lines[number] = "    en: " + "I would like to cancel this phone number for good, " * 4
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ContentError) as error:
        build(tmp_path / "output", content_copy, operators=["alpha"], editions=["counter"])
    found = {(d.path, d.line, d.code) for d in error.value.diagnostics}
    assert (str(path.resolve()), number + 1, "lines") in found
    assert not (tmp_path / "output").exists()


def test_a_build_says_that_there_are_warnings(content_copy, tmp_path, capsys):
    """The summary is followed by their number and the command that shows them; a clean content says nothing."""
    words = ["build", "--operator", "alpha", "--languages", "zh-en", "--edition", "counter", "--jobs", "1"]
    words += ["--content", str(content_copy), "--output", str(tmp_path / "output")]
    assert cli.main(words) == 0
    assert "warning" not in capsys.readouterr().err
    path = content_copy / "steps.yaml"
    path.write_text(path.read_text("utf-8").replace("zh: 查余额和账单", "zh: 查结余和账单"), "utf-8")
    assert cli.main(words) == 0
    assert "1 warning; to see: python build.py check" in capsys.readouterr().err


def test_a_worker_keeps_nothing_of_a_handout(frozen_content, tmp_path):
    """A build of many handouts takes no more memory than one of few."""
    common = frozen_content.model_copy(update={"operators": {}})
    start_worker(Job(common, frozenset(), folder=tmp_path))
    for name in ("alpha", "beta"):
        outcome = make_one(Task(Handout(name, "zh", "en", "counter"), frozen_content.operators[name]))
        assert outcome.entry.pages == 1
        assert not [kept for kept in gc.get_objects() if isinstance(kept, Box)]
