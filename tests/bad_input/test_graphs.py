"""Graphs that no host should ever see."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from tests.bad_input.asking import JOBS, NOBODY, refused
from tests.rig import invert_graph, slow_graph

kept_nothing = pytest.mark.usefixtures("kept_nothing")
Graph = dict[str, Any]
SAVE = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}}


def changed(**nodes: Any) -> Graph:
    """A good graph with some nodes replaced: `n2={...}`."""
    return invert_graph() | {name[1:]: spec for name, spec in nodes.items()}


def run(client: httpx.Client, graph: Any) -> httpx.Response:
    return client.post(JOBS, json={"workflow": graph})


BROKEN: dict[str, tuple[Graph, str]] = {
    "empty": ({}, "Send at least one node"),
    "a node that is a list": (changed(n2=[]), "must be an object"),
    "a node that is a text": (changed(n2="ImageInvert"), "must be an object"),
    "a node that is nothing": (changed(n2=None), "must be an object"),
    "no class": (changed(n2={"inputs": {}}), "no `class_type`"),
    "an empty class": (changed(n2={"class_type": "", "inputs": {}}), "no `class_type`"),
    "a class that is a number": (changed(n2={"class_type": 7, "inputs": {}}), "no `class_type`"),
    "no inputs": (changed(n2={"class_type": "ImageInvert"}), "no `inputs`"),
    "inputs in a list": (changed(n2={"class_type": "ImageInvert", "inputs": []}), "no `inputs`"),
    "inputs that are nothing": (
        changed(n2={"class_type": "ImageInvert", "inputs": None}), "no `inputs`",
    ),
    "an unknown class": (
        changed(n2={"class_type": "ImageInvertt", "inputs": {}}), "'ImageInvertt'",
    ),
    "a class of 10k": (changed(n2={"class_type": "X" * 10_000, "inputs": {}}), "no host has"),
    "a missing node": (
        changed(n2={"class_type": "ImageInvert", "inputs": {"image": ["9", 0]}}), "'9'",
    ),
    "a missing node of 10k": (
        changed(n2={"class_type": "ImageInvert", "inputs": {"image": ["9" * 10_000, 0]}}),
        "not there",
    ),
    "a node id of 10k": (changed(**{"n" + "7" * 10_000: None}), "must be an object"),
    "a field of 10k": (
        changed(n2={"class_type": "ImageInvert", "inputs": {"f" * 10_000: ["9", 0]}}), "not there",
    ),
    "a cycle of one": (
        changed(n2={"class_type": "ImageInvert", "inputs": {"image": ["2", 0]}}), "feeds itself",
    ),
    "no output": ({"1": invert_graph()["1"]}, "SaveImage"),
    "too many nodes": (
        {str(number): invert_graph()["1"] for number in range(41)}, "the limit is 40",
    ),
}  # fmt: skip


@kept_nothing
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_graph_is_refused(client: httpx.Client, kind: str) -> None:
    graph, says = BROKEN[kind]
    refused(run(client, graph), "invalid_workflow", says)


@kept_nothing
@pytest.mark.parametrize("graph", [[], [1, 2], "graph", 7, None, True])
def test_a_graph_that_is_no_object_is_refused(client: httpx.Client, graph: object) -> None:
    refused(run(client, graph), "invalid_request", "workflow")


@kept_nothing
def test_a_long_cycle_is_refused(client: httpx.Client) -> None:
    graph = {
        str(number): {"class_type": "ImageInvert", "inputs": {"image": [str((number + 1) % 30), 0]}}
        for number in range(30)
    }
    refused(run(client, graph | {"s": SAVE}), "invalid_workflow", "feeds itself")


@kept_nothing
@pytest.mark.parametrize("more", [{}, {"version": 0.4, "links": []}, {"last_node_id": 3}])
def test_the_ui_format_is_told_apart(client: httpx.Client, more: Graph) -> None:
    graph = {"nodes": [{"id": 1, "type": "LoadImage"}], **more}
    refused(run(client, graph), "workflow_format_ui", "Export (API)")


@kept_nothing
def test_every_broken_node_is_listed(client: httpx.Client) -> None:
    graph = changed(n1=None, n2={"class_type": "Nothing", "inputs": {"image": ["9", 0]}})
    found = refused(run(client, graph), "invalid_workflow", "node 1")
    assert {node: len(problems) for node, problems in found.details["node_errors"].items()} == {
        "1": 1,
        "2": 2,
    }


ESCAPING = {
    "/etc/passwd": "absolute",
    "~/plate.png": "absolute",
    "C:\\plates\\a.png": "drive",
    "c:plate.png": "drive",
    "a\\b.png": "backslash",
    "\\\\server\\share\\a.png": "backslash",
    "..": "`..`",
    "../a.png": "`..`",
    "a/../../b.png": "`..`",
    "a/..": "`..`",
    "a\0.png": "control",
    "a\nb.png": "control",
    "a\x7fb.png": "control",
}
PLACES = {
    "image": ("LoadImage", "image"),
    "mask": ("LoadImageMask", "image"),
    "prefix": ("SaveImage", "filename_prefix"),
}


@kept_nothing
@pytest.mark.parametrize("path", ESCAPING)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "wrapped"])
def test_a_path_that_leaves_its_folder_is_refused(
    client: httpx.Client, place: str, path: str, wrapped: bool
) -> None:
    class_type, field = PLACES[place]
    graph = changed()
    # ComfyUI takes the wrapper off, so it must not hide the path from us.
    value: Any = {"__value__": {"__value__": path}} if wrapped else path
    inputs = {"images": ["2", 0]} if class_type == "SaveImage" else {"channel": "red"}
    graph["5"] = {"class_type": class_type, "inputs": {**inputs, field: value}}
    found = refused(run(client, graph), "invalid_workflow", "is refused")
    assert ESCAPING[path] in found.details["node_errors"]["5"][0]["reason"]


@pytest.mark.usefixtures("free_queue")
@pytest.mark.parametrize(
    "text", ["up .. and ../away", "/etc/passwd", "C:\\", "a\nb\0c", "日本" * 999]
)
def test_a_text_prompt_may_say_anything(client: httpx.Client, text: str) -> None:
    graph = slow_graph()
    graph["6"]["inputs"]["text"] = text
    answer = run(client, graph)
    assert answer.status_code == 201, answer.text
    kept = client.get(f"{JOBS}/{answer.json()['id']}/workflow").json()["workflow"]
    assert kept["6"]["inputs"]["text"] == text


REFERENCES: dict[str, Any] = {
    "unknown": {"__type": "core/ASSET", "info": {"id": NOBODY}},
    "a path": {"__type": "core/ASSET", "info": {"id": "../../etc/passwd"}},
    "10k": {"__type": "core/ASSET", "info": {"id": "a" * 10_000}},
    "a number": {"__type": "core/ASSET", "info": {"id": 7}},
    "no id": {"__type": "core/ASSET", "info": {}},
    "no info": {"__type": "core/ASSET"},
    "info in a list": {"__type": "core/ASSET", "info": [NOBODY]},
    "deep inside": {"a": [[{"b": {"__type": "core/ASSET", "info": {"id": NOBODY}}}]]},
}


@kept_nothing
@pytest.mark.parametrize("kind", REFERENCES)
def test_an_asset_that_is_not_there_is_refused(client: httpx.Client, kind: str) -> None:
    refused(run(client, invert_graph(REFERENCES[kind])), "missing_asset", "Upload it first")


@pytest.mark.usefixtures("free_queue")
def test_a_huge_number_is_kept_as_it_is(client: httpx.Client) -> None:
    graph = slow_graph()
    graph["3"]["inputs"]["seed"] = 10**400
    answer = run(client, graph)
    assert answer.status_code == 201, answer.text
    kept = client.get(f"{JOBS}/{answer.json()['id']}/workflow").json()["workflow"]
    assert kept["3"]["inputs"]["seed"] == 10**400


@pytest.mark.usefixtures("free_queue")
def test_a_graph_of_190_levels_comes_back_whole(client: httpx.Client) -> None:
    deep: Any = "end"
    for _ in range(190):
        deep = [deep]
    graph = copy.deepcopy(invert_graph())
    graph["2"]["inputs"]["more"] = deep
    answer = run(client, graph)
    assert answer.status_code == 201, answer.text
    kept = client.get(f"{JOBS}/{answer.json()['id']}/workflow").json()["workflow"]
    assert kept == graph


@kept_nothing
@pytest.mark.parametrize("name", ["sim9", "", "../sim0", "sim0/..", "a" * 10_000, "sim0\r\nX: y"])
def test_an_unknown_host_is_refused(client: httpx.Client, name: str) -> None:
    answer = client.post(JOBS, json={"workflow": invert_graph(), "host": name})
    found = refused(answer, "unknown_host", "GET /relay/v1/hosts")
    assert found.details == {"hosts": ["sim0"]}
