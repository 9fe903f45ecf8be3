"""Jobs that leave a host before they ran there: moved, from behind a stuck one, from a worker that
stops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil

from tests.faults.faulty import Faulty, Host, host, reasons
from tests.rig import PATIENCE_S, Rig, eventually, slow_graph


def two_jobs(gpu1: Host, seam: Faulty) -> tuple[dict[str, Any], dict[str, Any]]:
    """A job that stands still on the host, and one that waits behind it there."""
    seam.goes_on.clear()
    rig = gpu1.rig
    first = rig.submit_graph(slow_graph(1, steps=5))
    first = rig.until(first["id"], lambda job: job["status"] == "running")
    second = rig.submit_graph(slow_graph(2, steps=5))
    eventually("the host has both", lambda: gpu1.queue() == ([first["id"]], [second["id"]]))
    return first, second


def ask_back(rig: Rig, host: str, job: dict[str, Any]) -> None:
    """As the dispatcher does when a job is better off in the queue."""
    command = {"command": "hand_back", "job": job["id"], "reason": "moved"}
    rig.redis().xadd(f"comfy-relay:commands:{host}", command)


def test_a_job_that_only_waits_is_handed_back_and_one_that_runs_is_not(tmp_path: Path) -> None:
    seam = Faulty()
    with (
        Rig(tmp_path, hosts=0, move_after_s=3600.0) as rig,
        host(rig, seam=seam) as gpu1,
    ):
        first, second = two_jobs(gpu1, seam)
        ask_back(rig, "gpu1", first)
        ask_back(rig, "gpu1", second)
        rig.until(second["id"], lambda job: reasons(job)[:1] == [("gpu1", "moved")])
        seam.goes_on.set()
        first, second = rig.wait(first["id"]), rig.wait(second["id"])
        assert (reasons(first), first["status"]) == ([("gpu1", None)], "succeeded")
        assert reasons(second) == [("gpu1", "moved"), ("gpu1", None)]
        assert not any(each["may_have_run_twice"] for each in second["attempts"])
        assert (rig.runs(first["id"]), rig.runs(second["id"])) == (1, 1)


def test_a_host_whose_queue_does_not_move_is_sick_until_it_does(tmp_path: Path) -> None:
    seam = Faulty()
    with (
        Rig(tmp_path, hosts=0, move_after_s=3600.0, stuck_s=3.0) as rig,
        host(rig, seam=seam) as gpu1,
    ):
        first, second = two_jobs(gpu1, seam)
        with host(rig, "gpu2"):
            assert reasons(rig.wait(second["id"])) == [("gpu1", "host_stuck"), ("gpu2", None)]
            assert gpu1.shown() == (
                "sick",
                "its queue has not moved for 3 s: restart ComfyUI on gpu1",
            )
            seam.goes_on.set()
            assert rig.wait(first["id"])["status"] == "succeeded"
            eventually("the host works again", lambda: gpu1.shown() == ("up", ""))
            assert (rig.runs(first["id"]), rig.runs(second["id"])) == (1, 1)


def test_a_job_that_does_not_stop_stays_canceling_and_its_host_is_sick(tmp_path: Path) -> None:
    seam = Faulty()
    with (
        Rig(tmp_path, hosts=0, move_after_s=3600.0, cancel_s=0.5) as rig,
        host(rig, seam=seam) as gpu1,
    ):
        first, _ = two_jobs(gpu1, seam)
        rig.client.post(f"/api/v2/jobs/{first['id']}/cancel")
        said = f"it does not stop job {first['id']}: restart ComfyUI on gpu1"
        eventually("the host is sick", lambda: gpu1.shown()[1].startswith(said))
        assert rig.job(first["id"])["status"] == "canceling"
        gpu1.stop()
        gpu1.start()
        assert rig.wait(first["id"])["status"] == "canceled"
        eventually("the host works again", lambda: gpu1.shown() == ("up", ""))
        assert ("POST", "/interrupt") in seam.asked


def test_a_job_left_on_a_silent_host_is_stopped_there_when_it_is_back(tmp_path: Path) -> None:
    seam = Faulty()
    with (
        Rig(tmp_path, hosts=0, host_timeout_s=0.5, host_silence=2.0) as rig,
        host(rig, seam=seam) as gpu1,
    ):
        seam.goes_on.clear()
        job = rig.submit_graph(slow_graph(1, steps=5))
        rig.until(job["id"], lambda job: job["status"] == "running")
        rig.run(seam.silence())
        with host(rig, "gpu2"):
            after = rig.wait(job["id"])
            assert (reasons(after)[0], reasons(after)[-1]) == (
                ("gpu1", "host_silent"),
                ("gpu2", None),
            )
            assert after["attempts"][0]["may_have_run_twice"]
            rig.run(seam.speak())
            eventually("it is asked to stop", lambda: ("POST", "/interrupt") in seam.asked)
            seam.goes_on.set()
            eventually("its prompt is stopped", lambda: gpu1.queue() == ([], []))
            left = rig.redis()
            eventually("nothing is left", lambda: not left.exists("comfy-relay:left_at:gpu1"))
            assert rig.job(job["id"])["status"] == "succeeded"


def test_a_worker_that_stops_hands_back_what_waits_and_lets_the_rest_end(tmp_path: Path) -> None:
    seam = Faulty()
    with (
        Rig(tmp_path, hosts=0, move_after_s=3600.0, drain_s=PATIENCE_S) as rig,
        host(rig, seam=seam) as gpu1,
    ):
        first, second = two_jobs(gpu1, seam)
        process = worker_of(gpu1)
        process.terminate()
        rig.until(second["id"], lambda job: reasons(job) == [("gpu1", "drained")])
        assert gpu1.shown()[0] == "draining"
        assert rig.job(second["id"])["phase"] == "waiting"
        seam.goes_on.set()
        after = rig.wait(first["id"])
        assert (after["status"], reasons(after)) == ("succeeded", [("gpu1", None)])
        eventually("the worker ends", lambda: not process.is_running())
        gpu1.work()
        assert rig.wait(second["id"])["status"] == "succeeded"
        assert rig.runs(second["id"]) == 1


def test_a_second_signal_lets_go_at_once_and_the_next_worker_goes_on(tmp_path: Path) -> None:
    seam = Faulty()
    with (
        Rig(tmp_path, hosts=0, drain_s=3600.0) as rig,
        host(rig, seam=seam) as gpu1,
    ):
        seam.goes_on.clear()
        job = rig.submit_graph(slow_graph(1, steps=5))
        rig.until(job["id"], lambda job: job["status"] == "running")
        process = worker_of(gpu1)
        process.terminate()
        eventually("the host drains", lambda: gpu1.shown()[0] == "draining")
        process.terminate()
        eventually("the worker ends", lambda: not process.is_running())
        gpu1.work()
        seam.goes_on.set()
        assert rig.wait(job["id"])["status"] == "succeeded"
        assert rig.runs(job["id"]) == 1


def worker_of(gpu1: Host) -> psutil.Process:
    """The process of a host's supervisor."""
    assert gpu1.worker.process
    return psutil.Process(gpu1.worker.process.pid)
