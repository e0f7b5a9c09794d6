"""Make the handouts on all workers, or take them from the cache."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from handout.base.diagnostics import ContentError, Diagnostic, HandoutError, MachineError
from handout.plan.handouts import Handout, MadeHandout
from handout.validate.inspect import Inspection
from handout.workers.cache import HandoutCache, describe_project
from handout.workers.pool import Pool
from handout.workers.request import Request
from handout.workers.worker import Job, Outcome, Task, make_one, start_worker

# Called with how far a build is: stage, handouts done, handouts in all, those at work now, the one just made.
Progress: TypeAlias = Callable[[str, int, int, Sequence[str], str], None]


def make_handouts(
    inspection: Inspection, handouts: Sequence[Handout], staging: Path, request: Request, progress: Progress
) -> list[MadeHandout]:
    """Make the handouts on all workers, or take them from the cache, into ``staging``.

    Raises ContentError with every failure, at the content's line where one text is the cause; for bugs an
    ExceptionGroup of them all.
    """
    content, cache = inspection.require_content(), HandoutCache(request.cache)
    build = _Build(inspection, staging, cache, progress, len(handouts))
    # The largest first: no worker is left alone with one at the end.
    ordered = sorted(handouts, key=lambda handout: (handout.edition == "standard", handout))
    waiting = [Task(handout, content.operators[handout.operator]) for handout in ordered]
    known = frozenset() if request.force else cache.list_fingerprints()
    job = Job(content.model_copy(update={"operators": {}}), known)
    job = replace(job, project=describe_project()) if request.executor else replace(job, folder=staging.parent)
    while waiting:
        pool = Pool(request.executor, request.jobs, partial(start_worker, job), make_one, build.show)
        # What the cache has, but not whole, is made after all.
        waiting = [task for task, outcome in pool.run(waiting) if not build.take(task, outcome)]
        job = replace(job, known=frozenset())
    cache.trim()
    if build.bugs:
        raise ExceptionGroup(f"{len(build.bugs)} handout(s) could not be made", build.bugs)
    if build.failures:
        raise ContentError(build.failures)
    return [build.made[handout] for handout in handouts]


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
            case Outcome():
                entry = outcome.entry or self.cache.read_entry(outcome.fingerprint)
                if entry is None:
                    return False
                if outcome.entry:
                    self.cache.write_entry(outcome.fingerprint, outcome.entry)
                for name, data in ((handout.pdf, entry.pdf), (handout.preview, entry.preview)):
                    (self.staging / name).parent.mkdir(exist_ok=True)
                    (self.staging / name).write_bytes(data)
                digest = hashlib.sha256(entry.pdf).hexdigest()
                self.made[handout] = MadeHandout(handout, entry.pages, len(entry.pdf), digest, outcome.sources)
                self.show((), handout.id if outcome.entry else "")
        return True
