"""What the benchmarks choose, count and write; that they run is seen by running them."""

import importlib
import json
import threading
from collections import Counter

import pytest

from handout.base.paths import FONTS, ROOT
from handout.plan.handouts import plan_handouts
from handout.validate.inspect import validate_content

BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture(autouse=True)
def _found(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def test_tables_and_plots_are_those_of_the_figures():
    """Tables, plots and README say what benchmarks/results.json has; if not, run `make bench`."""
    results = importlib.import_module("results")
    known = json.loads((BENCHMARKS / "results.json").read_bytes())
    assert (BENCHMARKS / "results.md").read_text("utf-8").partition("\n\n")[2] == results.format_results(known)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"<!-- speed -->\n{results.format_for_readme(known).rstrip()}\n<!-- /speed -->" in readme
    for name, plot in results.draw_plots(known).items():
        assert (BENCHMARKS / f"{name}.svg").read_text("utf-8") == plot


def test_engines_are_compared_on_the_mix_of_a_build():
    """Each operator, edition and pair stands for as many of the compared handouts as of all; none is warmed up with."""
    content = validate_content(ROOT / "tests" / "content", FONTS)
    warming, *chosen = importlib.import_module("speed").choose_handouts(content)
    planned = plan_handouts(content)
    assert warming in planned
    assert warming not in chosen
    for share in (lambda handout: handout.operator, lambda handout: handout.edition):
        counts, all_counts = Counter(map(share, chosen)), Counter(map(share, planned))
        assert {name: count * len(planned) for name, count in counts.items()} == {
            name: count * len(chosen) for name, count in all_counts.items()
        }
    pairs = Counter((handout.reader, handout.staff) for handout in chosen)
    assert max(pairs.values()) - min(pairs.values()) <= 1


@pytest.mark.parametrize("lanes", [1, 2, 3])
def test_lanes_share_the_pages(tmp_path, monkeypatch, lanes):
    """Lanes make each page once, after the one to warm up with, and as many as are as fast divide the time."""
    speed, made = importlib.import_module("speed"), []
    clock, together = threading.local(), threading.Barrier(lanes)
    monkeypatch.setattr(speed.time, "perf_counter", lambda: getattr(clock, "now", 0))

    def make(name, _path):
        made.append(name)
        clock.now = getattr(clock, "now", 0) + 6
        together.wait(10)  # each lane has one page at a time, none makes all

    names = [f"page-{number}" for number in range(2 * lanes)]
    assert speed.make_together([make] * lanes, tmp_path, "warm", names) == pytest.approx(6 / lanes)
    assert Counter(made) == Counter({"warm": lanes} | dict.fromkeys(names, 1))
