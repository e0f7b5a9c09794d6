"""How the text layer compares: the same content by four programs, read in eight ways, checked for PDF/UA-1.

Usage: python benchmarks/compare.py        (`make compare`)
Writes the table into benchmarks/comparison.md and into README.md between its marks. Needs Chromium, the readers of
tests/readers.py and the dependency group `bench`; veraPDF has its say when .ci/verapdf.sh has fetched it.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import page
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from readme import put_between_marks  # noqa: E402

from handout.base.paths import FONTS  # noqa: E402
from handout.fonts.bundled import font_face_css  # noqa: E402
from handout.plan.handouts import plan_handouts  # noqa: E402
from handout.validate.inspect import validate_content  # noqa: E402
from handout.verify.readback import squeeze  # noqa: E402
from handout.workers.worker import Rendered, Worker, list_faces, make_worker  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

HANDOUTS = ("smart.zh-km", "metfone.en-km", "cellcard.zh-en")
KHMER = re.compile("[\u1780-\u17ff]")
CHROMIUM = [
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pdf-header-footer"),
]
TYPST = """
#set document(title: sys.inputs.title)
#set page(paper: "a4", margin: 12mm)
#set text(size: 12pt, lang: sys.inputs.lang)
#let fonts = json(bytes(sys.inputs.fonts))
#for (lang, words) in json(bytes(sys.inputs.strings)) { par(text(lang: lang, font: fonts.at(lang), words)) }
"""


@dataclass(frozen=True)
class Sample:
    """One handout to typeset, its HTML with the style sheet and uncut fonts in it, font families by language."""

    worker: Worker
    rendered: Rendered
    html: str
    families: dict[str, list[str]]


def make_ours(sample: Sample, path: Path) -> None:
    """Typeset as the build does, verification included."""
    path.write_bytes(sample.worker.typeset(sample.rendered).pdf)


def make_weasyprint(sample: Sample, path: Path) -> None:
    """Typeset as WeasyPrint's tutorial does, asking for PDF/UA-1 and form fields; it only warns of what it lacks."""
    import weasyprint

    weasyprint.HTML(string=sample.html).write_pdf(path, pdf_variant="pdf/ua-1", pdf_forms=True)


def make_typst(sample: Sample, path: Path) -> None:
    """Typeset the strings as paragraphs, each in its language, as PDF/UA-1; no fields, pictures or columns."""
    import typst

    found = sample.rendered.strings
    strings = [(lang.split("-")[0], " ".join(text.split())) for lang, text in found.strings]
    source = path.with_suffix(".typ")
    source.write_text(TYPST, encoding="utf-8")
    inputs = {"title": sample.rendered.page.handout.id, "lang": found.lang.split("-")[0]}
    inputs |= {"strings": json.dumps(strings), "fonts": json.dumps(sample.families)}
    typst.compile(source, path, None, [FONTS], ignore_system_fonts=True, sys_inputs=inputs, pdf_standards="ua-1")


def make_chromium(sample: Sample, path: Path) -> None:
    """Print the page with headless Chromium, which tags its PDFs, and does not start while system fonts are hidden."""
    source = path.with_suffix(".html")
    source.write_text(sample.html, encoding="utf-8")
    options = [f"--user-data-dir={path.with_suffix('')}", f"--print-to-pdf={path}", source.as_uri()]
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    subprocess.run([*CHROMIUM, *options], env=environment, check=True, capture_output=True, timeout=180)


MAKERS = {"**This project**": make_ours, "WeasyPrint": make_weasyprint, "Typst": make_typst, "Chromium": make_chromium}


def main() -> None:
    """Make the PDFs, read and check them, and write the table."""
    if not shutil.which("chromium"):
        sys.exit("compare: Chromium is not installed: apt-get install chromium")
    known = runpy.run_path(str(ROOT / "tests" / "readers.py"))
    readers: dict[str, Callable[[Path], str]] = known["READERS"] | known["SORTED"]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        samples = render_samples(Path(folder))
        for title, make in MAKERS.items():
            own_folder = Path(tempfile.mkdtemp(dir=folder))
            paths = [own_folder / f"{handout}.pdf" for handout in HANDOUTS]
            for sample, path in zip(samples, paths, strict=True):
                make(sample, path)
            exact = [count_exact(samples, paths, read) for read in readers.values()]
            failures = sum(len(page.validate_pdf(path, profile="ua1").failures) for path in paths)
            khmer, other = ([str(count) for count in counts] for counts in zip(*exact, strict=True))
            rows += [[title, *khmer, str(failures), ask_verapdf(own_folder)], ["", *other, "", ""]]
            print(*rows[-2:], sep="\n", flush=True)
    table = format_table(samples, list(readers), rows)
    (ROOT / "benchmarks" / "comparison.md").write_text(f"# How the text layer compares\n\n{table}", encoding="utf-8")
    put_between_marks("comparison", table)


