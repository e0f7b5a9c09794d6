"""Worker: makes one handout after the other in one process: render, typeset, verify."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import pypdfium2

from handout.base.files import hash_parts
from handout.base.paths import FONTS, TEMPLATES
from handout.fonts.bundled import FIELD_FAMILY, Face, cut_fonts
from handout.model.content import Content
from handout.plan.handouts import Handout, MadeHandout
from handout.render.expected import Expected, expect_pdf
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.render.strings import PageStrings, read_strings
from handout.verify.failures import VerifyError
from handout.verify.verify import verify_handout
from handout.workers.fingerprint import describe_expected, describe_machine, hash_code

if TYPE_CHECKING:
    from handout.typeset.typesetter import Typesetter

MADE_FILES = ("pdf", "preview")  # what a worker makes; the web pages are made by site
PREVIEW_DPI = 60


@dataclass(frozen=True)
class Rendered:
    """A handout before it is typeset: its page, what its PDF must be, and the hash of all that it depends on."""

    page: HandoutPage
    html: str
    strings: PageStrings
    expected: Expected
    fingerprint: str


@dataclass
class Worker:
    """What one process keeps between handouts."""

    content: Content
    staging: Path
    cache: Path
    environment: jinja2.Environment
    typesetter: Typesetter
    basis: str

    def make_handout(self, handout: Handout) -> MadeHandout:
        """Render, typeset and verify one handout into the staging folder."""
        return self.typeset(self.render(handout))

    def render(self, handout: Handout) -> Rendered:
        """Render one handout."""
        page = HandoutPage(self.content, handout)
        html = render_handout(self.environment, page)
        strings = read_strings(html)
        expected = expect_pdf(page, strings)
        parts = {"basis": self.basis, "html": html, "expected": describe_expected(expected)}
        return Rendered(
            page, html, strings, expected, hash_parts({name: text.encode() for name, text in parts.items()})
        )

    def typeset(self, rendered: Rendered) -> MadeHandout:
        """Typeset and verify a rendered handout into the staging folder."""
        handout, content = rendered.page.handout, self.content
        fonts = cut_fonts(list_faces(content), rendered.strings.texts, self.cache)
        path = self.staging / handout.pdf
        self.typesetter.typeset_handout(rendered.html, fonts, path, month=content.guide.checked)
        if failures := verify_handout(path, rendered.expected):
            raise VerifyError(failures)
        return measure_handout(handout, self.staging, sorted(rendered.page.citations.by_source))


def make_worker(content: Content, staging: Path, cache: Path) -> Worker:
    """Return a worker with templates, style sheet and fonts ready."""
    from handout.typeset.typesetter import make_typesetter

    environment = make_environment(TEMPLATES)
    css = environment.get_template("print.css.j2").render(guide=content.guide, languages=content.languages.values())
    fonts = {face.path.name: face.path.read_bytes() for face in list_faces(content)}
    basis = {
        "css": css,
        "code": hash_code(),
        "machine": repr(describe_machine()),
        "fonts": hash_parts(fonts),
        "dated": content.guide.checked,
    }
    digest = hash_parts({name: text.encode() for name, text in basis.items()})
    return Worker(content, staging, cache, environment, make_typesetter(css, FONTS), digest)


def list_faces(content: Content) -> list[Face]:
    """Return the bundled faces of all languages, and the small one for what is typed into fields."""
    faces = [
        Face(language.font.family, weight, FONTS / name)
        for language in content.languages.values()
        for weight, name in ((400, language.font.regular), (700, language.font.bold))
    ]
    return [*dict.fromkeys(faces), Face(FIELD_FAMILY, 400, FONTS / "NotoSans-Regular.ttf")]


def measure_handout(handout: Handout, staging: Path, sources: list[str]) -> MadeHandout:
    """Draw page 1 of a made PDF as its preview, and return the handout with its number of pages and its size."""
    data = (staging / handout.pdf).read_bytes()
    document = pypdfium2.PdfDocument(data)
    image = document[0].render(scale=PREVIEW_DPI / 72, grayscale=True, may_draw_forms=False)
    image.to_pil().save(staging / handout.preview, optimize=True)
    return MadeHandout(handout, len(document), len(data), hashlib.sha256(data).hexdigest(), sources)
