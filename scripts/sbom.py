#!/usr/bin/env python3
"""Write docs/sbom.cdx.json (CycloneDX 1.6) and docs/licences.md from the lock, the installed libraries and the fonts.

usage: scripts/sbom.py [FOLDER]     (part of "make lock"; run it in the environment that the lock is installed in)

The same lock gives the same bytes. Licences are what the libraries' own metadata says; a library that this system does
not need keeps the licence written down last.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
BILL, LICENCES = "sbom.cdx.json", "licences.md"
REQUIREMENT = re.compile(r"^([a-z0-9.-]+)==([^ ;\\]+)(?: ; (.*?))? *\\?$")
NEEDED_BY = re.compile(r"^ +# +(?:via +)?([a-z0-9.-]+)(?: \(pyproject\.toml\))?$")
UNKNOWN = "unknown"
# What older metadata calls the licences that SPDX knows under one name.
SPDX = {
    "MIT License": "MIT",
    "Apache License 2.0": "Apache-2.0",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
}


@dataclass
class Library:
    """One line of the lock."""

    name: str
    version: str
    marker: str
    needed_by: list[str] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """Return the package URL, which is also the bill's reference."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(path: Path) -> list[Library]:
    """Return the libraries of a lock, in its order."""
    libraries: list[Library] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := REQUIREMENT.match(line):
            libraries.append(Library(match[1], match[2], match[3] or ""))
        elif libraries and (match := NEEDED_BY.match(line)) and match[1] != "via":
            libraries[-1].needed_by.append(match[1])
    return libraries


def find_licence(name: str) -> str:
    """Return the licence that an installed library names, at best as an SPDX expression."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return UNKNOWN
    for key in ("License-Expression", "License"):
        if key in about and len(about[key]) < 80 and "\n" not in about[key]:
            return SPDX.get(about[key], about[key])
    kinds = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    return " OR ".join(SPDX.get(kind, kind) for kind in kinds) or UNKNOWN


def describe_licence(licence: str) -> list[dict[str, Any]]:
    """Return a licence as CycloneDX has it: an SPDX expression, or a name."""
    is_expression = re.fullmatch(r"[\w.+-]+(?: (?:AND|OR|WITH) [\w.+-]+)*", licence) and licence != UNKNOWN
    return [{"expression": licence}] if is_expression else [{"license": {"name": licence}}]


def describe_library(library: Library, licence: str) -> dict[str, Any]:
    """Return a library's entry."""
    entry: dict[str, Any] = {
        "type": "library",
        "bom-ref": library.reference,
        "name": library.name,
        "version": library.version,
        "licenses": describe_licence(licence),
        "purl": library.reference,
    }
    return entry | ({"properties": [{"name": "handout:marker", "value": library.marker}]} if library.marker else {})


def describe_font(path: Path) -> dict[str, Any]:
    """Return a bundled font's entry."""
    with TTFont(path) as font:
        version = str(font["name"].getDebugName(5)).split(";")[0].removeprefix("Version ")
    return {
        "type": "file",
        "bom-ref": f"font:{path.name}",
        "name": path.name,
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
        "licenses": [{"license": {"id": "OFL-1.1"}}],
    }


def make_bill(libraries: list[Library], licences: dict[str, str]) -> dict[str, Any]:
    """Return the bill of materials as CycloneDX 1.6."""
    lock = (ROOT / "requirements.txt").read_bytes()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    fonts = [describe_font(path) for path in sorted((ROOT / "templates" / "fonts").glob("*.ttf"))]
    components = [*(describe_library(library, licences[library.name]) for library in libraries), *fonts]
    refs = {library.name: library.reference for library in libraries} | {project["name"]: project["name"]}
    needs: dict[str, list[str]] = {ref: [] for ref in refs.values()}
    for library in libraries:
        for user in library.needed_by:
            needs[refs[user]].append(library.reference)
    needs[project["name"]] += [font["bom-ref"] for font in fonts]
    application = {
        "type": "application",
        "bom-ref": project["name"],
        "name": project["name"],
        "version": project["version"],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(components))}",
        "version": 1,
        "metadata": {
            "component": application | {"licenses": [{"license": {"id": project["license"]}}]},
            "properties": [{"name": "handout:lock", "value": f"requirements.txt {hashlib.sha256(lock).hexdigest()}"}],
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs[ref])} for ref in sorted(needs)],
    }


def list_licences(bill: dict[str, Any]) -> str:
    """Return the bill's components and licences as a Markdown table."""
    rows = []
    for entry in bill["components"]:
        (licence,) = entry["licenses"]
        words = licence.get("expression") or licence["license"].get("id") or licence["license"]["name"]
        rows.append(f"| {entry['name']} | {entry['version']} | {words} |")
    head = ["# Licences", "", "Made by `make lock`; do not edit.", "", "| What | Version | Licence |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def read_known(path: Path) -> dict[str, str]:
    """Return the licences that an earlier bill has, by library."""
    if not path.exists():
        return {}
    known = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["components"]:
        (licence,) = entry["licenses"]
        known[entry["name"]] = licence.get("expression") or licence["license"].get("name", UNKNOWN)
    return known


def main(folder: Path) -> None:
    """Write both files into ``folder``."""
    libraries = read_lock(ROOT / "requirements.txt")
    known = read_known(ROOT / "docs" / BILL)
    licences = {library.name: find_licence(library.name) for library in libraries}
    licences = {name: known.get(name, UNKNOWN) if words == UNKNOWN else words for name, words in licences.items()}
    bill = make_bill(libraries, licences)
    (folder / BILL).write_text(json.dumps(bill, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / LICENCES).write_text(list_licences(bill), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
