"""From saving to seeing: edit a text while the preview is open, and wait for the new phone page and the new PDF.

Usage: python benchmarks/preview.py [ROUNDS] [HANDOUT]
Writes a copy of the content, serves it, and for each round replaces one text in place (20 rounds unless told). A round
ends for the phone page when its new HTML has been fetched, and for the PDF when the picture of page 1 has.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE, TEXT = "faqs.yaml", "en: What if I lost the SIM card?"


def main():
    """Measure, and print the medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    name = sys.argv[2] if len(sys.argv) > 2 else "smart.en-km"
    if "en" not in name.split(".")[1]:
        sys.exit(f"{name} has no English, in which the text is edited")
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        shutil.copytree(ROOT / "content", content)
        command = [sys.executable, str(ROOT / "build.py"), "serve", "--port", "0", "--content", str(content)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            port = int(server.stdout.readline().split(":")[2].split("/")[0])
            phone, pdf = zip(*measure(port, content, name, rounds), strict=True)
        finally:
            server.terminate()
            server.wait()
    for what, times in (("phone page", phone), ("PDF", pdf)):
        print(f"{name}, {what}: median {statistics.median(times):.2f} s, "
              f"{min(times):.2f} to {max(times):.2f} s, {rounds} rounds")  # fmt: skip


def measure(port, content, name, rounds):
    """Yield the seconds until the phone page and until page 1 of the PDF were fetched anew."""
    fetch(port, f"/show/{name}")
    events = http.client.HTTPConnection("127.0.0.1", port)
    events.request("GET", "/events")
    stream = events.getresponse()
    wait(stream, "pdf")  # the first time
    original = (content / FILE).read_text(encoding="utf-8")
    for number in range(rounds):
        time.sleep(0.3)
        word = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        words = f"en: What if I lost the card, {word}?"
        start = time.perf_counter()
        (content / FILE).write_text(original.replace(TEXT, words), encoding="utf-8")
        wait(stream, "phone")
        assert f"card, {word}?" in re.sub("<[^>]+>", "", fetch(port, f"/phone/{name}").decode())
        phone = time.perf_counter() - start
        wait(stream, "pdf")
        fetch(port, f"/page/{name}/0")
        yield phone, time.perf_counter() - start
        wait(stream, "problems")


def wait(stream, key):
    """Read events until one has the key, and a value other than 0."""
    while True:
        line = stream.readline()
        if line.startswith(b"data:") and json.loads(line[5:]).get(key, 0) != 0:
            return


def fetch(port, path):
    """Return the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status, body[:300])
    connection.close()
    return body


if __name__ == "__main__":
    main()
