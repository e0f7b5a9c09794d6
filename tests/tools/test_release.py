"""A release is refused with its reason, or two builds of one commit give the same bytes of every file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
import reproduce
import yaml

from handout import __version__
from handout.base.diagnostics import ContentError, MachineError, format_diagnostics
from handout.base.files import hash_file
from handout.base.paths import FONTS, ROOT
from handout.cli import main as cli
from handout.tools import release
from handout.validate.inspect import inspect_content, validate_content

FROZEN = ROOT / "tests" / "content"
RECORDED = "0123abcd"  # revision 2 in the frozen content
CHANGES = f"""# Changelog

## {__version__} (2026-11-28)

- One line that
  goes on.
- Another.

## 0.0.1 (2026-01-01)

- Old.
"""
# Stands for build.py: publishes what the commit has in "words", and its own surroundings where it is asked to.
BUILD = f"""
import os, pathlib, sys
sys.path.insert(0, {str(ROOT)!r})
from handout.base.files import write_sums
pathlib.Path("output/pdf").mkdir(parents=True)
words = pathlib.Path("words").read_bytes().decode().replace("SEED", os.environ["PYTHONHASHSEED"])
for name in ("pdf/b.pdf", "pdf/a.pdf", "index.html"):
    pathlib.Path("output", name).write_bytes(words.encode())
pathlib.Path("output/manifest.json").write_text('{{"handouts": []}}')
write_sums(pathlib.Path("output"))
sys.exit("FAIL" in words)
"""
OURS = {"GIT_AUTHOR_DATE": "2026-11-28T00:00Z", "GIT_COMMITTER_DATE": "2026-11-28T00:00Z"}


def git(folder, *words):
    """Run git as somebody."""
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env={**os.environ, **OURS})


@pytest.fixture
def commit(monkeypatch):
    """A function that commits all files of a folder, whose revision counts as recorded."""
    monkeypatch.setattr(release, "hash_printed", lambda _: RECORDED)

    def commit_all(folder):
        git(folder, "init", "--quiet")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "all")
        return folder

    return commit_all


def write_project(folder, words="one\n"):
    """Write a project with a version, a changelog, the frozen content and a build that takes no time."""
    shutil.copytree(FROZEN, folder / "content")
    (folder / "pyproject.toml").write_text(f'[project]\nversion = "{__version__}"\n')
    (folder / "CHANGELOG.md").write_text(CHANGES)
    (folder / ".gitignore").write_text("dist/\n.cache/\n")
    (folder / "build.py").write_text(BUILD)
    (folder / "words").write_text(words)
    shutil.copy(ROOT / ".gitattributes", folder)
    (folder / "dist").mkdir()
    (folder / "dist" / "sbom.cdx.json").write_text("{}\n")
    return folder


@pytest.fixture
def project(tmp_path, commit):
    """A project of which nothing speaks against a release."""
    return commit(write_project(tmp_path / "project"))


def judge(project, tag="", content="content"):
    """Return what speaks against a release, as lines without the excerpts."""
    inspection = inspect_content(project / content, FONTS)
    found = release.judge_release(project, project / content, inspection.content, inspection.tree, tag)
    lines = format_diagnostics(list(found)).replace(f"{project}/", "").splitlines()
    return [line for line in lines if not line.startswith("  ")]


def make(project):
    """Make a release and return its files."""
    content = validate_content(project / "content", FONTS)
    return release.make_release(project, project / "content", content, project / "dist", 1)


def test_a_committed_recorded_and_dated_version_may_be_released(project):
    """Ignored files do not matter, and the right tag is one."""
    (project / ".cache").mkdir()
    (project / ".cache" / "words").write_text("two")
    assert judge(project) == judge(project, f"v{__version__}") == []


WRITE = f'write "## {__version__} (YYYY-MM-DD)"'
ABOVE = f"{WRITE} above what is new, or change the version in pyproject.toml and handout/__init__.py"
NOT_FIRST = f"and not that of version {__version__}, {ABOVE}"


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        (f"## {__version__} (unreleased)", f":3:1: error: version {__version__} has no day of release, {WRITE}"),
        (f"## {__version__} (2026-11-31)", f":3:1: error: version {__version__} has no day of release, {WRITE}"),
        (f"## {__version__}", f":3:1: error: version {__version__} has no day of release, {WRITE}"),
        ("## Unreleased", f':3:1: error: the first section is "Unreleased", {NOT_FIRST}'),
        ("- A line", f':9:1: error: the first section is "0.0.1 (2026-01-01)", {NOT_FIRST}'),
        (f"## Unreleased\n\n- New.\n\n## {__version__} (2026-11-28)", f'"Unreleased", {NOT_FIRST}'),
    ],
)
def test_a_changelog_whose_first_section_is_not_the_versions_is_told(heading, told, project, commit):
    """The place is the line of the first section's heading."""
    text = CHANGES.replace(f"## {__version__} (2026-11-28)", heading)
    (project / "CHANGELOG.md").write_text(text)
    commit(project)
    (line,) = judge(project)
    assert line.startswith("CHANGELOG.md:")
    assert line.endswith(f"{told} [no-section]")


