"""Workflows with forms of the tests' own, straight into a relay's catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relay_server.jobs.catalog import Catalog
from relay_server.models.forms import Form
from relay_server.redis_connection import connect_async
from relay_server.redis_server import find_running
from relay_server.workflows.catalog import draft
from relay_server.workflows.known import Known
from tests.rig import Rig


def publish(rig: Rig, name: str, graph: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    """Publish; the path that jobs are posted to."""
    rig.run(_publish(rig, name, graph, form))
    return f"/relay/v1/workflows/{name}/jobs"


async def _publish(rig: Rig, name: str, graph: Mapping[str, Any], form: Mapping[str, Any]) -> None:
    url = find_running(rig.settings)
    assert url
    made = draft(dict(graph), Form.model_validate({"title": name, **form}), Known())
    async with connect_async(rig.settings, url, name="tests", patient=True) as redis:
        await Catalog(redis, rig.settings.namespace).publish(name, made, "tests")


def masked_graph() -> dict[str, Any]:
    """White over a plate where the mask is white."""
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": "plate.png"}},
        "2": {"class_type": "LoadImageMask", "inputs": {"image": "m.png", "channel": "alpha"}},
        "3": {
            "class_type": "EmptyImage",
            "inputs": {"width": 64, "height": 48, "batch_size": 1, "color": 0xFFFFFF},
        },
        "4": {
            "class_type": "ImageCompositeMasked",
            "inputs": {
                "destination": ["1", 0], "source": ["3", 0], "mask": ["2", 0],
                "x": 0, "y": 0, "resize_source": False,
            },
        },
        "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "m"}},
    }  # fmt: skip


MASKED_FORM: dict[str, Any] = {
    "inputs": [
        {"id": "plate", "targets": [{"node": "1", "field": "image"}]},
        {"id": "mask", "kind": "mask", "targets": [{"node": "2", "field": "image"}]},
    ],
    "outputs": [{"id": "image", "node": "5"}],
}


def frames_graph() -> dict[str, Any]:
    """Inverts every frame."""
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": "f.png"}},
        "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "f"}},
    }


def masks_graph() -> dict[str, Any]:
    """Saves every mask as a picture."""
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": "m.png"}},
        "2": {"class_type": "MaskToImage", "inputs": {"mask": ["1", 1]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "m"}},
    }


def frames_form(kind: str = "image") -> dict[str, Any]:
    """For both."""
    targets = [{"node": "1", "field": "image"}]
    frames = {"id": "frames", "kind": kind, "frames": True, "targets": targets}
    return {"inputs": [frames], "outputs": [{"id": "image", "node": "3"}]}


def loras_form(**about: Any) -> dict[str, Any]:
    """For `slow_graph`: a list of LoRAs behind its checkpoint."""
    targets = [{"node": "4", "field": ""}]
    loras = {"id": "loras", "type": "loras", "models": "loras", "targets": targets, **about}
    checkpoint = {
        "id": "checkpoint", "type": "menu", "models": "checkpoints",
        "targets": [{"node": "4", "field": "ckpt_name"}],
    }  # fmt: skip
    return {"params": [loras, checkpoint], "outputs": [{"id": "image", "node": "9"}]}
