"""Whatever an editor deletes, either the check says so at a place, or every page can still be made."""

import shutil
from itertools import product
from pathlib import Path

import pytest
import yaml
from all_pages import render_pages

from handout.base.paths import FONTS, ROOT
from handout.load.tree import Tree
from handout.validate.inspect import CHECKS, inspect_content

CONTENT = ROOT / "tests" / "content"
REVIEWS = "reviews.yaml"
NAMES = [*sorted({path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.yaml")} - {REVIEWS}), REVIEWS]
EVERY = 23  # of the places of a file, in the short form


def list_cuts(node):
    """Yield a list of YAML nodes, and the index of the one in it to delete, for every key and list entry of a file."""
    for index, part in enumerate(node.value if isinstance(node, yaml.CollectionNode) else ()):
        yield node.value, index
        yield from list_cuts(part[1] if isinstance(part, tuple) else part)


def delete_each(folder, name, start, step):
    """Yield the content of a folder with each entry of a file deleted in turn, from the ``start``-th in steps."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    root = yaml.compose(text)
    for parts, index in list(list_cuts(root))[start::step]:
        gone = parts.pop(index)
        path.write_text(yaml.serialize(root, allow_unicode=True), encoding="utf-8")
        yield yaml.serialize(gone[1] if isinstance(gone, tuple) else gone), inspect_content(folder, FONTS)
        parts.insert(index, gone)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        *((name, 0) for name in NAMES),
        # Of the records of reviews, which are all alike, the short form has enough.
        *(pytest.param(*case, marks=pytest.mark.long) for case in product(NAMES[:-1], range(4, EVERY, 4))),
    ],
)
def test_what_is_deleted_is_missed_or_not_needed(name, start, tmp_path):
    """An error at a place, or paper, phone page, worksheet and start page of every pair."""
    shutil.copytree(CONTENT, tmp_path / "content")
    operator = Path(name).stem if name.startswith("operators/") else "alpha"
    for gone, inspection in delete_each(tmp_path / "content", name, start, EVERY):
        if inspection.content is None:
            assert any(p.line or p.code == "missing-file" for p in inspection.problems if p.severity == "error"), gone
        else:
            render_pages(inspection.content, [operator])


DECLARED = yaml.safe_load((CONTENT / "guide.yaml").read_text("utf-8"))["facts"]


@pytest.mark.parametrize("declared", [False, True], ids=["undeclared", "optional"])
@pytest.mark.parametrize(("scope", "name"), [(scope, name) for scope in DECLARED for name in DECLARED[scope]])
def test_a_fact_that_nobody_has_is_missed_or_not_needed(scope, name, declared, frozen_content):
    """It is deleted wherever it stands, in guide.yaml too or there called optional: an error, or every page."""
    definitions = dict(getattr(frozen_content.guide.facts, scope))
    gone = definitions.pop(name).model_copy(update={"optional": True})
    update = {scope: definitions | {name: gone} if declared else definitions}
    guide = frozen_content.guide.model_copy(update={"facts": frozen_content.guide.facts.model_copy(update=update)})
    owners = {"operator": frozen_content.operators, "regulator": {"": frozen_content.regulator}}[scope]
    owners = {
        key: owner.model_copy(update={"facts": {other: fact for other, fact in owner.facts.items() if other != name}})
        for key, owner in owners.items()
    }
    update = {"operators": owners} if scope == "operator" else {"regulator": owners[""]}
    content = frozen_content.model_copy(update={"guide": guide, **update})
    if not any(problem.severity == "error" for check in CHECKS for problem in check(content, Tree())):
        render_pages(content)
