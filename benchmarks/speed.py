"""How fast this project is, beside other engines and as it grows.

Usage: python benchmarks/speed.py [--sizes 36 324 3204] [--rounds 5] [--engines-only | --growth-only]     (`make bench`)
What is compared is measured in one run, in turns; figures are medians. Writes benchmarks/results.md, and the plots
benchmarks/speed.svg and benchmarks/growth.svg, anew after each part, from the figures kept in benchmarks/results.json;
README.md shows them.
Needs Chromium and the dependency group `bench`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from engines import ENGINES  # noqa: E402
from results import GROWN, SAMPLES, keep  # noqa: E402

from handout.base.paths import FONTS, TEMPLATES  # noqa: E402
from handout.plan.handouts import plan_handouts  # noqa: E402
from handout.render.page import make_environment  # noqa: E402
from handout.validate.inspect import validate_content  # noqa: E402
from handout.workers.worker import make_worker  # noqa: E402

HERE = Path(__file__).parent
MB = 1 << 20
# Processes of a build before or after its workers: itself, the fork server and the resource tracker.
WITHOUT_WORKERS = 3
SLOW = 5.0  # seconds a handout, from which on an engine makes as many as there are rounds, not three times that
REPLACED = "  replace:\n"  # in an operator's file, above the words of its own
EDIT = "    {faq}:\n      answer: {{zh: SIM., en: SIM., km: SIM.}}\n"


class Sample(NamedTuple):
    """What the processes below this one have of their own at a time, in MB (shared pages counted by halves: PSS)."""

    parent: float
    worker: float
    total: float
    processes: int


class Memory(threading.Thread):
    """Samples the memory of the processes below this one: of a build itself, of the largest of its own, and of all."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[Sample] = []
        self._stopped = threading.Event()

    def run(self) -> None:
        me = psutil.Process()
        while not self._stopped.wait(0.2):
            parents, others = list[float](), list[float]()
            for process in me.children(recursive=True):
                try:
                    size = process.memory_full_info().pss / MB
                    (parents if process.ppid() == me.pid else others).append(size)
                except psutil.Error:
                    continue
            both = [*parents, *others]
            self.samples.append(Sample(max(parents, default=0), max(others, default=0), sum(both), len(both)))

    def stop(self) -> None:
        """End the sampling."""
        self._stopped.set()
        self.join()

    @property
    def peak(self) -> float:
        """Return the largest sum of all processes, in MB."""
        return max((sample.total for sample in self.samples), default=0.0)

    def follow(self, after: float) -> Sample:
        """Return the most that each had from ``after`` (0 to 1) of the time with workers on, within a tenth of it."""
        making = [sample for sample in self.samples if sample.processes > WITHOUT_WORKERS]
        first = int(len(making) * after)
        part = making[first : first + max(1, len(making) // 10)]
        return Sample(*(max(column) for column in zip(*part, strict=True)))

    @property
    def publishing(self) -> float:
        """Return the most that the build itself had after its last worker, in MB."""
        last = max(at for at, sample in enumerate(self.samples) if sample.processes > WITHOUT_WORKERS)
        return max((sample.parent for sample in self.samples[last + 1 :]), default=0.0)


def main() -> None:
    """Measure, and write table and plots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[36, 324, 3204], metavar="N", help="handouts to grow to"
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--engines-only", action="store_true")
    parser.add_argument("--growth-only", action="store_true")
    options = parser.parse_args()
    if not options.growth_only:
        keep("builds", time_builds(options.rounds, options.jobs) | describe_run(options))
        keep("engines", time_engines(options.rounds))
    if not options.engines_only:
        growth: list[dict[str, Any]] = []
        for size in options.sizes:
            growth.append(time_growth(size, options.jobs))
            keep("growth", growth)


def describe_run(options: argparse.Namespace) -> dict[str, Any]:
    """Say how much was measured on what."""
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return {"rounds": options.rounds, "jobs": options.jobs, "machine": machine}


def run_build(content: Path, output: Path, *options: str) -> float:
    """Return the seconds that one process of build.py takes."""
    command = [sys.executable, str(ROOT / "build.py"), "--content", str(content), "--output", str(output), *options]
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def time_builds(rounds: int, jobs: int) -> dict[str, float]:
    """Time whole processes: everything anew with one worker and with all, nothing to do, one edit."""
    seconds: dict[str, list[float]] = {"one worker": [], "clean": [], "nothing": [], "edit": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content, output = folder / "content", folder / "output"
        shutil.copytree(ROOT / "content", content)
        operator = content / "operators" / "smart.yaml"
        plain = operator.read_text("utf-8")
        faq = re.findall(r"^-? *id: *(\S+)", (content / "faqs.yaml").read_text("utf-8"), re.MULTILINE)[0]
        for _ in range(rounds):
            operator.write_text(plain, "utf-8")
            seconds["one worker"].append(run_build(content, output, "--force", "--jobs", "1"))
            seconds["clean"].append(run_build(content, output, "--force", "--jobs", str(jobs)))
            seconds["nothing"].append(run_build(content, output, "--jobs", str(jobs)))
            operator.write_text(plain.replace(REPLACED, REPLACED + EDIT.format(faq=faq), 1), "utf-8")
            shutil.rmtree(folder / ".cache" / "handouts")
            run_build(ROOT / "content", output, "--jobs", str(jobs))
            seconds["edit"].append(run_build(content, output, "--jobs", str(jobs)))
        handouts = len(json.loads((output / "manifest.json").read_bytes())["handouts"])
    return {name: statistics.median(values) for name, values in seconds.items()} | {"handouts": handouts}


def time_engines(rounds: int) -> dict[str, dict[str, float]]:
    """Time each engine, open and warm, on the same handouts in turns."""
    content = validate_content(ROOT / "content", FONTS)
    css = (
        make_environment(TEMPLATES)
        .get_template("print.css.j2")
        .render(guide=content.guide, languages=content.languages.values())
    )
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        worker = make_worker(content, Path(name))
        pages = [worker.render(handout) for handout in plan_handouts(content) if handout.id in SAMPLES]
        path = Path(name) / "made.pdf"
        for engine, opener in ENGINES.items():
            seconds, sizes = [], []
            with opener(worker, css) as make:
                start = time.perf_counter()
                make(pages[0], path)
                count = rounds if time.perf_counter() - start > SLOW else rounds * len(pages)
                for page in itertools.islice(itertools.cycle(pages), count):
                    start = time.perf_counter()
                    make(page, path)
                    seconds.append(time.perf_counter() - start)
                    sizes.append(path.stat().st_size)
            results[engine] = {
                "seconds": statistics.median(seconds),
                "bytes": statistics.mean(sizes),
                "memory": measure_memory(engine),
            }
    return results


def measure_memory(engine: str) -> float:
    """Return the peak memory of an engine in a process of its own, with those it starts, in MB."""
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import speed; speed.make_alone({engine!r})"
    memory = Memory()
    memory.start()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    memory.stop()
    return memory.peak


def make_alone(engine: str) -> None:
    """Make the sample handouts with one engine."""
    content = validate_content(ROOT / "content", FONTS)
    css = (
        make_environment(TEMPLATES)
        .get_template("print.css.j2")
        .render(guide=content.guide, languages=content.languages.values())
    )
    with tempfile.TemporaryDirectory() as name:
        worker = make_worker(content, Path(name))
        with ENGINES[engine](worker, css) as make:
            for handout in plan_handouts(content):
                if handout.id in SAMPLES:
                    make(worker.render(handout), Path(name) / "made.pdf")


def time_growth(size: int, jobs: int) -> dict[str, Any]:
    """Build about ``size`` handouts of made-up operators in one process; seconds a handout and memory in MB."""
    with tempfile.TemporaryDirectory() as name:
        content = Path(name) / "content"
        shutil.copytree(ROOT / "content", content)
        guide = content / "guide.yaml"
        guide.write_text(
            re.sub(r"^editions: .*$", f"editions: [{GROWN}]", guide.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
        )
        pairs = validate_content(content, FONTS).guide.pairs
        invent_operators(content / "operators", max(0, size // len(pairs) - 4))
        memory = Memory()
        memory.start()
        seconds = run_build(content, Path(name) / "output", "--force", "--jobs", str(jobs))
        memory.stop()
        handouts = len(json.loads((Path(name) / "output" / "manifest.json").read_bytes())["handouts"])
    early, late = memory.follow(0.2), memory.follow(0.85)
    figures = {
        "handouts": handouts,
        "seconds": seconds,
        "parent": [early.parent, late.parent, memory.publishing],
        "worker": [early.worker, late.worker],
        "peak": memory.peak,
    }
    print(figures, file=sys.stderr, flush=True)
    return figures


def invent_operators(folder: Path, count: int) -> None:
    """Write more operators beside the real ones: copies under other names."""
    plain = (folder / "smart.yaml").read_text("utf-8")
    letters = itertools.islice(itertools.product("abcdefghijklmnopqrstuvwxyz", repeat=3), count)
    for suffix in map("".join, letters):
        text = re.sub(r"^id: smart$", f"id: smart-{suffix}", plain, flags=re.MULTILINE)
        text = re.sub(r"^(  (?:zh|en|km): Smart)$", rf"\1 {suffix.title()}", text, flags=re.MULTILINE)
        (folder / f"smart-{suffix}.yaml").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
