"""The command that lists, marks, exports and imports translations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handout.base.diagnostics import SelectionError
from handout.base.paths import FONTS
from handout.cli.shared import PATH, TODAY, Ids, command, read_content

if TYPE_CHECKING:
    from handout.load.tree import Tree
    from handout.model.content import Content
    from handout.model.reviews import State, Translation

BELOW = "this text, all below it, or all (repeatable)"
STATES: tuple[State, ...] = ("missing", "new", "stale", "unreviewed", "reviewed")


@command("translations --language km --state stale")
@TODAY
@click.option("--language", "languages", metavar="CODE", multiple=True, help="only this one (repeatable)")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="list these texts (repeatable)")
@click.option("--mark-reviewed", "reviewed", metavar="ID", multiple=True, help=f"a native speaker approves {BELOW}")
@click.option("--by", metavar="NAME", help="who has reviewed")
@click.option("--mark-translated", "translated", metavar="ID", multiple=True, help=f"fits its English again: {BELOW}")
@click.option("--export", "exports", type=PATH, metavar="DIR", help="write PO files for translators")
@click.option("--import", "imports", type=PATH, metavar="FILE", multiple=True, help="take a PO file back (repeatable)")
def translations(
    *,
    folder: Path,
    today: str,
    languages: Ids,
    states: tuple[State, ...],
    reviewed: Ids,
    by: str | None,
    translated: Ids,
    exports: Path | None,
    imports: tuple[Path, ...],
) -> None:
    """List, mark, export and import translations."""
    from handout.tools.catalogs import export_catalog, import_catalog
    from handout.tools.translations import list_languages, select_translations

    if reviewed and not (by and languages):
        raise SelectionError("--mark-reviewed needs --by NAME and --language CODE: who has reviewed, which language?")
    content, inspection = read_content(folder)
    codes = list_languages(content, languages)
    if reviewed or translated:
        chosen = select_translations(content, codes, reviewed or translated)
        mark_translations(content, folder, chosen, by if reviewed else None, today)
        return
    for path in imports:
        changed = import_catalog(content, inspection.tree, folder, FONTS, path)
        print(f"{changed} texts changed by {path}")
        content, inspection = read_content(folder)
    if exports:
        exports.mkdir(parents=True, exist_ok=True)
        for code in codes:
            export_catalog(content, inspection.tree, code, exports / f"{code}.po")
            print(exports / f"{code}.po")
    elif not imports:
        print_translations(content, inspection.tree, codes, states or ("missing", "new", "stale"))


def mark_translations(
    content: Content, folder: Path, chosen: Sequence[Translation], by: str | None, month: str
) -> None:
    """Record that texts fit their English, and if somebody has reviewed them, who and in which month (YYYY-MM)."""
    from handout.model.reviews import judge_translation, record_translation
    from handout.tools.translations import write_reviews

    if not by:
        chosen = [t for t in chosen if judge_translation(content, t) not in ("unreviewed", "reviewed")]
    path = folder / "reviews.yaml"
    write_reviews(content, path, [(t, record_translation(t, by, month if by else None)) for t in chosen])
    print(f"{len(chosen)} texts marked in {path}")


def print_translations(content: Content, tree: Tree, languages: Sequence[str], states: Sequence[State]) -> None:
    """Print each language's counts, and the texts in these states with their places."""
    from handout.model.reviews import judge_translation, list_translations

    for code in languages:
        judged = [(judge_translation(content, t), t) for t in list_translations(content, code)]
        counts = Counter(state for state, _ in judged)
        print(f"{code}: " + ", ".join(f"{counts[state]} {state}" for state in STATES))
        for state, t in judged:
            if state in states:
                place = tree.find_place(t.loc)
                print(f"  {state:10} {t.id}  {place.path}:{place.line}")
