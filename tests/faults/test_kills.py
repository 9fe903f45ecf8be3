"""Kill -9 during a running job, then a restart: it succeeds once, and the host counted one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.rig import PATIENCE_S, Rig, eventually, slow_graph


@pytest.fixture
def mortal_rig(tmp_path: Path) -> Iterator[Rig]:
    """A relay with one host, that soon finds out when a worker is dead."""
    with Rig(tmp_path, sim=("--step-s", "0.02"), lease_s=2.0) as running:
        yield running


def running_job(rig: Rig, seed: int, steps: int = 150) -> dict[str, Any]:
    """A job in the middle of its sampler steps."""
    job = rig.submit_graph(slow_graph(seed, steps))
    return rig.until(job["id"], lambda job: bool(job["progress"] and job["progress"]["step"]))


def ended_once(rig: Rig, job_id: str) -> dict[str, Any]:
    """The job when it is over: succeeded, with its picture, after one run."""
    job = rig.wait(job_id)
    assert job["status"] == "succeeded", job
    assert rig.pixels(job["outputs"][0]).shape == (64, 64, 3)
    assert rig.runs(job_id) == 1
    return job


def kill(*processes: psutil.Process) -> None:
    """SIGKILL, and wait until they are gone. A slot may end by itself when its supervisor does."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    assert not alive


def start_worker_again(rig: Rig) -> None:
    """As soon as the name of the host is free: its worker did not give it back."""

    def is_gone() -> bool:
        return bool(rig.client.get("/relay/v1/hosts").json()["hosts"][0]["state"] == "gone")

    eventually("the worker is missed", is_gone)
    rig.run(rig.stack.start_worker(rig.host_urls[0], "sim0"))


def test_the_relay_is_killed(own_rig: Rig) -> None:
    job = running_job(own_rig, 1)
    kill(own_rig.relay_process())
    own_rig.restart_relay()
    ended_once(own_rig, job["id"])


def test_the_slot_with_the_job_is_killed(own_rig: Rig) -> None:
    job = running_job(own_rig, 2, steps=250)
    kill(*own_rig.slots())
    after = ended_once(own_rig, job["id"])
    assert [attempt["reason"] for attempt in after["attempts"]] == ["worker_lost", None]


def test_nobody_waits_for_the_lease_of_a_slot_that_is_known_to_be_dead(tmp_path: Path) -> None:
    with Rig(tmp_path, lease_s=3600.0) as rig:
        job = running_job(rig, 10)
        kill(*rig.slots())
        ended_once(rig, job["id"])


def test_the_supervisor_is_killed(mortal_rig: Rig) -> None:
    job = running_job(mortal_rig, 3)
    process = mortal_rig.workers[0].process
    assert process
    kill(psutil.Process(process.pid))
    start_worker_again(mortal_rig)
    ended_once(mortal_rig, job["id"])


def test_the_whole_worker_is_killed(mortal_rig: Rig) -> None:
    job = running_job(mortal_rig, 4)
    process = mortal_rig.workers[0].process
    assert process
    kill(psutil.Process(process.pid), *mortal_rig.slots())
    start_worker_again(mortal_rig)
    ended_once(mortal_rig, job["id"])


def test_the_worker_is_stopped_and_started_again(own_rig: Rig) -> None:
    job = running_job(own_rig, 9)
    own_rig.run(own_rig.workers[0].stop(own_rig.settings.stop_s))
    own_rig.run(own_rig.stack.start_worker(own_rig.host_urls[0], "sim0"))
    after = ended_once(own_rig, job["id"])
    assert not any(attempt["may_have_run_twice"] for attempt in after["attempts"])


def test_redis_is_killed(own_rig: Rig) -> None:
    job = running_job(own_rig, 5)
    pid = own_rig.redis().info("server")["process_id"]
    kill(psutil.Process(pid))
    eventually("the relay starts Redis again", lambda: answered(own_rig, job["id"]))
    ended_once(own_rig, job["id"])


def test_everything_but_the_host_is_killed(mortal_rig: Rig) -> None:
    job = running_job(mortal_rig, 6)
    process = mortal_rig.workers[0].process
    assert process
    redis = psutil.Process(mortal_rig.redis().info("server")["process_id"])
    kill(redis, mortal_rig.relay_process(), psutil.Process(process.pid), *mortal_rig.slots())
    mortal_rig.restart_relay()
    start_worker_again(mortal_rig)
    ended_once(mortal_rig, job["id"])


def test_submits_are_refused_while_redis_is_away_and_work_afterwards(own_rig: Rig) -> None:
    redis = psutil.Process(own_rig.redis().info("server")["process_id"])
    redis.suspend()
    try:
        answer = own_rig.client.post("/api/v2/jobs", json={"workflow": slow_graph(7)})
    finally:
        redis.resume()
    assert answer.status_code == 503, answer.text
    assert answer.json()["error"]["code"] == "redis_unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    job = own_rig.submit_graph(slow_graph(8, steps=2))
    ended_once(own_rig, job["id"])


def answered(rig: Rig, job_id: str) -> bool:
    """Whether the relay can read the job."""
    try:
        return rig.client.get(f"/api/v2/jobs/{job_id}").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def test_a_job_whose_worker_never_returns_moves_on_and_blames_the_worker(tmp_path: Path) -> None:
    with Rig(tmp_path, host_silence=0.5) as rig:
        job = rig.submit_graph(slow_graph(steps=5000))
        rig.until(job["id"], lambda job: job["phase"] == "executing")
        rig.workers[0].kill()
        after = rig.until(job["id"], lambda job: job["phase"] == "waiting")
        assert {attempt["reason"] for attempt in after["attempts"]} == {"worker_lost"}
        assert after["attempts"][-1]["may_have_run_twice"]
