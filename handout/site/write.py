"""Write the site: pages, their fonts as WOFF2, archive and the files that are published as they are."""

import base64
import hashlib
import re
import shutil
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image

from handout.base.files import hash_file, replace_file, trim_folder, write_archive
from handout.base.paths import TEMPLATES
from handout.fonts.bundled import Face, cut_face
from handout.plan.handouts import Handout, MadeHandout
from handout.render.formats import format_size
from handout.render.strings import QUOTED, read_strings
from handout.site.booklet import Booklet
from handout.site.pages import (
    ARCHIVE,
    SHARED_FILES,
    STYLE,
    UNKNOWN_SIZE,
    Site,
    pick_handouts,
    render_feed,
    render_helpers_page,
    render_phone_page,
    render_start_page,
)

# What no line may break, of so many letters that a phone's line may have no room for it.
KEPT = re.compile(r'<span class="keep">([^<]{8,})')
LONGER = 18  # letters: some lines have no room for so many of the usual size either

# A web font is named by its style sheet; among ideographs the kerning of Latin letters weighs more than it shows.
WEB_UNUSED = ("name", "GPOS", "GSUB")
COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)  # is for those who read the templates, and no part of the page

REGULAR = 400
Letters = dict[tuple[str, int, bool], set[str]]  # by language tag, weight, and whether a part must be opened first


@dataclass
class Drafts:
    """Pages of one folder, which will share a style sheet: it names the fonts of the letters of them all."""

    site: Site
    staging: Path
    paths: list[str] = field(default_factory=list)
    letters: Letters = field(default_factory=dict)

    def add(self, path: str, page: str) -> None:
        """Write a page without its style sheet."""
        html = KEPT.sub(mark_length, page)
        for style, found in read_strings(html).letters.items():
            self.letters.setdefault(style, set()).update(found)
        self.paths.append(path)
        (self.staging / path).parent.mkdir(exist_ok=True)
        (self.staging / path).write_text(html, encoding="utf-8")

    def finish(self, sizes: Mapping[str, str] | None = None) -> None:
        """Put the style sheet, and the sizes that were unknown, into the pages, one in memory at a time."""
        root = "../" * self.paths[0].count("/")
        css = read_shared(STYLE) + "".join(cut_web_fonts(self.site, self.letters, root, self.staging))
        link, digest = f'<link rel="stylesheet" href="{root}{STYLE}">', hashlib.sha256(css.encode()).digest()
        for path in self.paths:
            html = (self.staging / path).read_text("utf-8").replace(link, f"<style>{css}</style>")
            html = html.replace("style-src 'self'", f"style-src 'sha256-{base64.b64encode(digest).decode()}'", 1)
            html = html.replace(UNKNOWN_SIZE, sizes[path]) if sizes else html
            (self.staging / path).write_text(html, encoding="utf-8")


class PhonePages:
    """The phone pages of handouts: all but the size of their PDFs is known before these are made."""

    def __init__(self, site: Site, handouts: Sequence[Handout], staging: Path) -> None:
        self._drafts = Drafts(site, staging)
        # Of the editions that share a page, the guide's first is the one that it links.
        self.handouts = pick_handouts(handouts, list[str](site.content.guide.editions))
        self.paths, self._forms = sorted(self.handouts), pick_handouts(handouts)
        self._steps = self._write(site)

    def _write(self, site: Site) -> Iterator[None]:
        for path in self.paths:
            unmade = MadeHandout(self.handouts[path], 0, 0, "", [])
            self._drafts.add(path, render_phone_page(site, unmade, self._forms[path], self.paths))
            yield

    def go_on(self) -> None:
        """Write another page, if there is one left."""
        next(self._steps, None)

    def finish(self, made: Sequence[MadeHandout]) -> None:
        """Write the pages that are left, and complete all."""
        for _ in self._steps:
            pass
        sizes, languages = {}, self._drafts.site.content.languages
        for one in made:
            if one.handout == self.handouts[one.handout.html]:
                language = languages[one.handout.reader]
                sizes[one.handout.html] = size = format_size(one.bytes, language.locale)
                self._drafts.letters.setdefault((language.bcp47, REGULAR, False), set()).update(size)
        self._drafts.finish(sizes)


def write_site(
    site: Site,
    made: Sequence[MadeHandout],
    staging: Path,
    booklets: Sequence[Booklet] = (),
    phone_pages: PhonePages | None = None,
) -> None:
    """Write the pages for the made handouts and booklets into ``staging``, which has their PDFs and previews.

    Those ``phone_pages`` that have been written are taken as they are.
    """
    write_archive(staging / ARCHIVE, {one.handout.pdf: staging / one.handout.pdf for one in made})
    sizes = {one.handout.preview: read_png_size(staging / one.handout.preview) for one in made}
    for language in site.languages:
        size = (staging / ARCHIVE).stat().st_size
        for name, html in (
            (site.name_start_page(language), render_start_page(site, language, made, sizes, size)),
            (site.name_helpers_page(language), render_helpers_page(site, language, made, booklets, size)),
        ):
            draft = Drafts(site, staging)
            draft.add(name, html)
            draft.finish()
    phone_pages = phone_pages or PhonePages(site, [one.handout for one in made], staging)
    phone_pages.finish(made)
    for name in SHARED_FILES:
        (staging / name).write_text(read_shared(name), encoding="utf-8")
    if site.content.guide.site.address:
        write_addressed(site, phone_pages, staging)
    published = {path.stem for path in (staging / "fonts").glob("*.woff2")}
    trim_folder(site.cache, {path.name for path in site.cache.iterdir() if path.name.partition(".")[0] in published})


