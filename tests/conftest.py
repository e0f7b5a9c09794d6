"""What several tests share: the content to break, and one real build."""

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


@pytest.fixture
def content_copy(tmp_path, monkeypatch):
    """A copy of the content to break, in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "content", tmp_path / "content")
    return Path("content")


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """The output folder of one whole build, made once for all test processes."""
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent
    output = root / "output"
    with FileLock(root / "build.lock"):
        if not (output / "manifest.json").exists():
            build_handouts(Request(output=output, jobs=2))
    return output


@pytest.fixture(scope="session")
def manifest(built):
    """The manifest of the whole build."""
    return json.loads((built / "manifest.json").read_text(encoding="utf-8"))
