"""Web fonts: the bundled fonts cut to the letters of the web pages, as WOFF2."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

from handout.base.files import hash_file, replace_file
from handout.fonts.bundled import Face
from handout.fonts.cut import cut_face
from handout.render.strings import read_strings
from handout.site.pages import Site

# Where the sheet of the fonts goes: last, or a browser that is quick asks for fonts that the page's own sheet hides.
HEAD_END = "</head>"

Letters = dict[tuple[str, int], set[str]]


def write_pages(site: Site, pages: Iterable[tuple[str, str]], staging: Path) -> None:
    """Write pages, each a path and its HTML, of one folder: they share the fonts and the style sheet that names these.

    Their letters are known when all have been made, which then have the link put in, one in memory at a time.
    """
    letters, paths = Letters(), list[Path]()
    for path, html in pages:
        for style, found in read_strings(html).letters.items():
            letters.setdefault(style, set()).update(found)
        paths.append(staging / path)
        paths[-1].parent.mkdir(exist_ok=True)
        paths[-1].write_text(html, encoding="utf-8")
    css = "".join(cut_web_fonts(site, letters, staging)).encode()
    sheet = f"fonts/{hashlib.sha256(css).hexdigest()[:24]}.css"
    (staging / sheet).write_bytes(css)
    for page in paths:
        link = f'<link rel="stylesheet" href="{"../" * (len(page.relative_to(staging).parts) - 1)}{sheet}">'
        html = page.read_text("utf-8").replace(HEAD_END, f"{link}\n{HEAD_END}", 1)
        page.write_text(html, encoding="utf-8")


def cut_web_fonts(site: Site, letters: Letters, staging: Path) -> Iterator[str]:
    """Put the fonts of these letters, with their licences, into ``staging`` and yield their style sheet's lines."""
    for language in site.content.languages.values():
        for weight, name in ((400, language.font.regular), (700, language.font.bold)):
            wanted = letters.get((language.bcp47, weight), set())
            if "".join(wanted).strip():
                face = Face(language.font.family, weight, site.fonts / name)
                path = pack_font(cut_face(face, frozenset(wanted), [], site.cache).path)
                shutil.copyfile(path, staging / "fonts" / path.name)
                shutil.copyfile(site.fonts / name_licence(name), staging / "fonts" / name_licence(name))
                yield (
                    f'@font-face {{ font-family: "{face.family}"; font-weight: {weight}; font-display: swap; '
                    f'src: url("{path.name}") format("woff2") }}\n'
                )
        yield f'[lang="{language.bcp47}"] {{ font-family: "{language.font.family}", system-ui, sans-serif }}\n'


def name_licence(font: str) -> str:
    """Return the file name of a bundled font's licence: ``OFL-NotoSans.txt`` for ``NotoSans-Bold.ttf``."""
    return f"OFL-{font.partition('-')[0]}.txt"


def pack_font(path: Path) -> Path:
    """Return a cut font as WOFF2, made beside it unless it is there and whole."""
    packed, digest = path.with_suffix(".woff2"), path.with_suffix(".woff2.sha256")
    if not (packed.exists() and digest.exists() and digest.read_bytes() == hash_file(packed).encode()):
        with TTFont(path, recalcTimestamp=False) as font:
            font.flavor = "woff2"
            buffer = BytesIO()
            font.save(buffer)
        replace_file(packed, buffer.getvalue())
        replace_file(digest, hashlib.sha256(buffer.getvalue()).hexdigest().encode())
    return packed
