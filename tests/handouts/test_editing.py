"""What an editor does by docs/manual.md, in YAML alone, leaves all tests of this folder green."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import yaml

from handout.base.paths import ROOT
from handout.cli import main as cli

REWORDED = {"zh": "请{}", "en": "Please: {}", "km": "សូម {}"}


def add_operator(content):
    """Add the skeleton of an operator, with nothing filled in."""
    assert cli.main(["new-operator", "new-name", "--content", str(content)]) == 0


def set_guide(content, **lists):
    """Write lists of guide.yaml, such as pairs, as an editor would."""
    path = content / "guide.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for name, entries in lists.items():
        (at,) = (number for number, line in enumerate(lines) if line.startswith(f"{name}: "))
        lines[at] = f"{name}: [{', '.join(entries)}]\n"
    path.write_text("".join(lines), "utf-8")


def reword_sentence(content):
    """Reword the first plain sentence of steps.yaml in all languages."""
    path = content / "steps.yaml"
    text = path.read_text("utf-8")
    sentences = (action["text"] for step in yaml.safe_load(text) for action in step["actions"])
    sentence = next(words for words in sentences if "{{" not in str(words) and "*" not in str(words))
    for language, words in sentence.items():
        (old,) = (line for line in text.splitlines() if line.strip().partition(": ")[2].strip('"') == words)
        new = REWORDED.get(language, "{}").format(words)
        text = text.replace(old, f'{old.partition(": ")[0]}: "{new}"')
    path.write_text(text, "utf-8")
    changed = [action["text"] for step in yaml.safe_load(text) for action in step["actions"]]
    assert sentence not in changed


def raise_revision(content):
    """Raise the revision and say what is new: the handouts that were given out keep their number."""
    path = content / "guide.yaml"
    text = path.read_text("utf-8")
    guide = yaml.safe_load(text)
    number = guide["revision"] + 1
    line = json.dumps({"month": guide["checked"], "text": guide["site"]["title"]}, ensure_ascii=False)
    text = text.replace(f"\nrevision: {guide['revision']}\n", f"\nrevision: {number}\n")
    path.write_text(text.replace("\nchanges:\n", f"\nchanges:\n  {number}: {line}\n"), "utf-8")
    assert yaml.safe_load(path.read_text("utf-8"))["changes"].keys() == {number, *guide["changes"]}


def run_checks(content, *options):
    """Run the other tests of this folder on a content in one process; all must be green."""
    command = [sys.executable, "-m", "pytest", "tests/handouts", "--content", str(content.resolve()), "-n", "0"]
    command += ["-m", "not long", "--ignore", __file__, "-p", "no:cacheprovider", *options]
    # Without what pytest and typesetting have set in this process.
    environment = {name: v for name, v in os.environ.items() if not name.startswith(("PYTEST", "FONTCONFIG"))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.long
def test_a_new_operator_is_green(project_copy):
    """A new operator alone, of which nothing is known, in a new pair; the published pages are left out."""
    others = list((project_copy / "operators").iterdir())
    add_operator(project_copy)
    for path in others:
        path.unlink()
    set_guide(project_copy, pairs=["en-zh"], editions=["standard"])
    reword_sentence(project_copy)
    raise_revision(project_copy)
    run_checks(project_copy, "--ignore", "tests/handouts/test_web_pages.py", "-k", "not month and not letter")


@pytest.mark.long
def test_an_edited_content_is_green(project_copy):
    """One operator of today, a new one of which nothing is known, and a new pair; all tests are run."""
    for path in sorted((project_copy / "operators").iterdir())[:-1]:
        path.unlink()
    add_operator(project_copy)
    set_guide(project_copy, pairs=["zh-km", "en-zh"], editions=["standard", "counter"])
    reword_sentence(project_copy)
    raise_revision(project_copy)
    run_checks(project_copy)
