"""Publish: complete the staging folder and put it in the place of the output folder."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from handout.base.files import MANIFEST, find_differences, hash_file, read_sums, write_sums
from handout.model.content import Content
from handout.plan.handouts import Handout, MadeHandout, plan_handouts
from handout.publish.staging import link_file, replace_folder
from handout.site.booklet import make_booklets
from handout.site.forms import write_forms
from handout.site.pages import Site
from handout.site.write import PhonePages, write_site


def list_published(content: Content, output: Path) -> list[Handout]:
    """Return the handouts that a former build put into ``output`` and that the content still has."""
    published = set[str]()
    with suppress(OSError, ValueError, KeyError, TypeError):
        published = {entry["id"] for entry in json.loads((output / MANIFEST).read_bytes())["handouts"]}
    return [handout for handout in plan_handouts(content) if handout.id in published]


def publish_handouts(
    site: Site, made: Sequence[MadeHandout], staging: Path, output: Path, phone_pages: PhonePages
) -> None:
    """Complete the staging folder, some of whose phone pages may be there, and put it in the place of ``output``.

    An output that is already what the build made is left alone, and a file that has not changed keeps its time.
    """
    output = output.resolve()
    guide, made = site.content.guide, sorted(made, key=lambda one: one.handout.id)
    write_forms(site, made, staging)
    booklets = list(make_booklets(site.content, made, staging))
    write_site(site, made, staging, booklets, phone_pages)
    changes = [{"revision": int(number), **change.model_dump()} for number, change in guide.changes.items()]
    handouts = [one.describe(guide.checked) for one in made]
    manifest = {"revision": guide.revision, "changes": changes, "handouts": handouts}
    manifest |= {"booklets": [asdict(one) for one in booklets]}
    (staging / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_sums(staging)
    if read_sums(staging) != read_sums(output) or any(find_differences(output)):
        _link_unchanged(staging, output)
        replace_folder(staging, output)


def _link_unchanged(staging: Path, output: Path) -> None:
    """Take the published file for each staged one of the same content, so that it keeps its time."""
    for name, digest in read_sums(staging).items():
        path = output / name
        if path.is_file() and not path.is_symlink() and hash_file(path) == digest:
            (staging / name).unlink()
            link_file(path, staging / name)
