#!/usr/bin/env python3
"""Fuzz the reading of content: any bytes as a file must give problems in words, in time and in memory, or content.

usage: tests/fuzz.py [MINUTES]     exit status: 0 nothing found, else what libFuzzer says; needs atheris

The first byte of an input chooses the file, the second whether it stands alone (fast) or, once in 32, among the other
files of the tests' own content (then the checks behind the types are reached too). The rest stands in the file.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SECONDS, MEGABYTES, LONGEST = 20, 2048, 40_000  # for one input; LONGEST is in bytes
WORDS = """!!python/object:|&a |*a|<<: |{{ operator.name }}|{{ |}}|{%|<script>|url(|**|? |- |>-\\x0a|[|{a: |%TAG |
---\\x0a|\\xe2\\x80\\xae|\\xef\\xbb\\xbf|\\xff\\xfe|zh: |en: |km: |unknown: true|{page}|http://|../|\\x00|
\\xe1\\x9f\\x92""".replace("\n", "").split("|")


def list_files(content):
    """Return the content's files, the way of naming them in an input."""
    return sorted(path.relative_to(content).as_posix() for path in content.rglob("*.yaml"))


def make_target(content, alone, inspect, fonts):
    """Return the function that takes an input, writes it as a file and reads the content."""
    names = list_files(content)
    whole = {name: (content / name).read_bytes() for name in names}

    def target(data):
        if len(data) < 2:
            return
        name = names[data[0] % len(names)]
        folder = alone if data[1] % 32 else content
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data[2:])
        start = time.monotonic()
        try:
            inspection = inspect(folder, fonts)
        finally:
            (folder / name).unlink()
            if folder == content:
                (folder / name).write_bytes(whole[name])
        assert time.monotonic() - start < SECONDS
        for problem in inspection.problems:
            assert problem.path
            assert problem.message
            assert problem.line >= 0
            str(problem)

    return target


def write_corpus(content, corpus):
    """Write each file of the content as a first input, alone and among the others."""
    corpus.mkdir()
    for number, name in enumerate(list_files(content)):
        for among, kind in enumerate(("among", "alone")):
            data = bytes([number, among]) + (content / name).read_bytes()[:LONGEST]
            (corpus / f"{number}-{kind}").write_bytes(data)


def main(minutes):
    """Fuzz for so many minutes."""
    import atheris

    with atheris.instrument_imports(include=["handout"]):
        from handout.base.paths import FONTS
        from handout.validate.inspect import inspect_content
    with tempfile.TemporaryDirectory() as folder:
        content, corpus = Path(folder) / "content", Path(folder) / "corpus"
        shutil.copytree(ROOT / "tests" / "content", content)
        write_corpus(content, corpus)
        words = Path(folder) / "words"
        words.write_text("".join(f'"{word}"\n' for word in WORDS))
        options = [f"-max_total_time={round(minutes * 60)}", f"-rss_limit_mb={MEGABYTES}", f"-timeout={SECONDS}"]
        options += [
            f"-max_len={LONGEST}",
            f"-dict={words}",
            "-print_final_stats=1",
            f"-artifact_prefix={ROOT}/.cache/fuzz-",
        ]
        (ROOT / ".cache").mkdir(exist_ok=True)
        atheris.Setup(
            [sys.argv[0], *options, str(corpus)], make_target(content, Path(folder) / "alone", inspect_content, FONTS)
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30)
