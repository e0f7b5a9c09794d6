"""Files: which ones of the content's folder are content, and which of those must not even be opened.

Editors, file managers and version control leave files of their own beside those that somebody edits: they are left out.
So is a copy with another name, with a warning, because somebody may have meant it as content.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from handout.base.diagnostics import Diagnostic, Loc, suggest_name

MAX_BYTES, MAX_TOTAL_BYTES, MAX_FILES = 1 << 20, 1 << 26, 10_000
FILES = (
    *("guide", "steps", "documents", "answers", "faqs", "warnings", "glossary", "sources", "regulator"),
    *("reviews", "revisions"),  # which commands write
)
FOLDERS = ("operators", "languages", "reports")
_OWN_NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*\.yaml")  # an id, as the content type has it
# Backups, locks, swap files and other traces of programs; what is hidden is theirs too, but for a hidden YAML file.
_BYPRODUCT = re.compile(
    r"""\.(?:[#_~].*|.*(?<!\.yaml)(?<!\.yml))$ | .*~$ | \#.*\#$ | ~\$ | \d+$ | icon\r$ | (?:eh)?thumbs\.db$
    | desktop\.ini$ | __macosx$ | __pycache__$ | \$recycle\.bin$ | system\ volume\ information$ | lost\+found$
    | .*\.(?:bak|backup|orig|rej|old|save|tmp|temp|part|partial|crdownload|lock|lnk|pyc|kate-swp|sw[a-p]|un~)(?:\.\d+)?$
    | .*___jb_(?:tmp|old)___$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# Names that Windows keeps for devices, with any ending.
DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def is_byproduct(name: str) -> bool:
    """Tell by a file's name whether a program left it, and nobody meant it."""
    return bool(_BYPRODUCT.match(name))


def list_content(folder: Path) -> dict[Path, Loc]:
    """Return the files that are content, some of which may be missing, and where each stands in the content's data."""
    files: dict[Path, Loc] = {folder / f"{name}.yaml": (name,) for name in FILES}
    found = []
    with suppress(PermissionError):  # which loading tells
        found = [path for name in FOLDERS for path in sorted((folder / name).glob("*.yaml"))]
    return files | {path: (path.parent.name, path.stem) for path in found if _OWN_NAME.fullmatch(path.name)}


def find_unknown_files(folder: Path, content: Iterable[Path]) -> Iterator[Diagnostic]:
    """Warn of files that may be meant as content and are none; two names that differ in capitals alone are an error."""
    known, folders = {str(path).casefold(): path for path in content}, [folder / name for name in FOLDERS]
    listed = {path for place in (folder, *folders) for path in place.glob("*")}
    for path in sorted(listed - {*known.values(), *folders}):
        if is_byproduct(path.name):
            continue
        if (twin := known.get(str(path).casefold())) in listed:
            message = f"many systems take this name for {path}"
            yield Diagnostic(str(twin), 0, 0, "name-collision", message, "choose another id")
            continue
        hint = suggest_name(path.name, {other.name for other in known.values() if other.parent == path.parent})
        if path.parent != folder and not hint.startswith("did"):
            hint = "its name must be an id that ends in .yaml, such as smart.yaml: small letters, digits and hyphens"
        message = "this is no file of the content and is left out"
        yield Diagnostic(str(path), 0, 0, "unknown-file", message, hint, "warning")


def measure_file(path: Path) -> int:
    """Return a file's size in bytes; 0 of one that has gone, as when an editor puts a new one in its place."""
    with suppress(OSError):
        return path.stat().st_size
    return 0


def find_risky_files(folder: Path, paths: Iterable[Path]) -> Iterator[Diagnostic]:
    """Yield why files of the content in ``folder`` must not even be opened: their places, sizes and names."""
    total = 0
    for number, path in enumerate(paths):
        name, size = str(path), measure_file(path)
        if Path(os.path.realpath(path)) != Path(os.path.realpath(folder)) / path.relative_to(folder):
            yield Diagnostic(name, 0, 0, "outside-link", "a link leads elsewhere from here", "put the file itself here")
        elif path.is_file():
            total += size
            if size > MAX_BYTES or total > MAX_TOTAL_BYTES or number >= MAX_FILES:
                hint = f"at most {MAX_BYTES >> 20} MB a file"
                yield Diagnostic(name, 0, 0, "too-big", "the content is too big", hint)
            elif DEVICE.match(path.name):
                message = "Windows keeps this name for a device"
                yield Diagnostic(name, 0, 0, "device-name", message, "choose another id")
