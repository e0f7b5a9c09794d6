"""All that is used of WeasyPrint without being in its documentation; no other module touches any of it.

`check_weasyprint` looks for it before the first layout. What only a laid-out page has, such as the
position of a box, is met when the first page is tagged. Either way a MachineError says what is missing; see
docs/upgrading-weasyprint.md.
"""

import inspect
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import cssselect2
import pydyf
import weasyprint  # and nothing below it: what is missing there fails in the check, not here

from handout.base.diagnostics import HandoutError, MachineError

# WeasyPrint computes a style of its own for every element with `lang`, and so for all in it; those that have the same
# language in another attribute share one. (So it is with `id`: the templates have it only where a page begins.)
LANG = "data-lang"
VERSION = "70"  # and its security releases
CSS_TO_POINTS = 0.75
BOX = "formatting_structure.boxes.Box"

# Where a name is in the package, with its parameters where we take its place, and what it is for. The owner of the
# last part is a module, a class that has it or whose objects get it, a function with it, or a dictionary.
INTERNALS = {
    "pdf.add_tags(pdf, document, pdf_version, page_streams)": "replaced by our structure tree",
    "pdf.generate_pdf.add_tags": "the call of it",
    "pdf.stream.Stream.marked._tags": "which box has which marked-content id",
    "pdf.stream.Stream.marked.mcid": "that id",
    "pdf.stream.Stream.marked.MCID": "that id in the page's content",
    "document.Page._page_box": "the boxes of a page",
    "layout.absolute.AbsolutePlaceholder._box": "a box that is positioned absolutely",
    "formatting_structure.boxes.LineBox": "a line",
    "formatting_structure.boxes.MarginBox": "a page's header or footer",
    "formatting_structure.boxes.TextBox": "text",
    f"{BOX}.children": "the boxes in a box",
    f"{BOX}.element": "the HTML element of a box",
    f"{BOX}.element_tag": "its name, or that of a pseudo-element",
    f"{BOX}.link_annotation": "a link in the PDF",
    f"{BOX}.widget_annotation": "a form field in the PDF",
    f"{BOX}.style": "a box's computed style",
    f"{BOX}.colspan": "the columns that a table cell takes",
    f"{BOX}.rowspan": "the rows that a table cell takes",
    f"{BOX}.content_box_x": "the left side of a picture",
    f"{BOX}.content_box_y": "the upper side of a picture",
    f"{BOX}.padding_width.width": "the width of a picture",
    f"{BOX}.padding_height.height": "the height of a picture",
    "css.properties.INITIAL_VALUES.list_style_type": "the numbering of a list",
    "HTML._ua_stylesheets(self, forms=False)": "replaced by nothing: ours says what elements are",
    **dict.fromkeys(
        (f"HTML.{name}" for name in ("base_url", "url_fetcher", "media_type", "wrapper_element", "etree_element")),
        "what a page is besides its tree",
    ),
    "pdf.fonts.Font.used_in_forms": "whether a font is one for fields",
    "pdf.fonts.Font.to_unicode": "what text is set in a font",
    "pdf.fonts.Font.hash": "a font's name in the PDF",
    "pdf.fonts.Font.family": "a font's family",
    "pdf.fonts.Font.file_content": "a font's file",
    "pdf.anchors.add_forms.AcroForm": "the form that is rewritten",
    "pdf.anchors.add_forms.DR": "where the form finds its fonts",
}


class TypesetError(HandoutError):
    """WeasyPrint warned of something, or the page holds what PDF/UA-1 or a program that fills in forms cannot take."""


def check_weasyprint() -> None:
    """Raise MachineError unless the version is right and every internal is there."""
    if weasyprint.__version__.split(".")[0] != VERSION:
        raise MachineError(
            f"WeasyPrint {VERSION}.* is needed, {weasyprint.__version__} is installed; remove .venv and run make"
        )
    if missing := [f"no {name} ({purpose})" for name, purpose in INTERNALS.items() if not _has_name(name)]:
        raise _explain_change(", ".join(missing))


def _has_name(path: str) -> bool:
    path, bracket, parameters = path.partition("(")
    *owners, name = path.split(".")
    owner: Any = reduce(lambda owner, part: getattr(owner, part, None), owners, weasyprint)
    if hasattr(owner, name):
        return not bracket or str(inspect.signature(getattr(owner, name))) == bracket + parameters
    if isinstance(owner, dict):
        return name in owner
    functions = (inspect.unwrap(owner), getattr(owner, "__init__", None))
    codes = [function.__code__ for function in functions if inspect.isfunction(function)]
    return any(repr(name) in f"{code.co_names}{code.co_consts}" for code in codes)


def _explain_change(difference: str) -> MachineError:
    found = weasyprint.__version__
    return MachineError(f"WeasyPrint {found} is not as expected: {difference}; see docs/upgrading-weasyprint.md")


