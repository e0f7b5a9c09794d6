"""Executors: where handouts are made: in processes of this machine, or on the workers of a Dask cluster.

Both are executors of `concurrent.futures` whose workers were set up by one call of a function. Work is handed out
piece by piece, so that the memory of neither side grows with the number of handouts.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import forkserver, resource_tracker
from typing import Any, Generic, TypeAlias, TypeVar

from handout.base.diagnostics import HandoutError, MachineError
from handout.base.paths import ROOT

Task = TypeVar("Task")
Result = TypeVar("Result")

SetUp: TypeAlias = Callable[[], None]
Opened: TypeAlias = Iterator[tuple[Executor, int]]  # an executor, and how many tasks to give it at a time

DASK = "dask://"
PRELOAD = "handout.workers.preload"

# Handouts that a process makes before another takes its place: Pango and fontconfig keep 0.3 MB of each (measured).
# Each batch has an executor of its own: the standard library's max_tasks_per_child deadlocks (CPython issue 115634).
BATCH = 100
RETRIES = 3  # how often a handout is tried again when its Dask worker is gone


class WorkerDiedError(HandoutError):
    """A process died twice over one task: nothing of it is left to say why."""


@dataclass
class Pool(Generic[Task, Result]):
    """Workers: ``jobs`` processes of this machine, or those of the Dask scheduler at ``address``."""

    address: str
    jobs: int
    setup: SetUp  # makes each worker ready
    work: Callable[[Task], Result]
    running: Callable[[list[Task]], None] = lambda _tasks: None  # hears what is at work
    prepare: Callable[[Task], Task] = lambda task: task  # what a worker gets, as known when the task's turn has come

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result | Exception]]:
        """Yield each task, as it was prepared, with its result or with what it raised, as they come.

        When a process dies, the tasks that were at work are tried again one by one, to find the one to blame.
        """
        waiting, suspects = deque(tasks), deque[Task]()
        while waiting or suspects:
            alone, source = bool(suspects), suspects or waiting
            count = 1 if alone else len(waiting) if self.address else self.jobs * BATCH
            queue = deque(source.popleft() for _ in range(min(count, len(source))))
            died: list[Task] = []
            jobs = 1 if alone else self.jobs
            opened = _open_dask(self.address, self.setup) if self.address else _open_processes(jobs, self.setup)
            with opened as (executor, width):
                yield from self._run_queue(queue, executor, width, died)
            if alone:
                yield from ((task, WorkerDiedError("the process that made it died")) for task in died)
            else:
                suspects.extend(died)
                waiting.extendleft(reversed(queue))

    def _run_queue(
        self, queue: deque[Task], executor: Executor, width: int, died: list[Task]
    ) -> Iterator[tuple[Task, Result | Exception]]:
        """Run the tasks of a queue until it is empty, or a process has died: ``died`` has what was at work then."""
        at_work: dict[Future[Result], Task] = {}
        while (queue and not died) or at_work:
            with suppress(BrokenProcessPool):  # the futures at work raise it too
                while queue and not died and len(at_work) < width:
                    task = self.prepare(queue[0])
                    with hold_interrupt(), explain_lost_server():
                        at_work[executor.submit(self.work, task)] = task
                    queue.popleft()
            if not at_work:  # a process died between two tasks: the rest is for new ones
                return
            self.running(list(at_work.values())[: self.jobs])
            for future in wait(at_work, return_when=FIRST_COMPLETED).done:
                task, error = at_work.pop(future), future.exception()
                if isinstance(error, BrokenProcessPool):
                    died.append(task)
                elif isinstance(error, Exception):
                    yield task, error
                else:
                    yield task, future.result()


@contextmanager
def _open_processes(jobs: int, setup: SetUp) -> Opened:
    """Yield processes: forks of a server that has imported everything, else new ones; leaving drops what waits."""
    start_server()
    context: Any = multiprocessing.get_context(find_start_method())
    executor = ProcessPoolExecutor(jobs, context, initializer=_start_process, initargs=(setup,))
    try:
        yield executor, jobs + 1
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def start_server() -> None:
    """Let the server begin to import what workers need, while its caller does other things. Raises MachineError."""
    if find_start_method() == "forkserver":
        if find_spec(PRELOAD) is None:  # the server itself would go on without a word
            raise ModuleNotFoundError(PRELOAD)
        forkserver.set_forkserver_preload([PRELOAD])
        # Where the server looks for modules: here, and never in the working folder, in which any file may lie.
        paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        wanted = {"PYTHONPATH": paths, "PYTHONSAFEPATH": "1"}
        kept = {name: os.environ[name] for name in wanted if name in os.environ}
        os.environ |= wanted
        try:
            resource_tracker.ensure_running()  # which would let interrupts through again
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # for the server, from its first moment
            forkserver.ensure_running()
        except OSError as error:
            raise MachineError(f"no worker can start: {error}; check the working folder and TMPDIR") from error
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
            for name in wanted:
                del os.environ[name]
            os.environ |= kept


@contextmanager
def explain_lost_server() -> Iterator[None]:
    """Raise MachineError when the server that makes workers does not answer: the machine has ended it."""
    try:
        yield
    except (EOFError, ConnectionError) as error:
        raise MachineError("no worker can start: free some memory, or raise the limits (ulimit -a)") from error


@contextmanager
def hold_interrupt() -> Iterator[None]:
    """Let Ctrl-C wait until what is begun is done: a worker that gets half of its first message prints a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    usual = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if came:
            signal.raise_signal(signal.SIGINT)


def find_start_method() -> str:
    """Return how processes are started: fork itself would copy the threads' locks, and libraries of macOS end forks."""
    can_fork = "forkserver" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    return "forkserver" if can_fork else "spawn"


def _start_process(setup: SetUp) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent alone decides what it means
    threading.Thread(target=_end_with_parent, daemon=True).start()
    setup()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: after a kill it would wait for work for ever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


@contextmanager
def _open_dask(address: str, setup: SetUp) -> Opened:
    """Yield the executor of a Dask cluster, whose workers are set up now, or when they come."""
    try:
        from distributed import Client, WorkerPlugin
    except ImportError as error:
        raise MachineError("Dask is not installed; run: .venv/bin/pip install distributed") from error

    class SetUpPlugin(WorkerPlugin):
        name = "handout"

        def setup(self, worker: object) -> None:
            del worker
            setup()

    try:
        client = Client(f"tcp://{address.removeprefix(DASK)}", set_as_default=False)
    except OSError as error:
        raise MachineError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        client.register_plugin(SetUpPlugin())
        threads = sum(client.nthreads().values())
        executor = client.get_executor(pure=False, retries=RETRIES)
        try:
            yield executor, 2 * max(threads, 1)
        finally:
            executor.shutdown(wait=False)
