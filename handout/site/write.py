"""Write the site: pages, fonts, archive and the files that are published as they are."""

import shutil
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from handout.base.paths import TEMPLATES
from handout.plan.handouts import MadeHandout
from handout.site.pages import ARCHIVE, Site, render_phone_page, render_start_page
from handout.site.web_fonts import write_pages

ASSETS = ("icon.svg", "site.css", "site.js", "sw.js")


def write_site(site: Site, made: Sequence[MadeHandout], staging: Path) -> None:
    """Write the pages for the made handouts into ``staging``, which has their PDFs and previews."""
    with zipfile.ZipFile(staging / ARCHIVE, "w") as archive:
        for one in made:  # with no times, so that the same files give the same bytes
            archive.writestr(zipfile.ZipInfo(one.handout.pdf), (staging / one.handout.pdf).read_bytes())
    (staging / "fonts").mkdir(exist_ok=True)
    site.cache.mkdir(parents=True, exist_ok=True)
    sizes = {one.handout.preview: read_png_size(staging / one.handout.preview) for one in made}
    for language in site.languages:
        html = render_start_page(site, language, made, sizes, (staging / ARCHIVE).stat().st_size)
        write_pages(site, [(site.name_start_page(language), html)], staging)
    # Of the editions that share a page, the guide's first is the one that it links.
    editions = list[str](site.content.guide.editions)
    last_to_first = sorted(made, key=lambda one: editions.index(one.handout.edition), reverse=True)
    handouts = {one.handout.html: one for one in last_to_first}
    write_pages(site, ((path, render_phone_page(site, handouts[path])) for path in sorted(handouts)), staging)
    for name in ASSETS:
        shutil.copyfile(TEMPLATES / "site" / name, staging / name)
    if site.content.guide.site.address:
        paths = [*map(site.name_start_page, site.languages), *sorted(handouts)]
        page = site.environment.get_template("site/sitemap.xml.j2").render(urls=map(site.locate, paths))
        (staging / "sitemap.xml").write_text(page, encoding="utf-8")


def read_png_size(path: Path) -> tuple[int, int]:
    """Return the width and height of a PNG file in pixels, from its header."""
    with path.open("rb") as file:
        width, height = struct.unpack(">16xII", file.read(24))
    return width, height
