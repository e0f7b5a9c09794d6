"""Releases: whether the last commit may be one, two builds of it that are compared, and the files to give out."""

import datetime as dt
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from handout import __version__
from handout.base.diagnostics import ContentError, Diagnostic, MachineError
from handout.base.files import SUMS, hash_file, read_sums, replace_file, write_archive
from handout.load.tree import Tree
from handout.model.content import Content
from handout.tools.revision import hash_printed, judge_revision
from handout.tools.verify_published import compare_folders, verify_published

PROJECT, CHANGELOG, BILL, NOTES = "pyproject.toml", "CHANGELOG.md", "sbom.cdx.json", "release-notes.md"
SECTION = re.compile(r"^## (?P<title>[^\n]*)\n?(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
CONTINUED = re.compile(r"\n {2}(?! *- )")
SEEDS = ("0", "4711")  # of Python's hashes, in which two builds differ beside their folders


@dataclass(frozen=True)
class Release:
    """What a release is called and says: version, day, and the changelog's section, an entry a line."""

    version: str
    day: dt.date
    news: str

    @property
    def name(self) -> str:
        """Return the name of the archive without its ending, which is that of the folder in it, too."""
        return f"handouts-{self.version}"


def judge_release(root: Path, folder: Path, content: Content, tree: Tree, tag: str = "") -> Iterator[Diagnostic]:
    """Report each reason why the last commit of the project at ``root`` cannot be released (as ``tag``, if given).

    ``folder`` has the content. Raises MachineError without git.
    """
    if not (folder.resolve().is_relative_to(root) and run_git(root, "ls-files", "--", str(folder.resolve()))):
        message, hint = "this folder is not in a commit, and only what is committed is released", "leave out --content"
        yield Diagnostic(str(folder), 0, 0, "not-committed", message, hint)
    yield from judge_work_tree(root)
    yield from judge_version(root, tag)
    try:
        read_release(root)
    except ContentError as error:
        yield from error.diagnostics
    yield from judge_record(content, tree)


def judge_work_tree(root: Path) -> Iterator[Diagnostic]:
    """Report each file that is not as the last commit has it."""
    status = run_git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all").decode()
    for line in filter(None, status.split("\0")):
        hint = "commit it or take it away: only what is committed is released"
        yield Diagnostic(line[3:], 0, 0, "not-committed", "this file is not as the last commit has it", hint)


def judge_version(root: Path, tag: str = "") -> Iterator[Diagnostic]:
    """Report a version of the package, or of the tag, that is not the project's."""
    version = read_version(root)
    if __version__ != version:
        message, hint = f"the version is {__version__}, and {version} in {PROJECT}", "write the same in both"
        yield Diagnostic("handout/__init__.py", 0, 0, "other-version", message, hint)
    if tag and tag != f"v{version}":
        message, hint = f"the tag is {tag}, and the version {version}", f"tag v{version}, or change the version first"
        yield Diagnostic(PROJECT, 0, 0, "other-version", message, hint)


def judge_record(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report handouts whose words are not those recorded for their revision, or are not recorded."""
    yield from judge_revision(content, tree, hash_printed(content))
    number = content.guide.revision
    if str(number) not in content.revisions:
        hint = "run: python build.py revision --record, and commit revisions.yaml"
        yield tree.report(("guide", "revision"), "not-recorded", f"revision {number} is not recorded", hint)


def read_version(root: Path) -> str:
    """Return the project's version."""
    return str(tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))["project"]["version"])


def read_release(root: Path) -> Release:
    """Return the release that the changelog's first section is of.

    Raises ContentError unless that is the section of the version, with a day.
    """
    version, text = read_version(root), (root / CHANGELOG).read_text(encoding="utf-8")
    first = SECTION.search(text)
    title = first["title"].strip() if first else ""
    if first and (found := re.fullmatch(rf"{re.escape(version)} \((\d{{4}}-\d\d-\d\d)\)", title)):
        with suppress(ValueError):
            # GitHub breaks a release's lines where its text does.
            return Release(version, dt.date.fromisoformat(found[1]), CONTINUED.sub(" ", first["body"]).strip())
    wanted = f'write "## {version} (YYYY-MM-DD)"'
    if title.split()[:1] == [version]:
        message, hint = f"version {version} has no day of release", wanted
    else:
        message = f'the first section is "{title}", and not that of version {version}'
        hint = f"{wanted} above what is new, or change the version in {PROJECT} and handout/__init__.py"
    line = text.count("\n", 0, first.start()) + 1 if first else 0
    raise ContentError([Diagnostic(CHANGELOG, line, min(line, 1), "no-section", message, hint)])


