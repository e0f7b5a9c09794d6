"""Record: the manifest of a published folder, and which of its files a build made."""

import json
from contextlib import suppress
from pathlib import Path

from handout.base.files import MANIFEST, SUMS, read_sums

PARTS = ("pdf", "html", "preview")  # the keys of a manifest's entry that name files


def list_own(folder: Path) -> set[str]:
    """Return the files that a build published in a folder, by its SHA256SUMS and its manifest."""
    own = {*read_sums(folder), SUMS}
    with suppress(OSError, ValueError, KeyError, TypeError):
        entries = json.loads((folder / MANIFEST).read_bytes())["handouts"]
        own |= {MANIFEST, "index.html"} | {str(entry[key]) for entry in entries for key in PARTS}
    return own
