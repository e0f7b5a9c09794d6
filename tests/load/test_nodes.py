"""YAML's nodes are needed to check and to edit, not to build."""

import pytest

from handout import pipeline
from handout.workers.request import Request


class BegunError(Exception):
    """The making of handouts begins."""


def test_build_lets_go_of_nodes(content_copy, tmp_path, monkeypatch):
    """A build keeps the place of each text, for what is told of it later, but not the nodes that it was read from."""
    seen = []

    def make(inspection, *_, **__):
        seen.append(inspection.tree)
        raise BegunError

    monkeypatch.setattr(pipeline, "make_handouts", make)
    with pytest.raises(BegunError):
        pipeline.build_handouts(Request(content_copy, tmp_path / "output"))
    assert not seen[0].nodes
    assert seen[0].find_place(("guide", "title", "en")).line
