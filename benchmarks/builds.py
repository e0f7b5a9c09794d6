"""Builds as whole processes: clean, after one edit, with nothing to do."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
JOBS = psutil.cpu_count() or 1
REPLACED = "  replace:\n"  # in an operator's file, above the words of its own
EDIT = "    {faq}:\n      answer: {{zh: SIM {word}., en: SIM {word}., km: SIM {word}.}}\n"


class Builds:
    """Builds of a copy of the content, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.content, self.output = folder / "content", folder / "output"
        self.made = folder / ".cache" / "handouts"
        shutil.copytree(ROOT / "content", self.content)
        self._operator = self.content / "operators" / "smart.yaml"
        self._plain = self._operator.read_text("utf-8")
        faqs = (self.content / "faqs.yaml").read_text("utf-8")
        self._faq = re.findall(r"^-? *id: *(\S+)", faqs, re.MULTILINE)[0]

    def run(self, *options: str) -> float:
        """Return the seconds that one process of build.py takes."""
        places = ["--content", str(self.content), "--output", str(self.output)]
        start = time.perf_counter()
        subprocess.run([sys.executable, str(ROOT / "build.py"), *places, *options], check=True, capture_output=True)
        return time.perf_counter() - start

    def time_round(self, number: int) -> dict[str, float]:
        """Return the seconds of a clean build, of one with nothing to do, and of one after an edit not made before."""
        self._operator.write_text(self._plain, "utf-8")
        seconds = {"clean": self.run("--force", "--jobs", str(JOBS)), "nothing": self.run("--jobs", str(JOBS))}
        edit = EDIT.format(faq=self._faq, word="a" * (number + 1))
        self._operator.write_text(self._plain.replace(REPLACED, REPLACED + edit, 1), "utf-8")
        return seconds | {"edit": self.run("--jobs", str(JOBS))}


def describe_run() -> dict[str, str]:
    """Say when and on what was measured."""
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {JOBS} cores"
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine}
