"""A running preview of a copy of the project, so that tests may edit its templates as well as its content."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys

from handout.base.paths import FONTS, ROOT
from handout.preview.app import HOST


def copy_project(folder):
    """Copy the code and the templates, with the tests' own content, into an empty folder; return the folder."""
    shutil.copytree(ROOT / "handout", folder / "handout", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "templates", folder / "templates", ignore=shutil.ignore_patterns("fonts"))
    (folder / "templates" / "fonts").symlink_to(FONTS)
    shutil.copytree(ROOT / "tests" / "content", folder / "content")
    shutil.copy(ROOT / "build.py", folder)
    return folder


@contextlib.contextmanager
def run_preview(project, port=0):
    """Serve a project's preview until Ctrl-C, on which nothing is said; yield the port."""
    command = [sys.executable, project / "build.py", "serve", "--port", str(port)]
    # With the machine's fonts, which typesetting in this process has turned off: without any, WeasyPrint warns.
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=environment, **pipes)
    try:
        yield int(process.stdout.readline().split(":")[2].split("/")[0])
    finally:
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, ""), errors


def fetch(port, path, host=None):
    """Return status and body of an answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


class Events:
    """The stream of what has changed, after the problems that there are at its beginning."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.connection.request("GET", "/events")
        self.stream = self.connection.getresponse()
        self.read()

    def close(self):
        """Hang up."""
        self.stream.close()
        self.connection.close()

    def read(self):
        """Return the next message."""
        line = self.stream.readline()
        assert line.startswith(b"data:"), "the stream has ended"
        self.stream.readline()
        return json.loads(line[5:])

    def wait(self, key):
        """Return the next change that has the key; the state of a handout at the beginning is none."""
        while key not in (message := self.read()) or {"phone", "pdf"} <= message.keys():
            pass
        return message
