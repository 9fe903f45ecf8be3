"""Another class, once more, and stop: what may be said to jobs."""

from __future__ import annotations

import uuid

import httpx
import pytest

from tests.contract.document import check_error
from tests.contract.graphs import asset_of
from tests.contract.talk import upload
from tests.queue.asking import explained, full, got, in_phase, job, submit
from tests.rig import Rig, eventually, invert_graph, picture, png

CANCEL = "/relay/v1/jobs/cancel"


# another class


def test_a_waiting_job_changes_its_class_and_keeps_its_age(ann: httpx.Client) -> None:
    full(ann)
    first, second, third = (submit(ann, priority="batch") for _ in range(3))
    for each in (third, second):
        answer = ann.patch(f"/relay/v1/jobs/{each}", json={"priority": "shot"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["priority"] == "shot"
    assert job(ann, second)["queue_position"] == 1
    assert (job(ann, third)["queue_position"], job(ann, third)["queue_size"]) == (2, 2)
    assert job(ann, first)["queue_position"] == 1
    assert explained(ann, first)["ahead_own"] == 2


def test_a_better_class_runs_first(ann: httpx.Client) -> None:
    running, _ = full(ann)
    older, younger = (submit(ann, priority="batch") for _ in range(2))
    ann.patch(f"/relay/v1/jobs/{younger}", json={"priority": "interactive"})
    ann.post(f"/api/v2/jobs/{running}/cancel")
    in_phase(ann, younger, "on_host")
    assert job(ann, older)["phase"] == "waiting"


def test_on_a_host_it_is_written_down(ann: httpx.Client) -> None:
    running = submit(ann)
    in_phase(ann, running, "executing")
    ann.patch(f"/relay/v1/jobs/{running}", json={"priority": "batch"})
    found = job(ann, running)
    assert (found["priority"], found["phase"]) == ("batch", "executing")


def test_what_is_over_has_no_class_to_change(ann: httpx.Client) -> None:
    done = submit(ann, steps=1)
    in_phase(ann, done, "over")
    answer = ann.patch(f"/relay/v1/jobs/{done}", json={"priority": "batch"})
    check_error(answer, 409, "job_over")


def test_anothers_class_is_not_to_be_changed(ann: httpx.Client, bob: httpx.Client) -> None:
    mine = submit(ann)
    answer = bob.patch(f"/relay/v1/jobs/{mine}", json={"priority": "batch"})
    check_error(answer, 404, "not_found")


# once more


def test_a_job_runs_again_as_a_new_one(rig: Rig) -> None:
    asset = upload(rig, png(picture(9, 9, seed=71)))
    body = {
        "workflow": invert_graph(asset_of(asset["id"])), "tags": ["comp", "sh010"],
        "metadata": {"shot": "010"}, "priority": "shot", "max_wait": 500,
    }  # fmt: skip
    first = rig.wait(rig.client.post("/api/v2/jobs", json=body).json()["id"])
    answer = rig.client.post(f"/relay/v1/jobs/{first['id']}/retry")
    assert answer.status_code == 201, answer.text
    again = rig.wait(answer.json()["id"])
    assert again["id"] != first["id"]
    assert (again["retry_of"], first["retry_of"]) == (first["id"], None)
    same = ("status", "tags", "metadata", "priority", "values", "workflow")
    assert [again[name] for name in same] == [first[name] for name in same]
    pictures = [rig.pixels(each["outputs"][0]) for each in (first, again)]
    assert (pictures[0] == pictures[1]).all()
    graphs = [
        got(rig.client, f"/api/v2/jobs/{each['id']}/workflow", submitted=True)["workflow"]
        for each in (first, again)
    ]
    assert graphs[0] == graphs[1]


def test_a_form_job_runs_again_with_its_outputs(rig: Rig) -> None:
    inputs = {"image": png(picture(9, 9, seed=72))}
    first = rig.wait(rig.submit("blur", inputs, params={"radius": 3})["id"])
    again = rig.wait(rig.client.post(f"/relay/v1/jobs/{first['id']}/retry").json()["id"])
    for name in ("workflow", "workflow_version", "values"):
        assert again[name] == first[name]
    assert [each["output"] for each in again["outputs"]] == [
        each["output"] for each in first["outputs"]
    ]


def test_a_retry_may_have_another_class_and_a_key(ann: httpx.Client) -> None:
    done = submit(ann, steps=1)
    in_phase(ann, done, "over")
    key = str(uuid.uuid4())
    answers = [
        ann.post(
            f"/relay/v1/jobs/{done}/retry",
            json={"priority": "batch"},
            headers={"Idempotency-Key": key},
        )
        for _ in range(2)
    ]
    assert answers[0].json()["priority"] == "batch"
    details = check_error(answers[1], 422, "idempotency_key_reuse")
    assert details["job_id"] == answers[0].json()["id"]


def test_what_is_not_over_does_not_run_again(ann: httpx.Client, bob: httpx.Client) -> None:
    running = submit(ann)
    details = check_error(ann.post(f"/relay/v1/jobs/{running}/retry"), 409, "job_not_over")
    assert details["status"] in {"queued", "running"}
    check_error(bob.post(f"/relay/v1/jobs/{running}/retry"), 404, "not_found")


def test_without_its_inputs_it_does_not_run_again(rig: Rig) -> None:
    asset = upload(rig, png(picture(9, 9, seed=73)))
    first = rig.wait(rig.submit_graph(invert_graph(asset_of(asset["id"])))["id"])
    assert rig.client.delete(f"/api/v2/assets/{asset['id']}").status_code == 204
    answer = rig.client.post(f"/relay/v1/jobs/{first['id']}/retry")
    check_error(answer, 422, "missing_asset")


# stop


def test_many_are_canceled_by_tag(ann: httpx.Client, bob: httpx.Client) -> None:
    running = submit(ann, tags=["comp"])
    in_phase(ann, running, "executing")
    behind = submit(ann, tags=["comp"])
    in_phase(ann, behind, "on_host")
    queued = [submit(ann, tags=["comp"]) for _ in range(2)]
    other, theirs = submit(ann, tags=["roto"]), submit(bob, tags=["comp"])
    answer = ann.post(CANCEL, json={"tag": "comp"}).json()
    assert (answer["canceled"], answer["canceling"]) == (2, 2)
    assert set(answer["jobs"]) == {running, behind, *queued}
    for each in answer["jobs"]:
        assert in_phase(ann, each, "over")["status"] == "canceled"
    assert job(ann, other)["status"] in {"queued", "running"}
    assert job(bob, theirs)["status"] in {"queued", "running"}


def test_by_metadata_and_by_workflow(idle: Rig) -> None:
    graph = invert_graph()
    kept = idle.submit_graph(graph, metadata={"shot": "1", "take": "a"})["id"]
    gone = idle.submit_graph(graph, metadata={"shot": "1", "take": "b"})["id"]
    asked = {"metadata": {"shot": "1", "take": "b"}}
    assert idle.client.post(CANCEL, json=asked).json() == {
        "canceled": 1, "canceling": 0, "jobs": [gone],
    }  # fmt: skip
    assert idle.job(kept)["status"] == "queued"
    none = idle.client.post(CANCEL, json={"workflow": "no-such"}).json()
    assert none == {"canceled": 0, "canceling": 0, "jobs": []}


def test_thousands_are_canceled_at_once(idle: Rig) -> None:
    person = {"X-Comfy-Relay-User": "farm"}
    for _ in range(1100):
        answer = idle.client.post("/api/v2/jobs", json={"workflow": _tiny()}, headers=person)
        assert answer.status_code == 201, answer.text
    found = idle.client.post(CANCEL, json={"all": True, "user": "farm"}).json()
    assert (found["canceled"], len(found["jobs"])) == (1100, 1000)
    left = idle.client.get("/api/v2/jobs", params={"status": "queued"}, headers=person).json()
    assert left["jobs"] == []


def _tiny() -> dict[str, object]:
    return {"1": {"class_type": "PreviewImage", "inputs": {}}}


@pytest.mark.parametrize("body", [{}, {"all": False}, {"all": True, "tag": "a"}, {"metadata": {}}])
def test_which_must_be_said(ann: httpx.Client, body: dict[str, object]) -> None:
    check_error(ann.post(CANCEL, json=body), 400, "invalid_request")


def test_anothers_jobs_are_canceled_by_admins_only(
    ann: httpx.Client, bob: httpx.Client, root: httpx.Client
) -> None:
    theirs = submit(ann)
    details = check_error(bob.post(CANCEL, json={"all": True, "user": "ann"}), 403, "forbidden")
    assert details == {"scope": "admin"}
    answer = root.post(CANCEL, json={"all": True, "user": "ann"}).json()
    assert answer["jobs"] == [theirs]
    eventually("it is canceled", lambda: job(ann, theirs)["status"] == "canceled")
