"""The content that an editor keeps, what a build makes of it, and the handouts that it has to make."""

from __future__ import annotations

import json
from functools import cache
from itertools import cycle, islice
from pathlib import Path

import pytest
import yaml

from handout.base.paths import FONTS
from handout.validate.inspect import validate_content


def pytest_generate_tests(metafunc):
    """Run a test for each handout that its argument asks for: of all, all but the counter pages, ...

    In short, for those of the sample.
    """
    selected = select_handouts(Path(metafunc.config.getoption("--content")))
    for argument, names in selected.items():
        if argument in metafunc.fixturenames:
            marks = {name: [] if name in selected["sample_id"] else [pytest.mark.long] for name in names}
            metafunc.parametrize(argument, [pytest.param(name, marks=marks[name]) for name in names])


@cache
def select_handouts(folder):
    """Return argument -> ids of handouts, by the files read plainly: what a build plans is compared with it."""
    guide = yaml.safe_load((folder / "guide.yaml").read_text("utf-8"))
    operators = sorted(path.stem for path in (folder / "operators").glob("*.yaml"))
    pairs, endings = (
        sorted(guide["pairs"]),
        {edition: f".{edition}" for edition in guide["editions"]} | {"standard": ""},
    )
    ids = [f"{operator}.{pair}{endings[e]}" for operator in operators for pair in pairs for e in guide["editions"]]
    names = list(islice(zip(cycle(operators), cycle(pairs), strict=False), max(len(operators), len(pairs))))
    sample = [".".join(name) for name in names]
    sample += [f"{operators[-1]}.{pairs[0]}{endings[e]}" for e in guide["editions"] if e != "standard"]
    return {
        "handout_id": ids,
        "whole_id": [name for name in ids if not name.endswith(".counter")],
        "large_id": [name for name in ids if name.endswith(".large")],
        "pair_id": sample[: len(pairs)],
        "sample_id": sample,  # each operator, pair and edition at least once
    }


@pytest.fixture(scope="session")
def folder(request):
    """The folder of the content."""
    return Path(request.config.getoption("--content")).resolve()


@pytest.fixture(scope="session")
def planned(folder):
    """The ids of all handouts, by the files."""
    return select_handouts(folder)["handout_id"]


@pytest.fixture(scope="session")
def content(folder):
    """The content."""
    return validate_content(folder, FONTS)


@pytest.fixture(scope="session")
def built(folder, build_once):
    """The output folder of one whole build."""
    return build_once(folder, "built")


@pytest.fixture(scope="session")
def manifest(built):
    """The manifest of the whole build."""
    return json.loads((built / "manifest.json").read_text(encoding="utf-8"))
