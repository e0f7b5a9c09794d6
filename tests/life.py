#!/usr/bin/env python3
"""The life of one sentence: writes docs/life-of-a-sentence.md, every excerpt of which is what the stage really gave.

The sentence is one of the tests' own content (tests/content). Run this file to write the page again.
"""

from __future__ import annotations

import pprint
import sys
import tempfile
from pathlib import Path

import uharfbuzz as hb

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from handout.base.paths import FONTS  # noqa: E402
from handout.fonts.bundled import cut_fonts  # noqa: E402
from handout.plan.handouts import plan_handouts  # noqa: E402
from handout.render.linebreak import join_kept  # noqa: E402
from handout.render.strings import read_strings  # noqa: E402
from handout.validate.inspect import inspect_content  # noqa: E402
from handout.verify.readback import open_readback  # noqa: E402
from handout.workers.worker import list_faces, make_worker  # noqa: E402

PAGE = ROOT / "docs" / "life-of-a-sentence.md"
CONTENT = ROOT / "tests" / "content"
ITEM, LANGUAGE, WORD = "call-hotline", "km", "សំឡេង"
LOC = ("steps", 0, "actions", 2, "text", LANGUAGE)
INTRODUCTION = """# The life of one sentence

What becomes of one Khmer sentence, stage by stage: `build_handouts` in `handout/pipeline.py` has the stages in this
order. The sentence is one of the tests' own content, whose operator Alpha is invented; `python tests/life.py` writes
this page, and a test fails when it is no longer true.
"""


def write_page(folder):
    """Return the text of docs/life-of-a-sentence.md; ``folder`` is for the PDF."""
    inspection = inspect_content(CONTENT, FONTS)
    content = inspection.require_content()
    (handout,) = plan_handouts(content, ["alpha"], ["zh-km"], ["standard"])
    worker = make_worker(content, folder)
    rendered = worker.render(handout)
    path = folder / "handout.pdf"
    path.write_bytes(worker.typeset(rendered).pdf)
    item = content.steps[LOC[1]].actions[LOC[3]]
    assert item.id == ITEM
    parts = [
        INTRODUCTION,
        *tell_reading(inspection, item),
        *tell_rendering(rendered, item),
        *tell_glyphs(worker, rendered),
        *tell_reading_back(path, list_strings(rendered, item)),
    ]
    return "\n".join(parts)


def tell_reading(inspection, item):
    """Yield what load and validate make of the sentence."""
    tree, place = inspection.tree, inspection.tree.find_place(LOC)
    node, text = tree.nodes[LOC], tree.texts[place.path]
    lines, first = text.split("\n"), text[: text.index(f"id: {ITEM}")].count("\n")
    path = Path(place.path).relative_to(ROOT)
    yield f"## YAML\n\n`{path}`, what an editor writes:\n"
    yield quote("\n".join(lines[first : node.end_mark.line + 1]), "yaml")
    yield "## Tree (load)\n\n`load/` reads the file to plain data and keeps the place of every key and value:\n"
    yield quote(f"{LOC}\n{path}:{place.line}:{place.column}, {place.width} characters\n{node.value!r}")
    yield "## Model (validate)\n\n`validate/` makes it typed content, or says at that place what is wrong:\n"
    yield quote(f"{type(item).__name__} {pprint.pformat(item.model_dump(exclude_defaults=True), sort_dicts=False)}")


def tell_rendering(rendered, item):
    """Yield what render makes of the sentence: the fact is filled in, U+200B and spans say where lines may break."""
    language = rendered.page.content.languages[LANGUAGE]
    html = join_kept(str(rendered.page.words(item.text, language)))
    assert html in rendered.html
    yield "## HTML (render)\n\nThe hotline is filled in and may not break; `¦` stands for U+200B, where a line may:\n"
    yield quote(html.replace("\u200b", "¦"), "html")
    yield "What the page says is kept, in reading order, for verification:\n"
    yield quote("\n".join(repr((lang, show(text))) for lang, text in list_strings(rendered, item)))


def list_strings(rendered, item):
    """Return the strings of the page that are the sentence's, each with its language."""
    html = join_kept(str(rendered.page.words(item.text, rendered.page.content.languages[LANGUAGE])))
    strings = tuple(read_strings(f'<p lang="{LANGUAGE}">{html}</p>').strings)
    every = rendered.expected.strings
    assert any(every[start : start + len(strings)] == strings for start in range(len(every)))
    return strings


def tell_glyphs(worker, rendered):
    """Yield how the cut font shapes one word of the sentence."""
    faces = cut_fonts(list_faces(worker.content), rendered.strings.texts, worker.cache)
    face = next(face for face in faces if face.family == "Noto Sans Khmer" and face.weight == 400)
    font, buffer = hb.Font(hb.Face(face.path.read_bytes())), hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(WORD)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    starts = [info.cluster for info in buffer.glyph_infos] + [len(WORD)]
    rows = [
        f"{WORD[start:end]!r}: advance {position.x_advance} ({' '.join(f'U+{ord(c):04X}' for c in WORD[start:end])})"
        for start, end, position in zip(starts, starts[1:], buffer.glyph_positions, strict=False)
    ]
    yield "## Glyphs (typeset)\n"
    yield f"The font is cut to the page's letters, and a cluster such as those of {WORD} has glyphs of its own, in the"
    yield "order of its letters: a head that draws all of it and a narrow tail that draws nothing.\n"
    yield quote("\n".join(rows))


def tell_reading_back(path, strings):
    """Yield how the PDF tags the sentence, and what a reader gets back."""
    with open_readback(path) as made:
        (positions,) = made.text.find_strings(["".join(text for _lang, text in strings)])
        marks = list(dict.fromkeys(made.text.marks[position] for position in positions))
        block = next(block for block in made.tree.blocks if marks[0] in block.marks)
        pieces = [(made.tree.languages[mark], made.text.by_mark[mark]) for mark in marks]
    yield "## Tags (typeset)\n"
    yield "In the structure tree the sentence stands in one element, with its language, and owns its pieces of the"
    yield "page's content (page index, marked-content id):\n"
    yield quote(f"{block.tag}, /Lang {block.lang}: {[mark for mark in block.marks if mark in marks]}")
    yield "## Text read back (verify)\n"
    yield "PDFium reads the page without knowing how it was made. White space is left out on both sides; what is"
    yield "missing or different fails the build:\n"
    yield quote("\n".join(map(repr, pieces)))


def show(text):
    """Return a text without break aids."""
    return text.replace("\u200b", "")


def quote(text, kind="text"):
    """Return a block of Markdown that shows a text as it is."""
    return f"```{kind}\n{text}\n```\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        PAGE.write_text(write_page(Path(scratch)), encoding="utf-8")
