"""Make the handouts on all workers, or take them from the cache."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from handout.base.diagnostics import ContentError, Diagnostic, HandoutError, MachineError
from handout.plan.handouts import Handout, MadeHandout
from handout.validate.inspect import Inspection
from handout.workers.cache import CacheEntry, HandoutCache
from handout.workers.fingerprint import describe_project
from handout.workers.pool import Pool, SetUp
from handout.workers.request import Request
from handout.workers.tasks import Job, Outcome, Task, make_one, start_worker
from handout.workers.worker import MADE_FILES


class Progress(Protocol):
    """Hears how far a build is: stage, handouts done, handouts in all, those at work now, the one just made."""

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
    cache = HandoutCache(request.cache)
    build = _Build(inspection, staging, cache, progress, len(handouts))
    for name in MADE_FILES:
        (staging / name).mkdir()
    # The largest first: no worker is left alone with one at the end.
    ordered = sorted(handouts, key=lambda handout: (handout.edition == "standard", handout))
    waiting = [Task(handout, content.operators[handout.operator]) for handout in ordered]
    known = frozenset() if request.force else cache.list_fingerprints()
    while waiting:
        pool = Pool(request.executor, request.jobs, _set_up(inspection, request, staging, known), make_one, build.show)
        # What the cache has, but not whole, is made after all.
        waiting = [task for task, outcome in pool.run(waiting) if not build.take(task, outcome)]
        known = frozenset()
    cache.trim()
    if build.bugs:
        raise ExceptionGroup(f"{len(build.bugs)} handout(s) could not be made", build.bugs)
    if build.failures:
        raise ContentError(build.failures)
    return [build.made[handout] for handout in handouts]


def _set_up(inspection: Inspection, request: Request, staging: Path, known: frozenset[str]) -> SetUp:
    """Return the call that gives a worker its job."""
    common = inspection.require_content().model_copy(update={"operators": {}})
    if request.executor:
        return SetUp(start_worker, Job(common, known, project=describe_project()))
    return SetUp(start_worker, Job(common, known, folder=staging.parent))


@dataclass
class _Build:
    """The handouts of one build: those made so far, and why others could not be."""

    inspection: Inspection
    staging: Path
    cache: HandoutCache
    progress: Progress
    total: int
    made: dict[Handout, MadeHandout] = field(default_factory=dict)
    failures: list[Diagnostic] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)

    def show(self, running: Sequence[Task], latest: str = "") -> None:
        """Show what is at work, or which handout has just been made."""
        self.progress("making", len(self.made), self.total, [task.handout.id for task in running], latest)

    def take(self, task: Task, outcome: Outcome | Exception) -> bool:
        """Keep what came of a task; returns False when the cache's copy is damaged. Raises MachineError."""
        handout = task.handout
        match outcome:
            case HandoutError():
                self.failures += outcome.diagnose(handout.id, self.inspection.tree.find_place)
            case MachineError():
                raise outcome
            case Exception():
                outcome.add_note(f"in the making of {handout.id}")
                self.bugs.append(outcome)
            case Outcome(entry=None):
                if (entry := self.cache.read_entry(outcome.fingerprint)) is None:
                    return False
                self.made[handout] = store_entry(handout, entry, outcome.sources, self.staging)
                self.show(())
            case Outcome(entry=CacheEntry() as entry):
                self.cache.write_entry(outcome.fingerprint, entry)
                self.made[handout] = store_entry(handout, entry, outcome.sources, self.staging)
                self.show((), handout.id)
        return True


def store_entry(handout: Handout, entry: CacheEntry, sources: list[str], staging: Path) -> MadeHandout:
    """Put a made handout's files into ``staging`` and return its figures."""
    for kind in MADE_FILES:
        (staging / getattr(handout, kind)).write_bytes(entry.files[kind])
    pdf = entry.files["pdf"]
    return MadeHandout(handout, entry.pages, len(pdf), hashlib.sha256(pdf).hexdigest(), sources)
