"""Make the handouts on all workers, or take them from the cache."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from handout.base.diagnostics import ContentError, Diagnostic, MachineError
from handout.fonts.cut import FontError
from handout.plan.handouts import Handout, MadeHandout
from handout.typeset.fields import TaggingError
from handout.typeset.typesetter import TypesetError
from handout.validate.inspect import Inspection
from handout.verify.failures import VerifyError, place_failure
from handout.workers.cache import CacheEntry, HandoutCache
from handout.workers.fingerprint import describe_project
from handout.workers.pool import Crew, SetUp, WorkerDiedError
from handout.workers.request import Request
from handout.workers.tasks import Job, Task, make_one, start_worker
from handout.workers.worker import MADE_FILES


class Progress(Protocol):
    """Told how far a build is: stage, handouts done, handouts in all, those at work now, the one just made."""

    def __call__(self, stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
        """Show it."""


def show_nothing(stage: str, done: int, total: int, running: Sequence[str] = (), made: str = "") -> None:
    """Show no progress."""


def make_handouts(
    inspection: Inspection, handouts: Sequence[Handout], staging: Path, request: Request, progress: Progress
) -> list[MadeHandout]:
    """Make the handouts on all workers, or take them from the cache, into ``staging``.

    Raises ContentError with every failure, at the content's line where one text is at fault; for bugs an
    ExceptionGroup of them all.
    """
    content = inspection.require_content()
    for name in MADE_FILES:
        (staging / name).mkdir()
    cache = HandoutCache(request.cache)
    known = frozenset() if request.force else cache.list_fingerprints()
    made: dict[Handout, MadeHandout] = {}
    failures: list[Diagnostic] = []
    bugs: list[Exception] = []

    def tell(running: Sequence[Task], latest: str = "") -> None:
        progress("making", len(made), len(handouts), [task.handout.id for task in running], latest)

    # The largest first: no worker is left alone with one at the end.
    ordered = sorted(handouts, key=lambda handout: (handout.edition == "standard", handout))
    waiting = [Task(handout, content.operators[handout.operator]) for handout in ordered]
    while waiting:
        remote = bool(request.executor)
        common = content.model_copy(update={"operators": {}})
        job = Job(common, known, describe_project() if remote else "", None if remote else staging.parent)
        crew = Crew(request.executor, request.jobs, SetUp(start_worker, job), make_one, tell)
        known, damaged = frozenset(), list[Task]()
        for task, outcome in crew.run(waiting):
            handout = task.handout
            if isinstance(outcome, VerifyError):
                failures += [place_failure(failure, inspection.tree) for failure in outcome.failures]
            elif isinstance(outcome, (TypesetError, TaggingError, FontError, WorkerDiedError)):
                failures.append(Diagnostic(handout.id, 0, 0, "typeset", str(outcome)))
            elif isinstance(outcome, MachineError):
                raise outcome
            elif isinstance(outcome, Exception):
                outcome.add_note(f"in the making of {handout.id}")
                bugs.append(outcome)
            elif entry := outcome.entry or cache.read_entry(outcome.fingerprint):
                if outcome.entry:
                    cache.write_entry(outcome.fingerprint, entry)
                made[handout] = publish_entry(handout, entry, outcome.sources, staging)
                tell((), handout.id if outcome.entry else "")
            else:
                damaged.append(task)
        waiting = damaged
    cache.trim()
    if bugs:
        raise ExceptionGroup(f"{len(bugs)} handout(s) could not be made", bugs)
    if failures:
        raise ContentError(failures)
    return [made[handout] for handout in handouts]


def publish_entry(handout: Handout, entry: CacheEntry, sources: list[str], staging: Path) -> MadeHandout:
    """Put a made handout's files into ``staging`` and return its figures."""
    for kind in MADE_FILES:
        (staging / getattr(handout, kind)).write_bytes(entry.files[kind])
    pdf = entry.files["pdf"]
    return MadeHandout(handout, entry.pages, len(pdf), hashlib.sha256(pdf).hexdigest(), sources)
