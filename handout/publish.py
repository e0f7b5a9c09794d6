"""Publish: from the staging folder to the output folder, with the manifest and the download page."""

import errno
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pypdfium2

from handout.diagnostics import MachineError
from handout.locking import lock_folder
from handout.model import Content
from handout.plan import Handout, plan_handouts
from handout.site import Site, write_site
from handout.sums import MANIFEST, find_differences, hash_file, read_sums, write_sums
from handout.swap import clear_staging, link_file, make_folder, remove_leftovers, replace_folder

BILL = Path(__file__).resolve().parent.parent / "docs" / "sbom.cdx.json"
# What the machine may refuse, and what the user can do about it.
FAULTS = {
    errno.ENOSPC: "Free some space",
    errno.EDQUOT: "Free some space",
    errno.EFBIG: "Raise the limit of file sizes (ulimit -f)",
    errno.EROFS: "Name a folder that can be written with --output",
    errno.EACCES: "Name a folder that can be written with --output",
    errno.EPERM: "Name a folder that can be written with --output",
    errno.EXDEV: "Name a folder that is no mount point with --output",
    errno.EBUSY: "Name a folder that is no mount point with --output",
    errno.EIO: "Check the disk",
}
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
    def measure(cls, handout: Handout, staging: Path, sources: list[str]) -> Self:
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
    """Yield a new folder beside ``output``, on the same file system; it is gone afterwards.

    So is what killed builds left. Other builds for ``output`` wait meanwhile. Raises MachineError when the machine does
    not let a build write.
    """
    output = output.resolve()
    if output.exists() and not output.is_dir():
        raise MachineError(f"{output} is a file; name a folder with --output")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with lock_folder(output):
            remove_leftovers(output)
            staging = make_folder(output)
            try:
                yield staging
            finally:
                clear_staging(staging.parent, output)
    except (OSError, ExceptionGroup) as error:
        if fault := _find_fault(error):
            words = f"{fault.filename or output.parent}: {fault.strerror}; {output} is as it was"
            raise MachineError(f"{words}. {FAULTS[fault.errno or 0]}, then build again") from error
        raise


def _find_fault(error: BaseException) -> OSError | None:
    """Return what the machine refused, also where several workers met it; None for a bug."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_find_fault, error.exceptions)), None)
    return error if isinstance(error, OSError) and error.errno in FAULTS else None


def list_published(content: Content, output: Path) -> list[Handout]:
    """Return the handouts that a former build put into ``output`` and that the content still has."""
    published = set[str]()
    with suppress(OSError, ValueError, KeyError, TypeError):
        published = {entry["id"] for entry in json.loads((output / MANIFEST).read_bytes())["handouts"]}
    return [handout for handout in plan_handouts(content) if handout.id in published]


def publish_handouts(content: Content, made: Sequence[MadeHandout], staging: Path, output: Path, site: Site) -> None:
    """Complete the staging folder and put it in the place of ``output``, whose foreign files stay.

    An output that is already what the build made is left alone, and a file that has not changed keeps its time.
    """
    output = output.resolve()
    entries = [m.describe(content.guide.checked) for m in sorted(made, key=lambda m: m.handout.id)]
    write_site(site, entries, staging)
    shutil.copyfile(BILL, staging / BILL.name)
    manifest = {"revision": content.guide.revision, "handouts": entries}
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
