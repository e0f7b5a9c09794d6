#!/usr/bin/env python3
"""Kill builds at random moments; afterwards the output must be wholly the old or the new one, and the next build work.

usage: tests/crash.py [KILLS] [SEED]     exit status: 0 all survived, 1 not

Half of the builds are killed from outside at a random time, with all their workers. The other half kill themselves at
a random file operation (opening, renaming, linking, removing), most of them while publishing and half of them in its
last step; their workers must end by themselves. Every third build starts from nothing: no output, no cache. Files of
somebody else lie in each output.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import build  # noqa: E402
from handout.base.paths import FONTS  # noqa: E402
from handout.typeset.typesetter import make_typesetter  # noqa: E402

SELECTION = ["--operator", "alpha", "--languages", "zh-en", "--edition", "standard", "--jobs", "1"]
KEPT = ".gitignore"  # the one file of the output folder that no build makes
OPERATIONS = {"open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.copyfile"}
NOTED = ("replace_folder", "publish_handouts")
PATIENCE = 120  # seconds that a build may take before it counts as hanging


def copy_contents(folder):
    """Return two contents that give different outputs: the tests' own, and the same with other words."""
    for name in ("first", "second"):
        shutil.copytree(ROOT / "tests" / "content", folder / name)
    guide = folder / "second" / "guide.yaml"
    text = guide.read_text(encoding="utf-8")
    assert "en: Cancel your" in text
    guide.write_text(text.replace("en: Cancel your", "en: Please cancel your"), encoding="utf-8")
    return [folder / "first", folder / "second"]


def read_tree(output):
    """Return path -> hash of everything in the output folder but the file for git."""
    return {
        p.relative_to(output).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(output.rglob("*"))
        if p.is_file() and p.name != KEPT
    }


def add_kept(output):
    output.mkdir(exist_ok=True)
    (output / KEPT).write_text("*", encoding="utf-8")


def check_kept(output):
    return (output / KEPT).is_file()


def start_build(content, output, *, die_at=None, count=None):
    """Start a build in a process and process group of its own; ``die_at`` is the file operation at which it dies.

    ``count`` is a file that gets the number of operations before and after publishing, and its last step, the swap.
    """
    child = os.fork()
    if child:
        return child
    os.setsid()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    if die_at is not None or count:
        own, seen = os.getpid(), [0]

        def watch(event, _arguments):
            if event in OPERATIONS and os.getpid() == own:
                seen[0] += 1
                if seen[0] == die_at:
                    os.kill(own, signal.SIGKILL)

        sys.addaudithook(watch)
        if count:

            def note(module, name):
                function = getattr(module, name)

                def note_and_call(*arguments):
                    before = seen[0]
                    function(*arguments)
                    with count.open("a") as file:
                        file.write(f"{name} {before} {seen[0]}\n")

                setattr(module, name, note_and_call)

            from handout import pipeline
            from handout.publish import publish

            note(pipeline, "publish_handouts")
            note(publish, "replace_folder")
    status = 99
    try:
        status = build.main(["--content", str(content), "--output", str(output), *SELECTION])
    finally:
        sys.stderr.flush()
        os._exit(status)


def wait_for(child, seconds=PATIENCE):
    """Return the exit status of a build, negative for a signal; one that hangs is killed and gives -1000."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1000


def wait_for_workers(child, seconds=20):
    """Tell whether all workers of a killed build end by themselves."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.killpg(child, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def kill_group(child):
    """Kill what a build has left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def run(kills, seed, folder):
    """Return the problems, and how many outputs were old, new or not yet there after that many kills."""
    chance = random.Random(seed)
    contents = copy_contents(folder)
    output, cache, count = folder / "out" / "output", folder / "out" / ".cache", folder / "count"
    expected = []
    for content in contents:
        shutil.rmtree(folder / "out", ignore_errors=True)
        if status := wait_for(start_build(content, output, count=count)):
            return [f"an undisturbed build ended with {status}"], dict.fromkeys(("old", "new", "nothing"), 0)
        expected.append(read_tree(output))
    assert expected[0] != expected[1]
    steps = [line.split() for line in count.read_text().splitlines()]
    (swapping,), (publishing,) = ({int(before) for name, before, _ in steps[-2:] if name == one} for one in NOTED)
    operations = int(steps[-1][2])
    start = time.monotonic()
    add_kept(output)
    wait_for(start_build(contents[0], output))
    usual = time.monotonic() - start
    problems, ended = [], {"old": 0, "new": 0, "nothing": 0}
    old = 0
    for number in range(kills):
        clean, new = number % 3 == 2, 1 - old
        if clean:
            shutil.rmtree(output)
            shutil.rmtree(cache, ignore_errors=True)
            add_kept(output)
        if number % 2:
            first = chance.choice((1, publishing, swapping, swapping))
            die_at = chance.randrange(first, operations + 40)
            child = start_build(contents[new], output, die_at=die_at)
            how = f"operation {die_at} of {operations}"
            status = wait_for(child)
            if not wait_for_workers(child):
                problems.append(f"kill {number} ({how}, seed {seed}): workers are still there")
        else:
            moment = chance.uniform(0, usual * 1.1)
            child = start_build(contents[new], output)
            time.sleep(moment)
            how = f"{moment:.3f} s"
            kill_group(child)
            status = wait_for(child)
        tree = read_tree(output)
        state = (
            "new"
            if tree == expected[new]
            else "nothing"
            if clean and not tree
            else "old"
            if not clean and tree == expected[old]
            else "mixed"
        )
        where = f"kill {number} ({'clean' if clean else 'incremental'}, {how}, seed {seed})"
        if status not in (-signal.SIGKILL, 0):
            problems.append(f"{where}: ended with {status}")
        if state == "mixed":
            problems.append(f"{where}: the output is neither the old nor the new one")
        elif not check_kept(output):
            problems.append(f"{where}: the file for git is lost")
        else:
            ended[state] += 1
        if wait_for(start_build(contents[new], output)) != 0:
            problems.append(f"{where}: the next build failed")
        kill_group(child)
        if read_tree(output) != expected[new] or not check_kept(output):
            problems.append(f"{where}: the next build gave another output")
        left = [p.name for p in output.parent.iterdir() if "staging" in p.name]
        if left:
            problems.append(f"{where}: {left[0]} was left behind")
        old = new
        if sys.stderr.isatty():
            print(f"\r{number + 1}/{kills} {ended}", end="", file=sys.stderr)
    return problems, ended


def main():
    kills, seed = (int(value) for value in (*sys.argv[1:], *("200", "8")[len(sys.argv) - 1 :]))
    make_typesetter("", FONTS)  # the imports are shared by all builds
    with tempfile.TemporaryDirectory() as folder:
        problems, ended = run(kills, seed, Path(folder))
    print("\n".join(problems))
    words = f"output old {ended['old']}, new {ended['new']}, not yet there {ended['nothing']}"
    print(f"{kills - len({p.split(':')[0] for p in problems})} of {kills} kills survived ({words})")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
