"""Verify a published folder: against its own record, and against a build of the same revision."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from handout.base.diagnostics import Diagnostic
from handout.base.files import MANIFEST, SUMS, find_differences, read_sums
from handout.pipeline import build_handouts
from handout.publish.staging import list_foreign, list_named
from handout.workers.request import Request

WORDS = {
    "no-record": "there is no list of published files that can be read",
    "missing": "this file is missing",
    "changed": "this file is not the one that was published",
    "foreign": "no build made this file",
    "not-reproduced": "a build of this content makes other bytes",
    "not-published": "a build of this content makes this file too",
}


def verify_published(folder: Path) -> list[Diagnostic]:
    """Return what is not as the folder's SHA256SUMS and manifest say; foreign files are warnings."""
    sums = read_sums(folder)
    if MANIFEST not in sums:
        return [_tell(folder, SUMS, "no-record")]
    codes = find_differences(folder) | dict.fromkeys(list_foreign(folder), "foreign")
    found = [_tell(folder, name, code) for name, code in codes.items()]
    return found if MANIFEST in codes else [*found, *_check_manifest(folder, sums)]


def compare_with_build(folder: Path, request: Request) -> list[Diagnostic]:
    """Build everything again in a folder of its own, and return the published files that come out differently."""
    with tempfile.TemporaryDirectory() as other:
        output = Path(other) / "output"
        build_handouts(replace(request, output=output))
        return compare_folders(folder, output)


def compare_folders(folder: Path, other: Path) -> list[Diagnostic]:
    """Return the files of a published folder that are not those of another one, by what the two record."""
    made, published = read_sums(other), read_sums(folder)
    codes = {name: "not-reproduced" for name, digest in published.items() if made.get(name, digest) != digest}
    codes |= dict.fromkeys(sorted(published.keys() - made.keys()), "foreign")
    codes |= dict.fromkeys(sorted(made.keys() - published.keys()), "not-published")
    return [_tell(folder, name, code) for name, code in codes.items()]


def _check_manifest(folder: Path, sums: dict[str, str]) -> Iterator[Diagnostic]:
    try:
        manifest: dict[str, list[dict[str, Any]]] = json.loads((folder / MANIFEST).read_bytes())
        named = [(entry, list_named(entry)) for entry in manifest["handouts"]]
        named += [(entry, [entry["pdf"]]) for entry in manifest.get("booklets", [])]  # an older version has none
        for entry, names in named:
            if sums.get(entry["pdf"]) != entry["sha256"] or any(name not in sums for name in names):
                message = f'the manifest and SHA256SUMS disagree about "{entry["pdf"]}"'
                yield Diagnostic(str(folder / MANIFEST), 0, 0, "wrong-record", message)
    except (ValueError, KeyError, TypeError):
        yield Diagnostic(str(folder / MANIFEST), 0, 0, "wrong-record", "this is not a manifest")


def _tell(folder: Path, name: str, code: str) -> Diagnostic:
    severity: Any = "warning" if code == "foreign" else "error"
    return Diagnostic(str(folder / name), 0, 0, code, WORDS[code], severity=severity)
