"""How this project grows: time and memory of builds of made-up operators, up to thousands of handouts.

Usage: python benchmarks/growth.py [--sizes 36 324 3204]     (`make bench-growth`, 20 minutes on two cores)
Writes its part of benchmarks/results.json anew, and table, plot and README.md from that.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from builds import JOBS, Builds, describe_run  # noqa: E402
from memory import Memory  # noqa: E402
from results import GROWN, keep  # noqa: E402

from handout.base.paths import FONTS  # noqa: E402
from handout.validate.inspect import validate_content  # noqa: E402


def main() -> None:
    """Measure, and write table and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[36, 324, 3204], metavar="N", help="handouts to grow to"
    )
    keep(growth=describe_run() | {"sizes": [time_growth(size) for size in parser.parse_args().sizes]})


def time_growth(size: int) -> dict[str, Any]:
    """Build about ``size`` handouts of made-up operators in one process; seconds a handout and memory in MB."""
    with tempfile.TemporaryDirectory() as name:
        builds = Builds(Path(name))
        guide = builds.content / "guide.yaml"
        editions = re.compile(r"^editions: .*$", re.MULTILINE)
        guide.write_text(editions.sub(f"editions: [{GROWN}]", guide.read_text("utf-8")), "utf-8")
        pairs = validate_content(builds.content, FONTS).guide.pairs
        invent_operators(builds.content / "operators", max(0, size // len(pairs) - 4))
        with Memory() as memory:
            seconds = builds.run("--force", "--jobs", str(JOBS))
        handouts = len(json.loads((builds.output / "manifest.json").read_bytes())["handouts"])
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
