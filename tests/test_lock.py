"""Libraries and fonts are those that were reviewed, and fonts have their licences."""

import hashlib
import re

import pytest

from handout.base.paths import FONTS, ROOT


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_library_is_locked_by_hash(name):
    """No library can be installed whose file has not one of the known hashes; no address of an index is kept."""
    lock = (ROOT / name).read_text(encoding="utf-8")
    requirements = re.split(r"(?m)^(?=[a-z])", lock)[1:]
    assert len(requirements) > 20
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+==\S+", requirement)
        assert "--hash=sha256:" in requirement
    assert "://" not in lock


def test_fonts_are_pinned():
    """The fonts are the ones whose hashes are written down in their folder, where their licences are, too."""
    pinned = dict(reversed(line.split("  ")) for line in (FONTS / "SHA256SUMS").read_text().splitlines())
    assert set(pinned) == {path.name for path in FONTS.glob("*.ttf")}
    for name, digest in pinned.items():
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest
        assert "SIL OPEN FONT LICENSE" in (FONTS / f"OFL-{name.split('-')[0]}.txt").read_text(encoding="utf-8")
