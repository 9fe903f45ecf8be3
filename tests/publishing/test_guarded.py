"""A relay with a list of allowed classes: the list holds on every way in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing.graphs import api, ui
from tests.rig import Rig, invert_graph, picture, png


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path, allowed_classes="Load*, Save*, ImageInvert") as running:
        yield running


def test_a_class_off_the_list_runs_on_no_way_in(guarded: Rig) -> None:
    client = guarded.client
    published = client.put("/relay/v1/workflows/soft", json={"workflow": ui()})
    assert published.json()["error"]["code"] == "unreadable_workflow"
    assert "does not allow the node class 'ImageBlur'" in published.json()["error"]["message"]
    raw = client.post("/api/v2/jobs", json={"workflow": api()})
    assert raw.json()["error"]["code"] == "invalid_workflow"
    starter = client.post(
        "/relay/v1/generations", json={"prompt": "x", "checkpoint": "sim-dream.safetensors"}
    )
    assert starter.json()["error"]["code"] == "invalid_workflow"
    job = guarded.submit("invert", {"image": png(picture())})
    assert guarded.wait(job["id"])["status"] == "succeeded"


def test_a_jobs_graph_is_read_back_and_runs_again(guarded: Rig) -> None:
    first = guarded.wait(guarded.submit("invert", {"image": png(picture())})["id"])
    path = f"/api/v2/jobs/{first['id']}/workflow"
    executed = guarded.client.get(path).json()["workflow"]
    assert executed["1"]["inputs"]["image"].endswith(".png")
    accepted = guarded.client.get(path, params={"submitted": True}).json()["workflow"]
    assert accepted["1"]["inputs"]["image"]["__type"] == "core/ASSET"
    again = guarded.wait(guarded.submit_graph(accepted)["id"])
    pixels = [guarded.pixels(job["outputs"][0]) for job in (first, again)]
    assert (pixels[0] == pixels[1]).all()
    assert list(accepted) == list(invert_graph())
