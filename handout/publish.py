"""Publish: from the staging folder to the output folder, with the manifest and the download page."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jinja2
import pypdfium2

from handout.model import Content
from handout.plan import Handout
from handout.render import format_month

PREVIEW_DPI = 60


@dataclass(frozen=True)
class MadeHandout:
    """A finished handout and its figures, as the manifest lists them."""

    handout: Handout
    pages: int
    bytes: int
    sha256: str
    sources: list[str]

    @classmethod
    def measure(cls, handout: Handout, staging: Path, sources: list[str]) -> MadeHandout:
        """Count the pages and bytes of a made PDF, and draw its page 1 as the preview."""
        data = (staging / handout.pdf).read_bytes()
        document = pypdfium2.PdfDocument(data)
        image = document[0].render(scale=PREVIEW_DPI / 72, grayscale=True, may_draw_forms=False)
        image.to_pil().save(staging / handout.preview, optimize=True)
        return cls(handout, len(document), len(data), hashlib.sha256(data).hexdigest(), sources)

    def describe(self, checked: str) -> dict[str, Any]:
        """Return the manifest's entry."""
        h = self.handout
        return {
            "id": h.id,
            **asdict(h),
            "pdf": h.pdf,
            "html": h.html,
            "preview": h.preview,
            "pages": self.pages,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "checked": checked,
            "sources": self.sources,
        }


@contextmanager
def open_staging(output: Path) -> Iterator[Path]:
    """Yield a new folder beside ``output``, on the same file system; it is gone afterwards."""
    output.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{output.name}-staging-", dir=output.parent))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def publish_handouts(
    content: Content, made: Sequence[MadeHandout], staging: Path, output: Path, environment: jinja2.Environment
) -> None:
    """Move the made files into ``output``; files of earlier builds that no handout has any more go.

    A build of a selection keeps the other handouts of the same revision.
    """
    entries = {m.handout.id: m.describe(content.guide.checked) for m in made}
    old = _read_manifest(output)
    planned = {h.id for h in _all_handouts(content)}
    for entry in old.get("handouts", ()) if old.get("revision") == content.guide.revision else ():
        if entry["id"] in planned:
            entries.setdefault(entry["id"], entry)
    handouts = [entries[key] for key in sorted(entries)]
    page = environment.get_template("index.html.j2").render(
        content=content, handouts=handouts, format_month=format_month
    )
    (staging / "index.html").write_text(page, encoding="utf-8")
    manifest = {"revision": content.guide.revision, "handouts": handouts}
    (staging / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sums = "".join(f"{entry['sha256']}  {entry['pdf']}\n" for entry in handouts)
    (staging / "SHA256SUMS").write_text(sums, encoding="utf-8")
    for path in sorted(p for p in staging.rglob("*") if p.is_file()):
        target = output / path.relative_to(staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
    kept = {entry[key] for entry in handouts for key in ("pdf", "html", "preview")}
    for entry in old.get("handouts", ()):
        for key in ("pdf", "html", "preview"):
            if entry[key] not in kept:
                (output / entry[key]).unlink(missing_ok=True)


def _all_handouts(content: Content) -> list[Handout]:
    from handout.plan import plan_handouts

    return plan_handouts(content)


def _read_manifest(output: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return manifest
