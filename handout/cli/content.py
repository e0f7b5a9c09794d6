"""Commands about the content: facts, revision, explain, translations, new-operator, new-language."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from handout.base.diagnostics import MachineError, SelectionError
from handout.base.paths import FONTS, ROOT
from handout.cli.shared import OPERATORS, PAIRS, PATH, STYLE, TODAY, Ids, command, print_diagnostics, report_problems

BELOW = "this text, all below it, or all (repeatable)"
STATES = ("missing", "new", "stale", "unreviewed", "reviewed")
LINKS = "ask the network for every address cited: status 1 unless each is ok or unread"
TASKS = ("--state", "--mark-reviewed", "--mark-translated", "--unmark", "--export", "--import")
FOLDER_PATH = click.Path(path_type=Path, file_okay=False)


@command("facts --operator smart")
@OPERATORS
@PAIRS
@TODAY
@click.option("--links", is_flag=True, help=LINKS)
@click.option("--worksheet", is_flag=True, help="make sheets of the open questions to ask by phone")
@click.option("--output", type=PATH, metavar="DIR", default=ROOT / "worksheets", help="where they go")
def facts(
    *, folder: Path, operators: Ids, pairs: Ids, today: str, links: bool, worksheet: bool, output: Path
) -> int | None:
    """List facts and quotes, ask their pages, or make worksheets."""
    if links:
        if worksheet:
            raise SelectionError("one at a time: --links, --worksheet")
        return _ask_links(folder, operators)
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
        return None
    from handout.tools.worksheet import make_worksheets

    for path in make_worksheets(content, handouts, today, output):
        print(path)
    return None


def _ask_links(folder: Path, operators: Ids) -> int:
    """Print what has become of each address, as soon as it is known; how many of each state there are, on stderr."""
    from handout.plan.handouts import plan_handouts
    from handout.tools.findings import GOOD, UNREACHED
    from handout.tools.links import format_finding, list_links
    from handout.tools.web import ask_addresses, name_agent
    from handout.validate.inspect import inspect_content

    inspection = inspect_content(folder, FONTS)
    content = inspection.require_content()
    plan_handouts(content, operators)  # refuses a wrong id
    links = {link.address: link for link in list_links(content, operators)}
    wanted, states = {address: list(link.quotes) for address, link in links.items()}, Counter[str]()
    lost = 0
    for address, finding in ask_addresses(wanted, name_agent(content.guide.site.address)):
        print(format_finding(links[address], finding, inspection.tree), flush=True)
        states[finding.state] += 1
        lost += finding.words in UNREACHED
    print(", ".join(f"{number} {state}" for state, number in states.items()) or "no address is cited", file=sys.stderr)
    if lost == len(links) > 1:
        raise MachineError("none of the hosts was reached: is there a network? If there is none, nothing above is true")
    return int(any(state not in GOOD for state in states))


@command("revision")
@click.option("--record", is_flag=True, help="keep what they say, before they are given out")
def revision(folder: Path, *, record: bool) -> int:
    """Tell whether the handouts say what their revision said."""
    from handout.tools import revision as tool
    from handout.validate.inspect import inspect_content

    inspection, path = inspect_content(folder, FONTS), folder / "revisions.yaml"
    content = inspection.require_content()
    number, printed = content.guide.revision, tool.hash_printed(content)
    if problems := list(tool.judge_revision(content, inspection.tree, printed)):
        return report_problems(problems, folder)
    if str(number) in content.revisions:
        print(f"revision {number} is recorded, and the handouts say the same")
    elif record:
        tool.record_revision(content, path, printed)
        print(f"revision {number} recorded in {path}")
    else:
        print(f"revision {number} is not recorded yet; before you give it out: python build.py revision --record")
    return 0


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