class Page(weasyprint.HTML):  # type: ignore[misc]
    """A page of well-formed HTML, without WeasyPrint's own style sheets: ours says what elements are.

    Its languages get another attribute, and classes; ``languages`` are the rules of style that tell WeasyPrint of them.
    """

    def __init__(self, html: str, fetcher: Any) -> None:
        """Parse a page; raises TypesetError when it is not well-formed."""
        try:
            root = ET.fromstring(html)  # noqa: S314  (our own templates; what stands in them is escaped)
        except ET.ParseError as error:
            raise TypesetError(f"the page is not well-formed: {error}") from error
        languages = set[str]()
        for element in root.iter():
            if lang := element.get("lang"):
                languages.add(lang)
                element.set(LANG, lang)
                element.set("class", f"{element.get('class', '')} lang lang-{lang}")
                if element is not root:
                    del element.attrib["lang"]
        self.languages = "".join(f'.lang-{lang} {{ -weasy-lang: "{lang}" }}' for lang in sorted(languages))
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root)
        self.etree_element = root

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:  # noqa: ARG002
        return []


def share_languages(css: str) -> str:
    """Return a style sheet whose selectors ask for languages by the classes that a `Page` has for them.

    Raises TypesetError for one that asks in another way than ``[lang]`` and ``[lang="km"]``: it would match nothing.
    """
    css = re.sub(r'\[lang="([\w-]+)"\]', r".lang-\1", css).replace("[lang]", ".lang")
    if other := re.search(r"(\[lang|:lang\()[^{]*", css):
        raise TypesetError(f'a style sheet may ask for [lang] and [lang="km"] alone, not for {other[0].strip()}')
    return css


class Box:
    """A laid-out box. ``mark`` is the id of its marked content, ``link`` and ``widget`` are annotations of the PDF."""

    def __init__(self, box: Any, tags: dict[Any, dict[str, Any]]) -> None:
        """Read a box of WeasyPrint and all in it; their marks are taken out of ``tags``."""
        if isinstance(box, weasyprint.layout.absolute.AbsolutePlaceholder):
            box = box._box
        self.original, self.kind = box, type(box).__name__
        self.mark: int | None = tags.pop(box)["mcid"] if box in tags else None
        self.children = [Box(child, tags) for child in box.children]
        self.element, self.name = box.element, box.element_tag
        self.link, self.widget = box.link_annotation, box.widget_annotation

    def find_corners(self, page_height: float) -> list[float]:
        """Return left, bottom, right and top of its content in points; ``page_height`` is in CSS pixels."""
        box = self.original
        x, y = box.content_box_x(), page_height - box.content_box_y()
        return [round(side * CSS_TO_POINTS, 2) for side in (x, y - box.height, x + box.width, y)]

    def count_cells(self) -> dict[str, int]:
        """Return how many columns and rows of its table a cell takes, by the PDF's names."""
        return {"ColSpan": self.original.colspan, "RowSpan": self.original.rowspan}

    def find_list_style(self) -> str:
        """Return the style of a list's markers."""
        return str(self.original.style["list_style_type"])


class PageBoxes:
    """A page's boxes, its height in CSS pixels, the operators of its content and how many marks these must have.

    Raises TypesetError when a mark has no box.
    """

    def __init__(self, page: Any, stream: Any) -> None:
        tags = dict(stream._tags)
        self.boxes = [Box(child, tags) for child in page._page_box.children]
        if tags:
            raise TypesetError(f"content that no element holds: {list(tags)[:3]}")
        self.height: float = page.height
        self.operators: list[Any] = stream.stream
        self.marks = len(stream._tags)


def write_pdf(document: weasyprint.Document, path: Path, add_structure: Callable[..., None], **options: Any) -> None:
    """Write a document as WeasyPrint does, but with ``add_structure`` instead of its `add_tags`; in one thread only.

    It gets the PDF, the document and a list of PageBoxes. Which box has which marked-content id is known there only:
    the public `finisher` is called too late.
    """

    def add_tags(pdf: pydyf.PDF, document: weasyprint.Document, _version: Any, streams: list[Any]) -> None:
        try:
            add_structure(pdf, document, [PageBoxes(*pair) for pair in zip(document.pages, streams, strict=True)])
        except AttributeError as error:
            if type(error.obj).__module__.startswith("weasyprint."):
                raise _explain_change(str(error)) from error
            raise

    original, weasyprint.pdf.add_tags = weasyprint.pdf.add_tags, add_tags
    try:
        document.write_pdf(path, **options)
    finally:
        weasyprint.pdf.add_tags = original


def read_field_fonts(document: weasyprint.Document) -> dict[str, bytes]:
    """Return the files of the fonts for fields by their names in the PDF; raises TypesetError if one is in text too."""
    fonts = [font for font in document.fonts.values() if font.used_in_forms]
    if shared := [font.family for font in fonts if font.to_unicode]:
        raise TypesetError(f"fields need a font of their own, {shared[0]} is used for text too")
    return {font.hash: font.file_content for font in fonts}
