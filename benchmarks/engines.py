"""The engines that benchmarks/speed.py times, each with as many lanes as asked for, that make handouts side by side.

A lane is a function that makes the PDF of a page of `pages.write_pages`. It is a process of its own, which runs this
file, or a tab of Chromium.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[[str, Path], None]

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "templates" / "fonts"
CHROMIUM = (
    *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--allow-file-access-from-files",
)
PRINTED = {
    "preferCSSPageSize": True,
    "printBackground": True,
    "generateTaggedPDF": True,
    "generateDocumentOutline": True,
}
# The same strings in two columns, language beside language, with the same fonts and sizes.
TYPST = """
#set document(title: "Handout")
#set page(paper: "a4", margin: (x: 12mm, top: 12mm, bottom: 18mm))
#set page(footer: context counter(page).display("1 / 1", both: true))
#set text(size: 11pt)
#let fonts = json(bytes(sys.inputs.fonts))
#let cells = json(bytes(sys.inputs.strings)).map(it => text(lang: it.at(0), font: fonts.at(it.at(0)), it.at(1)))
#grid(columns: (1fr, 1fr), column-gutter: 6mm, row-gutter: 2mm, ..cells)
"""


def load_ours(pages: Path) -> Make:
    """Return this project's own line, verification and pictures included, from content to PDF."""
    sys.path.insert(0, str(ROOT))
    from handout.plan.handouts import plan_handouts
    from handout.validate.inspect import validate_content
    from handout.workers.worker import make_worker

    content = validate_content(ROOT / "content", FONTS)
    planned = {handout.id: handout for handout in plan_handouts(content)}
    worker = make_worker(content, Path(tempfile.mkdtemp(dir=pages)))

    def make(name: str, path: Path) -> None:
        spacing = json.loads((pages / f"{name}.json").read_bytes())["spacing"]
        path.write_bytes(worker.typeset(worker.render(planned[name], spacing)).pdf)

    return make


def load_weasyprint(pages: Path) -> Make:
    """Return WeasyPrint as its tutorial has it; neither tags nor form fields."""
    import weasyprint

    return lambda name, path: weasyprint.HTML(pages / f"{name}.html").write_pdf(path)


def load_typst(pages: Path) -> Make:
    """Return Typst as its package for Python has it, with its usual tags."""
    import typst

    source = Path(tempfile.mkdtemp(dir=pages)) / "page.typ"
    source.write_text(TYPST, "utf-8")

    def make(name: str, path: Path) -> None:
        page = json.loads((pages / f"{name}.json").read_bytes())
        inputs = {key: json.dumps(page[key]) for key in ("fonts", "strings")}
        compiler = typst.Compiler(source, None, [FONTS], ignore_system_fonts=True, sys_inputs=inputs)
        compiler.compile(output=path)

    return make


LOADERS = {"This project": load_ours, "WeasyPrint": load_weasyprint, "Typst": load_typst}


@contextmanager
def open_processes(engine: str, pages: Path, lanes: int) -> Iterator[list[Make]]:
    """Yield the lanes of an engine that makes one handout at a time in a process."""
    command, pipe = [sys.executable, __file__, engine, str(pages)], subprocess.PIPE
    with ExitStack() as stack:
        started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(lanes)]
        yield [_ask(stack.enter_context(process)) for process in started]


def _ask(process: subprocess.Popen[str]) -> Make:
    def make(name: str, path: Path) -> None:
        assert process.stdin
        assert process.stdout
        print(name, path, file=process.stdin, flush=True)
        assert process.stdout.readline() == "made\n"

    return make


@contextmanager
def open_chromium(_engine: str, pages: Path, lanes: int) -> Iterator[list[Make]]:
    """Yield the tabs of one Chromium that is open already."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [*CHROMIUM, f"--user-data-dir={profile}", "about:blank"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                port_file = Path(profile) / "DevToolsActivePort"
                while not (port_file.exists() and port_file.read_text("ascii").strip()):
                    assert process.poll() is None, "Chromium does not start"
                    time.sleep(0.05)
                address = f"http://127.0.0.1:{port_file.read_text('ascii').split()[0]}/json/new"
                yield [Tab(address, pages).make for _ in range(lanes)]
            finally:
                process.terminate()


class Tab:
    """A tab of a running Chromium, spoken to over its DevTools protocol."""

    def __init__(self, address: str, pages: Path) -> None:
        import websocket

        with urllib.request.urlopen(urllib.request.Request(address, method="PUT")) as answer:
            target = json.load(answer)["webSocketDebuggerUrl"]
        self._socket = websocket.create_connection(target, suppress_origin=True)
        self._pages, self._number = pages, 0
        self._call("Page.enable")

    def make(self, name: str, path: Path) -> None:
        """Load a page and print it when its fonts are there."""
        self._call("Page.navigate", url=(self._pages / f"{name}.html").as_uri())
        while json.loads(self._socket.recv()).get("method") != "Page.loadEventFired":
            pass
        self._call("Runtime.evaluate", expression="document.fonts.ready.then(() => 1)", awaitPromise=True)
        path.write_bytes(base64.b64decode(self._call("Page.printToPDF", **PRINTED)["data"]))

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                return dict(answer["result"])


ENGINES = {
    "This project": open_processes,
    "Chromium": open_chromium,
    "WeasyPrint": open_processes,
    "Typst": open_processes,
}


def main() -> None:
    """Make what standard input asks for, line by line: a page's name, a blank, the PDF's path."""
    make = LOADERS[sys.argv[1]](Path(sys.argv[2]))
    for line in sys.stdin:
        name, path = line.strip().split(" ", 1)
        make(name, Path(path))
        print("made", flush=True)


if __name__ == "__main__":
    main()
