"""Read the text of a PDF with eight readers, draw its first page with four of them, or check it by its standards.

READERS keep the order of the content, SORTED put the text in the order of the page. Each function takes the path of a
PDF and returns its text, one line a line of the page, or a grey picture of its first page. A reader that is not
installed skips the test and says what to install; on CI (CI=true) it fails the test.
"""

import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import page
import pdfminer.high_level
import PIL.Image
import pypdf
import pypdfium2
import pytest

TESTS = Path(__file__).parent
# A program of two seconds is not worth compiling twice over and collecting in threads: half the processor time.
QUICK_JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def read_poppler(pdf: Path) -> str:
    """Read with poppler's pdftotext, in the order of the content."""
    return run_reader("pdftotext", "apt install poppler-utils", ["-raw", "-enc", "UTF-8", str(pdf), "-"]).decode()


def read_pdfium(pdf: Path) -> str:
    """Read with PDFium, the engine of Chrome."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(pages).replace("\r\n", "\n")


def read_mupdf(pdf: Path) -> str:
    """Read with MuPDF's mutool."""
    return run_reader("mutool", "apt install mupdf-tools", ["draw", "-q", "-F", "txt", str(pdf)]).decode()


def read_pdfjs(pdf: Path) -> str:
    """Read with pdf.js, the engine of Firefox."""
    return run_pdfjs("read_pdfjs.mjs", str(pdf)).decode()


def read_pypdf(pdf: Path) -> str:
    """Read with pypdf."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)


def read_pdfbox(pdf: Path) -> str:
    """Read with PDFBox, which merges marks without width with the letters they stand on. PDFBOX names its jar."""
    jar = os.environ.get("PDFBOX", "")
    if not Path(jar).is_file():
        give_up(f"PDFBox is not at {jar!r}: PDFBOX=$(.ci/get-jar.sh pdfbox)")
    command = [*QUICK_JAVA, "-jar", jar, "export:text", "-encoding", "UTF-8", "-o", "/dev/stdout", "-i", str(pdf)]
    return run_reader("java", "apt install default-jre-headless", command).decode()


def read_poppler_sorted(pdf: Path) -> str:
    """Read with poppler as Evince and Okular select and copy."""
    return run_reader("pdftotext", "apt install poppler-utils", ["-enc", "UTF-8", str(pdf), "-"]).decode()


def draw_poppler(pdf: Path, scale: float) -> PIL.Image.Image:
    """Draw with poppler's pdftoppm, which must have nothing to complain about."""
    arguments = ["-png", "-f", "1", "-l", "1", "-r", str(72 * scale), str(pdf)]
    return open_picture(run_reader("pdftoppm", "apt install poppler-utils", arguments, silent=True))


def draw_pdfium(pdf: Path, scale: float) -> PIL.Image.Image:
    """Draw with PDFium, fields included."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        return document[0].render(scale=scale).to_pil().convert("L")


def draw_mupdf(pdf: Path, scale: float) -> PIL.Image.Image:
    """Draw with MuPDF's mutool."""
    arguments = ["draw", "-q", "-F", "png", "-r", str(72 * scale), "-o", "-", str(pdf), "1"]
    return open_picture(run_reader("mutool", "apt install mupdf-tools", arguments))


def draw_pdfjs(pdf: Path, scale: float) -> PIL.Image.Image:
    """Draw with pdf.js as Firefox prints."""
    return open_picture(run_pdfjs("draw_pdfjs.mjs", str(pdf), str(scale)))


READERS: dict[str, Callable[[Path], str]] = {
    "poppler": read_poppler,
    "PDFium": read_pdfium,
    "MuPDF": read_mupdf,
    "pdf.js": read_pdfjs,
    "pypdf": read_pypdf,
    "PDFBox": read_pdfbox,
}
SORTED: dict[str, Callable[[Path], str]] = {
    "poppler, sorted": read_poppler_sorted,
    "pdfminer.six": pdfminer.high_level.extract_text,
}
DRAWERS: dict[str, Callable[[Path, float], PIL.Image.Image]] = {
    "poppler": draw_poppler,
    "PDFium": draw_pdfium,
    "MuPDF": draw_mupdf,
    "pdf.js": draw_pdfjs,
}


def find_faults(pdf: Path) -> Iterator[str]:
    """Yield what `page` says against a PDF as PDF/UA-1 and as PDF/A-2a.

    Where a stream's data end in a carriage return by chance, it takes that for a part of the line end that follows.
    """
    for profile in ("ua1", "2a"):
        for failure in page.validate_pdf(pdf, profile=profile).failures:
            if failure.rule_id != "PDFA2A-STREAM-LENGTH-001":
                yield f"{failure.rule_id}: {failure.message}"


def open_picture(content: bytes) -> PIL.Image.Image:
    """Return a picture in grey."""
    return PIL.Image.open(io.BytesIO(content)).convert("L")


def run_pdfjs(script: str, *arguments: str) -> bytes:
    """Return what a script writes that uses pdf.js on Node. PDFJS_DIST may name the folder of pdfjs-dist."""
    modules = os.environ.get("PDFJS_DIST", str(TESTS / "web" / "node_modules" / "pdfjs-dist"))
    if not Path(modules).is_dir():
        give_up(f"pdf.js is not in {modules}: npm install --no-save pdfjs-dist")
    return run_reader("node", "apt install nodejs", [str(TESTS / script), modules, *arguments])


def run_reader(command: str, remedy: str, arguments: list[str], *, silent: bool = False) -> bytes:
    """Return what a reader writes; with ``silent``, it must not complain.

    It has the system's fonts, which a typesetter in this process hides: poppler draws ticks with one of them.
    """
    if not shutil.which(command):
        give_up(f"{command} is not installed: {remedy}")
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("FONTCONFIG")}
    result = subprocess.run([command, *arguments], capture_output=True, check=True, timeout=300, env=surroundings)
    assert not (silent and result.stderr), result.stderr.decode()
    return result.stdout


def give_up(reason: str) -> None:
    """Skip the test, but on CI, where all readers must be there, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
