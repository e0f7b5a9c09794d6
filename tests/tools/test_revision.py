"""What the handouts of a revision say is recorded when they are given out, and does not change under its number."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from handout.base.paths import FONTS, ROOT
from handout.cli import main as cli
from handout.tools.revision import hash_printed
from handout.validate.inspect import validate_content

LINE = "  3: {month: 2026-11, text: {zh: 更新。, en: New words., km: ពាក្យថ្មី។}}\n"


def edit(path, pattern, words):
    """Replace the first match of a pattern in a file."""
    text, count = re.subn(pattern, words, path.read_text("utf-8"), count=1)
    assert count
    path.write_text(text, "utf-8")


def run(content, *options):
    """Return the exit status of ``build.py revision``."""
    return cli.main(["revision", *options, "--content", str(content)])


def find_hash(content):
    """Return the hash of what a folder's handouts print."""
    return hash_printed(validate_content(content, FONTS))


@pytest.fixture(scope="module")
def given_out(tmp_path_factory):
    """A content with few handouts whose revision was given out as it is, and the hash of these."""
    folder = tmp_path_factory.mktemp("given-out") / "content"
    shutil.copytree(ROOT / "tests" / "content", folder)
    (folder / "operators" / "beta.yaml").unlink()
    pairs, editions = (r"pairs: \[.*\]", "pairs: [zh-en]"), (r"editions: \[.*\]", "editions: [standard, counter]")
    edit(folder / "guide.yaml", *pairs)
    edit(folder / "guide.yaml", *editions)
    printed = find_hash(folder)
    (folder / "revisions.yaml").write_text(f'# A comment.\n1: {{hash: "01234567"}}\n2: {{hash: "{printed}"}}\n')
    return folder, printed


@pytest.fixture
def recorded(given_out, tmp_path, monkeypatch):
    """A copy of it to change, in a working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(given_out[0], "content"))


def test_a_recorded_revision_stays_as_it_was(recorded, capsys):
    """Unchanged it is in order; recorded once more, no byte of the file changes."""
    before = (recorded / "revisions.yaml").read_bytes()
    assert run(recorded) == run(recorded, "--record") == 0
    assert capsys.readouterr().out == "revision 2 is recorded, and the handouts say the same\n" * 2
    assert (recorded / "revisions.yaml").read_bytes() == before


def test_a_stale_record_is_told_until_the_number_is_raised_with_a_line(recorded, capsys):
    """An edited sentence is an error at revision:, no record covers it up, and a new number needs its line first."""
    before = (recorded / "revisions.yaml").read_bytes()
    edit(recorded / "steps.yaml", "en: Copy your contacts", "en: Copy all contacts")
    assert run(recorded, "--record") == 1
    told = "content/guide.yaml:7:11: error: the handouts no longer say what revision 2 said when it was recorded"
    assert told in capsys.readouterr().out
    assert (recorded / "revisions.yaml").read_bytes() == before
    edit(recorded / "guide.yaml", "revision: 2", "revision: 3")
    assert run(recorded, "--record") == 1
    assert "nothing says what is new in revision 3" in capsys.readouterr().out
    assert (recorded / "revisions.yaml").read_bytes() == before
    edit(recorded / "guide.yaml", "changes:\n", f"changes:\n{LINE}")
    assert run(recorded) == 0
    assert "revision 3 is not recorded yet" in capsys.readouterr().out
    assert run(recorded, "--record") == 0
    assert (recorded / "revisions.yaml").read_text() == before.decode() + f'3: {{hash: "{find_hash(recorded)}"}}\n'


PRINTS = {
    "a sentence": ("steps.yaml", "en: Copy your contacts", "en: Copy all contacts"),
    "a fact": ("operators/alpha.yaml", r"hours: .*", "hours: {value: All day, source: alpha-help, checked: 2026-11}"),
    "a blank": ("guide.yaml", "(id: ask-cancel\n)", r"\1      blank: true\n"),
    "a source": ("sources.yaml", "publisher: Alpha", "publisher: Alfa"),
    "a foot of the pages": ("languages/en.yaml", "Facts checked", "Facts seen"),
    "a pair more": ("guide.yaml", r"\[zh-en", "[en-km, zh-en"),
    "an edition less": ("guide.yaml", ", counter", ""),
}
SAME = [
    ("steps.yaml", "- id", "# A comment.\n- id"),
    ("guide.yaml", "checked: 2026-11", "checked: 2028-12"),  # by which facts are old
    ("operators/alpha.yaml", "checked: 2026-11", "checked: 2026-10"),
    ("operators/alpha.yaml", "quote: Get the MyAlpha app", "quote: Get our app"),
    ("sources.yaml", "read: 2026-11", "read: 2026-10"),
    ("languages/en.yaml", "download: .*", "download: Get it"),
    ("guide.yaml", "en: This site belongs to no operator", "en: No operator runs this site"),
    ("glossary.yaml", "source: .*", "source: unsourced"),
    ("guide.yaml", r"revision: 2\n(.*\n)changes:\n", rf"revision: 3\n\1changes:\n{LINE}"),
    ("steps.yaml", "en: Copy your contacts", "en: >-\n      Copy  your\n      contacts"),
]


@pytest.mark.parametrize("edited", PRINTS)
def test_what_prints_changes_the_hash(edited, recorded, given_out):
    """Words on paper, and which handouts there are."""
    name, *change = PRINTS[edited]
    edit(recorded / name, *change)
    assert find_hash(recorded) != given_out[1]


def test_what_does_not_print_leaves_the_hash(recorded, given_out):
    """Also what was only looked at again: the months of checking and reading, and who has reviewed the words."""
    for name, *change in SAME:
        edit(recorded / name, *change)
    path = recorded / "reviews.yaml"
    path.write_text(re.sub(r'(text: "\w+")}', r"\1, by: Dara, month: 2026-11}", path.read_text("utf-8")), "utf-8")
    assert find_hash(recorded) == given_out[1]
