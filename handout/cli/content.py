"""Commands about the content: facts, explain, translations, new-operator, new-language."""

from pathlib import Path

import click

from handout.base.diagnostics import SelectionError
from handout.base.paths import FONTS, ROOT
from handout.cli.shared import OPERATORS, PAIRS, PATH, TODAY, Ids, command

BELOW = "this text, all below it, or all (repeatable)"
STATES = ("missing", "new", "stale", "unreviewed", "reviewed")


@command("facts --operator smart")
@OPERATORS
@PAIRS
@TODAY
@click.option("--worksheet", is_flag=True, help="make sheets of the open questions to ask by phone")
@click.option("--output", type=PATH, metavar="DIR", default=ROOT / "worksheets", help="where they go")
def facts(*, folder: Path, operators: Ids, pairs: Ids, today: str, worksheet: bool, output: Path) -> None:
    """List the facts with source and age, or make worksheets."""
    from handout.plan.guide import list_facts
    from handout.plan.handouts import plan_handouts
    from handout.validate.inspect import validate_content

    content = validate_content(folder, FONTS)
    handouts = plan_handouts(content, operators, pairs or content.guide.pairs[:1], ["standard"])
    if not worksheet:
        for line in list_facts(content, today, operators):
            age = "" if line.age is None else f"{line.age} months"
            known = f"{' | '.join(line.fact.values)}  {', '.join(line.fact.sources)}".strip()
            print(f"{line.state:8} {line.owner:10} {line.name:17} {age:10} {known}".rstrip())
        return
    from handout.tools.worksheet import make_worksheets

    for path in make_worksheets(content, handouts, today, output):
        print(path)


@command("explain smart.zh-km")
@click.argument("name")
def explain(folder: Path, name: str) -> None:
    """Say where a handout's blocks, or an id, come from.

    NAME is a handout such as smart.zh-km, an item's id, a source's, or a fact such as operator.hotline. For a handout
    the last lines say how many more lines its pages have room for.
    """
    from handout.plan.handouts import plan_handouts
    from handout.tools.explain import explain_name, format_origin
    from handout.validate.inspect import inspect_content

    inspection = inspect_content(folder, FONTS)
    content = inspection.require_content()
    for origin in explain_name(content, name):
        print(format_origin(origin, inspection.tree))
    if handout := next((one for one in plan_handouts(content) if one.id == name), None):
        from handout.tools.room import format_room, measure_room

        print(*(format_room(*room) for room in measure_room(content, handout)), sep="\n")


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
    states: Ids,
    reviewed: Ids,
    by: str | None,
    translated: Ids,
    exports: Path | None,
    imports: tuple[Path, ...],
) -> None:
    """List, mark, export and import translations."""
    from handout.tools import translations as tool
    from handout.validate.inspect import inspect_content

    if reviewed and not (by and languages):
        raise SelectionError("--mark-reviewed needs --by NAME and --language CODE: who has reviewed, which language?")
    inspection = inspect_content(folder, FONTS)
    content = inspection.require_content()
    codes = tool.list_languages(content, languages)
    if marked := reviewed or translated:
        chosen = tool.select_translations(content, codes, marked)
        if not reviewed:
            by, chosen = None, tool.list_unmarked(content, chosen)
        tool.write_reviews(content, folder / "reviews.yaml", chosen, by, today)
        print(f"{len(chosen)} texts marked in {folder / 'reviews.yaml'}")
        return
    for path in imports:
        changed = tool.import_catalog(content, inspection.tree, folder, path)
        print(f"{changed} texts changed by {path}")
        inspection = inspect_content(folder, FONTS)
        content = inspection.require_content()
    if exports:
        print(*tool.export_catalogs(content, inspection.tree, codes, exports), sep="\n")
    elif not imports:
        for code in codes:
            print(*tool.format_states(content, inspection.tree, code, states or STATES[:3]), sep="\n")


@command("new-operator seatel")
@click.argument("name", metavar="ID")
def new_operator(folder: Path, name: str) -> None:
    """Begin the file of an operator, named by a short id."""
    from handout.tools.scaffold import add_operator

    for line in add_operator(folder, name):
        print(line)


@command("new-language vi")
@click.argument("code")
def new_language(folder: Path, code: str) -> None:
    """Begin the file of a language, named by its ISO 639 code."""
    from handout.tools.scaffold import add_language

    for line in add_language(folder, code):
        print(line)