def write_addressed(site: Site, phone_pages: PhonePages, staging: Path) -> None:
    """Write what needs the site's address: the list of all pages, what chats show of them, and the feeds."""
    starts = (name(language) for name in (site.name_start_page, site.name_helpers_page) for language in site.languages)
    urls = map(site.locate, (*starts, *phone_pages.paths))
    page = site.environment.get_template("site/sitemap.xml.j2").render(urls=urls)
    (staging / "sitemap.xml").write_text(page, encoding="utf-8")
    for handout in phone_pages.handouts.values():
        cut_share(site, handout, staging)
    for language in site.languages:
        (staging / site.name_feed(language)).write_text(render_feed(site, language), encoding="utf-8")


def cut_share(site: Site, handout: Handout, staging: Path) -> None:
    """Write what chats show of a phone page: the top of page 1 without its side margins, to be read when small."""
    (staging / "share").mkdir(exist_ok=True)
    width, height = site.share_size
    with Image.open(staging / handout.pictures[0]) as picture:
        margin = (picture.width - width) // 2
        picture.crop((margin, margin, margin + width, margin + height)).save(staging / handout.share)


def read_png_size(path: Path) -> tuple[int, int]:
    """Return the width and height of a PNG file in pixels, from its header."""
    width, height = struct.unpack(">16xII", path.read_bytes()[:24])
    return width, height


def read_shared(name: str) -> str:
    """Return the text of a file that is published as it is, but for its comments."""
    return COMMENT.sub("", (TEMPLATES / "site" / name).read_text(encoding="utf-8"))


def mark_length(kept: re.Match[str]) -> str:
    """Return kept words with the class of what the style sheet breaks: `long` among large letters, `longer` always."""
    words, name = re.sub(r"(?=[@.]\b)", "<wbr>", kept[1]), "long" if len(kept[1]) < LONGER else "longer"
    return f'<span class="keep {name}">{words}'


def cut_web_fonts(site: Site, letters: Letters, root: str, staging: Path) -> Iterator[str]:
    """Put the fonts of these letters, with their licences, into ``staging`` and yield their style sheet's lines.

    ``root`` leads from a page to the site's folder.

    Ideographs that closed parts alone have are a font of their own, which a browser asks for when such a part opens.
    Letters of other scripts are few, and some join: they stay together.
    """
    for language in site.content.languages.values():
        is_heavy = language.breaking == "ideographic"  # each letter weighs much: the device's fonts do for quotes
        for weight, name in ((REGULAR, language.font.regular), (700, language.font.bold)):
            face = Face(language.font.family, weight, site.fonts / name)
            weights = (weight, QUOTED) if weight == REGULAR and not is_heavy else (weight,)
            seen, folded = (
                {letter for one in weights for letter in letters.get((language.bcp47, one, folds), ())}
                for folds in (False, True)
            )
            seen |= {sign for sign in folded if not sign.isalpha()}  # few, and a list has such a one before each item
            for part in (seen, folded - seen) if is_heavy else (seen | folded,):
                if "".join(part).strip():
                    codes = ",".join(f"U+{ord(letter):X}" for letter in sorted(part))
                    extent = f"; unicode-range: {codes}" if part is not seen and is_heavy else ""
                    unused = WEB_UNUSED if is_heavy else WEB_UNUSED[:1]
                    file = publish_font(site, face, frozenset(part), unused, staging)
                    yield (
                        f'@font-face {{ font-family: "{face.family}"; font-weight: {weight}; font-display: swap; '
                        f'src: url("{root}fonts/{file}") format("woff2"){extent} }}\n'
                    )
        yield f'[lang="{language.bcp47}"] {{ font-family: "{language.font.family}", system-ui, sans-serif }}\n'
        if is_heavy:
            yield f'q[lang="{language.bcp47}"] {{ font-family: system-ui, sans-serif }}\n'


def publish_font(site: Site, face: Face, letters: frozenset[str], unused: tuple[str, ...], staging: Path) -> str:
    """Put a font that is cut to these letters into ``staging``, with its licence; return its file's name."""
    (staging / "fonts").mkdir(parents=True, exist_ok=True)
    path = pack_font(cut_face(face, letters, [], site.cache, unused).path)
    shutil.copyfile(path, staging / "fonts" / path.name)
    licence = f"OFL-{face.path.name.partition('-')[0]}.txt"  # OFL-NotoSans.txt for NotoSans-Bold.ttf
    shutil.copyfile(site.fonts / licence, staging / "fonts" / licence)
    return path.name


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
