"""What the manual and the help say can be typed as it stands."""

from __future__ import annotations

import re
import shlex

import pytest
import yaml

from handout import pipeline
from handout.base.paths import ROOT
from handout.cli import commands
from handout.cli import main as cli
from handout.preview import app
from handout.tools import verify_published

MANUAL = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", MANUAL, re.DOTALL)
COMMANDS = [line.removeprefix("python build.py").strip() for block in BLOCKS for line in block.splitlines()]


def test_examples_of_the_manual_run(project_copy, tmp_path, monkeypatch, capsys):
    """Every command of the manual, one after the other, ends well."""
    monkeypatch.setattr(pipeline, "build_handouts", lambda *_: [])
    monkeypatch.setattr(app, "serve_preview", lambda *_: None)
    monkeypatch.setattr(verify_published, "verify_published", lambda *_: [])
    monkeypatch.setattr(verify_published, "compare_with_build", lambda *_: [])
    for line in COMMANDS:
        words = shlex.split(line)
        words = words if words and not words[0].startswith("-") else ["build", *words]
        more = {"facts": ["--output", str(tmp_path)], "schema": ["--schemas", str(tmp_path)]}
        more["build"] = ["--force", "--output", str(tmp_path)]
        assert cli.main([*words, "--content", str(project_copy), *more.get(words[0], [])]) == 0, line
    assert "seatel.yaml is there" in capsys.readouterr().out


def test_every_command_is_in_the_manual():
    """The manual shows each command."""
    assert {line.split()[0] for line in COMMANDS if line and not line.startswith("-")} | {"build"} == {
        command.name for command in cli.COMMANDS
    }


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_help_has_an_example_that_parses(command, capsys):
    """Each help ends with an example, and the example is accepted."""
    with pytest.raises(SystemExit) as caught:
        cli.main([command.name, "--help"])
    assert caught.value.code == 0
    assert f"example: python build.py {command.example}" in " ".join(capsys.readouterr().out.split())
    assert cli.parse_arguments(command.example.split()).run is command.run


def test_options_alone_mean_build():
    """Without a command everything is built, with options too."""
    assert cli.parse_arguments([]).run is commands.run_build
    assert cli.parse_arguments(["--operator", "smart"]).operator == ["smart"]


def test_wrong_use_has_status_2(project_copy, capsys):
    """An unknown command, name or month is wrong use."""
    for line in ("chek", "facts --today 2026-13"):
        with pytest.raises(SystemExit) as caught:
            cli.main(line.split())
        assert caught.value.code == 2
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
    """What is published from GitHub has passed `.ci/run`, and nothing else installs or builds beside it."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == ["bash .ci/run"]
