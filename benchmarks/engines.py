"""The engines that benchmarks/speed.py times: each opens once, then makes one handout after another."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import websocket
from fontTools.ttLib import TTFont

from handout.base.paths import FONTS
from handout.workers.worker import Rendered, Worker, list_faces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[[Rendered, Path], None]

CHROMIUM = (
    *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--no-first-run"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--allow-file-access-from-files",
    ),
)
WEASYPRINT = """
import sys
import weasyprint
for line in sys.stdin:
    weasyprint.HTML(sys.argv[1]).write_pdf(line.strip())
    print("made", flush=True)
"""
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


@contextmanager
def open_ours(worker: Worker, _css: str) -> Iterator[Make]:
    """Yield this project's own line, verification and preview included, without its cache."""

    def make(rendered: Rendered, path: Path) -> None:
        path.write_bytes(worker.typeset(worker.render(rendered.page.handout)).pdf)

    yield make


@contextmanager
def open_weasyprint(worker: Worker, css: str) -> Iterator[Make]:
    """Yield WeasyPrint as a tutorial has it, with the fonts as WOFF2; in a process that has the system's fonts too."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        sheet = write_faces(worker, Path(folder), woff2=True) + css
        command = [sys.executable, "-c", WEASYPRINT, str(page)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=show_system_fonts()) as process:

            def make(rendered: Rendered, path: Path) -> None:
                assert process.stdin
                assert process.stdout
                write_page(page, rendered, sheet)
                process.stdin.write(f"{path}\n")
                process.stdin.flush()
                assert process.stdout.readline() == "made\n"

            yield make


@contextmanager
def open_typst(worker: Worker, _css: str) -> Iterator[Make]:
    """Yield Typst, whose compiler stays open, with tagging as PDF/UA-1."""
    import typst

    languages = {language.code: language.font.family for language in worker.content.languages.values()}

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.typ"
        source.write_text(TYPST, "utf-8")

        def make(rendered: Rendered, path: Path) -> None:
            pieces = [(lang.split("-")[0], text.strip()) for lang, text in rendered.strings.strings]
            strings = [piece for piece in pieces if piece[0] in languages]
            inputs = {"fonts": json.dumps(languages), "strings": json.dumps(strings)}
            compiler = typst.Compiler(source, None, [FONTS], ignore_system_fonts=True, sys_inputs=inputs)
            compiler.compile(output=path)

        yield make


@contextmanager
def open_chromium(worker: Worker, css: str) -> Iterator[Make]:
    """Yield a Chromium that is open already, spoken to over its DevTools protocol; tagged PDF with an outline."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        sheet = write_faces(worker, folder, woff2=False) + css
        command = [*CHROMIUM, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=show_system_fonts()) as process:
            browser = Browser(folder / "profile" / "DevToolsActivePort")

            def make(rendered: Rendered, path: Path) -> None:
                page = folder / "page.html"
                write_page(page, rendered, sheet)
                browser.print_page(page, path)

            yield make
            process.terminate()


ENGINES: dict[str, Callable[[Worker, str], Any]] = {
    "This project": open_ours,
    "Typst": open_typst,
    "Chromium": open_chromium,
    "WeasyPrint, WOFF2 fonts": open_weasyprint,
}


class Browser:
    """The first page of a running Chromium."""

    def __init__(self, port_file: Path) -> None:
        while not (port_file.exists() and port_file.read_text("ascii").strip()):
            time.sleep(0.05)
        port = port_file.read_text("ascii").split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self._socket = websocket.create_connection(page["webSocketDebuggerUrl"], suppress_origin=True)
        self._number = 0
        self._call("Page.enable")

    def print_page(self, page: Path, path: Path) -> None:
        """Load a page and print it when its fonts are there."""
        self._call("Page.navigate", url=page.as_uri())
        while json.loads(self._socket.recv()).get("method") != "Page.loadEventFired":
            pass
        self._call("Runtime.evaluate", expression="document.fonts.ready.then(() => 1)", awaitPromise=True)
        options = {
            "preferCSSPageSize": True,
            "printBackground": True,
            "generateTaggedPDF": True,
            "generateDocumentOutline": True,
        }
        path.write_bytes(base64.b64decode(self._call("Page.printToPDF", **options)["data"]))

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                return dict(answer["result"])


def show_system_fonts() -> dict[str, str]:
    """Return the environment as it was before this project hid the system's fonts: without any, Chromium crashes."""
    return {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}


def write_page(path: Path, rendered: Rendered, sheet: str) -> None:
    """Write a handout's HTML with its style sheet in it."""
    path.write_text(rendered.html.replace("</head>", f"<style>{sheet}</style></head>", 1), "utf-8")


def write_faces(worker: Worker, folder: Path, *, woff2: bool) -> str:
    """Return @font-face rules for the whole bundled fonts, converted to WOFF2 into ``folder`` if asked for."""
    rules = ""
    for face in list_faces(worker.content):
        path = face.path
        if woff2:
            path = folder / f"{face.path.stem}.woff2"
            if not path.exists():
                with TTFont(face.path) as font:
                    font.flavor = "woff2"
                    font.save(path)
        rules += (
            f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; src: url("{path.as_uri()}") }}\n'
        )
    return rules
