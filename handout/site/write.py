"""Write the site: pages, fonts, archive and the files that are published as they are."""

import shutil
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from handout.plan.handouts import MadeHandout
from handout.site.phone import render_phone_page
from handout.site.site import ARCHIVE, Site
from handout.site.start import render_start_page
from handout.site.web_fonts import write_pages

ASSETS = ("icon.svg", "site.css", "site.js", "sw.js")


def write_site(site: Site, made: Sequence[MadeHandout], staging: Path) -> None:
    """Write the pages for the made handouts into ``staging``, which has their PDFs and previews."""
    write_archive([(one.handout.pdf, staging / one.handout.pdf) for one in made], staging / ARCHIVE)
    (staging / "fonts").mkdir(exist_ok=True)
    site.cache.mkdir(parents=True, exist_ok=True)
    sizes = {one.handout.preview: read_png_size(staging / one.handout.preview) for one in made}
    for language in site.languages:
        html = render_start_page(site, language, made, sizes, (staging / ARCHIVE).stat().st_size)
        write_pages(site, [(site.name_start_page(language), html)], staging)
    editions = list[str](site.content.guide.editions)
    handouts: dict[str, MadeHandout] = {}
    for one in sorted(made, key=lambda one: editions.index(one.handout.edition)):
        handouts.setdefault(one.handout.html, one)
    write_pages(site, ((path, render_phone_page(site, handouts[path])) for path in sorted(handouts)), staging)
    for name in ASSETS:
        shutil.copyfile(find_template(site, name), staging / name)
    if site.content.guide.site.address:
        paths = [*map(site.name_start_page, site.languages), *sorted(handouts)]
        page = site.environment.get_template("site/sitemap.xml.j2").render(urls=map(site.locate, paths))
        (staging / "sitemap.xml").write_text(page, encoding="utf-8")


def write_archive(files: Sequence[tuple[str, Path]], target: Path) -> None:
    """Write a zip of the files, each under its name; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in files:
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())


def read_png_size(path: Path) -> tuple[int, int]:
    """Return the width and height of a PNG file in pixels, from its header."""
    with path.open("rb") as file:
        width, height = struct.unpack(">16xII", file.read(24))
    return width, height


def find_template(site: Site, name: str) -> Path:
    """Return the file of a template that is published as it is."""
    template = site.environment.get_template(f"site/{name}")
    return Path(str(template.filename))
