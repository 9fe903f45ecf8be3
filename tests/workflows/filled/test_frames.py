"""A list of pictures in the place of one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from relay_server.models.forms import InputKind, Target
from relay_server.workflows.filled.frames import with_frames

IMAGE, MASK = InputKind.IMAGE, InputKind.MASK
TARGET = Target(node="1", field="image")


def graph_of(class_type: str = "LoadImage", **more: Any) -> dict[str, Any]:
    """A loader with two consumers of its first output and one of its second."""
    return {
        "1": {"class_type": class_type, "inputs": {"image": "saved.png", **more}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
        "3": {"class_type": "Other", "inputs": {"a": ["1", 0], "b": ["1", 1], "c": 7}},
        "1_frame_2": {"class_type": "Note", "inputs": {"text": ["x", "y"]}},
    }


def batch(graph: dict[str, Any], link: list[Any]) -> list[Any]:
    """The files behind a link, in the order in which the host batches them."""
    spec = graph[link[0]]
    if spec["class_type"] == "ImageBatch":
        inputs = spec["inputs"]
        return batch(graph, inputs["image1"]) + batch(graph, inputs["image2"])
    assert spec["class_type"] == "LoadImage"
    assert link[1] == 0
    return [spec["inputs"]["image"]]


def depth(graph: dict[str, Any], link: list[Any]) -> int:
    inputs = graph[link[0]]["inputs"]
    links = [inputs[name] for name in ("image1", "image2") if name in inputs]
    return 1 + max((depth(graph, each) for each in links), default=0)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 1000])
def test_frames_become_one_batch_in_their_order(count: int) -> None:
    graph, files = graph_of(), [f"f{number}" for number in range(count)]
    before = copy.deepcopy(graph)
    after = with_frames(graph, TARGET, files, IMAGE)
    assert graph == before
    for node, field in (("2", "images"), ("3", "a")):
        assert batch(after, after[node]["inputs"][field]) == files
    assert after["3"]["inputs"]["b"] == ["1", 1]  # the mask of the first frame
    assert after["3"]["inputs"]["c"] == 7
    assert after["1"]["inputs"]["image"] == "f0"
    assert after["1_frame_2"] == before["1_frame_2"]
    assert len(after) == len(before) + 2 * (count - 1)
    assert depth(after, after["2"]["inputs"]["images"]) <= 11


@pytest.mark.parametrize(
    ("graph", "output"),
    [(graph_of(), 1), (graph_of("LoadImageMask", channel="alpha"), 0)],
    ids=["LoadImage", "LoadImageMask"],
)
def test_frames_of_a_mask_become_a_batch_of_masks(graph: dict[str, Any], output: int) -> None:
    graph["4"] = {"class_type": "MaskToImage", "inputs": {"mask": ["1", output]}}
    after = with_frames(graph, TARGET, ["f0", "f1", "f2"], MASK)
    back = after[after["4"]["inputs"]["mask"][0]]
    assert back["class_type"] == "ImageToMask"
    assert back["inputs"]["channel"] == "red"
    assert batch(after, back["inputs"]["image"]) == ["f0", "f1", "f2"]


def test_one_frame_of_a_mask_needs_no_other_node() -> None:
    graph = graph_of("LoadImageMask", channel="red")
    after = with_frames(graph, TARGET, ["f0"], MASK)
    assert after == {**graph, "1": {**graph["1"], "inputs": {"image": "f0", "channel": "red"}}}


def test_other_fields_of_the_loader_are_those_of_every_frame() -> None:
    graph = graph_of("LoadFloat", space="linear")
    after = with_frames(graph, TARGET, ["f0", "f1"], IMAGE)
    frames = [spec["inputs"] for spec in after.values() if spec["class_type"] == "LoadFloat"]
    assert frames == [
        {"image": "f0", "space": "linear"},
        {"image": "f1", "space": "linear"},
    ]
