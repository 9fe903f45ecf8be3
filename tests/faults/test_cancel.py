"""Cancel: wherever the job is, and nobody else's with it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.rig import Rig, eventually, slow_graph


def cancel(rig: Rig, job_id: str) -> str:
    """The status that the cancel answers."""
    answer = rig.client.post(f"/api/v2/jobs/{job_id}/cancel")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["status"])


def test_a_running_job_is_canceled_and_the_host_is_free(own_rig: Rig) -> None:
    job = own_rig.submit_graph(slow_graph(1, steps=2000))
    own_rig.until(job["id"], lambda job: job["status"] == "running")
    assert cancel(own_rig, job["id"]) == "canceling"
    assert own_rig.wait(job["id"])["status"] == "canceled"
    eventually("the host has nothing to do", lambda: idle(own_rig))


def test_a_job_that_waits_on_the_host_is_canceled_and_the_running_one_is_not(own_rig: Rig) -> None:
    first = own_rig.submit_graph(slow_graph(1, steps=5000))
    own_rig.until(first["id"], lambda job: job["status"] == "running")
    second = own_rig.submit_graph(slow_graph(2, steps=5000))
    own_rig.until(second["id"], lambda job: job["phase"] == "on_host")
    eventually("the host has both", lambda: len(pending(own_rig)) == 1)
    cancel(own_rig, second["id"])
    assert own_rig.wait(second["id"])["status"] == "canceled"
    seen = step(own_rig.job(first["id"]))
    own_rig.until(first["id"], lambda job: step(job) > seen)  # it goes on
    assert own_rig.job(first["id"])["status"] == "running"
    assert own_rig.runs(second["id"]) == 0


def test_a_job_that_waits_in_the_relay_is_canceled_at_once(own_rig: Rig) -> None:
    for seed in range(2):
        held = own_rig.submit_graph(slow_graph(seed, steps=5000))
        own_rig.until(held["id"], lambda job: job["phase"] != "waiting")
    job = own_rig.submit_graph(slow_graph(2, steps=1))
    assert (job["queue_position"], job["queue_size"]) == (1, 1)
    assert cancel(own_rig, job["id"]) == "canceled"
    assert own_rig.runs(job["id"]) == 0


def test_a_job_that_is_over_stays_as_it_is(own_rig: Rig) -> None:
    job = own_rig.submit_graph(slow_graph(1, steps=1))
    own_rig.wait(job["id"])
    assert cancel(own_rig, job["id"]) == "succeeded"


def test_a_prompt_that_somebody_else_put_on_the_host_goes_on(own_rig: Rig) -> None:
    host = own_rig.host_urls[0]
    httpx.post(f"{host}/prompt", json={"prompt": slow_graph(9, steps=100), "prompt_id": "theirs"})
    job = own_rig.submit_graph(slow_graph(1, steps=5000))
    own_rig.until(job["id"], lambda job: job["phase"] in {"on_host", "executing"})
    cancel(own_rig, job["id"])
    assert own_rig.wait(job["id"])["status"] == "canceled"
    ended = eventually(
        "their prompt ends", lambda: httpx.get(f"{host}/history/theirs").json().get("theirs")
    )
    assert ended["status"]["status_str"] == "success"


def step(job: dict[str, Any]) -> int:
    """The step of its sampler that a job is at."""
    return int((job["progress"] or {}).get("step") or 0)


def idle(rig: Rig) -> bool:
    """Whether the host runs nothing and has nothing waiting."""
    queue = httpx.get(f"{rig.host_urls[0]}/queue").json()
    return not queue["queue_running"] and not queue["queue_pending"]


def pending(rig: Rig) -> list[object]:
    """What waits on the host."""
    found: list[object] = httpx.get(f"{rig.host_urls[0]}/queue").json()["queue_pending"]
    return found
