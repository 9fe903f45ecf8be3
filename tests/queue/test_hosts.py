"""Hosts, as an admin steers them."""

from __future__ import annotations

import json
from contextlib import suppress

import httpx
import psutil
import pytest

from tests.contract.document import check_error
from tests.queue.asking import full, got, host, in_phase, job, submit
from tests.rig import Rig, eventually, slow_graph

SIM0 = "/relay/v1/hosts/sim0"


def test_a_paused_host_takes_nothing_and_keeps_what_it_has(
    ann: httpx.Client, root: httpx.Client
) -> None:
    running = submit(ann)
    in_phase(ann, running, "executing")
    answer = root.patch(SIM0, json={"state": "paused", "reason": "dailies"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["state"], found["reason"], found["asked"]) == ("paused", "dailies", "paused")
    assert (found["asked_by"], found["busy"]) == ("root", 1)
    assert found["asked_at"] == found["since"]
    waiting = submit(ann)
    assert job(ann, running)["phase"] == "executing"
    assert job(ann, waiting)["phase"] == "waiting"
    found = root.patch(SIM0, json={"state": "up"}).json()
    assert (found["state"], found["reason"], found["asked"]) == ("up", None, None)
    in_phase(ann, waiting, "on_host")


def test_a_draining_host_gives_back_what_only_waits(ann: httpx.Client, root: httpx.Client) -> None:
    running, behind = full(ann)
    root.patch(SIM0, json={"state": "draining", "reason": "reboot"})
    waiting = submit(ann)
    in_phase(ann, behind, "waiting")
    assert job(ann, running)["phase"] == "executing"
    assert job(ann, waiting)["phase"] == "waiting"
    assert host(ann)["state"] == "draining"


def test_who_has_a_slot_is_told_its_user_and_admins(
    ann: httpx.Client, bob: httpx.Client, root: httpx.Client
) -> None:
    running = submit(ann)
    in_phase(ann, running, "executing")
    hers, his, roots = host(ann), host(bob), host(root)
    assert hers["jobs"] == roots["jobs"] == [running]
    assert roots["held"][0]["user"] == "ann"
    assert (his["jobs"], his["busy"]) == ([], 1)
    (held,) = his["held"]
    assert (held["id"], held["user"], held["workflow"]) == (None, None, None)
    assert held["phase"] == "executing"
    assert hers["warm"] == ["sim-landscape.safetensors"]


def test_only_admins_steer(ann: httpx.Client) -> None:
    for answer in (
        ann.patch(SIM0, json={"state": "paused"}),
        ann.delete(SIM0),
        ann.get("/relay/v1/quarantine"),
        ann.delete("/relay/v1/quarantine/x"),
    ):
        assert check_error(answer, 403, "forbidden") == {"scope": "admin"}
    assert host(ann)["state"] == "up"


def test_a_host_that_is_not_there(root: httpx.Client) -> None:
    check_error(root.patch("/relay/v1/hosts/gpu9", json={"state": "up"}), 404, "not_found")
    check_error(root.delete("/relay/v1/hosts/gpu9"), 404, "not_found")


def test_a_host_with_a_worker_stays(root: httpx.Client) -> None:
    check_error(root.delete(SIM0), 409, "host_in_use")
    assert host(root)["state"] == "up"


def test_a_removed_host_gives_its_jobs_back(own_rig: Rig) -> None:
    first = own_rig.submit_graph(slow_graph(1, steps=3000))["id"]
    own_rig.until(first, lambda job: job["phase"] == "executing")
    second = own_rig.submit_graph(slow_graph(2, steps=3000))["id"]
    own_rig.until(second, lambda job: job["phase"] == "on_host")
    slots = own_rig.slots()
    own_rig.workers[0].kill()  # first: it would start a slot again
    for slot in slots:
        with suppress(psutil.NoSuchProcess):
            slot.kill()
    eventually("it is gone", lambda: host(own_rig.client)["state"] == "gone")
    assert own_rig.client.delete(SIM0).status_code == 204
    assert got(own_rig.client, "/relay/v1/hosts")["hosts"] == []
    for each in (first, second):
        found = own_rig.job(each)
        assert (found["status"], found["phase"], found["host"]) == ("queued", "waiting", None)
        (attempt,) = found["attempts"][-1:]
        assert (attempt["reason"], attempt["may_have_run_twice"]) == ("host_removed", True)
    own_rig.run(own_rig.stack.start_worker(own_rig.host_urls[0], "sim0"))
    own_rig.until(first, lambda job: job["phase"] == "executing")
    assert own_rig.runs(first) == 1  # adopted, not run again
    for each in (first, second):
        own_rig.client.post(f"/api/v2/jobs/{each}/cancel")


@pytest.mark.parametrize(
    "body",
    [{}, {"state": "sick"}, {"state": ""}, {"state": 1}, {"state": "up", "why": "x"},
     {"state": "paused", "reason": "x" * 201}, {"state": "paused", "reason": None}],
)  # fmt: skip
def test_a_change_that_cannot_be_read(root: httpx.Client, body: dict[str, object]) -> None:
    check_error(root.patch(SIM0, json=body), 400, "invalid_request")
    assert host(root)["state"] == "up"


def test_graphs_in_quarantine_are_listed_and_released(studio: Rig, root: httpx.Client) -> None:
    name = f"{studio.settings.namespace}:quarantine"
    kept = {"at_ms": 1_700_000_000_000, "hosts": ["gpu1", "gpu2"]}
    with studio.redis() as redis:
        redis.hset(name, "ab12", json.dumps(kept))
    (found,) = got(root, "/relay/v1/quarantine")["graphs"]
    assert (found["graph"], found["since"]) == ("ab12", "2023-11-14T22:13:20.000Z")
    assert found["details"]["hosts"] == ["gpu1", "gpu2"]
    assert root.delete("/relay/v1/quarantine/ab12").status_code == 204
    assert got(root, "/relay/v1/quarantine")["graphs"] == []
    check_error(root.delete("/relay/v1/quarantine/ab12"), 404, "not_found")
