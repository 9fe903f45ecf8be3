"""Why is my job waiting? And when will it be done?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx

from tests.contract.document import check_error
from tests.contract.graphs import drawn_graph
from tests.queue.asking import explained, full, in_phase, submit
from tests.rig import Rig, slow_graph


def test_without_hosts_it_says_so(idle: Rig) -> None:
    waiting = idle.submit_graph(drawn_graph())
    found = explained(idle.client, waiting["id"])
    assert "comfy-relay worker --host URL" in found["summary"]
    assert (found["hosts"], found["eta"], found["phase"]) == ([], None, "waiting")
    assert found["waits_s"] >= 0


def test_a_job_on_its_way_through_a_full_host(ann: httpx.Client, bob: httpx.Client) -> None:
    first, second = full(bob)
    mine, another = submit(ann), submit(ann)
    theirs = submit(bob)
    found = explained(ann, another)
    assert found["summary"].startswith("Waits behind 1 of your own jobs"), found
    assert "sim0 can run it, all slots are taken" in found["summary"]
    assert (found["ahead_own"], found["queue_position"], found["counts_as"]) == (
        1,
        2,
        "interactive",
    )
    (sim0,) = found["hosts"]
    assert (sim0["can_run"], sim0["free_slots"], sim0["has_job"]) == (True, 0, False)
    assert sim0["reason"] == "all slots are taken"
    for other in (first, second, theirs, "bob"):
        assert other not in str(found)
    executing = explained(bob, first)
    assert executing["summary"].startswith("sim0 has executed it for ")
    assert (executing["host"], executing["hosts"][0]["has_job"]) == ("sim0", True)
    assert executing["hosts"][0]["reason"] is None
    behind = explained(bob, second)
    assert "it waits there behind another job" in behind["summary"]
    assert explained(ann, mine)["ahead_own"] == 0


def test_a_job_that_is_over(ann: httpx.Client) -> None:
    done = submit(ann, steps=1)
    in_phase(ann, done, "over")
    found = explained(ann, done)
    assert re.fullmatch(r"It is over: succeeded on sim0 after \d+ s\.", found["summary"])
    assert (found["waits_s"], found["eta"], found["limit"]) == (None, None, None)
    assert (found["expected_s"], found["hosts"]) == (None, [])
    stopped = submit(ann)
    ann.post(f"/api/v2/jobs/{stopped}/cancel")
    in_phase(ann, stopped, "over")
    assert explained(ann, stopped)["summary"].startswith("It is over: canceled")


def test_a_paused_host_and_its_reason(ann: httpx.Client, root: httpx.Client) -> None:
    change = {"state": "paused", "reason": "new driver until noon"}
    assert root.patch("/relay/v1/hosts/sim0", json=change).status_code == 200
    waiting = submit(ann)
    found = explained(ann, waiting)
    assert found["summary"] == (
        "No host that can run it takes jobs now: sim0 is paused: new driver until noon."
    )
    assert found["hosts"][0]["reason"] == "the host is paused: new driver until noon"
    assert found["hosts"][0]["can_run"] is True
    root.patch("/relay/v1/hosts/sim0", json={"state": "up"})
    in_phase(ann, waiting, "executing")


def test_an_admin_is_told_why_anybodys_job_waits(ann: httpx.Client, root: httpx.Client) -> None:
    first, _ = full(ann)
    submit(ann)
    last = submit(ann)
    assert explained(root, last)["summary"].startswith("Waits behind 1 of ann's own jobs; sim0")
    assert explained(root, first)["host"] == "sim0"
    for refused in (
        root.post(f"/relay/v1/jobs/{last}/retry"),
        root.patch(f"/relay/v1/jobs/{last}", json={"priority": "batch"}),
        root.get(f"/api/v2/jobs/{last}"),
    ):
        check_error(refused, 404, "not_found")


def test_jobs_of_others_are_not_there(ann: httpx.Client, bob: httpx.Client) -> None:
    mine = submit(ann)
    check_error(bob.get(f"/relay/v1/jobs/{mine}/explain"), 404, "not_found")


def test_a_host_that_lacks_a_node(own_rig: Rig) -> None:
    lean = own_rig.run(own_rig.stack.start_sim_host("lean", "--without", "KSampler"))
    own_rig.run(own_rig.stack.start_worker(lean, "lean"))
    own_rig.run(own_rig.workers[0].stop(own_rig.settings.stop_s))
    waiting = own_rig.submit_graph(slow_graph(1))
    found = explained(own_rig.client, waiting["id"])
    pinned = own_rig.client.post("/api/v2/jobs", json={"workflow": slow_graph(1), "host": "lean"})
    assert "lean only, and the host lacks the node KSampler" in pinned.text
    check_error(pinned, 422, "host_unable")
    reasons = {each["name"]: (each["can_run"], each["reason"]) for each in found["hosts"]}
    assert reasons["lean"] == (False, "the host lacks the node KSampler")
    assert reasons["sim0"][0] is True
    assert found["summary"].startswith("No host that can run it takes jobs now: sim0 is gone")
    assert own_rig.client.delete("/relay/v1/hosts/sim0").status_code == 204
    found = explained(own_rig.client, waiting["id"])
    assert found["summary"] == "No host can run it: lean lacks the node KSampler."


def test_when_a_job_will_be_done(rig: Rig) -> None:
    steps = 60  # a kind of its own
    graph = {**slow_graph(1, steps), "5": _canvas(128)}
    first = rig.submit_graph(graph)
    assert (first["eta"], first["expected_s"]) == (None, None)
    took_s = rig.wait(first["id"])["metrics"]["execution_ms"] / 1000
    with rig.paused():
        for seed in (2, 3, 4, 5):
            graph["3"]["inputs"]["seed"] = seed
            last = rig.submit_graph(graph)["id"]
        waiting = rig.job(last)
        assert waiting["phase"] == "waiting"
        assert 0 < waiting["expected_s"] <= took_s + 1
    longest_s, guessed = 0.0, 0
    while (now := rig.job(last))["phase"] != "over":
        read = datetime.now(UTC)
        longest_s = max(longest_s, now["expected_s"])
        if now["eta"]:
            eta = datetime.fromisoformat(now["eta"])
            assert eta >= datetime.fromisoformat(now["update_time"])
            assert eta < read + timedelta(seconds=4 * longest_s + 1)  # three before it, and itself
            guessed += 1
    assert guessed
    assert now["eta"] is None


def _canvas(size: int) -> dict[str, object]:
    inputs = {"width": size, "height": size, "batch_size": 1}
    return {"class_type": "EmptyLatentImage", "inputs": inputs}