def make_release(root: Path, folder: Path, content: Content, dist: Path, jobs: int) -> list[Path]:
    """Build the last commit twice, compare, and write the files of its release into ``dist``; return them.

    ``folder`` has the content; judge_release has found nothing against it. Raises ContentError when the builds differ,
    MachineError when one fails or the bill of materials is missing.
    """
    release = read_release(root)
    if not (dist / BILL).is_file():
        raise MachineError(f"{dist / BILL} is missing; run: make bom, or make release for all")
    source = folder.resolve().relative_to(root)
    commit = run_git(root, "rev-parse", "HEAD").decode().strip()
    code = run_git(root, "archive", "--format=zip", commit)  # once: another may come while this one is built
    with tempfile.TemporaryDirectory() as place:
        folders = Path(place) / "first", Path(place) / "the same" / "once more"
        outputs = [build_commit(code, *one, source, jobs) for one in zip(folders, SEEDS, strict=True)]
        if problems := list(compare_builds(*outputs)):
            raise ContentError(problems)
        return write_release(release, format_notes(release, content, commit), outputs[0], dist)


def build_commit(code: bytes, folder: Path, seed: str, content: Path, jobs: int) -> Path:
    """Build what git's archive of a commit has, and nothing else, in a new folder; return the output.

    ``content`` is a path in the project. Raises MachineError when the build fails, which says why on stderr.
    """
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        archive.extractall(folder)
    command = [sys.executable, "build.py", "--content", str(content), "--jobs", str(jobs)]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    if status := subprocess.run(command, cwd=folder, env=environment, check=False).returncode:  # noqa: S603
        raise MachineError(f"the build of the last commit ended with {status}, as said above; nothing was written")
    return folder / "output"


def compare_builds(first: Path, second: Path) -> Iterator[Diagnostic]:
    """Report what differs between two outputs, and what is not as they say themselves."""
    hint = "the same commit must give the same bytes: make reproduce tells in which surroundings it does not"
    for d in (*verify_published(first), *verify_published(second), *compare_folders(first, second)):
        yield replace(d, path=d.path.removeprefix(f"{first}/").removeprefix(f"{second}/"), hint=hint)


def format_notes(release: Release, content: Content, commit: str) -> str:
    """Return the release notes as Markdown: what is new on paper in each language, and in the project."""
    guide = content.guide
    change = guide.changes[str(guide.revision)]
    news = "\n".join(f"- {content.languages[code].name}: {text}" for code, text in change.text.root.items())
    return f"""\
Version {release.version} of {release.day}, made from commit {commit}.

## What is new on paper: revision {guide.revision}, {change.month}

{news}

## What is new in the project

{release.news}

## The files

`{release.name}.zip` is the whole site, to serve or to read from a disk. `{BILL}` lists the libraries that made it, with
their licences. `sha256sum --check {SUMS}` tells whether what was downloaded is whole.
"""


def write_release(release: Release, notes: str, output: Path, dist: Path) -> list[Path]:
    """Write archive, notes and checksums beside the bill of materials in ``dist``; return all four.

    The archive has what the output's own record lists, and the times of the release's day.
    """
    archive = dist / f"{release.name}.zip"
    names = sorted((*read_sums(output), SUMS))
    write_archive(archive, {f"{release.name}/{name}": output / name for name in names}, release.day)
    replace_file(dist / NOTES, notes.encode())
    paths = [archive, dist / NOTES, dist / BILL]
    replace_file(dist / SUMS, "".join(f"{hash_file(path)}  {path.name}\n" for path in sorted(paths)).encode())
    return [*paths, dist / SUMS]


def run_git(root: Path, *words: str) -> bytes:
    """Return what git answers about the project at ``root``; raises MachineError when it fails or is not there."""
    try:
        return subprocess.run(["git", *words], cwd=root, capture_output=True, check=True).stdout  # noqa: S603, S607
    except FileNotFoundError as error:
        raise MachineError("git is needed for a release; install it") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise MachineError(f"a release needs a git clone with a commit: {said or ' '.join(words)}") from error