def test_a_changelog_without_sections_is_told(project, commit):
    """It has no line to name."""
    (project / "CHANGELOG.md").write_text("# Changelog\n")
    commit(project)
    assert judge(project) == [f'CHANGELOG.md: error: the first section is "", {NOT_FIRST} [no-section]']


def test_each_file_that_is_not_committed_is_told(project):
    """Changed, staged, renamed, removed and new ones, whatever their names."""
    (project / "words").write_text("two")
    (project / "ពាក្យ ថ្មី").write_text("new")
    (project / "build.py").unlink()
    git(project, "mv", "content/faqs.yaml", "content/more.txt")
    hint = "commit it or take it away: only what is committed is released"
    git(project, "config", "status.showUntrackedFiles", "no")
    lines = [
        f"{name}: error: this file is not as the last commit has it, {hint} [not-committed]"
        for name in ("build.py", "content/faqs.yaml", "content/more.txt", "words", "ពាក្យ ថ្មី")
    ]
    found = list(release.judge_work_tree(project))
    assert sorted(format_diagnostics(found).splitlines()) == lines


def test_an_unrecorded_revision_and_other_words_are_told(project, commit, monkeypatch):
    """Both at the guide's revision, with what to do."""
    (project / "content" / "revisions.yaml").write_text("{}\n")
    commit(project)
    told = "content/guide.yaml:7:11: error: revision 2 is not recorded"
    hint = "run: python build.py revision --record, and commit revisions.yaml"
    assert judge(project) == [f"{told}, {hint} [not-recorded]"]
    git(project, "checkout", "--quiet", "HEAD~1", "--", ".")
    monkeypatch.setattr(release, "hash_printed", lambda _: "00000000")
    commit(project)
    (line,) = judge(project)
    assert "the handouts no longer say what revision 2 said" in line


def test_versions_and_tags_that_disagree_are_told(project, commit):
    """The tag is the version's with a "v"; package, project and changelog name one version."""
    hint = f"tag v{__version__}, or change the version first"
    told = f"the version {__version__}, {hint} [other-version]"
    for tag in ("v9.9.9", __version__):
        assert judge(project, tag) == [f"pyproject.toml: error: the tag is {tag}, and {told}"]
    (project / "pyproject.toml").write_text('[project]\nversion = "9.9.9"\n')
    commit(project)
    assert [line.rpartition("[")[2] for line in judge(project)] == ["other-version]", "no-section]"]


@pytest.mark.parametrize("place", ["../elsewhere", ".cache/content"])
def test_content_from_elsewhere_is_told(place, project):
    """It is in no commit of the project: outside of it, or ignored."""
    shutil.copytree(FROZEN, project / place)
    (line,) = judge(project, content=place)
    assert "this folder is not in a commit, and only what is committed is released" in line


