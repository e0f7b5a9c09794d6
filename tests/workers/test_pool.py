"""Tasks run on workers; one that fails, or takes its process down, stops no other."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import wait
from functools import partial
from pathlib import Path

import pytest

from handout.base.diagnostics import MachineError
from handout.base.paths import ROOT
from handout.workers import pool
from handout.workers.pool import Pool, WorkerDiedError

_told = ""


def take(argument):
    global _told
    _told = argument


def work(task):
    """Do what a task says."""
    if task == "fail":
        raise ValueError("no")
    if task == "die":
        os._exit(1)
    if task == "weasyprint":
        return task in sys.modules
    if task == "pid":
        return os.getpid()
    return f"{_told} {task}"


def work_and_tell_process(_task):
    """Return the process that does the work."""
    return os.getpid()


def is_running(pid):
    """Tell whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid):
    """Wait for the end of a process, 20 seconds at most."""
    end = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(pid)


def run(tasks, jobs=2, **options):
    return dict(Pool("", jobs, partial(take, "done:"), work, **options).run(tasks))


def test_every_task_gets_its_result():
    """Workers are set up with what they are sent."""
    assert run(["a", "b", "c"]) == {"a": "done: a", "b": "done: b", "c": "done: c"}


def test_a_failure_stops_no_other_task():
    """What a task raises comes back as its result."""
    results = run(["a", "fail", "b"])
    assert (results["a"], results["b"]) == ("done: a", "done: b")
    assert isinstance(results["fail"], ValueError)


def test_a_dead_process_costs_only_its_own_task():
    """The tasks that were at work with it are done again, and it is named."""
    results = run(["a", "die", "b", "c"])
    assert isinstance(results.pop("die"), WorkerDiedError)
    assert results == {"a": "done: a", "b": "done: b", "c": "done: c"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_process_that_dies_between_two_tasks_costs_nothing(jobs, monkeypatch):
    """Killed while nothing is at work, it is replaced, and the other tasks get their results."""

    def wait_for_some(futures, **options):
        assert futures, "waiting for nothing, again and again"
        return wait(futures, **options)

    monkeypatch.setattr(pool, "wait", wait_for_some)
    tasks = [("pid", number) for number in range(6)]
    results = Pool("", jobs, partial(take, ""), work_and_tell_process).run(tasks)
    seen = [next(results) for _ in range(jobs + 1)]  # as many as are handed out at once
    for pid in {pid for _task, pid in seen}:
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
    time.sleep(0.5)  # the executor notices
    seen += results
    assert sorted(task for task, _pid in seen) == tasks


def test_no_more_is_handed_out_than_is_at_work():
    """Neither the tasks nor their results pile up in memory."""
    seen = []
    run([str(number) for number in range(20)], running=lambda tasks: seen.append(len(tasks)))
    assert seen
    assert max(seen) == 2


def test_processes_are_replaced_before_they_grow(monkeypatch):
    """No process makes more than a batch, and nothing is lost between batches."""
    monkeypatch.setattr(pool, "BATCH", 2)
    pool_ = Pool("", 1, partial(take, ""), work_and_tell_process)
    results = list(pool_.run(range(5)))
    assert sorted(task for task, _pid in results) == list(range(5))
    assert len({pid for _task, pid in results}) == 3


def test_leaving_early_ends_the_workers():
    """Whoever stops asking (Ctrl-C does) leaves no process behind."""
    results = Pool("", 1, partial(take, ""), work_and_tell_process).run(["a", "b", "c"])
    _task, pid = next(results)
    results.close()
    wait_until_gone(pid)


@pytest.mark.parametrize("error", [BrokenPipeError(), ConnectionRefusedError(), ConnectionResetError(), EOFError()])
def test_a_server_that_is_gone_is_the_machines_fault(error, monkeypatch):
    """When the machine has ended what workers are made by, the user learns what to do."""
    monkeypatch.setattr(pool.ProcessPoolExecutor, "submit", lambda *_: (_ for _ in ()).throw(error))
    with pytest.raises(MachineError, match="no worker can start: free some memory"):
        run(["a"])


@pytest.mark.linux("a fork server")
@pytest.mark.parametrize("folder", [ROOT, "/", "OTHERS"], ids=str)
@pytest.mark.parametrize("path", [None, "", "/nowhere"])
def test_workers_begin_with_everything_imported(folder, path, tmp_path):
    """WeasyPrint is imported once, by the server that workers are forked from, whatever lies in the working folder."""
    folder = tmp_path if folder == "OTHERS" else folder
    for name in ("jinja2", "handout", "weasyprint"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not this one')", "utf-8")
    # In a new process: distributed may have started a server here.
    paths = [str(ROOT), str(Path(__file__).parent)]
    code = f"import os, sys; sys.path[:1] = {paths}; import test_pool as t; print(t.run(['weasyprint']))"
    code += "; print(os.environ.get('PYTHONPATH'), os.environ.get('PYTHONSAFEPATH'))"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {} if path is None else {"PYTHONPATH": path}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == f"{{'weasyprint': True}}\n{path} None\n", done.stderr
