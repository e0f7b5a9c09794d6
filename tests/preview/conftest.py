"""What the tests of the preview share."""

import shutil

import pytest

from handout.base.paths import FONTS, TEMPLATES
from handout.preview import preview as module
from handout.workers import worker


@pytest.fixture
def templates(tmp_path, monkeypatch):
    """A copy of the templates, from which the preview and its workers take theirs."""
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder, ignore=shutil.ignore_patterns("fonts"))
    (folder / "fonts").symlink_to(FONTS)
    for user in (module, worker):
        monkeypatch.setattr(user, "TEMPLATES", folder)
    return folder
