"""Every block of a handout has its place, and every id its uses."""

from __future__ import annotations

import re

import pytest

from handout.cli import main as cli


def explain(content, name, capsys):
    """Return the lines that the command prints, with the words of the file at each place."""
    assert cli.main(["explain", name, "--content", str(content)]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = []
    for line in lines:
        if " spacing " in line:
            continue
        block, path, number = re.match(r"(.*?) +(content/\S+):(\d+)", line).groups()
        found.append(
            (block, path, content.parent.joinpath(path).read_text(encoding="utf-8").splitlines()[int(number) - 1])
        )
    return lines, found


def test_blocks_of_a_handout(content_copy, capsys):
    """The blocks stand in the order of the pages, at the lines that say their ids."""
    lines, found = explain(content_copy, "alpha.zh-km", capsys)
    blocks = [block for block, _, _ in found]
    assert (
        blocks.index("request")
        < blocks.index("answer-unpaid")
        < blocks.index("check-balance")
        < blocks.index("warn-tricks")
    )
    for block, _path, words in found:
        if "-" in block and "section" not in block:
            assert block in words
    assert any(
        line.startswith("faq-lapse ") and "operators/alpha.yaml" in line and "instead of" in line for line in lines
    )
    assert any(line.startswith("alpha-queue ") and line.endswith("this operator alone") for line in lines)
    assert not {"find-hotline", "doc-proof-of-use"} & set(blocks)


def test_room_of_a_handout(content_copy, capsys):
    """For each spacing it says how many lines each page still takes; a tighter one has more."""
    lines, _ = explain(content_copy, "alpha.zh-km", capsys)
    rooms = [list(map(int, re.findall(r"(\d+) on page \d", line))) for line in lines if " spacing " in line]
    assert [line.split()[0] for line in lines[-5:]] == ["listed", "mixed", "airy", "normal", "tight"]
    assert [len(room) for room in rooms] == [2] * 5  # page 1, and the guide that runs on behind it
    assert all(looser <= tighter for looser, tighter in zip(rooms[3], rooms[4], strict=True))
    assert sum(rooms[2]) < sum(rooms[4])


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("faq-lapse", "replaces it for alpha"),
        ("doc-proof-of-use", "leaves it out for alpha"),
        ("regulator.hotline", "fills it in"),
        ("regulator-notice", "is the source of regulator's site"),
        ("regulator-list", "is the source of beta's status"),
        ("regulator-list", "is the source of beta's listed"),
        ("regulator.service_line", "is taken as alpha's hotline"),
        ("find-hotline", "printed in beta.*"),
        ("term-balance", "glossary.yaml"),
    ],
)
def test_uses_of_an_id(name, part, content_copy, capsys):
    """The place of an id comes first, then who uses it."""
    lines, found = explain(content_copy, name, capsys)
    assert name.split(".")[-1] in found[0][2]
    assert any(part in line for line in lines)


def test_id_that_is_not_printed(content_copy, capsys):
    """An action that a known fact replaces is not printed for that operator."""
    lines, _ = explain(content_copy, "find-hotline", capsys)
    assert not any("printed in alpha" in line for line in lines)
