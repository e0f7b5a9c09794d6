"""Reports: each is about a known operator and facts, has an answer that can be printed, and nobody's personal data."""

import re
from collections.abc import Iterator
from pathlib import Path

from handout.base.diagnostics import Diagnostic, Loc, Place, locate_offset, suggest_name
from handout.load.tree import Tree
from handout.model.content import Content
from handout.model.reports import MEASURED, Said
from handout.validate.personal import PersonalReader
from handout.validate.prose import ProseReader

TOWN = r"[A-Z][A-Za-zÀ-ž]*(?:[ '’-][A-Za-zÀ-ž]+){0,4}"
_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#(?! yaml-language-server:)(.+)$")
_WITHOUT = "write nobody's name, number, address or day: leave it out; an amount has its unit, such as 5 USD"


def check_reports(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report personal data, and in lines without any what else is wrong with a report."""
    personal = list(_find_personal(content, tree)) if content.reports else []
    refused = {(problem.path, problem.line) for problem in personal}
    yield from personal
    yield from (one for one in _check_forms(content, tree) if (one.path, one.line) not in refused)


def _check_forms(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report what a report says of an operator, month, town or fact that cannot be, and answers nobody can print."""
    for name, report in content.reports.items():
        loc: Loc = ("reports", name)
        if report.operator not in content.operators:
            hint = suggest_name(report.operator, content.operators)
            yield tree.report((*loc, "operator"), "unknown-operator", f'no operator "{report.operator}"', hint)
        if report.month > content.guide.checked:
            message = "this month is later than the one printed on every page"
            yield tree.report(
                (*loc, "month"), "fact-ahead", message, "raise checked: in guide.yaml, or mend this month"
            )
        if not re.fullmatch(TOWN, report.town):
            message, hint = f'"{report.town}" is no town in Latin letters', "expected a name such as Siem Reap"
            yield tree.report((*loc, "town"), "wrong-form", message, hint)
        for fact, said in report.answers.items():
            yield from _check_answer(content, tree, (*loc, "answers", fact), said)


def _check_answer(content: Content, tree: Tree, loc: Loc, said: Said) -> Iterator[Diagnostic]:
    """Report an answer about no fact in words, and one that is neither listed, nor measured, nor in every language."""
    fact, defined = str(loc[-1]), content.guide.facts.operator
    asked = [name for name, definition in defined.items() if definition.ask and definition.kind == "text"]
    if fact not in asked:
        message = f'no report answers "{fact}"' if fact in defined else f'no fact "{fact}" is declared in guide.yaml'
        yield tree.report(loc, "unknown-fact", message, suggest_name(fact, asked), key=True)
        return
    choices = content.list_choices(fact)
    given = [((*loc, i), part) for i, part in enumerate(said)] if isinstance(said, list) else [(loc, said)]
    for at, part in given:
        if isinstance(part, str) and part not in choices and not MEASURED.fullmatch(part):
            message = f'"{part}" is not printed in every language'
            forms = (*choices, "an amount such as 5 USD", "a period such as 3 days", "words in every language below it")
            hint = f"expected one of: {', '.join(forms)}"
            yield tree.report(at, "report-answer", message, hint, part=part)


def _find_personal(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report what looks like personal data in a report: in its texts, its comments and its file's name."""
    prose = ProseReader(list(content.languages.values()), content.units)
    reader = PersonalReader(prose, content.units)
    for name in content.reports:
        path = tree.values["reports", name].path
        texts = [(loc, node.value) for loc, node in tree.nodes.items() if loc[:2] == ("reports", name)]
        found = [(Place(path, 0, 0), one) for one in reader.find_personal(Path(path).stem)]
        for loc, words in texts:
            if isinstance(words, str):
                found += [(tree.find_inside(loc, part), (noun, part)) for noun, part in reader.find_personal(words)]
        for comment in _COMMENT.finditer(text := tree.texts[path]):
            for noun, part in reader.find_personal(words := comment[1]):
                at = comment.start(1) + max(0, words.find(part))
                found.append((locate_offset(path, text, at, len(part)), (noun, part)))
        for place, (noun, part) in dict(reversed(found)).items():
            yield tree.report(place, "personal-data", f'"{part}" looks like {noun}', _WITHOUT)


CHECKS = (check_reports,)
