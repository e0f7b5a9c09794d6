"""Killed builds, damaged caches and wrong clocks cost nothing."""

import os
import random
import shutil
import subprocess
import sys

import pytest

import build
from handout.base.files import find_differences, read_sums
from handout.base.paths import ROOT

CONTENT = ["--content", str(ROOT / "tests" / "content")]
SMALL = ["--operator", "alpha", "--languages", "zh-en", "--edition", "standard", "--jobs", "1"]


def build_small(tmp_path, *arguments):
    """Build one handout and return the sums of the output, all of which hold."""
    assert build.main(["build", "--output", str(tmp_path / "output"), *CONTENT, *SMALL, *arguments]) == 0
    assert list(find_differences(tmp_path / "output")) == []
    return read_sums(tmp_path / "output")


@pytest.mark.linux("a fork of a process that has loaded everything")
@pytest.mark.parametrize("kills", [pytest.param(2, marks=pytest.mark.short), pytest.param(8, marks=pytest.mark.long)])
def test_killed_builds_lose_nothing(kills):
    """Builds killed at random moments leave the old output or the new one; "make crash" kills two hundred."""
    command = [sys.executable, ROOT / "tests" / "crash.py", str(kills), "8"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert f"{kills} of {kills} kills survived" in result.stdout, result.stdout + result.stderr
    assert result.returncode == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small build with its cache, and its sums."""
    folder = tmp_path_factory.mktemp("made")
    return folder, build_small(folder)


def flip(data, chance):
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


DAMAGES = {
    "a flipped bit": flip,
    "cut off": lambda data, chance: data[: chance.randrange(len(data))],
    "empty": lambda _data, _chance: b"",
    "other bytes": lambda data, chance: chance.randbytes(len(data)),
}


@pytest.mark.parametrize(
    "damage", ["a flipped bit", *(pytest.param(name, marks=pytest.mark.long) for name in list(DAMAGES)[1:])]
)
def test_damaged_cache_is_made_anew(damage, made, tmp_path):
    """Whatever happens to every file of the cache, the next build gives the same bytes as before."""
    folder, sums = made
    shutil.copytree(folder / ".cache", tmp_path / ".cache")
    files = [path for path in sorted((tmp_path / ".cache").rglob("*")) if path.is_file() and path.stat().st_size]
    assert len(files) >= 2
    chance = random.Random(8)
    for path in files:
        path.write_bytes(DAMAGES[damage](path.read_bytes(), chance))
    assert build_small(tmp_path) == sums


def test_edit_dated_in_the_past_is_built(tmp_path, content_copy):
    """When the clock was set back, an edit of the same length with an older time is still an edit."""
    before = build_small(tmp_path, "--content", str(content_copy))
    path = content_copy / "faqs.yaml"
    status, text = path.stat(), path.read_text(encoding="utf-8")
    assert "en: An eSIM can" in text
    path.write_text(text.replace("en: An eSIM can", "en: An eSIM may"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 10**18))
    after = build_small(tmp_path, "--content", str(content_copy))
    assert before["pdf/alpha.zh-en.pdf"] != after["pdf/alpha.zh-en.pdf"]


def test_files_dated_in_the_future_are_no_trouble(made, tmp_path):
    """Caches and outputs written before the clock was set back are used or replaced like others."""
    folder, sums = made
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.rglob("*"):
        os.utime(path, (2**32, 2**32))
    (tmp_path / "output" / "index.html").write_text("damaged")
    assert build_small(tmp_path) == sums


def test_nothing_outside_output_and_cache_is_written(made):
    """Beside the output a build leaves its cache and its lock, and no other file."""
    assert sorted(path.name for path in made[0].iterdir()) == [".cache", ".output.lock", "output"]
