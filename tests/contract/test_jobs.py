"""Jobs in every state, as the contract has them."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from tests.contract.document import check, check_error
from tests.contract.graphs import asset_of, drawn_graph, failing_graph, shown_graph
from tests.contract.talk import upload
from tests.rig import Rig, invert_graph, picture, png, slow_graph

GONE = str(uuid.UUID(int=9))


def got(rig: Rig, url: str) -> dict[str, Any]:
    """A job behind a link, checked."""
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    check("Job", job)
    assert job["urls"]["self"].startswith(rig.url)
    return job


def test_a_waiting_job(idle: Rig) -> None:
    job = idle.submit_graph(drawn_graph())
    check("Job", job)
    again = got(idle, job["urls"]["self"])
    assert (again["status"], again["started_at"], again["progress"]) == ("queued", None, None)
    assert again["outputs"] == []
    assert again["metrics"] == {"queue_ms": None, "execution_ms": None}
    assert again["queue_position"] >= 1


def test_a_running_job_has_progress(rig: Rig) -> None:
    job = rig.submit_graph(slow_graph(seed=301, steps=5000))
    rig.until(job["id"], lambda job: bool(job["progress"] and job["progress"]["step"]))
    running = got(rig, job["urls"]["self"])
    assert (running["status"], running["queue_position"]) == ("running", None)
    assert running["started_at"] >= running["created_at"]
    assert running["metrics"]["queue_ms"] >= 0
    progress = running["progress"]
    assert (progress["current_node"], progress["current_node_class"]) == ("3", "KSampler")
    assert 0 < progress["value"] < 1
    rig.client.post(running["urls"]["cancel"])
    rig.wait(job["id"])


def test_a_job_that_succeeded_has_outputs(rig: Rig) -> None:
    asset = upload(rig, png(picture(seed=302)))
    job = rig.submit_graph(invert_graph(asset_of(asset["id"])))
    rig.wait(job["id"])
    done = got(rig, job["urls"]["self"])
    assert (done["status"], done["error"]) == ("succeeded", None)
    assert done["created_at"] <= done["started_at"] <= done["completed_at"] < done["expires_at"]
    assert done["metrics"]["execution_ms"] >= 0
    (output,) = done["outputs"]
    assert (output["node_id"], output["type"], output["job_id"]) == ("3", "image", job["id"])
    data = httpx.get(output["url"], trust_env=False)
    assert len(data.content) == output["size_bytes"]
    assert data.headers["content-type"] == output["content_type"] == "image/png"
    assert data.headers["content-disposition"] == f"attachment; filename*=UTF-8''{output['name']}"
    kept = rig.client.get(f"/api/v2/assets/{output['id']}").json()
    check("Asset", kept)
    assert (kept["job_id"], kept["hash"]) == (job["id"], output["hash"])


def test_a_text_is_an_output(rig: Rig) -> None:
    job = rig.wait(rig.submit_graph(shown_graph("a harbour"))["id"])
    check("Job", job)
    (output,) = job["outputs"]
    assert (output["type"], output["content_type"]) == ("text", "text/plain")


@pytest.mark.parametrize(
    ("graph", "code"),
    [(failing_graph(), "node_execution_error"), (drawn_graph(999_999), "prompt_rejected")],
    ids=["while it ran", "by the host"],
)
def test_a_job_that_failed_says_why(rig: Rig, graph: dict[str, Any], code: str) -> None:
    job = rig.submit_graph(graph)
    rig.wait(job["id"])
    failed = got(rig, job["urls"]["self"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", code)
    assert failed["completed_at"] is not None


def test_canceling_twice_is_canceling_once(idle: Rig) -> None:
    job = idle.submit_graph(drawn_graph())
    answers = [httpx.post(job["urls"]["cancel"], trust_env=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = (answer.json() for answer in answers)
    check("Job", first)
    assert first["status"] == "canceled"
    assert first["queue_position"] is None
    assert first == {**second, "outputs": first["outputs"]}


def test_a_job_that_is_over_stays_as_it_is(rig: Rig) -> None:
    job = rig.wait(rig.submit_graph(drawn_graph(color=7))["id"])
    answer = rig.client.post(f"/api/v2/jobs/{job['id']}/cancel").json()
    assert (answer["status"], answer["rev"]) == ("succeeded", job["rev"])


def test_its_workflow_is_the_executed_one(rig: Rig, idle: Rig) -> None:
    waiting = idle.submit_graph(drawn_graph(width=31))
    before = idle.client.get(waiting["urls"]["workflow"]).json()
    check("JobWorkflowResponse", before)
    assert before == {"workflow": drawn_graph(width=31), "format": "api"}
    done = rig.wait(rig.submit_graph(drawn_graph(width=31))["id"])
    after = rig.client.get(done["urls"]["workflow"]).json()
    check("JobWorkflowResponse", after)
    assert done["id"] in after["workflow"]["2"]["inputs"]["filename_prefix"]


def unknown_class() -> dict[str, Any]:
    return {"1": {"class_type": "NoSuchNode", "inputs": {}}}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"workflow": unknown_class()}, 422, "invalid_workflow"),
        ({"workflow": {}}, 422, "invalid_workflow"),
        ({"workflow": {"nodes": [], "links": []}}, 422, "workflow_format_ui"),
        ({"workflow": invert_graph(asset_of(GONE))}, 422, "missing_asset"),
        ({"workflow": invert_graph({"__type": "core/ASSET", "info": {}})}, 422, "missing_asset"),
        ({"workflow": drawn_graph(), "webhook_url": "http://x"}, 422, "unsupported_field"),
        ({"workflow": drawn_graph(), "inputs": {}}, 422, "unsupported_field"),
        ({"workflow": drawn_graph(), "metadata": {"a": 1}}, 422, "metadata_invalid"),
        ({"workflow": drawn_graph(), "extra_data": {"other": "x"}}, 400, "invalid_request"),
        ({}, 400, "invalid_request"),
    ],
)
def test_what_cannot_run_is_refused(rig: Rig, body: dict[str, Any], status: int, code: str) -> None:
    check_error(rig.client.post("/api/v2/jobs", json=body), status, code)


def test_an_invalid_workflow_lists_every_node(rig: Rig) -> None:
    graph = {"1": {"class_type": "NoSuchNode", "inputs": {}}, "2": "none"}
    answer = rig.client.post("/api/v2/jobs", json={"workflow": graph})
    details = check_error(answer, 422, "invalid_workflow")
    assert set(details["node_errors"]) == {"1", "2"}
    assert details["node_errors"]["1"][0]["field"] == "class_type"


def test_an_idempotency_key_makes_one_job(idle: Rig) -> None:
    header = {"Idempotency-Key": str(uuid.uuid4())}
    first = idle.client.post("/api/v2/jobs", json={"workflow": drawn_graph()}, headers=header)
    again = idle.client.post("/api/v2/jobs", json={"workflow": failing_graph()}, headers=header)
    details = check_error(again, 422, "idempotency_key_reuse")
    assert details["job_id"] == first.json()["id"]


@pytest.mark.parametrize("what", ["", "/workflow", "/events"])
@pytest.mark.parametrize("name", [GONE, "none"])
def test_a_job_that_is_not_there(idle: Rig, name: str, what: str) -> None:
    check_error(idle.client.get(f"/api/v2/jobs/{name}{what}"), 404, "not_found")
    check_error(idle.client.post(f"/api/v2/jobs/{name}/cancel"), 404, "not_found")
    check_error(idle.client.get(f"/relay/v1/jobs/{name}/events"), 404, "not_found")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=abc", "invalid_cursor"),
        ("cursor=12.", "invalid_cursor"),
        ("metadata[]=x", "invalid_metadata_filter"),
        ("metadata[a=x", "invalid_metadata_filter"),
        ("limit=0", "invalid_request"),
        ("state=done", "invalid_request"),
    ],
)
def test_a_list_that_cannot_be_made(idle: Rig, query: str, code: str) -> None:
    check_error(idle.client.get(f"/api/v2/jobs?{query}"), 400, code)
