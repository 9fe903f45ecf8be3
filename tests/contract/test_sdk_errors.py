"""Every error that the SDK has a class for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import comfy_sdk.client
import pytest
from comfy_sdk import Comfy
from comfy_sdk.exceptions import (
    ComfyError,
    HashMismatch,
    IdempotencyKeyReuse,
    InvalidWorkflow,
    JobFailed,
    MissingAsset,
    NotFound,
    QueueFull,
    WorkflowFormatUi,
)

from tests.contract.graphs import asset_of, drawn_graph, failing_graph
from tests.rig import PATIENCE_S, Rig, invert_graph, slow_graph

UI_GRAPH = {"nodes": [], "links": [], "last_node_id": 0, "version": 0.4}
GONE = str(uuid.UUID(int=7))


def test_a_used_idempotency_key_is_refused(comfy: Comfy) -> None:
    graph = comfy.workflows.from_json(drawn_graph())
    job = comfy.submit(graph, idempotency_key="take-1")
    with pytest.raises(IdempotencyKeyReuse) as caught:
        comfy.submit(graph, idempotency_key="take-1")
    assert caught.value.details == {"job_id": job.id}


def test_a_key_is_free_again_after_a_refusal(comfy: Comfy) -> None:
    with pytest.raises(MissingAsset):
        comfy.submit(comfy.workflows.from_json(invert_graph(asset_of(GONE))), idempotency_key="k2")
    job = comfy.submit(comfy.workflows.from_json(drawn_graph()), idempotency_key="k2")
    assert job.wait(timeout=PATIENCE_S).status == "succeeded"


def test_a_used_key_of_an_upload_is_refused(comfy: Comfy) -> None:
    first = comfy.assets.from_bytes(b"one", filename="one.txt")
    second = comfy.assets.from_bytes(b"two", filename="two.txt")
    second._idempotency_key = first._idempotency_key
    first.commit()
    with pytest.raises(IdempotencyKeyReuse) as caught:
        second.commit()
    assert caught.value.details == {"asset_id": first.id}


def test_the_ui_format_is_refused_by_both_sides(comfy: Comfy) -> None:
    with pytest.raises(WorkflowFormatUi):
        comfy.submit(comfy.workflows.from_json(UI_GRAPH))
    with pytest.raises(WorkflowFormatUi, match="Export"):
        comfy.submit(comfy.workflows.from_json({"nodes": [], "links": []}))


def test_an_unknown_class_is_an_invalid_workflow(comfy: Comfy) -> None:
    graph = drawn_graph()
    graph["1"]["class_type"] = "NoSuchNode"
    with pytest.raises(InvalidWorkflow, match="NoSuchNode") as caught:
        comfy.submit(comfy.workflows.from_json(graph))
    assert caught.value.details
    assert caught.value.details["node_errors"]["1"][0]["field"] == "class_type"


def test_a_missing_asset_is_named(comfy: Comfy) -> None:
    with pytest.raises(MissingAsset, match=GONE) as caught:
        comfy.submit(comfy.workflows.from_json(invert_graph(asset_of(GONE))))
    assert caught.value.details == {"node": "1", "asset": GONE}


def test_bytes_that_changed_on_the_way_are_refused(comfy: Comfy) -> None:
    asset = comfy.assets.from_bytes(b"sent", filename="sent.txt")
    asset._hash = "blake3:" + "0" * 64
    with pytest.raises(HashMismatch):
        asset.commit()


def test_what_the_host_refuses_fails_the_job_with_the_node(comfy: Comfy) -> None:
    with pytest.raises(JobFailed) as caught:
        comfy.run(comfy.workflows.from_json(drawn_graph(width=999_999)))
    error = caught.value.error
    assert error is not None
    assert (error.code, error.node_id, error.class_type) == ("prompt_rejected", "1", "EmptyImage")
    assert "bigger than max" in error.message


def test_a_node_that_fails_is_named_with_its_traceback(comfy: Comfy) -> None:
    with pytest.raises(JobFailed) as caught:
        comfy.run(comfy.workflows.from_json(failing_graph()))
    error = caught.value.error
    assert error is not None
    assert (error.code, error.node_id, error.class_type) == (
        "node_execution_error", "3", "ImageBlend",
    )  # fmt: skip
    assert error.traceback


@pytest.mark.parametrize("name", [GONE, "no-uuid", "..%2f..%2fme"])
def test_what_is_not_there_is_not_found(comfy: Comfy, name: str) -> None:
    for ask in (comfy.jobs.get, comfy.assets.get, comfy.assets.delete):
        with pytest.raises(NotFound):
            ask(name)


def test_metadata_over_the_limits_is_refused(comfy: Comfy) -> None:
    with pytest.raises(ComfyError) as caught:
        comfy.submit(
            comfy.workflows.from_json(drawn_graph()), metadata={str(i): "" for i in range(17)}
        )
    assert (caught.value.code, caught.value.http_status) == ("metadata_invalid", 422)


def test_a_cursor_of_somebody_else_is_refused(comfy: Comfy) -> None:
    with pytest.raises(ComfyError) as caught:
        comfy._list_page(None, None, "never-given-out")
    assert caught.value.code == "invalid_cursor"


def test_a_partner_key_is_accepted(comfy: Comfy, rig: Rig) -> None:
    job = comfy.submit(
        comfy.workflows.from_json(slow_graph(seed=121, steps=1)), api_key="partner-secret"
    )
    assert job.result().status == "succeeded"
    assert "partner-secret" not in rig.client.get(f"/api/v2/jobs/{job.id}").text
    assert "partner-secret" not in str(job.get_workflow().graph)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay that takes two waiting jobs."""
    folder: Path = tmp_path_factory.mktemp("small")
    with Rig(folder, hosts=0, max_waiting=2) as running:
        yield running


def test_a_full_queue_is_tried_again_when_the_relay_says(
    small: Rig, target: Callable[[Rig], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    target(small)
    with Comfy() as client:
        graph = client.workflows.from_json(drawn_graph())
        waiting = [client.submit(graph) for _ in range(2)]
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            waiting.pop().cancel()

        monkeypatch.setattr(comfy_sdk.client, "time", SimpleNamespace(sleep=pause))
        waiting.append(client.submit(graph))
        assert pauses == [5]
        monkeypatch.setattr(comfy_sdk.client, "_QUEUE_RETRY_BUDGET", 0.0)
        with pytest.raises(QueueFull) as caught:
            client.submit(graph, idempotency_key="refused")
        assert (caught.value.retry_after, caught.value.http_status) == (5, 429)
        waiting.pop().cancel()
        assert client.submit(graph, idempotency_key="refused").status == "queued"
