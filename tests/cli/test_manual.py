"""What the manual and the help say can be typed as it stands."""

from __future__ import annotations

import re
import shlex

import pytest
import yaml

from handout import pipeline
from handout.base.diagnostics import ContentError, MachineError, SelectionError
from handout.base.paths import ROOT
from handout.cli import main as cli
from handout.preview import app
from handout.tools import release, revision, verify_published, web

MANUAL = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", MANUAL, re.DOTALL)
COMMANDS = [line.removeprefix("python build.py").strip() for block in BLOCKS for line in block.splitlines()]


NEW = {"new-operator": "operators", "new-language": "languages"}


def test_examples_of_the_manual_run(project_copy, tmp_path, monkeypatch):
    """Every command of the manual, one after the other, ends well."""
    monkeypatch.setattr(pipeline, "build_handouts", lambda *_: [])
    monkeypatch.setattr(app, "serve_preview", lambda *_: None)
    monkeypatch.setattr(verify_published, "verify_published", lambda *_: [])
    monkeypatch.setattr(verify_published, "compare_with_build", lambda *_: [])
    monkeypatch.setattr(revision, "hash_printed", lambda _: "0123abcd")
    monkeypatch.setattr(revision, "judge_revision", lambda *_: [])  # what was typed before adds an operator
    monkeypatch.setattr(release, "judge_release", lambda *_: [])
    monkeypatch.setattr(web, "ask_addresses", lambda *_: [])
    for line in COMMANDS:
        words = shlex.split(line)
        words = words if words and not words[0].startswith("-") else ["build", *words]
        if words[0] in NEW and (project_copy / NEW[words[0]] / f"{words[1]}.yaml").exists():
            continue  # an editor has done so
        more = {"facts": ["--output", str(tmp_path)], "schema": ["--schemas", str(tmp_path)]}
        more["build"] = ["--force", "--output", str(tmp_path)]
        assert cli.main([*words, "--content", str(project_copy), *more.get(words[0], [])]) == 0, line
    assert (project_copy / "operators" / "seatel.yaml").exists()


def test_every_command_is_in_the_manual():
    """The manual shows each command."""
    shown = {line.split()[0] for line in COMMANDS if line and not line.startswith("-")}
    assert shown | {"build"} == set(cli.PROGRAM.commands)


@pytest.mark.parametrize("command", cli.PROGRAM.commands.values(), ids=lambda command: command.name)
def test_help_has_an_example_that_parses(command, capsys):
    """Each help ends with an example, and the example is accepted; each command is listed with its whole sentence."""
    assert cli.main([command.name, "--help"]) == 0
    _, example = " ".join(capsys.readouterr().out.split()).split("example: python build.py ")
    name, *words = example.split()
    assert name == command.name
    assert command.make_context(name, words).params["folder"]
    assert not command.get_short_help_str(80 - len("  verify-published  ")).endswith("...")


def test_options_alone_mean_build(monkeypatch):
    """Without a command everything is built, with options too."""
    chosen = []
    monkeypatch.setattr(cli.build, "callback", lambda **options: chosen.append(options["operators"]))
    assert cli.main([]) == 0
    assert cli.main(["--operator", "smart", "--operator", "metfone"]) == 0
    assert chosen == [(), ("smart", "metfone")]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (None, 0),
        (ContentError([]), 1),
        (SelectionError("no such name"), 2),
        (MachineError("no space"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_failure_has_its_status(failure, status, monkeypatch):
    """Other programs read the exit status."""

    def fail(**_):
        if failure:
            raise failure

    monkeypatch.setattr(cli.build, "callback", fail)
    assert cli.main([]) == status


def test_wrong_use_has_status_2(project_copy, capsys):
    """An unknown command, option, name or month is wrong use, and the nearest name is given."""
    for line in ("chek", "facts --todya 2026-12", "facts --today 2026-13", "translations --state old"):
        assert cli.main(line.split()) == 2
    told = capsys.readouterr().err
    assert "'check'" in told
    assert "Did you mean '--today'?" in told
    for line in (
        "explain smart.zh-kn",
        "translations --language xx",
        "translations --mark-reviewed all",
        "translations --mark-reviewed all --by Dara",
        "translations --mark-translated steps.chek",
        "new-operator A",
    ):
        assert cli.main([*line.split(), "--content", str(project_copy)]) == 2
    assert 'did you mean "smart.zh-km"?' in capsys.readouterr().err


def test_workflow_runs_the_script_that_everybody_runs():
    """What is published from GitHub has passed `.ci/run`, and nothing else installs or builds beside it.

    Only the Python of `.venv` is chosen there: setup would take the newest of the machine.
    """
    workflow = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    run = "\n".join(step["run"] for step in steps if "run" in step)
    assert re.sub(r" *#.*", "", run).split("\n")[:2] == ["python -m venv .venv", "bash .ci/run"]
    assert len(run.strip().split("\n")) == 2
