"""What a host says on its websocket."""

from __future__ import annotations

import json
import struct

import pytest

from relay_server.hosts.messages import Message, Picture, parse_binary, parse_text
from relay_server.hosts.progress import Meter

GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {}},
    "2": {"class_type": "KSampler", "inputs": {}},
    "3": {"class_type": "SaveImage", "inputs": {}},
    "4": {"class_type": "PreviewImage", "inputs": {}},
}


def said(kind: str, **data: object) -> Message:
    found = parse_text(json.dumps({"type": kind, "data": {"prompt_id": "p", **data}}))
    assert found
    return found


def test_an_older_preview_names_no_prompt() -> None:
    assert parse_binary(struct.pack(">II", 1, 2) + b"png") == Picture("", "", "image/png", b"png")


def test_a_preview_with_metadata_names_prompt_and_node() -> None:
    about = json.dumps({"prompt_id": "p", "node_id": "3", "image_type": "image/jpeg"}).encode()
    frame = struct.pack(">II", 4, len(about)) + about + b"jpeg"
    assert parse_binary(frame) == Picture("p", "3", "image/jpeg", b"jpeg")


@pytest.mark.parametrize("frame", [b"", b"\0\0", struct.pack(">II", 4, 99) + b"{", b"\0\0\0\3text"])
def test_a_frame_that_is_no_picture_is_passed_over(frame: bytes) -> None:
    assert parse_binary(frame) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"type": 1', '"text"'])
def test_a_text_that_is_no_message_is_passed_over(text: str) -> None:
    assert parse_text(text) is None


def test_nan_in_a_message_is_read() -> None:
    found = parse_text('{"type": "progress", "data": {"value": NaN, "max": 2, "node": "2"}}')
    assert found
    meter = Meter(GRAPH)
    meter.hear(found)
    assert meter.progress().step is None


@pytest.mark.parametrize(
    "data", [{"value": float("inf")}, {"value": -3}, {"value": "x"}, {"nodes": None}, {"node": []}]
)
def test_a_strange_message_harms_nobody(data: dict[str, object]) -> None:
    meter = Meter(GRAPH)
    meter.hear(said("executing", node="2"))
    for kind in ("progress", "execution_cached", "executing", "executed"):
        meter.hear(said(kind, **{"max": 2, **data}))
    assert 0 <= meter.progress().value <= 1


def test_progress_counts_nodes_and_the_steps_of_the_running_one() -> None:
    meter = Meter(GRAPH)
    meter.hear(said("execution_cached", nodes=["1"]))
    meter.hear(said("executing", node="2"))
    meter.hear(said("progress", node="2", value=5, max=10))
    now = meter.progress()
    assert (now.nodes_done, now.nodes_total, now.step, now.steps) == (1, 4, 5, 10)
    assert now.value == pytest.approx(1.5 / 4)
    assert now.message == "KSampler 5/10"


def test_progress_never_falls_while_nodes_follow_each_other() -> None:
    meter, values = Meter(GRAPH), []
    for message in (
        said("executing", node="1"),
        said("executing", node="2"),
        said("progress", node="2", value=1, max=2),
        said("progress", node="2", value=2, max=2),
        said("executing", node="3"),
        said("executed", node="3"),
        said("executing", node="4"),
    ):
        meter.hear(message)
        values.append(meter.progress().value)
    assert values == sorted(values)


def test_a_node_inside_a_subgraph_counts_for_the_one_that_holds_it() -> None:
    meter = Meter(GRAPH)
    meter.hear(said("executing", node="2:17"))
    assert meter.progress().current_node == "2"
