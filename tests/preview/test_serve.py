"""The preview shows both pages, follows each saved change, and keeps the last good pages when something is wrong."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys

import pytest

from handout.base.diagnostics import MachineError
from handout.base.paths import ROOT
from handout.preview.app import HOST, serve_preview

NAME = "alpha.en-km"


@pytest.fixture
def server(content_copy):
    """A running preview of a copy of the content; yields its port."""
    command = [
        sys.executable,
        str(ROOT / "build.py"),
        "serve",
        "--port",
        "0",
        "--content",
        str(content_copy.absolute()),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield int(process.stdout.readline().split(":")[2].split("/")[0])
    process.terminate()
    _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors


def fetch(port, path, host=None):
    """Return status and body of an answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


class Events:
    """The stream of what has changed."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.connection.request("GET", "/events")
        self.stream = self.connection.getresponse()
        self.stream.readline()

    def close(self):
        """Hang up."""
        self.stream.close()
        self.connection.close()

    def wait(self, key):
        """Return the next message that has the key."""
        while True:
            line = self.stream.readline()
            if line.startswith(b"data:") and key in (message := json.loads(line[5:])):
                return message


def test_preview_follows_changes(server, content_copy):
    """Both pages are shown; a saved text comes to both; a mistake is shown with its place and mended again."""
    status, page = fetch(server, f"/show/{NAME}")
    assert status == 200
    assert b'alt="page 3"' in page
    assert fetch(server, f"/pdf/{NAME}")[1].startswith(b"%PDF")
    assert fetch(server, f"/page/{NAME}/0")[1].startswith(b"\x89PNG")
    events, faqs = Events(server), content_copy / "faqs.yaml"
    good = faqs.read_text(encoding="utf-8")
    before = fetch(server, f"/pdf/{NAME}")[1]
    faqs.write_text(
        good.replace("en: Can I just stop using the number?", "en: What if the number lapses?"), encoding="utf-8"
    )
    assert events.wait("phone")["id"] == NAME
    assert b"What if the number lapses?" in fetch(server, f"/phone/{NAME}")[1]
    assert events.wait("pdf")["pages"] == 3
    assert fetch(server, f"/pdf/{NAME}")[1] != before
    faqs.write_text(good.replace("  question:\n", "  qestion:\n", 1), encoding="utf-8")
    while "qestion" not in (message := events.wait("problems"))["problems"]:
        pass
    assert "faqs.yaml:3:3: error: unknown key" in message["problems"]
    assert b"What if the number lapses?" in fetch(server, f"/phone/{NAME}")[1]
    faqs.write_text(good, encoding="utf-8")
    while "qestion" in events.wait("problems")["problems"]:
        pass
    assert b"Can I just stop using the number?" in fetch(server, f"/phone/{NAME}")[1]
    events.close()


def test_only_this_machine(server):
    """It listens on loopback, answers to no other name, and shows no other file."""
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", server))
    assert fetch(server, "/", host="evil.example")[0] == 400
    assert fetch(server, "/pdf/..%2F..%2Fetc%2Fpasswd")[0] == 404
    assert fetch(server, "/../print.css.j2")[0] == 404
    assert fetch(server, "/phone/nothing")[0] == 404


def test_taken_port_is_told(content_copy, tmp_path):
    """A port in use is the machine's lack, with the command that helps."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(MachineError, match=f"--port {port + 1}"):
            serve_preview(content_copy, port, tmp_path, print)
