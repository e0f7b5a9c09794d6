"""Make the handouts on all workers, or take them from the cache; all of a language pair in the same spacing."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from handout.base.diagnostics import ContentError, Diagnostic, HandoutError, MachineError
from handout.model.content import Content
from handout.model.operators import Differences
from handout.model.texts import walk_texts
from handout.plan.guide import resolve_guide
from handout.plan.handouts import Handout, MadeHandout, Spacing, plan_handouts
from handout.validate.inspect import Inspection
from handout.workers.cache import FITS, TOO_LONG, HandoutCache, describe_project
from handout.workers.pool import Pool
from handout.workers.request import Request
from handout.workers.worker import Job, Outcome, Task, make_one, start_worker

# Called with how far a build is: stage, handouts done, handouts in all, those at work now, the one just made.
Progress: TypeAlias = Callable[[str, int, int, Sequence[str], str], None]


def make_handouts(
    inspection: Inspection,
    handouts: Sequence[Handout],
    staging: Path,
    request: Request,
    progress: Progress,
    *,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[MadeHandout]:
    """Make the handouts on all workers, or take them from the cache, into ``staging``.

    ``meanwhile`` is called whenever the workers have enough to do.

    Raises ContentError with every failure, at the content's line where one text is the cause; for bugs an
    ExceptionGroup of them all.
    """
    content, cache = inspection.require_content(), HandoutCache(request.cache)
    build = _Build(inspection, staging, cache, progress, len(handouts))
    tasks = list_tasks(content, handouts)
    known = frozenset() if request.force else cache.list_fingerprints()
    bare: dict[str, Any] = {"notice": None, "facts": {}, "differences": Differences()}
    names = {key: operator.model_copy(update=bare) for key, operator in content.operators.items()}
    job = Job(content.model_copy(update={"operators": names}), known)
    job = replace(job, project=describe_project()) if request.executor else replace(job, folder=staging.parent)

    def wait(running: Sequence[Task]) -> None:
        build.show(running)
        meanwhile()

    while waiting := [task for task in tasks if not build.has_settled(task)]:
        setup = partial(start_worker, job)
        for task, outcome in Pool(request.executor, request.jobs, setup, make_one, wait, build.prepare).run(waiting):
            build.take(task, outcome)
        job = replace(job, known=job.known - build.damaged)
    cache.trim()
    if build.bugs:
        raise ExceptionGroup(f"{len(build.bugs)} handout(s) could not be made", list(build.bugs.values()))
    if build.failures:
        raise ContentError(chain.from_iterable(build.failures.values()))
    return [build.made[handout] for handout in handouts]


def list_tasks(content: Content, handouts: Sequence[Handout]) -> list[Task]:
    """Return the handouts to make, and those to measure because they share the spacing of one that is made.

    The longest of each pair comes first, as it decides about the others; then the largest, so that no worker is left
    alone with one at the end.
    """
    pairs = sorted({handout.pair for handout in handouts if len(handout.spacings) > 1})
    sharing = [one for one in plan_handouts(content, pairs=pairs) if len(one.spacings) > 1] if pairs else []
    lengths = {key: count_letters(content, key) for key in content.operators}
    longest = {
        one.pair: one for one in sorted(sharing, key=lambda one: (one.edition == "standard", lengths[one.operator]))
    }
    ordered = sorted(
        {*handouts, *sharing},
        key=lambda one: (longest.get(one.pair) != one, one.edition == "counter", len(one.spacings) > 1, one),
    )
    made = set(handouts)
    return [Task(one, content.operators[one.operator], measured=one not in made) for one in ordered]


def count_letters(content: Content, operator: str) -> int:
    """Return how long an operator's guide is in all languages together."""
    return sum(
        len(words) for _loc, text in walk_texts(vars(resolve_guide(content, operator))) for words in text.root.values()
    )


@dataclass
class _Build:
    """The handouts of one build: those made so far, and why others could not be.

    ``spacings`` are those of the language pairs so far, ``settled`` the one each handout was made or measured in;
    ``damaged`` are fingerprints of what the cache has, but not whole.
    """

    inspection: Inspection
    staging: Path
    cache: HandoutCache
    progress: Progress
    total: int
    spacings: dict[str, Spacing] = field(default_factory=dict)
    settled: dict[Handout, Spacing] = field(default_factory=dict)
    made: dict[Handout, MadeHandout] = field(default_factory=dict)
    failures: dict[Handout, list[Diagnostic]] = field(default_factory=dict)
    bugs: dict[Handout, Exception] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)

    def show(self, running: Sequence[Task], latest: str = "") -> None:
        """Show what is at work, or which handout has just been made."""
        self.progress("making", len(self.made), self.total, [task.handout.id for task in running], latest)

    def choose_spacing(self, handout: Handout) -> Spacing:
        """Return the airiest spacing that a handout may have: no other of its pair needs a tighter one, so far."""
        spacing = self.spacings.get(handout.pair, handout.spacings[0])
        return spacing if spacing in handout.spacings else handout.spacings[0]

    def prepare(self, task: Task) -> Task:
        """Return a task with what is known by now of its spacing."""
        return replace(task, spacing=self.choose_spacing(task.handout))

    def has_settled(self, task: Task) -> bool:
        """Tell whether a handout was made or measured in the spacing that its pair has."""
        return self.settled.get(task.handout) == self.choose_spacing(task.handout)

    def take(self, task: Task, outcome: Outcome | Exception) -> None:
        """Keep what came of a task; a copy in the cache that is damaged leaves it unsettled. Raises MachineError."""
        handout = task.handout
        self.settled[handout] = task.spacing
        self.failures.pop(handout, None)
        self.bugs.pop(handout, None)
        match outcome:
            case HandoutError():
                if not task.measured:
                    self.failures[handout] = outcome.diagnose(handout.id, self.inspection.tree.find_place)
            case MachineError():
                raise outcome
            case Exception():
                outcome.add_note(f"in the making of {handout.id}")
                self.bugs[handout] = outcome
            case Outcome():
                self._settle(task, outcome)
                if not task.measured:
                    self._keep(handout, outcome)

    def _settle(self, task: Task, outcome: Outcome) -> None:
        """Let the pair's other handouts have the spacing that this one needs."""
        handout = task.handout
        self.settled[handout] = outcome.spacing
        if handout.spacings.index(outcome.spacing) > handout.spacings.index(self.choose_spacing(handout)):
            self.spacings[handout.pair] = outcome.spacing
        self.cache.note([fingerprint + TOO_LONG for fingerprint in outcome.too_long])
        if task.measured and outcome.fingerprint not in outcome.too_long:
            self.cache.note([outcome.fingerprint + FITS])

    def _keep(self, handout: Handout, outcome: Outcome) -> None:
        """Put a made handout's files into staging, and into the cache if they do not come from there."""
        entry = outcome.entry or self.cache.read_entry(outcome.fingerprint)
        if entry is None:
            self.damaged.add(outcome.fingerprint)
            del self.settled[handout]
            return
        if outcome.entry:
            self.cache.write_entry(outcome.fingerprint, outcome.entry)
        names = (handout.pdf, handout.preview, *handout.pictures)
        for name, data in zip(names, (entry.pdf, *entry.drawn), strict=True):
            (self.staging / name).parent.mkdir(exist_ok=True)
            (self.staging / name).write_bytes(data)
        digest = hashlib.sha256(entry.pdf).hexdigest()
        self.made[handout] = MadeHandout(handout, entry.pages, len(entry.pdf), digest, outcome.sources)
        self.show((), handout.id if outcome.entry else "")
