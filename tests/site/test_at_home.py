"""The lines of docs/publishing.md that show the site on an editor's own machine do so as they stand."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from handout.base.paths import ROOT
from handout.cli import main as cli

AT_HOME = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8").partition("## At home")[2].partition("\n## ")[0]
LINES = [line for block in re.findall(r"```\n(.*?)```", AT_HOME, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def address(frozen_built, tmp_path):
    """The address of the site that the line for a server serves, in a folder whose output/ is a built one."""
    (tmp_path / "output").symlink_to(frozen_built)
    (line,) = [line for line in LINES if "http.server" in line]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    assert "http://127.0.0.1:8080/" in AT_HOME
    words = shlex.split(line.replace(" 8080 ", f" {port} "))
    assert words[0] == "python"
    with subprocess.Popen([sys.executable, *words[1:]], cwd=tmp_path, stderr=subprocess.DEVNULL) as server:
        yield f"http://127.0.0.1:{port}/"
        server.terminate()


def ask(url):
    """Return the content type and the bytes of an address, when the server has come up."""
    for _ in range(100):
        try:
            with urlopen(url, timeout=5) as answer:
                return answer.headers.get_content_type(), answer.read()
        except URLError:
            time.sleep(0.1)
    pytest.fail("the server does not come up")


def test_site_at_home_is_what_was_built(address, frozen_built):
    """Start page, phone pages and PDFs are served as what they are, byte for byte."""
    assert ask(address) == ("text/html", (frozen_built / "index.html").read_bytes())
    first = json.loads(ask(address + "manifest.json")[1])["handouts"][0]
    for key, kind in (("pdf", "application/pdf"), ("html", "text/html"), ("preview", "image/png")):
        assert ask(address + first[key]) == (kind, (frozen_built / first[key]).read_bytes())


def test_other_lines_are_commands(frozen_built, monkeypatch):
    """What else stands there is typed as it stands: a build, and a check of the folder."""
    commands = [shlex.split(line)[2:] for line in LINES if line.startswith("python build.py")]
    assert [words[:1] for words in commands] == [[], ["verify-published"]]
    monkeypatch.chdir(frozen_built.parent)
    assert cli.main(commands[1]) == 0
