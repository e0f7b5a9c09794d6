"""How fast this project is, beside other engines.

Usage: python benchmarks/speed.py [--rounds 5]     (`make bench`, ten minutes at most on two cores)
What is compared is measured in one run, in turns: each round has every build and every engine once, so that a noisy
hour hits all alike. Writes its parts of benchmarks/results.json anew, and tables, plots and README.md from that.
Needs Chromium and the dependency group `bench`.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from builds import JOBS, Builds, describe_run  # noqa: E402
from engines import CHROMIUM, ENGINES  # noqa: E402
from memory import Memory  # noqa: E402
from results import keep  # noqa: E402

from handout.base.paths import FONTS  # noqa: E402
from handout.fonts.bundled import font_face_css  # noqa: E402
from handout.plan.handouts import plan_handouts  # noqa: E402
from handout.validate.inspect import validate_content  # noqa: E402
from handout.workers.worker import list_faces, make_worker  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Collection

    from engines import Make

    from handout.model.content import Content
    from handout.plan.handouts import Handout

ALONE = 2  # rounds that have a build with one worker: it takes as long as all else of a round


def main() -> None:
    """Measure, and write tables and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    rounds = parser.parse_args().rounds
    seconds, engines = defaultdict(list), {name: defaultdict(list) for name in ENGINES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = folder / "pages"
        builds = Builds(folder)
        for number in range(rounds):
            measured = builds.time_round(number)
            if number < ALONE:
                measured["one worker"] = builds.run("--force", "--jobs", "1")
            if not number:
                names = write_pages(pages, {path.name for path in builds.made.iterdir()})
            for key, value in measured.items():
                seconds[key].append(value)
            for engine, figures in engines.items():
                for key, value in time_engine(engine, pages, names).items():
                    figures[key].append(value)
            print(f"round {number + 1} of {rounds}", measured, engines, file=sys.stderr, flush=True)
        handouts = len(json.loads((builds.output / "manifest.json").read_bytes())["handouts"])
    run = describe_run() | {"rounds": rounds, "alone": min(ALONE, rounds), "jobs": JOBS, "handouts": handouts}
    versions = ask_versions()
    made = {name: {"version": versions[name], **take_medians(figures)} for name, figures in engines.items()}
    keep(builds=run | take_medians(seconds), engines={"handouts": len(names) - 1, "engines": made})


def take_medians(figures: dict[str, list[float]]) -> dict[str, float]:
    """Return the median of each list."""
    return {name: statistics.median(values) for name, values in figures.items()}


def ask_versions() -> dict[str, str]:
    """Return the version of each engine."""
    answer = subprocess.run([CHROMIUM[0], "--version"], capture_output=True, text=True, check=True).stdout
    return {"This project": "", "Chromium": answer.split()[1]} | {
        name: version(name.lower()) for name in ("WeasyPrint", "Typst")
    }


def choose_handouts(content: Content) -> list[Handout]:
    """Return one handout to warm up with, then one of each operator and edition, each pair as often as the others."""
    operators, pairs, editions = sorted(content.operators), content.guide.pairs, content.guide.editions
    planned = {(h.operator, f"{h.reader}-{h.staff}", h.edition): h for h in plan_handouts(content)}
    chosen = [
        planned[operator, pairs[(row + column) % len(pairs)], edition]
        for row, operator in enumerate(operators)
        for column, edition in enumerate(editions)
    ]
    return [planned[operators[0], pairs[-1], editions[0]], *chosen]


def write_pages(folder: Path, known: Collection[str]) -> list[str]:
    """Write pages for the engines, and return their names; the first is to warm up with.

    They are in the spacings of the build that left ``known`` fingerprints. The style sheet and the addresses of the
    whole fonts stand in a page; its strings, with their languages, are in a file of their own.
    """
    content = validate_content(ROOT / "content", FONTS)
    folder.mkdir()
    worker = make_worker(content, folder)
    os.environ.pop("FONTCONFIG_FILE", None)  # by which ours hides the system's fonts: without any, Chromium crashes
    sheet = worker.environment.get_template("print.css.j2")
    css = sheet.render(guide=content.guide, languages=content.languages.values())
    head = f"<style>{font_face_css(list_faces(content))}{css}</style></head>"
    fonts = {language.code: language.font.family for language in content.languages.values()}
    chosen = choose_handouts(content)
    for handout in chosen:
        made = (worker.render(handout, spacing) for spacing in handout.spacings)
        rendered = next(page for page in made if page.fingerprint in known)
        (folder / f"{handout.id}.html").write_text(rendered.html.replace("</head>", head, 1), "utf-8")
        found = [(lang.split("-")[0], text.strip()) for lang, text in rendered.strings.strings]
        page = {"spacing": rendered.page.spacing, "fonts": fonts, "strings": [it for it in found if it[0] in fonts]}
        (folder / f"{handout.id}.json").write_text(json.dumps(page), "utf-8")
    return [handout.id for handout in chosen]


def time_engine(engine: str, pages: Path, names: list[str]) -> dict[str, float]:
    """Return the seconds a handout of one lane and of one a core, with the memory in MB and bytes of a PDF.

    Processes are new, and warm from the first page, so that no handout is made twice: Typst would remember it.
    """
    warming, *names = names
    path = pages / "made.pdf"
    with ENGINES[engine](engine, pages, 1) as [make]:
        with Memory() as memory:
            make(warming, path)
        start, sizes = time.perf_counter(), []
        for name in names:
            make(name, path)
            sizes.append(path.stat().st_size)
        alone = (time.perf_counter() - start) / len(names)
    with ENGINES[engine](engine, pages, JOBS) as lanes:
        together = make_together(lanes, pages, warming, names)
    return {"seconds": alone, "together": together, "memory": memory.peak, "bytes": statistics.mean(sizes)}


def make_together(lanes: list[Make], pages: Path, warming: str, names: list[str]) -> float:
    """Return the seconds a handout that lanes take side by side: each warms up, then takes what is left to make.

    It is what their rates add up to, so that the last handout, which one makes alone, does not count for all.
    """
    left = queue.SimpleQueue[str]()
    for name in names:
        left.put(name)
    warm = threading.Barrier(len(lanes))

    def find_rate(lane: int) -> float:
        path = pages / f"made-{lane}.pdf"
        lanes[lane](warming, path)
        warm.wait(timeout=300)  # an engine that has failed does not come
        start, count = time.perf_counter(), 0
        with suppress(queue.Empty):
            while name := left.get_nowait():
                lanes[lane](name, path)
                count += 1
        return count / (time.perf_counter() - start)

    with ThreadPoolExecutor(len(lanes)) as pool:
        return 1 / sum(pool.map(find_rate, range(len(lanes))))


if __name__ == "__main__":
    main()