def test_the_command_refuses_with_status_1_and_writes_nothing(project, monkeypatch, capsys):
    """All reasons in one run; with none, --check says so and writes nothing either."""
    monkeypatch.setattr("handout.cli.build.ROOT", project)
    options = ["--content", str(project / "content"), "--dist", str(project / "dist")]
    assert cli.main(["release", "--check", *options]) == 0
    assert capsys.readouterr().out == f"version {__version__} may be released\n"
    (project / "words").write_text("two")
    assert cli.main(["release", "--tag", "v9.9.9", *options]) == 1
    said = capsys.readouterr()
    assert "[not-committed]" in said.out
    assert "[other-version]" in said.out
    assert said.err == "2 errors; nothing was written\n"
    assert [path.name for path in (project / "dist").iterdir()] == ["sbom.cdx.json"]


def test_what_the_machine_lacks_is_said(project, tmp_path, monkeypatch):
    """No bill of materials, no repository, no git."""
    (project / "dist" / "sbom.cdx.json").unlink()
    with pytest.raises(MachineError, match=r"sbom.cdx.json is missing; run: make bom"):
        make(project)
    (tmp_path / "bare").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(MachineError, match="a release needs a git clone with a commit: fatal: not a git repository"):
        list(release.judge_work_tree(tmp_path / "bare"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match="git is needed for a release"):
        list(release.judge_work_tree(project))


def test_two_builds_that_differ_are_refused_with_each_file(tmp_path, commit):
    """Nothing is written."""
    project = commit(write_project(tmp_path / "project", "SEED"))
    with pytest.raises(ContentError) as caught:
        make(project)
    told = [(d.path, d.code) for d in caught.value.diagnostics]
    assert told == [(name, "not-reproduced") for name in ("index.html", "pdf/a.pdf", "pdf/b.pdf")]
    assert "make reproduce tells" in caught.value.diagnostics[0].hint
    assert [path.name for path in (project / "dist").iterdir()] == ["sbom.cdx.json"]


def test_a_build_that_fails_is_told(tmp_path, commit):
    """Nothing is written."""
    project = commit(write_project(tmp_path / "project", "FAIL"))
    with pytest.raises(MachineError, match="the build of the last commit ended with 1"):
        make(project)
    assert [path.name for path in (project / "dist").iterdir()] == ["sbom.cdx.json"]


def test_a_commit_made_meanwhile_stays_out(project, monkeypatch):
    """Both builds and the notes are of the commit that was the last one at the start."""
    before, build = release.run_git(project, "rev-parse", "HEAD").decode().strip(), release.build_commit

    def commit_and_build(*given):
        (project / "words").write_text(str(given))
        git(project, "commit", "--quiet", "--all", "--message", "meanwhile")
        return build(*given)

    monkeypatch.setattr(release, "build_commit", commit_and_build)
    archive, notes, *_ = make(project)
    assert zipfile.ZipFile(archive).read(f"handouts-{__version__}/index.html") == b"one\n"
    assert f"made from commit {before}." in notes.read_text(encoding="utf-8")


@pytest.mark.linux("sha256sum with GNU's options")
def test_two_clones_give_the_same_bytes_of_every_file(tmp_path, commit):
    """Of what is committed alone; times, rights, folder, line ends and an older release leave no trace."""
    first = commit(write_project(tmp_path / "project"))
    other = tmp_path / "another folder" / "of a clone"
    git(tmp_path, "clone", "--quiet", "--config", "core.autocrlf=true", first, other)  # as Git for Windows does
    (other / "dist").mkdir()
    for name, words in (("sbom.cdx.json", "{}\n"), ("handouts-0.0.1.zip", "old"), ("SHA256SUMS", "old")):
        (other / "dist" / name).write_text(words)
    (other / "output").mkdir()
    (other / "output" / "index.html").write_text("a build of something else")
    old = os.umask(0o077)
    try:
        made = [[(path.name, path.read_bytes()) for path in make(clone)] for clone in (first, other)]
    finally:
        os.umask(old)
    assert made[0] == made[1]
    names = [f"handouts-{__version__}.zip", "release-notes.md", "sbom.cdx.json", "SHA256SUMS"]
    assert [name for name, _ in made[0]] == names
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=other / "dist", check=True)