def render_samples(folder: Path) -> list[Sample]:
    """Return the handouts to compare, rendered from the project's own content."""
    content = validate_content(ROOT / "content", FONTS)
    worker = make_worker(content, folder / "cache")
    sheet = worker.environment.get_template("print.css.j2")
    css = font_face_css(list_faces(content))
    css += sheet.render(guide=content.guide, languages=content.languages.values())
    families = {code: language.font.family for code, language in content.languages.items()}
    fonts = {lang: [own, *(f for f in families.values() if f != own)] for lang, own in families.items()}
    planned = {handout.id: handout for handout in plan_handouts(content)}
    head = f"<style>{css}</style></head>"
    rendered = [worker.render(planned[name]) for name in HANDOUTS]
    return [Sample(worker, each, each.html.replace("</head>", head, 1), fonts) for each in rendered]


def count_exact(samples: list[Sample], paths: list[Path], read: Callable[[Path], str]) -> tuple[int, int]:
    """Return how many strings stand in the text as read, those with Khmer letters and the others."""
    found = [0, 0]
    for sample, path in zip(samples, paths, strict=True):
        text = squeeze(read(path))
        for _lang, string in sample.rendered.strings.strings:
            found[not KHMER.search(string)] += squeeze(string) in text
    return found[0], found[1]


def ask_verapdf(folder: Path) -> str:
    """Return how many PDFs of a folder pass veraPDF, "-" when it is not on this machine."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "handout-checkers"
    if not (shutil.which("java") and list(cache.glob("greenfield-apps-*.jar"))):
        return "-"
    command = ["bash", str(ROOT / ".ci" / "verapdf.sh"), str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    failed = re.search(r"(\d+) of \d+ files failed", result.stderr)
    if result.returncode and not failed:
        sys.exit(f"compare: veraPDF: {result.stderr.strip()}")
    return f"{len(HANDOUTS) - int(failed[1] if failed else 0)} of {len(HANDOUTS)}"


def format_table(samples: list[Sample], readers: list[str], rows: list[list[str]]) -> str:
    """Return the Markdown table with what its figures mean."""
    strings = [string for sample in samples for _lang, string in sample.rendered.strings.strings]
    khmer = sum(bool(KHMER.search(string)) for string in strings)
    kinds = [f"Khmer, of {khmer}", f"other, of {len(strings) - khmer}"]
    head = ["Made by", "Strings", *readers, "`page` failures", "veraPDF passes"]
    body = [[row[0], kinds[number % 2], *row[1:]] for number, row in enumerate(rows)]
    lines = [head, ["---", "---", *["--:"] * (len(head) - 2)], *body]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    answer = subprocess.run([CHROMIUM[0], "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    weasyprint, typst, chromium = version("weasyprint"), version("typst"), answer.split()[1].split(".")[0]
    return f"""{table}

Three standard handouts ({", ".join(f"`{name}`" for name in HANDOUTS)}). A string counts as exact when it stands letter
for letter anywhere in the text that the reader gives, white space and break aids (U+200B, U+2060, U+00AD) left out on
both sides; a hyphen at a line's end that PDFium gives as U+FFFE counts as wrong. Strings with a Khmer letter are
counted apart. `page` and veraPDF check PDF/UA-1; the failures are those of all three files. WeasyPrint {weasyprint}
and Chromium {chromium} got this project's HTML, style sheet and uncut fonts; Typst {typst} got the same strings and
fonts as plain paragraphs, without columns, fields, links and pictures. WeasyPrint and Typst were asked for PDF/UA-1,
Chromium, which does not offer it, for its tagged PDF.
"""


if __name__ == "__main__":
    try:
        main()
    except (pytest.skip.Exception, pytest.fail.Exception) as missing:  # a reader is not installed
        sys.exit(f"compare: {missing}")
