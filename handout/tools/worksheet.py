"""Worksheets: the questions to ask an operator about unknown and old facts, as a page to print."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import jinja2

from handout.fonts.bundled import cut_fonts
from handout.model.content import Content
from handout.plan.guide import list_facts
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage
from handout.render.strings import read_strings
from handout.workers.worker import list_faces, make_worker


def make_worksheets(content: Content, handouts: Iterable[Handout], today: str, folder: Path) -> Iterator[Path]:
    """Write the sheet of each handout's open questions as HTML and PDF, and yield the files.

    It has the fonts and the style of a handout; ``today`` (``YYYY-MM``) decides which facts are old.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        worker = make_worker(content, Path(scratch))
        for handout in handouts:
            html = render_worksheet(worker.environment, content, handout, today)
            page, pdf = (folder / f"questions.{handout.id}.{kind}" for kind in ("html", "pdf"))
            page.write_text(html, encoding="utf-8")
            fonts = cut_fonts(list_faces(content), read_strings(html).texts, worker.cache)
            worker.typesetter.typeset_handout(html, fonts, pdf, month=today)
            yield from (page, pdf)


def render_worksheet(environment: jinja2.Environment, content: Content, handout: Handout, today: str) -> str:
    """Return the HTML of one sheet: its operator's questions about facts that are unknown or old."""
    facts = list_facts(content, today, [handout.operator])
    lines = [line for line in facts if line.state != "known" and line.definition.ask]
    template = environment.get_template("worksheet.html.j2")
    return template.render(page=HandoutPage(content, handout), lines=lines, today=today)