def test_the_archive_has_the_published_files_alone(project):
    """Sorted, in one folder, of the release's day, for all to read; not compressed, as zlib's versions differ."""
    archive = zipfile.ZipFile(make(project)[0])
    names = ["SHA256SUMS", "index.html", "manifest.json", "pdf/a.pdf", "pdf/b.pdf"]
    assert archive.namelist() == [f"handouts-{__version__}/{name}" for name in names]
    for entry in archive.infolist():
        assert entry.date_time == (2026, 11, 28, 0, 0, 0)
        assert (entry.create_system, entry.external_attr >> 16) == (3, 0o100644)
        assert entry.compress_type == zipfile.ZIP_STORED
    assert archive.read(f"handouts-{__version__}/pdf/a.pdf") == b"one\n"


def test_notes_say_what_is_new(project):
    """On paper in every language, in the project by its section alone, an entry a line."""
    notes = make(project)[1].read_text(encoding="utf-8")
    commit = release.run_git(project, "log", "--format=%H").decode().strip()
    assert notes.startswith(f"Version {__version__} of 2026-11-28, made from commit {commit}.\n")
    paper = "- 中文: 步骤更清楚。\n- English: The steps are clearer.\n- ខ្មែរ: ជំហានកាន់តែច្បាស់។"
    assert f"## What is new on paper: revision 2, 2026-11\n\n{paper}\n" in notes
    assert "## What is new in the project\n\n- One line that goes on.\n- Another.\n\n## The files\n" in notes


def test_the_workflow_lets_no_code_of_the_project_write():
    """The one job that may write to the repository runs nothing but the checksums and GitHub's own program."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    assert len(workflow["jobs"]) == 2
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML takes "on" for true
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in build
    assert publish["permissions"] == {"contents": "write"}
    first, *commands = [step.get("uses") or step["run"] for step in publish["steps"]]
    assert first.startswith("actions/download-artifact@")
    assert [command.split()[0] for command in commands] == ["sha256sum", "gh"]
    commands += [step.get("run", "") for step in build["steps"]]
    assert "make release" in "".join(commands)
    assert "${{" not in "".join(commands)  # a tag's name is no part of a command


@pytest.mark.linux("sha256sum with GNU's options")
@pytest.mark.long
def test_a_release_of_the_project_itself(tmp_path):
    """The whole command, from the project's code and a small content, gives files that can be checked."""
    project = tmp_path / "project"
    reproduce.copy_project(project, old_files=False)
    for name in ("CHANGELOG.md", ".gitignore"):
        shutil.copy(ROOT / name, project)
    guide = project / "tests" / "content" / "guide.yaml"
    text = re.sub(r"pairs: \[.*\]", "pairs: [zh-en]", guide.read_text("utf-8"))
    guide.write_text(re.sub(r"editions: \[.*\]", "editions: [counter]", text), "utf-8")
    (guide.parent / "revisions.yaml").write_text("{}\n")
    (project / "dist").mkdir()
    (project / "dist" / "sbom.cdx.json").write_text("{}\n")
    run = [sys.executable, project / "build.py"]
    content = ["--content", guide.parent]
    subprocess.run([*run, "revision", "--record", *content], check=True, cwd=tmp_path)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"]):
        git(project, *words)
    subprocess.run([*run, "release", "--jobs", "2", *content], check=True, cwd=tmp_path)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=project / "dist", check=True)
    with zipfile.ZipFile(project / "dist" / f"handouts-{__version__}.zip") as archive:
        archive.extractall(tmp_path)
    published = tmp_path / f"handouts-{__version__}"
    digest = hash_file(published / "pdf" / "alpha.zh-en.counter.pdf")
    assert digest in (published / "manifest.json").read_text("utf-8")
    subprocess.run([*run, "verify-published", published], check=True)
