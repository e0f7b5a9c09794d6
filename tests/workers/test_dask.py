"""A build on a Dask cluster is the local build, byte for byte, even when a worker is killed during it."""

import os
import signal

import pytest

from handout.base.paths import ROOT
from handout.pipeline import build_handouts
from handout.workers.pool import DASK
from handout.workers.request import Request

distributed = pytest.importorskip("distributed", reason="the group `dask` of pyproject.toml is not installed")

CONTENT = ROOT / "tests" / "content"
SELECTION = {"operators": ["alpha", "beta"], "pairs": ["zh-en", "zh-km"], "editions": ["standard"], "force": True}


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # those of distributed
def test_a_killed_worker_costs_a_retry_and_no_byte(tmp_path):
    """Two workers; one is killed when the first handout is done, with others at work."""
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    killed = []
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        pids = sorted(client.run(os.getpid).values())

        def kill_one(_stage, done, _total, _running=(), made=""):
            if made and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        address = cluster.scheduler_address.replace("tcp://", DASK)
        request = Request(CONTENT, tmp_path / "cluster", executor=address, **SELECTION)
        assert len(build_handouts(request, kill_one)) == 4
        assert killed
    assert len(build_handouts(Request(CONTENT, tmp_path / "local", jobs=2, **SELECTION))) == 4
    first, second = (
        {p.name: p.read_bytes() for p in (tmp_path / name / "pdf").iterdir()} for name in ("cluster", "local")
    )
    assert first == second
