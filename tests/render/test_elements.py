"""What elements are is said by the style sheet of the paper: WeasyPrint's own is not used."""

import re
import xml.etree.ElementTree as ET

import pytest
from all_pages import render_pages

from handout.base.paths import TEMPLATES

SVG = "{http://www.w3.org/2000/svg}"
INLINE = {"a", "label", "span"}  # what an element is of which nothing is said


@pytest.mark.parametrize("kind", ["paper", "worksheet"])
def test_the_style_sheet_says_what_every_element_is(kind, frozen_content):
    """The pages are well-formed, and no block of theirs is taken for words within a line."""
    sheet = (TEMPLATES / "print" / "elements.css.j2").read_text("utf-8")
    known = {name for rule in re.findall(r"^([\w, ]+) \{", sheet, re.MULTILINE) for name in rule.split(", ")}
    pages = [html for (of, _name), html in render_pages(frozen_content).items() if of == kind]
    assert pages
    for html in pages:
        root = ET.fromstring(html)
        assert not [*root.find("head/title")]
        names = {element.tag for element in root.iter()}
        assert {name for name in names if not name.startswith(SVG)} <= known | INLINE
