"""All handouts of a language pair have the airiest spacing that each of them fits in, whatever is built."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from longer import add_questions

from handout.base.diagnostics import ContentError
from handout.base.paths import FONTS
from handout.pipeline import build_handouts
from handout.plan.handouts import Handout, plan_handouts
from handout.validate.inspect import inspect_content, validate_content
from handout.verify.failures import VerifyError
from handout.workers.cache import FITS, TOO_LONG, CacheEntry
from handout.workers.make import make_handouts
from handout.workers.request import Request
from handout.workers.worker import Outcome, Task, Worker, make_fitting, make_worker

PAIR = "zh-km"
# Questions with which Alpha's handout still fits, fits without lists, fits if it is tight, does not fit
SOME, FULL, MANY, TOO_MANY = 30, 35, 38, 44
ALPHA = Handout("alpha", "zh", "km", "standard")


def build(folder, output, **selection):
    """Build the handouts of one pair, but for large print."""
    build_handouts(Request(folder, output, pairs=[PAIR], editions=["standard", "counter"], jobs=2, **selection))


def read_spacings(folder, output, scratch):
    """Return the spacing of each published handout, by the hash of its HTML that its PDF is identified by."""
    content = validate_content(folder, FONTS)
    worker, found = make_worker(content, scratch), {}
    for handout in plan_handouts(content, pairs=[PAIR], editions=["standard", "counter"]):
        if (path := output / handout.pdf).exists():
            with pikepdf.open(path) as pdf:
                identifier = bytes(pdf.trailer.ID[0])
            for spacing in handout.spacings:
                digest = hashlib.sha256(worker.render(handout, spacing).html.encode()).hexdigest()[:32]
                if digest.encode() == identifier:
                    found[handout.id] = spacing
    return found


def test_one_long_handout_makes_its_pair_tight(content_copy, tmp_path):
    """Beta's have room, Alpha's standard one has not: all are tight, also where Beta's is built alone.

    When Alpha's text is short again, all are listed again.
    """
    content = shutil.copytree(content_copy, tmp_path / "long")
    add_questions(content, MANY)
    build(content, tmp_path / "all" / "output")
    spacings = read_spacings(content, tmp_path / "all" / "output", tmp_path)
    assert spacings.keys() == {f"{name}.{PAIR}{end}" for name in ("alpha", "beta") for end in ("", ".counter")}
    assert set(spacings.values()) == {"tight"}
    build(content, tmp_path / "one" / "output", operators=["beta"])
    for path in (tmp_path / "one" / "output" / "pdf").iterdir():
        assert path.read_bytes() == (tmp_path / "all" / "output" / "pdf" / path.name).read_bytes()
    build(content_copy, tmp_path / "all" / "output")
    short = read_spacings(content_copy, tmp_path / "all" / "output", tmp_path)
    assert {name: short[name] for name in (f"alpha.{PAIR}", f"beta.{PAIR}")} == dict.fromkeys(
        (f"alpha.{PAIR}", f"beta.{PAIR}"), "listed"
    )


def test_what_does_not_fit_is_told_at_its_texts(content_copy, tmp_path):
    """The page, the lines too many, and the longest texts of the page, each at its line; nothing is published."""
    add_questions(content_copy, TOO_MANY)
    with pytest.raises(ContentError) as caught:
        build(content_copy, tmp_path / "output", operators=["alpha"])
    for problem in caught.value.diagnostics:
        assert problem.code == "pages"
        lines = Path(problem.path).read_text(encoding="utf-8").splitlines()
        assert re.match(r"\s+(km|zh): \S", lines[problem.line - 1])
        words = r"alpha\.zh-km, page 4: \d+ lines too many for the page; this text has [2-9], shorten it or another one"
        assert re.fullmatch(words, problem.message)
    assert len({problem.place for problem in caught.value.diagnostics}) == 3
    assert any(problem.path.endswith("operators/alpha.yaml") for problem in caught.value.diagnostics)
    assert not (tmp_path / "output").exists()


def test_what_was_measured_is_not_measured_again(content_copy, tmp_path, monkeypatch):
    """A spacing known to be too airy is passed over without a layout, and so is a handout known to fit."""
    add_questions(content_copy, MANY)
    content = validate_content(content_copy, FONTS)
    worker, task = make_worker(content, tmp_path), Task(ALPHA, content.operators["alpha"], measured=True)
    first = make_fitting(worker, task, frozenset())
    assert (first.spacing, len(first.too_long), first.entry) == ("tight", 4, None)
    known = frozenset([first.fingerprint + FITS, *(name + TOO_LONG for name in first.too_long)])
    monkeypatch.setattr(Worker, "lay_out", None)
    again = make_fitting(worker, task, known)
    assert (again.spacing, again.fingerprint, again.too_long) == (first.spacing, first.fingerprint, [])


@pytest.mark.parametrize(("count", "spacing"), [(0, "listed"), (SOME, "listed"), (FULL, "normal"), (MANY, "tight")])
def test_the_airiest_that_fits_is_taken(count, spacing, content_copy, tmp_path):
    """It is a question of room alone; a counter page has normal and tight alone, large print always its own."""
    add_questions(content_copy, count)
    content = validate_content(content_copy, FONTS)
    worker = make_worker(content, tmp_path)
    assert make_fitting(worker, Task(ALPHA, content.operators["alpha"], measured=True), frozenset()).spacing == spacing
    assert Handout("alpha", "zh", "km", "counter").spacings == ("normal", "tight")
    assert Handout("alpha", "zh", "km", "large").spacings == ("normal",)


class Answers:
    """A pool whose tasks end in a given order, as `outcomes` says for a handout and its spacing."""

    def __init__(self, order, outcomes):
        self.order, self.outcomes, self.runs = order, outcomes, []

    def __call__(self, _executor, _jobs, _setup, _work, _running, prepare):
        self.prepare = prepare
        return self

    def run(self, tasks):
        """Yield the tasks, all prepared before the first one ends."""
        prepared = [self.prepare(task) for task in tasks]
        self.runs.append([(task.handout.id, task.spacing) for task in prepared])
        for task in sorted(prepared, key=lambda task: self.order.index(task.handout.operator)):
            yield task, self.outcomes(task)


@pytest.mark.parametrize("order", [("alpha", "beta"), ("beta", "alpha")])
@pytest.mark.parametrize("failure", [VerifyError([]), ValueError("a bug")])
def test_order_in_which_handouts_end_decides_nothing(order, failure, content_copy, tmp_path, monkeypatch):
    """A handout that failed in a spacing that its pair does not get is made in the one that it gets."""

    def make(task):
        if task.handout.operator == "beta" and task.spacing == "listed":
            return failure
        entry = CacheEntry(b"pdf", 1, [b"small", b"to print"])
        return Outcome(task.handout.id, [], entry, "tight", [] if task.spacing == "tight" else ["airy one"])

    answers = Answers(order, make)
    monkeypatch.setattr("handout.workers.make.Pool", answers)
    inspection = inspect_content(content_copy, FONTS)
    handouts = plan_handouts(inspection.content, pairs=[PAIR], editions=["standard"])
    request = Request(content_copy, tmp_path / "output")
    guide = inspection.content.guide.model_copy(update={"editions": ["standard"]})
    inspection = replace(inspection, content=inspection.content.model_copy(update={"guide": guide}))
    assert len(make_handouts(inspection, handouts, tmp_path, request, lambda *_: None)) == 2
    assert answers.runs[1:] == [[(f"beta.{PAIR}", "tight")]]
