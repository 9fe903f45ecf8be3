"""RQ: a worker runs attempts and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from rq import Queue

from relay_server.jobs.queue import attempt_of, queue_of, under_namespace, wake
from tests.rig import Rig, eventually


def test_a_worker_runs_no_other_function(own_rig: Rig, tmp_path: Path) -> None:
    redis = under_namespace(own_rig.redis(), "comfy-relay")
    planted = tmp_path / "planted"
    queue = Queue("host:sim0", connection=redis, serializer="json")
    for name in ("00000000-0000-0000-0000-000000000000-1", "planted"):
        queue.enqueue("os.system", f"touch {planted}", job_id=name)
    log = own_rig.settings.data_dir / "logs" / "worker-sim0.log"
    eventually("the worker refuses it", lambda: "planted was not run" in log.read_text())
    eventually("both are gone", lambda: queue.count == 0)
    assert not planted.exists()


def test_a_wake_up_names_its_attempt() -> None:
    assert attempt_of("a-job-2") == ("a-job", 2)
    with pytest.raises(ValueError, match="planted"):
        attempt_of("planted")


def test_an_entry_that_comes_twice_or_for_nothing_does_no_harm(own_rig: Rig) -> None:
    redis = under_namespace(own_rig.redis(), "comfy-relay")
    for _ in range(2):
        wake(redis, "sim0", "00000000-0000-0000-0000-000000000000", 1)
    queue = queue_of("sim0", redis)
    eventually("the queue is empty", lambda: queue.count == 0)
    assert own_rig.runs("00000000-0000-0000-0000-000000000000") == 0
