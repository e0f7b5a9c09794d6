"""The rooms' contracts (pyproject.toml, tool.importlinter) hold, and a planted import against the line breaks them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handout.base.paths import ROOT
from handout.workers import cache


def lint(folder):
    """Return the exit status and the words of lint-imports for the project in a folder."""
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path):
    """A copy of the code and its contracts."""
    shutil.copytree(ROOT / "handout", tmp_path / "handout", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("base/files.py", "import handout.model.texts", "No room imports from one above it"),
        ("workers/cache.py", "import handout.publish.staging", "No room imports from one above it"),
        ("verify/pages.py", "import handout.typeset.tagging", "Verification knows nothing"),
        ("verify/pages.py", "import pydyf", "Verification knows nothing"),
        ("verify/pages.py", "import handout.verify.verify", "No circles between modules"),
        ("render/page.py", "def late():\n    import weasyprint", "WeasyPrint and pydyf are known to typeset alone"),
        (
            "load/guards.py",
            "from typing import TYPE_CHECKING as T\nif T:\n    import handout.load.tree",
            "No circles between modules",
        ),
    ],
)
def test_import_against_the_line_is_refused(project, module, line, contract):
    """An import upwards, in a circle, or of what a room must not know, fails the lint, wherever it stands."""
    path = project / "handout" / module
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")
    status, words = lint(project)
    assert status == 1
    broken = [row for row in words.splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken), words


def test_change_in_a_room_changes_the_fingerprint(project, monkeypatch):
    """Handouts made by other code do not come from the cache, in whatever room the change is."""
    monkeypatch.setattr(cache, "CODE", project / "handout")
    before = cache.hash_code()
    for path in sorted(project.glob("handout/*/*.py")):
        path.write_text(path.read_text(encoding="utf-8") + "#\n", encoding="utf-8")
        after = cache.hash_code()
        assert after != before, path
        before = after


def test_moved_module_changes_the_fingerprint(project, monkeypatch):
    """Where a module lies counts, not only what is in it."""
    monkeypatch.setattr(cache, "CODE", project / "handout")
    before = cache.hash_code()
    (project / "handout" / "base" / "files.py").rename(project / "handout" / "plan" / "files.py")
    assert cache.hash_code() != before
