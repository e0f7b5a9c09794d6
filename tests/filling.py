"""Fill in the forms of made handouts with the site's own fill.js, on Node.

`python tests/filling.py SITE FOLDER` fills every field of every form of a built site, for checkers that take a folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from readers import TESTS, give_up

FILL = [str(TESTS / "fill.mjs"), str(TESTS.parent / "templates" / "site")]


@contextmanager
def open_filler():
    """Give a function that writes a form's PDF with values in it, and returns what fill.mjs answers."""
    if not shutil.which("node"):
        give_up("node is not installed: apt install nodejs")
    with subprocess.Popen(["node", *FILL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def fill(form, pdf, target, values):
            """Fill in; ``form`` is the path of its description."""
            line = {"form": str(form), "pdf": str(pdf), "target": str(target), "values": values}
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield fill
        process.stdin.close()


def fill_all(form):
    """Return a value for every field of a form: a tick, or a text of its own with an accent and signs that PDF uses."""
    return {name: "on" in field or f"({number}) Zoë \\" for number, (name, field) in enumerate(form["fields"].items())}


def main(site, folder):
    """Fill in every form of a built site."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_filler() as fill:
        for path in sorted((site / "forms").glob("*.json")):
            form = json.loads(path.read_bytes())
            answer = fill(path, site / form["pdf"], folder / f"{path.stem}.pdf", fill_all(form))
            assert answer["error"] is None, f"{path}: {answer}"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
