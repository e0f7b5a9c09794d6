"""What several tests share: the tests' own small content, copies to change, and builds."""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from handout.base.paths import FONTS, ROOT
from handout.pipeline import build_handouts
from handout.validate.inspect import validate_content
from handout.workers.request import Request

FROZEN = ROOT / "tests" / "content"  # two invented operators; what editors change in content/ changes nothing there
# A shell that runs the tests in its background has its children ignore Ctrl-C, and theirs too; some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    """Add a switch that writes golden files anew, and the content that tests/handouts checks."""
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew; look at them before committing"
    )
    parser.addoption("--content", default=str(ROOT / "content"), help="the content that tests/handouts checks")


def pytest_collection_modifyitems(items):
    """Leave out the tests that need Linux on other systems; the reason says what they need."""
    for item in items if sys.platform != "linux" else ():
        for marker in item.iter_markers("linux"):
            item.add_marker(pytest.mark.skip(reason=f"needs Linux: {marker.args[0]}"))


@pytest.fixture
def update_golden(request):
    """Whether golden files are to be written anew."""
    return request.config.getoption("--update-golden")


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
def build_once(tmp_path_factory, worker_id):
    """A function of a content's folder and a name that builds it once for all test processes: the output folder."""
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent

    def build(content, name):
        output = root / name / "output"
        with FileLock(root / f"{name}.lock"):
            if not (output / "manifest.json").exists():
                build_handouts(Request(content, output, jobs=2))
        return output

    return build


@pytest.fixture(scope="session")
def frozen_built(build_once):
    """The output folder of one whole build of the tests' own content."""
    return build_once(FROZEN, "frozen")
