#!/usr/bin/env python3
"""Build the same content in differing surroundings and compare every published file, byte for byte.

usage: tests/reproduce.py [--quick | --fresh] [OPTIONS OF build.py]     exit status: 0 the same bytes everywhere, 1 not

Each build runs in a copy of the project. ``--quick`` has two surroundings only, which differ in everything;
``--fresh`` adds one with newly installed libraries, by the lock. The content is the project's own, or that of
``--content``, a path in the project.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("build.py", "handout", "templates", "content", "tests/content", "docs", "pyproject.toml", "requirements.txt")


@dataclass
class Surroundings:
    """Where and how one build runs."""

    name: str
    folder: str = "project"
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ("--jobs", "1")
    user: str = ""
    umask: int = 0o022
    edited_first: bool = False  # another content is built before, so that this build is incremental
    old_files: bool = False  # the project's files have other times, and were written in another order
    fresh: bool = False


PASS = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
ABROAD = {"TZ": "Pacific/Kiritimati", "LANG": "km_KH.UTF-8", "LC_ALL": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "1"}
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
SURROUNDINGS = [
    Surroundings("plain", environment={"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}),
    Surroundings("two processes, another hash seed", environment={"PYTHONHASHSEED": "4711"}, options=("--jobs", "2")),
    Surroundings("another folder, with spaces and Khmer in its name", folder="a much longer/ផ្លូវ of folders/copy"),
    Surroundings("another time zone, date and language", environment=ABROAD),
    Surroundings("no language, ASCII, tight umask", environment=ASCII, umask=0o077),
    Surroundings("another user", user="nobody", environment={"PYTHONHASHSEED": "random"}),
    Surroundings("incremental, after an edit", edited_first=True, options=("--jobs", "2")),
    Surroundings("files of other times and in another order", old_files=True, environment={"TMPDIR": "tmp"}),
]
ALL_AT_ONCE = Surroundings(
    "all of that at once",
    folder="a much longer/ផ្លូវ of folders/copy",
    environment=ABROAD | ASCII | {"PYTHONHASHSEED": "4711", "TMPDIR": "tmp"},
    options=("--jobs", "2"),
    user="nobody",
    umask=0o077,
    edited_first=True,
    old_files=True,
)


def copy_project(target, *, old_files):
    """Copy what a build reads."""
    for name in PARTS:
        source, copy = ROOT / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
            continue
        files = [
            path
            for path in sorted(source.rglob("*"), reverse=old_files)
            if path.is_file() and "__pycache__" not in path.parts
        ]
        for path in files:
            twin = copy / path.relative_to(source)
            twin.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, twin)
            if old_files:
                os.utime(twin, (10**9, 10**9))


def build(surroundings, folder, options):
    """Build in these surroundings; return path -> (hash, bytes) of the output, and the seconds it took."""
    project = folder / surroundings.folder
    copy_project(project, old_files=surroundings.old_files)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)} | surroundings.environment
    if "TMPDIR" in environment:
        environment["TMPDIR"] = str(folder / environment["TMPDIR"])
        Path(environment["TMPDIR"]).mkdir(mode=0o777)
    python = install(folder) if surroundings.fresh else sys.executable
    command = [python, "build.py", *surroundings.options, *options]
    if surroundings.user:
        entry = pwd.getpwnam(surroundings.user)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid)
        # The Python of root may lie where other users have no way in: let this one pass.
        command = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *PASS, *command]
    start = time.monotonic()
    if surroundings.edited_first:
        content = options[options.index("--content") + 1] if "--content" in options else "content"
        guide = project / content / "guide.yaml"
        text = guide.read_text(encoding="utf-8")
        assert "\nchecked: 20" in text
        guide.write_text(text.replace("\nchecked: 20", "\nchecked: 19", 1), encoding="utf-8")
        run(command, project, environment, surroundings.umask)
        guide.write_text(text, encoding="utf-8")
    run(command, project, environment, surroundings.umask)
    seconds = time.monotonic() - start
    output = project / "output"
    files = [path for path in sorted(output.rglob("*")) if path.is_file()]
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}, seconds


def run(command, project, environment, umask):
    result = subprocess.run(
        command, cwd=project, env=environment, umask=umask, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise SystemExit(
            f"{' '.join(map(str, command))} ended with {result.returncode}:\n{result.stdout}{result.stderr}"
        )


def may_change_user():
    return os.geteuid() == 0 and shutil.which("setpriv")


def install(folder):
    """Return the Python of a new installation of the locked libraries."""
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / "bin" / "python"
    lock = ROOT / "requirements.txt"
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", lock], check=True
    )
    return python


def compare(first, other):
    """Return what differs between two outputs, in words."""
    found = [f"{name} is there only once" for name in sorted(first.keys() ^ other.keys())]
    for name in sorted(first.keys() & other.keys()):
        if first[name] != other[name]:
            pairs = zip(first[name], other[name], strict=False)
            at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first[name]), len(other[name])))
            found.append(f"{name} differs from byte {at}: {first[name][at : at + 40]!r}, {other[name][at : at + 40]!r}")
    return found


def main(options):
    chosen = [SURROUNDINGS[0], ALL_AT_ONCE] if "--quick" in options else SURROUNDINGS
    if not may_change_user():
        chosen = [replace(s, user="") for s in chosen if s.name != "another user"]
    if "--fresh" in options:
        chosen.append(Surroundings("newly installed libraries", fresh=True))
    options = [option for option in options if option not in ("--quick", "--fresh")]
    first, differing = None, 0
    for surroundings in chosen:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            output, seconds = build(surroundings, Path(folder), options)
        first = first or output
        found = compare(first, output)
        differing += bool(found)
        words = "NOT THE SAME" if found else "the same"
        print(f"{surroundings.name}: {len(output)} files, {words} ({seconds:.0f} s)", flush=True)
        print("".join(f"    {line}\n" for line in found), end="")
    digest = hashlib.sha256(first["SHA256SUMS"]).hexdigest()
    print(f"{len(chosen) - differing} of {len(chosen)} surroundings give the same bytes; SHA256SUMS has {digest}")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
