"""The bill of materials, the list of licences and the fonts' hashes are those of the lock and the fonts."""

import hashlib
import json
import re
import runpy
import sys

import pytest

from handout.base.paths import FONTS, ROOT

BILL = json.loads((ROOT / "docs" / "sbom.cdx.json").read_text(encoding="utf-8"))
STALE = 'run "make lock"'


@pytest.fixture(scope="module")
def sbom():
    """The script's functions."""
    module = sys.modules["sbom"] = type(sys)("sbom")  # dataclasses look their module up
    vars(module).update(runpy.run_path(str(ROOT / "scripts" / "sbom.py"), run_name="sbom"))
    return module


def test_bill_is_of_this_lock():
    """Each locked library stands in the bill under its version, and nothing else but the fonts."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    locked = re.findall(r"(?m)^([a-z0-9.-]+)==([^ ;\\]+)", lock)
    assert len(locked) > 20
    fonts = {path.name for path in FONTS.glob("*.ttf")}
    assert [(c["name"], c["version"]) for c in BILL["components"] if c["name"] not in fonts] == locked, STALE
    (note,) = BILL["metadata"]["properties"]
    assert note["value"] == f"requirements.txt {hashlib.sha256(lock.encode()).hexdigest()}", STALE


def test_every_library_is_locked_by_hash():
    """No library can be installed whose file has not one of the known hashes."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        for requirement in re.split(r"(?m)^(?=[a-z])", lock)[1:]:
            assert re.match(r"[a-z0-9.-]+==\S+", requirement)
            assert "--hash=sha256:" in requirement
        assert "://" not in lock


def test_bill_has_cyclonedx_form():
    """Kind, version, unique references, and dependencies that all lead to a component."""
    assert (BILL["bomFormat"], BILL["specVersion"], BILL["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", BILL["serialNumber"])
    references = [c["bom-ref"] for c in BILL["components"]]
    assert len(set(references)) == len(references)
    needs = {d["ref"]: d["dependsOn"] for d in BILL["dependencies"]}
    assert {ref for refs in needs.values() for ref in refs} == set(references)
    assert any(ref.startswith("pkg:pypi/weasyprint@") for ref in needs["handout"])


def test_no_licence_is_unknown():
    """Each component has a licence, also in the list."""
    table = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for component in BILL["components"]:
        assert "unknown" not in json.dumps(component["licenses"]), component["name"]
        assert f"| {component['name']} | {component['version']} |" in table, STALE


def test_fonts_are_pinned():
    """The fonts are the ones whose hashes are written down, in their folder and in the bill."""
    pinned = dict(reversed(line.split("  ")) for line in (FONTS / "SHA256SUMS").read_text().splitlines())
    assert set(pinned) == {path.name for path in FONTS.glob("*.ttf")}
    hashes = {c["name"]: c["hashes"][0]["content"] for c in BILL["components"] if "hashes" in c}
    assert hashes == pinned, STALE
    for name, digest in pinned.items():
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest


def test_same_lock_gives_the_same_bytes(sbom, tmp_path):
    """The bill has no date and no random number, and is the one that is kept."""
    sbom.main(tmp_path)
    for name in ("sbom.cdx.json", "licences.md"):
        assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes(), STALE


def test_lock_is_read(sbom, tmp_path):
    """Markers, and who needs a library, on one line or several."""
    (tmp_path / "lock").write_text(
        "a==1.0 ; os_name == 'nt' \\\n    --hash=sha256:0 \\\n    --hash=sha256:1\n    # via b\n"
        "b-c==2 \\\n    --hash=sha256:2\n    # via\n    #   a\n    #   handout (pyproject.toml)\n"
    )
    assert [(lib.name, lib.version, lib.marker, lib.needed_by) for lib in sbom.read_lock(tmp_path / "lock")] == [
        ("a", "1.0", "os_name == 'nt'", ["b"]),
        ("b-c", "2", "", ["a", "handout"]),
    ]
