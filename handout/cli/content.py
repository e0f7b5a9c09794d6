"""Commands about the content: facts, explain, translations, new-operator, new-language."""

from pathlib import Path
from typing import Any

import click

from handout.base.diagnostics import SelectionError
from handout.base.paths import FONTS, ROOT
from handout.cli.shared import OPERATORS, PAIRS, PATH, STYLE, TODAY, Ids, command, print_diagnostics

BELOW = "this text, all below it, or all (repeatable)"
STATES = ("missing", "new", "stale", "unreviewed", "reviewed")
TASKS = ("--state", "--mark-reviewed", "--mark-translated", "--unmark", "--export", "--import")
FOLDER_PATH = click.Path(path_type=Path, file_okay=False)


@command("facts --operator smart")
@OPERATORS
@PAIRS
@TODAY
@click.option("--worksheet", is_flag=True, help="make sheets of the open questions to ask by phone")
@click.option("--output", type=PATH, metavar="DIR", default=ROOT / "worksheets", help="where they go")
def facts(*, folder: Path, operators: Ids, pairs: Ids, today: str, worksheet: bool, output: Path) -> None:
    """List the facts, age, source and quote, or make worksheets."""
    from handout.plan.guide import list_evidence, list_facts
    from handout.plan.handouts import plan_handouts
    from handout.plan.reports import describe_reports
    from handout.validate.inspect import validate_content

    content = validate_content(folder, FONTS)
    handouts = plan_handouts(content, operators, pairs or content.guide.pairs[:1], ["standard"])
    if not worksheet:
        for line in list_facts(content, today, operators):
            age = "" if line.age is None else f"{line.age} months"
            known = f"{' | '.join(line.fact.values)}  {', '.join(line.fact.sources)}".strip()
            print(f"{line.state:8} {line.owner:10} {line.name:17} {age:10} {known}".rstrip())
            print(end="".join(f"{'':9}{words}\n" for words in list_evidence(content, line.fact)))
            for month, told in describe_reports(content, line.owner, line.name):
                print(f"reported {line.owner:10} {line.name:17} {month:10} {told}")
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
@click.option("--unmark", "unmarked", metavar="ID", multiple=True, help=f"take the marks back of {BELOW}")
@click.option("--export", "exports", type=FOLDER_PATH, metavar="DIR", help="write PO files for translators")
@click.option("--import", "imports", type=PATH, metavar="FILE", multiple=True, help="take a PO file back (repeatable)")
def translations(*, folder: Path, today: str, languages: Ids, states: Ids, by: str | None, **tasks: Any) -> None:
    """List, mark, export and import translations."""
    from handout.tools import catalogs
    from handout.tools import translations as tool
    from handout.validate.inspect import inspect_content

    given = [name for name, value in {"states": states, **tasks}.items() if value]
    if len(given) > 1:
        raise SelectionError(f"one at a time: {', '.join(TASKS)}")
    if bool(tasks["reviewed"]) != bool(by) or (by and not languages):
        raise SelectionError("--mark-reviewed needs --by NAME and --language CODE: who has reviewed, which language?")
    inspection, path = inspect_content(folder, FONTS), folder / "reviews.yaml"
    content = inspection.require_content()
    codes = tool.list_languages(content, languages)
    chosen = tool.select_translations(content, codes, tasks["reviewed"] or tasks["translated"] or tasks["unmarked"])
    if tasks["unmarked"]:
        print(f"{tool.delete_reviews(content, path, chosen)} marks taken back in {path}")
    elif tasks["reviewed"] or tasks["translated"]:
        chosen = chosen if by else tool.list_unmarked(content, chosen)
        tool.write_reviews(content, path, chosen, by, today)
        print(f"{len(chosen)} texts marked in {path}")
    elif tasks["imports"]:
        told, warnings = catalogs.import_catalogs(inspection, folder, codes, tasks["imports"])
        print_diagnostics(warnings, click.get_current_context().meta[STYLE])
        print(*told, sep="\n")
    elif tasks["exports"]:
        print(*catalogs.export_catalogs(content, inspection.tree, codes, tasks["exports"]), sep="\n")
    else:
        for code in codes:
            print(*tool.format_states(content, inspection.tree, code, states or tool.WORK), sep="\n")


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
