"""Plan: the handouts to make, each with its files below the output folder."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, Literal, get_args

from handout.base.diagnostics import SelectionError, suggest_name
from handout.model.content import Content
from handout.model.guide import name_page

Spacing = Literal["listed", "mixed", "airy", "normal", "tight"]


@dataclass(frozen=True, order=True)
class Handout:
    """One PDF to make: an operator, the reader's and the staff member's language, and an edition."""

    operator: str
    reader: str
    staff: str
    edition: str

    @property
    def id(self) -> str:
        """Return the stable name, such as ``smart.zh-km`` or ``smart.zh-km.large``."""
        base = f"{self.operator}.{self.pair}"
        return base if self.edition == "standard" else f"{base}.{self.edition}"

    @property
    def pair(self) -> str:
        """Return the two languages as the guide names them, such as ``zh-km``."""
        return f"{self.reader}-{self.staff}"

    @property
    def spacings(self) -> tuple[Spacing, ...]:
        """Return the spacings that it may have, the airiest first: all handouts of a pair have the same."""
        apart: dict[str, tuple[Spacing, ...]] = {"large": ("normal",), "counter": ("normal", "tight")}
        return apart.get(self.edition, get_args(Spacing))  # a counter page has no airy one of its own

    @property
    def pdf(self) -> str:
        """Return the PDF's path below the output folder."""
        return f"pdf/{self.id}.pdf"

    @property
    def html(self) -> str:
        """Return the phone page's path below the output folder; the editions share it."""
        return name_page(self.operator, self.pair)

    @property
    def share(self) -> str:
        """Return the path of what chats show beside a link to the phone page, below the output folder."""
        return f"share/{self.operator}.{self.pair}.png"

    @property
    def preview(self) -> str:
        """Return the path of page 1 as a small picture, below the output folder."""
        return f"preview/{self.id}.png"

    @property
    def pictures(self) -> list[str]:
        """Return the paths of the form as pictures to print, a page each, below the output folder."""
        pages = ("", ".2") if self.edition == "large" else ("",)  # large print needs two for what others have on one
        return [f"picture/{self.id}{page}.png" for page in pages]

    @property
    def download_name(self) -> str:
        """Return the name without its ending that a downloaded file has, such as ``cancel-sim-smart-zh-km``."""
        return "-".join(("cancel-sim", *self.id.split(".")))

    @property
    def form(self) -> str:
        """Return the path of what a browser must know to fill in the PDF, below the output folder."""
        return f"forms/{self.id}.json"


@dataclass(frozen=True)
class MadeHandout:
    """A finished handout and its figures, as the manifest lists them."""

    handout: Handout
    pages: int
    bytes: int
    sha256: str
    sources: list[str]

    def describe(self, checked: str) -> dict[str, Any]:
        """Return the manifest's entry."""
        files = {name: getattr(self.handout, name) for name in ("pdf", "html", "preview", "pictures")}
        figures = {name: getattr(self, name) for name in ("pages", "bytes", "sha256")}
        facts = {"checked": checked, "sources": self.sources}
        return {"id": self.handout.id} | asdict(self.handout) | files | figures | facts


def plan_handouts(
    content: Content, operators: Sequence[str] = (), pairs: Sequence[str] = (), editions: Sequence[str] = ()
) -> list[Handout]:
    """Return the handouts to make, sorted; an empty selection means all that the guide names.

    Raises SelectionError for a name that the content does not have.
    """
    for noun, wanted, known in (
        ("operator", operators, sorted(content.operators)),
        ("language pair", pairs, content.guide.pairs),
        ("edition", editions, content.guide.editions),
    ):
        for name in wanted:
            if name not in known:
                raise SelectionError(f'no {noun} "{name}", {suggest_name(name, known)}')
    languages = [pair.split("-") for pair in pairs or content.guide.pairs]
    chosen = product(operators or content.operators, languages, editions or content.guide.editions)
    return sorted({Handout(operator, reader, staff, edition) for operator, (reader, staff), edition in chosen})
