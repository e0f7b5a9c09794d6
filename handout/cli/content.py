"""Commands about the content: facts, explain, new-operator, new-language."""

import tempfile
from pathlib import Path

import click

from handout.base.paths import ROOT
from handout.cli.shared import OPERATORS, PAIRS, PATH, TODAY, Ids, command, read_content


@command("facts --operator smart")
@OPERATORS
@PAIRS
@TODAY
@click.option("--worksheet", is_flag=True, help="make sheets of the open questions to ask by phone")
@click.option("--output", type=PATH, metavar="DIR", default=ROOT / "worksheets", help="where they go")
def facts(*, folder: Path, operators: Ids, pairs: Ids, today: str, worksheet: bool, output: Path) -> None:
    """List the facts with source and age, or make worksheets."""
    from handout.plan.ages import list_facts
    from handout.plan.handouts import plan_handouts

    content, _ = read_content(folder)
    handouts = plan_handouts(content, operators, pairs or content.guide.pairs[:1], ["standard"])
    if not worksheet:
        for line in list_facts(content, today, operators):
            age = "" if line.age is None else f"{line.age} months"
            known = f"{' | '.join(line.fact.values)}  {', '.join(line.fact.sources)}".strip()
            print(f"{line.state:8} {line.owner:10} {line.name:17} {age:10} {known}".rstrip())
        return
    from handout.tools.worksheet import make_worksheet
    from handout.workers.worker import make_worker

    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as staging:
        worker = make_worker(content, Path(staging))
        for handout in handouts:
            print(*make_worksheet(worker, handout, today, output), sep="\n")


@command("explain smart.zh-km")
@click.argument("name")
def explain(folder: Path, name: str) -> None:
    """Say where a handout's blocks, or an id, come from.

    NAME is a handout such as smart.zh-km, an item's id, a source's, or a fact such as operator.hotline.
    """
    from handout.plan.handouts import list_handouts
    from handout.tools.explain import explain_handout, explain_name, format_origin

    content, inspection = read_content(folder)
    handout = list_handouts(content).get(name)
    for origin in explain_handout(content, handout) if handout else explain_name(content, name):
        print(format_origin(origin, inspection.tree))


@command("new-operator seatel")
@click.argument("name", metavar="ID")
def new_operator(folder: Path, name: str) -> None:
    """Begin the file of an operator, named by a short id."""
    from handout.tools.scaffold import add_operator

    content, _ = read_content(folder)
    list_fill_ins(folder, add_operator(content, folder, name))


@command("new-language vi")
@click.argument("code")
def new_language(folder: Path, code: str) -> None:
    """Begin the file of a language, named by its ISO 639 code."""
    from handout.tools.scaffold import add_language

    content, _ = read_content(folder)
    list_fill_ins(folder, add_language(content, folder, code))


def list_fill_ins(folder: Path, path: Path) -> None:
    """Print what is to be filled in in a new file."""
    print(f"{path} is there. To fill in:")
    for problem in read_content(folder)[1].problems:
        if problem.path == str(path):
            print(f"  {problem.place}: {problem.message}")
