"""A text may grow: the page gives way, and where it cannot, the editor hears which page, lines and texts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from longer import lengthen_text, replace_text

from handout.base.diagnostics import HandoutError
from handout.model.texts import walk_texts
from handout.plan.handouts import Handout
from handout.workers.worker import Task, make_fitting, make_worker

GROWTH = 0.3  # of each text, one at a time
PORTIONS = 8  # of the texts, of which every other one is tried, each text in one pair: all would take minutes more
VERIFIED = 3  # of so many texts whose handout fits one is typeset and verified; whatever does not fit is, too
TOLD = re.compile(
    r"\d+ lines? too many for the page; this text has \d+|takes \d+ lines, there is room for \d+|the footer takes \d"
)


@pytest.fixture(scope="session")
def worker(content, tmp_path_factory):
    """A worker for the content."""
    return make_worker(content, tmp_path_factory.mktemp("longer"))


@pytest.mark.parametrize(
    ("edition", "portion"),
    [
        ("standard", 0),
        *(pytest.param("standard", portion, marks=pytest.mark.long) for portion in range(2, PORTIONS, 2)),
        pytest.param("large", 0, marks=pytest.mark.long),  # a sample: it has four times the pages
    ],
)
def test_a_longer_text_fits_or_is_named(pair_id, edition, portion, content, worker):
    """Every other text, 30 % longer, in a handout of a pair in turn: it fits, or page, lines and texts are named."""
    operator, pair = pair_id.split(".")
    pairs = content.guide.pairs
    handout = Handout(operator, *pair.split("-"), edition)
    worker.content = content
    html, tried, untold = worker.render(handout).html, 0, []
    # No longer text fits where these do not: the airier spacings need not be tried with each.
    settled = make_fitting(worker, Task(handout, content.operators[operator], measured=True), frozenset()).spacing
    mine = list(walk_texts(content))[portion + PORTIONS * pairs.index(pair) :: PORTIONS * len(pairs)]
    for number, (loc, text) in enumerate(mine):
        worker.content = replace_text(content, loc, lengthen_text(text, content.languages, GROWTH))
        if worker.render(handout).html == html:
            continue
        tried += 1
        task = Task(handout, worker.content.operators[operator], measured=number % VERIFIED > 0, spacing=settled)
        try:
            outcome = make_fitting(worker, task, frozenset())
            if task.measured and outcome.fingerprint in outcome.too_long:
                make_fitting(worker, replace(task, measured=False, spacing=outcome.spacing), frozenset())
                untold.append((loc, "too long, and nothing is told"))
        except HandoutError as error:
            for failure in error.args[0]:
                place, message, where = failure.wrong
                print(loc, failure.check, place, message, where)
                if not (where and place.startswith("page ") and TOLD.search(message)):
                    untold.append((loc, failure))
    assert tried
    assert not untold
