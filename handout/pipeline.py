"""The line from content to published handouts, one statement a stage."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jinja2

from handout.diagnostics import ContentError, Diagnostic
from handout.expect import expect_pdf
from handout.fields import TaggingError
from handout.fonts import FIELD_FAMILY, Face, cut_fonts
from handout.model import Content
from handout.plan import Handout, plan_handouts
from handout.publish import MadeHandout, open_staging, publish_handouts
from handout.render import HandoutPage, make_environment, render_handout
from handout.strings import read_strings
from handout.typeset import TypesetError, Typesetter, make_typesetter, typeset_handout
from handout.validate import validate_content
from handout.verify import verify_handout

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
FONTS = TEMPLATES / "fonts"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Request:
    """What a build is asked for; an empty selection means all that the guide names."""

    content: Path = ROOT / "content"
    output: Path = ROOT / "output"
    operators: Sequence[str] = ()
    pairs: Sequence[str] = ()
    editions: Sequence[str] = ()
    jobs: int = 1


def build_handouts(request: Request, progress: Progress = lambda *_: None) -> list[MadeHandout]:
    """Make every handout asked for and publish them, all or none.

    Raises ContentError when the content or a made PDF has errors (the output is then as it was)
    and SelectionError for a name that the guide does not have.
    """
    content = validate_content(request.content, FONTS)
    handouts = plan_handouts(content, request.operators, request.pairs, request.editions)
    with open_staging(request.output) as staging:
        made = list(make_handouts(content, handouts, staging, request, progress))
        publish_handouts(content, made, staging, request.output, make_environment(TEMPLATES))
    return made


def make_handouts(
    content: Content, handouts: Sequence[Handout], staging: Path, request: Request, progress: Progress
) -> Iterator[MadeHandout]:
    """Make the handouts on all workers and yield them in order; raises ContentError with every failure."""
    for name in ("pdf", "html", "preview"):
        (staging / name).mkdir()
    failures: list[Diagnostic] = []
    with ProcessPoolExecutor(request.jobs, initializer=_start_worker, initargs=(content, staging, _cache_folder(request))) as pool:
        for number, result in enumerate(pool.map(_make_one, handouts), 1):
            progress("making", number, len(handouts))
            if isinstance(result, MadeHandout):
                yield result
            else:
                failures += result
    if failures:
        raise ContentError(failures)


@dataclass
class Worker:
    """What one process keeps between handouts."""

    content: Content
    staging: Path
    cache: Path
    environment: jinja2.Environment
    typesetter: Typesetter

    def make_handout(self, handout: Handout) -> MadeHandout:
        """Render, typeset and verify one handout into the staging folder."""
        page = HandoutPage(self.content, handout)
        html = render_handout(self.environment, page, "print")
        strings = read_strings(html)
        fonts = cut_fonts(list_faces(self.content), strings.texts, self.cache)
        path = self.staging / handout.pdf
        identifier = hashlib.sha256(html.encode()).hexdigest()[:32]
        typeset_handout(self.typesetter, html, fonts, path, identifier=identifier, dated=_first_day(self.content.guide.checked))
        if failures := verify_handout(path, expect_pdf(page, strings)):
            raise ContentError(Diagnostic(f.handout, 0, 0, f.check, f"{f.place}: {f.message}") for f in failures)
        (self.staging / handout.html).write_text(render_handout(self.environment, page, "phone"), encoding="utf-8")
        return MadeHandout.measure(handout, self.staging, sorted(page.citations))


_worker: Worker


def make_worker(content: Content, staging: Path, cache: Path) -> Worker:
    """Return a worker with templates, style sheet and fonts ready."""
    environment = make_environment(TEMPLATES)
    css = environment.get_template("print.css.j2").render(guide=content.guide, languages=content.languages.values())
    return Worker(content, staging, cache, environment, make_typesetter(css, FONTS))


def list_faces(content: Content) -> list[Face]:
    """Return the bundled faces of all languages, and the small one for what is typed into fields."""
    faces = [
        Face(language.font.family, weight, FONTS / name)
        for language in content.languages.values()
        for weight, name in ((400, language.font.regular), (700, language.font.bold))
    ]
    return [*dict.fromkeys(faces), Face(FIELD_FAMILY, 400, FONTS / "NotoSans-Regular.ttf")]


def _start_worker(content: Content, staging: Path, cache: Path) -> None:
    global _worker
    _worker = make_worker(content, staging, cache)


def _make_one(handout: Handout) -> MadeHandout | list[Diagnostic]:
    try:
        return _worker.make_handout(handout)
    except ContentError as error:
        return error.diagnostics
    except (TypesetError, TaggingError) as error:
        return [Diagnostic(handout.id, 0, 0, "typeset", str(error))]


def _cache_folder(request: Request) -> Path:
    return request.output.parent / ".cache" / "fonts"


def _first_day(month: str) -> datetime.date:
    year, number = month.split("-")
    return datetime.date(int(year), int(number), 1)
