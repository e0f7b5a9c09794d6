"""Worksheet: the questions to ask an operator about unknown and old facts, as a page to print."""

from pathlib import Path

from handout.fonts.cut import cut_fonts
from handout.plan.guide import list_facts
from handout.plan.handouts import Handout
from handout.render.page import HandoutPage
from handout.render.strings import read_strings
from handout.typeset.typesetter import typeset_handout
from handout.workers.worker import Worker, list_faces


def make_worksheet(worker: Worker, handout: Handout, today: str, folder: Path) -> list[Path]:
    """Write the sheet of one operator's open questions as HTML and PDF, and return the two files.

    It has the fonts and the style of a handout; ``today`` (``YYYY-MM``) decides which facts are old.
    """
    open_facts = [f for f in list_facts(worker.content, today, [handout.operator]) if f.state != "known"]
    lines = [f for f in open_facts if f.definition.ask]
    page = HandoutPage(worker.content, handout)
    html = worker.environment.get_template("worksheet.html.j2").render(page=page, lines=lines, today=today)
    paths = [folder / f"questions.{handout.id}.{kind}" for kind in ("html", "pdf")]
    paths[0].write_text(html, encoding="utf-8")
    fonts = cut_fonts(list_faces(worker.content), read_strings(html).texts, worker.cache)
    typeset_handout(worker.typesetter, html, fonts, paths[1], month=today)
    return paths
