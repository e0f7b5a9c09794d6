"""The memory of the processes that a benchmark starts."""

from __future__ import annotations

import threading
from typing import NamedTuple, Self

import psutil

MB = 1 << 20
# Processes of a build before or after its workers: itself, the fork server and the resource tracker.
WITHOUT_WORKERS = 3


class Sample(NamedTuple):
    """What the processes below this one have of their own at a time, in MB (shared pages counted by halves: PSS)."""

    parent: float
    worker: float
    total: float
    processes: int


class Memory(threading.Thread):
    """Samples, as a context, the memory of the processes below this one: of those it started, of theirs, and of all."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[Sample] = []
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        self.join()

    def run(self) -> None:
        me = psutil.Process()
        stopped = False
        while not stopped:
            stopped = self._stopped.wait(0.2)  # and once more in the end, for what took less
            parents, others = list[float](), list[float]()
            for process in me.children(recursive=True):
                try:
                    size = process.memory_full_info().pss / MB
                    (parents if process.ppid() == me.pid else others).append(size)
                except psutil.Error:
                    continue
            both = [*parents, *others]
            self.samples.append(Sample(max(parents, default=0), max(others, default=0), sum(both), len(both)))

    @property
    def peak(self) -> float:
        """Return the largest sum of all processes, in MB."""
        return max((sample.total for sample in self.samples), default=0.0)

    def follow(self, after: float) -> Sample:
        """Return the most that each had from ``after`` (0 to 1) of the time with workers on, within a tenth of it."""
        making = [sample for sample in self.samples if sample.processes > WITHOUT_WORKERS]
        first = int(len(making) * after)
        part = making[first : first + max(1, len(making) // 10)]
        return Sample(*(max(column) for column in zip(*part, strict=True)))

    @property
    def publishing(self) -> float:
        """Return the most that the build itself had after its last worker, in MB."""
        last = max(at for at, sample in enumerate(self.samples) if sample.processes > WITHOUT_WORKERS)
        return max((sample.parent for sample in self.samples[last + 1 :]), default=0.0)
