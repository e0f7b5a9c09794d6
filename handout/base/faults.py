"""Faults: what a machine refuses (space, rights, a lock) or lacks (a library), and what the user can do about it."""

import errno
import re
import sys
from contextlib import suppress

from handout.base.diagnostics import MachineError
from handout.base.paths import ROOT

PLACE = "name another folder"
DISK = "check the disk, or the network that the folder is on"  # also for each other number, where a file is named
NO_LIBRARY = "cannot load library"  # CFFI's words, which come without a number
# Libraries whose package has another name than the module that is imported.
PACKAGES = {"PIL": "pillow", "page": "page-validation", "yaml": "pyyaml", "zxingcpp": "zxing-cpp"}
# What the user can do, by the number of the system's error; None is for a missing library (make alone installs nothing
# into a .venv that it has finished).
REMEDIES: dict[int | None, str] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "free some space"),
    errno.EFBIG: "raise the limit of file sizes (ulimit -f)",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "raise the limit of open files (ulimit -n)"),
    errno.EAGAIN: "raise the limit of processes (ulimit -u), or ask for fewer --jobs",
    errno.ENOMEM: "close other programs, or ask for fewer --jobs",
    **dict.fromkeys((errno.EACCES, errno.EPERM), f"change the rights there, or {PLACE}"),
    **dict.fromkeys((errno.EXDEV, errno.EBUSY), "name a folder that is no mount point with --output"),
    errno.ENOENT: "make the folder or bring the file back",
    **dict.fromkeys((errno.ENOTDIR, errno.EISDIR, errno.EEXIST), "move away what is in its place"),
    **dict.fromkeys((errno.EROFS, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ), PLACE),
    errno.ENOTEMPTY: "end the other program that writes into this folder",
    **dict.fromkeys((errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP), PLACE),
    errno.EIO: DISK,
    None: "remove .venv, run make, then: .venv/bin/python build.py; if that fails, see docs/dependencies.md",
}


def find_fault(error: BaseException) -> OSError | None:
    """Return what the machine refused, also where several workers met it; None for a bug."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(find_fault, error.exceptions)), None)
    if isinstance(error, MemoryError):
        return OSError(errno.ENOMEM, "no memory is left")
    if isinstance(error, ImportError) and (error.name or "handout").partition(".")[0] != "handout":
        return OSError(f"{describe_library(str(error.name))} cannot be imported: {error}")
    if not isinstance(error, OSError):
        return None
    is_known = error.filename or error.errno in REMEDIES if error.errno else NO_LIBRARY in str(error)
    return error if is_known else None


def explain_fault(fault: OSError, place: object = "", result: str = "") -> MachineError:
    """Return the error to raise; ``place`` is where it happened unless the system says, ``result`` what came of it."""
    place, reason = fault.filename or (place if fault.errno else ""), fault.strerror or str(fault)
    said = "; ".join(filter(None, (f"{place}: {reason}" if place else reason, result)))
    again = ", then try again" if fault.errno else ""
    return MachineError(f"{said}. To mend it: {REMEDIES.get(fault.errno, DISK)}{again}")


def describe_library(module: str) -> str:
    """Return the package that has a module, and what pyproject.toml says it is for, if it is one of those listed."""
    name = module.partition(".")[0]
    if name in sys.stdlib_module_names:
        return f"Python's own {name}, which only another Python will have,"
    package, reason = PACKAGES.get(name, name.lower()), ""
    with suppress(OSError):
        project = (ROOT / "pyproject.toml").read_text("utf-8")
        if found := re.search(rf'((?:^ +#.*\n)+) +"{package}[<>=]', project, re.MULTILINE):
            sentence, *_ = re.split(r"\.\s", re.sub(r"\n? +# ", " ", found[1]).lstrip())
            reason = f" ({sentence})"
    return f"the library {package}{reason}"
