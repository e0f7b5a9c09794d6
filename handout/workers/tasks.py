"""Tasks: what is sent to a worker process and comes back from it."""

import gc
import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from handout.base.diagnostics import MachineError
from handout.model.content import Content
from handout.model.operators import Operator
from handout.plan.handouts import Handout
from handout.workers.cache import CacheEntry
from handout.workers.fingerprint import describe_project
from handout.workers.worker import MADE_FILES, Worker, make_worker


@dataclass(frozen=True)
class Job:
    """What workers need for a build, sent to each by value, and the fingerprints of what need not be made.

    The content is without its operators: each comes with its tasks, so that a worker's memory does not grow with them.
    Workers on other machines have the project of their own; ``project`` says which one it must be. Those of this one
    work in ``folder``, which the next build clears when this one is killed.
    """

    content: Content
    known: frozenset[str]
    project: str = ""
    folder: Path | None = None


@dataclass(frozen=True)
class Task:
    """A handout to make, and its operator."""

    handout: Handout
    operator: Operator


@dataclass(frozen=True)
class Outcome:
    """What comes back from a worker: a handout's fingerprint and, unless that is known, its files."""

    fingerprint: str
    sources: list[str]
    entry: CacheEntry | None


class WorkerProcess:
    """What a worker process keeps from one task to the next: the job, and the worker made for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # Dask may run several tasks of a process; WeasyPrint is used by one
        self._job: Job | None = None
        self._worker: Worker | None = None

    def take_job(self, job: Job) -> None:
        """Take a job over; what it needs is made at its first task, where a failure can be reported."""
        self._job, self._worker = job, None

    def make(self, task: Task) -> Outcome:
        """Make a handout, unless it is known, and return its files by value."""
        if self._job is None:
            raise RuntimeError("a task came before its job")
        job, handout = self._job, task.handout
        with self._lock, tempfile.TemporaryDirectory(prefix="handout-", dir=job.folder) as folder:
            worker = self._worker = self._worker or _open_worker(job, Path(folder))
            worker.staging = worker.cache = Path(folder)
            worker.content = job.content.model_copy(update={"operators": {handout.operator: task.operator}})
            rendered = worker.render(handout)
            if rendered.fingerprint in job.known:
                return Outcome(rendered.fingerprint, sorted(rendered.page.citations.by_source), None)
            for kind in MADE_FILES:
                (worker.staging / kind).mkdir()
            made = worker.typeset(rendered)
            files = {kind: (worker.staging / getattr(handout, kind)).read_bytes() for kind in MADE_FILES}
            gc.collect(1)  # a handout's boxes point to one another; left to the thresholds, they pile up
            return Outcome(rendered.fingerprint, made.sources, CacheEntry(files, made.pages))


def _open_worker(job: Job, folder: Path) -> Worker:
    """Return a worker for a job; raises MachineError on a machine whose project is another one."""
    if job.project and job.project != describe_project():
        raise MachineError(f"{socket.gethostname()} has other code, fonts or libraries; see docs/cluster.md")
    return make_worker(job.content, folder, folder)


PROCESS = WorkerProcess()  # a pool calls functions by name: what they share in a process has one name, too


def start_worker(job: Job) -> None:
    """Let this process take a job over."""
    PROCESS.take_job(job)


def make_one(task: Task) -> Outcome:
    """Make a handout in this process."""
    return PROCESS.make(task)
