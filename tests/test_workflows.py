"""Workflows, the dev container and the tests' mark `linux`: what they name is there, and forks get no rights."""

import json
import re
import shlex
import sys
from types import SimpleNamespace

import pytest
import yaml
from click.testing import CliRunner

from handout.base.paths import ROOT
from handout.cli.main import PROGRAM

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FOLDER.glob("*.yml")}
CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
FOREIGN = {"brew", "gh", "git", "python", "sha256sum"}  # programs of the runner
# What no test may use on another system, and the mark says so.
LINUX_ALONE = re.compile(r'"/proc|/dev/full|inotify_init|F_SETPIPE_SZ|\["mount"|"sha256sum"|crash\.py"|start_server\(')


def list_commands(text):
    """Return the commands of a shell's lines, each as its words."""
    lines = (line for row in text.splitlines() for line in row.split("&&"))
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def find_fault(words):
    """Return what a command names that is not there; nothing when all is."""
    program, *arguments = words
    if program == "make":
        return [name for name in arguments if not re.search(rf"^{re.escape(name)}:", MAKEFILE, re.MULTILINE)]
    if program in ("sh", "bash"):
        return [] if (ROOT / arguments[0]).is_file() else arguments[:1]
    if program == ".venv/bin/python" and arguments[0] == "build.py":
        done = CliRunner().invoke(PROGRAM, [arguments[1], "--help"])
        options = [word for word in arguments[2:] if word.startswith("--") and word not in done.output]
        return options if done.exit_code == 0 else arguments[1:2]
    return [] if program in FOREIGN else [program]


def test_faults_are_found():
    """A target, a script, a command, an option or a program that is not there is named."""
    wrong = (
        "make tset\nsh scripts/set-up x && .venv/bin/python build.py chek\n.venv/bin/python build.py check --frm x\ngo"
    )
    assert [find_fault(words) for words in list_commands(wrong)] == [
        ["tset"], ["scripts/set-up"], ["chek"], ["--frm"], ["go"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", WORKFLOWS)
def test_commands_of_workflows_are_there(name):
    """Each line that a workflow runs names targets, scripts and commands of the project."""
    jobs = WORKFLOWS[name]["jobs"].values()
    lines = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert lines
    assert [fault for line in lines for words in list_commands(line) for fault in find_fault(words)] == []


@pytest.mark.parametrize("name", ["content", "machines", "publish"])
def test_forks_get_the_right_to_read_alone(name):
    """What a pull request runs may read, no more, and sees no secret."""
    workflow = WORKFLOWS[name]
    assert "pull_request" in workflow[True]  # YAML takes "on" for a truth value
    assert "pull_request_target" not in workflow[True]
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in (FOLDER / f"{name}.yml").read_text("utf-8")


def test_content_is_checked_where_it_changes():
    """The quick check runs for the content, and its notes are GitHub's."""
    assert "content/**" in WORKFLOWS["content"][True]["pull_request"]["paths"]
    assert WORKFLOWS["content"]["jobs"]["check"]["steps"][-1]["run"].endswith("build.py check --format github")


def test_dev_container_is_tested():
    """The image has a tag with a version; the workflow builds and tests in it after the container's own command."""
    assert re.search(r":\d+-[a-z]+$", CONTAINER["image"])
    command = CONTAINER["postCreateCommand"]
    assert [fault for words in list_commands(command) for fault in find_fault(words)] == []
    job = WORKFLOWS["machines"]["jobs"]["debian"]
    assert CONTAINER["image"] in job["strategy"]["matrix"]["image"]
    assert [step["run"] for step in job["steps"] if "run" in step][-3:] == [command, "make", "make test"]


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_what_needs_linux_is_left_out_elsewhere(system, monkeypatch, pytestconfig):
    """On Linux the mark leaves out nothing; elsewhere the reason says what is missing."""
    added = []
    item = SimpleNamespace(iter_markers=lambda _name: [pytest.mark.linux("a thing").mark], add_marker=added.append)
    monkeypatch.setattr(sys, "platform", system)
    conftest = pytestconfig.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
    conftest.pytest_collection_modifyitems([item])
    assert [mark.kwargs["reason"] for mark in added] == ([] if system == "linux" else ["needs Linux: a thing"])


def test_what_linux_alone_has_is_marked():
    """Each file of tests that uses such a thing has the mark, with a reason."""
    paths = [path for path in (ROOT / "tests").rglob("test_*.py") if path.name != "test_workflows.py"]
    texts = {path.name: path.read_text("utf-8") for path in paths}
    using = {name for name, text in texts.items() if LINUX_ALONE.search(text)}
    assert len(using) > 5
    assert {name for name in using if "mark.linux(" not in texts[name]} == set()
    assert all(
        re.fullmatch(r"[^\"]{5,60}", reason)
        for text in texts.values()
        for reason in re.findall(r'mark\.linux\("(.*?)"\)', text)
    )
