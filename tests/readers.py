"""Read the text of a PDF with four readers: poppler, PDFium, MuPDF and pdf.js.

Each function takes the path of a PDF and returns its text, one line a line of the page. A reader that is not
installed skips the test and says what to install; on CI (CI=true) it fails the test.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

PDFJS_SCRIPT = Path(__file__).with_name("read_pdfjs.mjs")


def read_poppler(pdf: Path) -> str:
    """Read with poppler's pdftotext, in the order of the content."""
    return run_reader("pdftotext", "apt install poppler-utils", ["-raw", "-enc", "UTF-8", str(pdf), "-"])


def read_pdfium(pdf: Path) -> str:
    """Read with PDFium, the engine of Chrome."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(pages).replace("\r\n", "\n")


def read_mupdf(pdf: Path) -> str:
    """Read with MuPDF's mutool."""
    return run_reader("mutool", "apt install mupdf-tools", ["draw", "-q", "-F", "txt", str(pdf)])


def read_pdfjs(pdf: Path) -> str:
    """Read with pdf.js, the engine of Firefox, on Node. PDFJS_DIST may name the folder of pdfjs-dist."""
    modules = os.environ.get("PDFJS_DIST", str(PDFJS_SCRIPT.parent / "web" / "node_modules" / "pdfjs-dist"))
    if not Path(modules).is_dir():
        give_up(f"pdf.js is not in {modules}: npm install --no-save pdfjs-dist")
    return run_reader("node", "apt install nodejs", [str(PDFJS_SCRIPT), modules, str(pdf)])


READERS: dict[str, Callable[[Path], str]] = {
    "poppler": read_poppler,
    "PDFium": read_pdfium,
    "MuPDF": read_mupdf,
    "pdf.js": read_pdfjs,
}


def run_reader(command: str, remedy: str, arguments: list[str]) -> str:
    """Return what a reader writes."""
    if not shutil.which(command):
        give_up(f"{command} is not installed: {remedy}")
    result = subprocess.run([command, *arguments], capture_output=True, check=True, timeout=300)
    return result.stdout.decode()


def give_up(reason: str) -> None:
    """Skip the test, but on CI, where all readers must be there, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
