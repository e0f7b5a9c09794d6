"""What several tests share: the project's own content and the tests' own small one, a copy to break, and builds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from handout.base.paths import FONTS, ROOT
from handout.pipeline import build_handouts
from handout.validate.inspect import validate_content
from handout.workers.request import Request

FROZEN = ROOT / "tests" / "content"  # two invented operators; what editors change in content/ changes nothing there


def pytest_addoption(parser):
    """Add the one switch that writes golden files anew."""
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew; look at them before committing"
    )


@pytest.fixture
def update_golden(request):
    """Whether golden files are to be written anew."""
    return request.config.getoption("--update-golden")


@pytest.fixture(scope="session")
def content():
    """The project's own content."""
    return validate_content(ROOT / "content", FONTS)


@pytest.fixture(scope="session")
def frozen_content():
    """The tests' own content."""
    return validate_content(FROZEN, FONTS)


@pytest.fixture
def content_copy(tmp_path, monkeypatch):
    """A copy of the tests' own content to break, in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FROZEN, tmp_path / "content")
    return Path("content")


@pytest.fixture
def project_copy(tmp_path, monkeypatch):
    """A copy of the project's own content, in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "content", tmp_path / "content")
    return Path("content")


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """The output folder of one whole build of the project's own content."""
    return build_once(ROOT / "content", "built", tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def frozen_built(tmp_path_factory, worker_id):
    """The output folder of one whole build of the tests' own content."""
    return build_once(FROZEN, "frozen", tmp_path_factory, worker_id)


def build_once(content, name, tmp_path_factory, worker_id):
    """Build a content once for all test processes; return the output folder."""
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent
    output = root / name / "output"
    with FileLock(root / f"{name}.lock"):
        if not (output / "manifest.json").exists():
            build_handouts(Request(content, output, jobs=2))
    return output


@pytest.fixture(scope="session")
def manifest(built):
    """The manifest of the whole build of the project's own content."""
    return json.loads((built / "manifest.json").read_text(encoding="utf-8"))
