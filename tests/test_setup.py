"""scripts/setup waits for a busy apt, finds Homebrew wherever it is, and says what a machine cannot do."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest
import yaml

from handout.base.paths import ROOT

SETUP = ROOT / "scripts" / "setup"
# A stand-in for .venv/bin/python: the libraries are there once apt has installed them.
PYTHON = 'case "$*" in *sysconfig*) echo "$PWD";; -) test -e installed;; *) echo "$*" >pip;; esac'
APT = """case "$*" in
*update*) echo . >>updates; test "$(wc -l <updates)" -gt {busy} || {{ echo "{words}"; exit 100; }};;
*) echo "$*" >installed;;
esac"""
BUSY = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)"


@pytest.fixture
def machine(tmp_path):
    """A function that runs setup on a machine that has these programs beside those of every system."""
    (tmp_path / "bin").mkdir()

    def setup(**programs):
        named = {"id": "echo 0", "sleep": ":", "pdftotext": ":", ".venv/bin/python": PYTHON, **programs}
        for name, words in named.items():
            path = tmp_path / ("" if "/" in name else "bin") / name.replace("_", "-")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"#!/bin/sh\n{words}\n")
            path.chmod(0o755)
        for name in ("cat", "env", "sh", "test", "touch", "wc"):
            (tmp_path / "bin" / name).symlink_to(shutil.which(name))
        command = ["/bin/sh", SETUP, "requirements.txt"]
        environment = {"PATH": str(tmp_path / "bin")}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return setup


@pytest.mark.parametrize(
    ("busy", "words", "updates"),
    [(0, "", 1), (1, BUSY, 2), (7, BUSY, 8), (10**6, BUSY, 121), (10**6, "E: no network", 1)],
)
def test_a_busy_apt_is_waited_for(machine, tmp_path, busy, words, updates):
    """The lists' lock is tried again, ten minutes at most; for the other one apt itself waits."""
    done = machine(apt_get=APT.format(busy=busy, words=words))
    assert done.returncode == 0, done.stderr
    assert "waits while another program installs" in done.stdout
    assert len((tmp_path / "updates").read_text().split()) == updates
    assert "-o DPkg::Lock::Timeout=600" in (tmp_path / "installed").read_text()
    assert "--require-hashes" in (tmp_path / "pip").read_text()


def test_homebrew_is_found_wherever_it_is(machine, tmp_path):
    """Each Python of .venv looks for libraries in Homebrew's folder, unless the user has set another one."""
    machine(brew='test "$*" = --prefix && echo "/home/me/home brew"; touch installed')
    line = (tmp_path / "homebrew.pth").read_text()
    for before, after in ((None, "/home/me/home brew/lib:/usr/local/lib:/usr/lib"), ("mine", "mine")):
        environment = {"DYLD_FALLBACK_LIBRARY_PATH": before} if before else {}
        code = f"{line}print(os.environ['DYLD_FALLBACK_LIBRARY_PATH'])"
        done = subprocess.run(
            ["python3", "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=True
        )
        assert done.stdout == f"{after}\n"


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        ({"ldd": "echo 'musl libc (x86_64)' >&2; exit 1"}, "Alpine (musl) has no wheels of zxing-cpp; use"),
        ({"ldd": "echo 'ldd (GNU libc) 2.41'", "apk": ":"}, "install Pango 1.44"),  # Wolfi: apk, but glibc
        ({"uname": "echo Darwin x86_64"}, "an Intel processor has no wheels of pikepdf and cryptography; use"),
        ({"uname": "echo Darwin arm64", "brew": "echo /x"}, "run: brew install"),
        ({"apt_get": "exit 100"}, "run: sudo apt-get install libpango"),
        ({"dnf": ":", "brew": "echo /x"}, "run: sudo dnf install"),
        ({"pacman": ":"}, "run: sudo pacman"),
        ({"brew": "echo /x"}, "run: brew install"),
        ({}, "install Pango 1.44"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_what_a_machine_lacks_is_said_in_one_line(machine, programs, words):
    """Status 3, and the way out on this system."""
    done = machine(**programs)
    assert done.returncode == 3
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_pythons_agree():
    """The workflow runs on the oldest Python and on the newest one that setup takes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = re.search(r"for name in (.*) python3;", SETUP.read_text("utf-8"))[1].split()
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "publish.yml").read_text("utf-8"))
    pythons = workflow["jobs"]["build"]["strategy"]["matrix"]["python"]
    assert [f"python{version}" for version in pythons] == [names[-1], names[0]]
    assert project["requires-python"] == f">={pythons[0]}"
    # Setup takes an existing .venv; of all Pythons that the machine has it would take the newest.
    assert "python -m venv .venv" in workflow["jobs"]["build"]["steps"][2]["run"]
    assert f"< (3, {int(pythons[-1].split('.')[1]) + 1})" in SETUP.read_text("utf-8")
