"""Revisions: a record of what the handouts of each one say, so that no two of one number say different things."""

from collections.abc import Iterator
from pathlib import Path

from handout.base.diagnostics import Diagnostic
from handout.base.files import replace_file
from handout.base.paths import TEMPLATES
from handout.load.tree import Tree
from handout.model.content import Content, Recorded, hash_text
from handout.plan.handouts import plan_handouts
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.render.strings import read_strings
from handout.verify.readback import squeeze

NO_MONTH = "2000-01"


def hash_printed(content: Content) -> str:
    """Return a hash over the words of all handouts; white space and what guides line breaking make no difference.

    Nor do the number of the revision, who has reviewed the words, and the months in which facts were checked and
    sources read: what was looked at again and found right is no news to the owner of an older print-out.
    """
    environment = make_environment(TEMPLATES)
    guide = content.guide.model_copy(update={"revision": 1, "checked": NO_MONTH})  # by which no fact is old
    sources = {key: source.model_copy(update={"read": NO_MONTH}) for key, source in content.sources.items()}
    content = content.model_copy(update={"guide": guide, "sources": sources, "reviews": {}})
    words = []
    for handout in plan_handouts(content):
        found = read_strings(render_handout(environment, HandoutPage(content, handout)))
        printed = [text for _lang, text in (*found.strings, *found.running)]
        words.append(squeeze("".join([*printed, *found.codes, *found.fields.values()])))
    return hash_text(" ".join(words))


def judge_revision(content: Content, tree: Tree, printed: str) -> Iterator[Diagnostic]:
    """Report handouts that say something else than those of the same revision when it was recorded.

    ``printed`` is the hash over their words.
    """
    number = content.guide.revision
    if content.revisions.get(str(number), Recorded(hash=printed)).hash != printed:
        message = f"the handouts no longer say what revision {number} said when it was recorded"
        hint = f'write {number + 1} here, and add "{number + 1}:" at the top of changes: with what is new'
        yield tree.report(("guide", "revision"), "revision-changed", message, hint)


def record_revision(content: Content, path: Path, printed: str) -> None:
    """Write the records with that of the guide's revision; ``printed`` is the hash over the words of its handouts."""
    hashes = {int(number): one.hash for number, one in content.revisions.items()} | {content.guide.revision: printed}
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = [f'{number}: {{hash: "{hashed}"}}' for number, hashed in sorted(hashes.items())]
    replace_file(path, "".join(f"{line}\n" for line in (*comments, *lines)).encode())
