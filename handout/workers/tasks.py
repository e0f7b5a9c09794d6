"""Tasks: what is sent to a worker process and comes back from it."""

import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from handout.base.diagnostics import MachineError
from handout.model.content import Content
from handout.model.operators import Operator
from handout.plan.handouts import Handout
from handout.typeset.typesetter import collect_boxes
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


_job: Job
_worker: Worker | None = None
_one_at_a_time = threading.Lock()  # Dask may run several tasks of a process; WeasyPrint is used by one


def start_worker(job: Job) -> None:
    """Take a job over in a worker process; what it needs is made at its first handout, where a failure can be told."""
    global _job, _worker
    _job, _worker = job, None


def make_one(task: Task) -> Outcome:
    """Make a handout in a worker process, unless it is known, and return its files by value."""
    global _worker
    handout = task.handout
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="handout-", dir=_job.folder) as folder:
        if _worker is None:
            if _job.project and _job.project != describe_project():
                raise MachineError(f"{socket.gethostname()} has other code, fonts or libraries; see docs/cluster.md")
            _worker = make_worker(_job.content, Path(folder), Path(folder))
        _worker.staging = _worker.cache = Path(folder)
        _worker.content = _job.content.model_copy(update={"operators": {handout.operator: task.operator}})
        rendered = _worker.render(handout)
        if rendered.fingerprint in _job.known:
            return Outcome(rendered.fingerprint, sorted(rendered.page.citations), None)
        for kind in MADE_FILES:
            (_worker.staging / kind).mkdir()
        made = _worker.typeset(rendered)
        files = {kind: (_worker.staging / getattr(handout, kind)).read_bytes() for kind in MADE_FILES}
        collect_boxes()
        return Outcome(rendered.fingerprint, made.sources, CacheEntry(files, made.pages))
