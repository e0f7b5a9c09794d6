"""Only `facts --links` uses a network."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from handout.base.paths import ROOT

# Python itself reports (PEP 578) what a process asks of a network; each process of a run begins with this module.
GUARD = """
import sys

def forbid(event, given):
    names = event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
    if names or (event.startswith("socket.") and isinstance(given[-1], tuple)):  # workers' own sockets are files
        with open(SEEN, "a") as seen:
            print(event, *given[names - 1 :], file=seen)
        raise OSError("no network")

sys.addaudithook(forbid)
"""


# Runs its words as commands, one after the other.
COMMANDS = """
import sys
from handout.cli.main import main

print([main(line.split()) for line in sys.argv[1:]], file=sys.stderr)
"""


def run(folder, *lines):
    """Run commands in one process under the guard; return their statuses, and what was asked of a network."""
    seen = folder / "seen"
    seen.write_text("")
    (folder / "sitecustomize.py").write_text(GUARD.replace("SEEN", repr(str(seen))))
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{ROOT}"}
    lines = [f"{line} --content {ROOT / 'tests' / 'content'}" for line in lines]
    command = [sys.executable, "-c", COMMANDS, *lines]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return done.stderr.splitlines()[-1], seen.read_text()


BUILD = "build --operator alpha --languages en-km --edition counter --output output"
FEW = ["check", "explain alpha-help", "facts", "facts --operator beta", f"{BUILD} --jobs 1"]
MORE = [f"{BUILD} --jobs 2", "explain alpha.en-km", "facts --worksheet --languages en-km --output x", "translations"]


@pytest.mark.parametrize("lines", [FEW, pytest.param(MORE, marks=pytest.mark.long)])
def test_no_other_command_asks_a_network(lines, tmp_path):
    """Checking, explaining, listing and building ask for no host and open no connection, in no process."""
    assert run(tmp_path, *lines) == (str([0] * len(lines)), "")


def test_links_does(tmp_path):
    """The guard sees what it is for: the one command that asks for hosts."""
    status, seen = run(tmp_path, "facts --links --operator beta")
    assert status == "[1]"
    assert "socket.getaddrinfo" in seen
