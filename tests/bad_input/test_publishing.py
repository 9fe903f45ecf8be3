"""Workflows that cannot be published: every one is refused with a reason, and nothing is kept."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import httpx
import pytest

from relay_server.models.hosts import Scope
from tests.bad_input.asking import Refusal, refused, shaped
from tests.bad_input.conftest import Client
from tests.publishing.graphs import api, ui
from tests.rig import picture, png

pytestmark = pytest.mark.usefixtures("kept_nothing")

WORKFLOW = "/relay/v1/workflows/mine"
INSPECT = "/relay/v1/workflows/inspect"


def publish(client: httpx.Client, body: Any) -> httpx.Response:
    return client.put(WORKFLOW, json=body)


def problems(client: httpx.Client, body: Any) -> list[dict[str, Any]]:
    found: Refusal = refused(publish(client, body), "unreadable_workflow")
    inspected = client.post(INSPECT, json=body).json()
    assert inspected["problems"] == found.details["problems"]
    assert inspected["publishable"] is False
    missing = client.get(WORKFLOW)
    assert missing.status_code == 404
    every: list[dict[str, Any]] = found.details["problems"]
    return every


def codes(client: httpx.Client, body: Any) -> list[str]:
    return [each["code"] for each in problems(client, body)]


def changed(node: int, **fields: Any) -> dict[str, Any]:
    """The good workflow with one node changed."""
    raw = copy.deepcopy(ui())
    raw["nodes"][node] |= fields
    return raw


def endless() -> dict[str, Any]:
    raw = changed(1, type="loop")
    inner = {"id": 9, "type": "loop", "inputs": [], "outputs": []}
    raw["definitions"] = {"subgraphs": [{"id": "loop", "name": "Loop", "nodes": [inner]}]}
    return raw


def cycle() -> dict[str, Any]:
    graph = api()
    graph["1"] = {"class_type": "ImageInvert", "inputs": {"image": ["2", 0]}}
    return graph


BROKEN: dict[str, tuple[Any, str]] = {
    "a cycle": (cycle(), "refused"),
    "a link to a missing node": (
        {**ui(), "links": [[1, 77, 0, 2, 0, "IMAGE"], *ui()["links"][1:]]}, "missing_node",
    ),
    "a link that is not there": ({**ui(), "links": ui()["links"][1:]}, "missing_link"),
    "a subgraph that contains itself": (endless(), "recursive_subgraph"),
    "two nodes of one id": ({**ui(), "nodes": [*ui()["nodes"], {**ui()["nodes"][1], "id": 1}]},
                            "duplicate_id"),
    "too many values": (changed(2, widgets_values=["a", "b", "c"]), "widget_values"),
    "a value of another type": (changed(1, widgets_values=["three", 2.0]), "widget_values"),
    "an unknown class": (changed(1, type="Unheard"), "unknown_class"),
    "no node that saves": ({**ui(), "nodes": ui()["nodes"][:1]}, "no_output"),
    "too many nodes": (
        {**ui(), "nodes": [{"id": n, "type": "Note"} for n in range(3000)]}, "too_many_nodes",
    ),
    "a graph with too many nodes": (
        {str(n): {"class_type": "ImageInvert", "inputs": {}} for n in range(50)}, "too_many_nodes",
    ),
    "an empty object": ({}, "unknown_format"),
    "something else": ({"hello": "world"}, "unknown_format"),
    "nodes without types": ({"nodes": [{}], "links": []}, "malformed"),
    "a required input that is not linked": (
        {**api(), "2": {"class_type": "ImageBlur", "inputs": {"blur_radius": 3, "sigma": 2.0}}},
        "invalid_value",
    ),
    "a value over its bound": (api(radius=500), "invalid_value"),
    "a link of the wrong type": (
        {**api(), "3": {"class_type": "SaveImage",
                        "inputs": {"images": ["1", 1], "filename_prefix": "a"}}},
        "invalid_value",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_workflow_is_refused_with_its_reason(client: httpx.Client, case: str) -> None:
    raw, code = BROKEN[case]
    assert code in codes(client, {"workflow": raw}), problems(client, {"workflow": raw})


PATHS = [
    "/etc/passwd", "C:/secret.png", "C:\\secret.png", "..\\secret.png", "../secret.png",
    "a/../../secret.png", "~/secret.png", "\\\\server\\share\\x.png",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_path_in_a_file_field_is_refused(
    client: httpx.Client, path: str, *, wrapped: bool
) -> None:
    graph = api()
    graph["3"]["inputs"]["filename_prefix"] = {"__value__": path} if wrapped else path
    (found,) = problems(client, {"workflow": graph})
    assert (found["code"], found["node"], found["field"]) == ("refused", "3", "filename_prefix")


def test_dots_in_a_text_prompt_are_fine(client: httpx.Client) -> None:
    graph = {
        "1": {"class_type": "CheckpointLoaderSimple",
              "inputs": {"ckpt_name": "sim-landscape.safetensors"}},
        "2": {"class_type": "CLIPTextEncode",
              "inputs": {"text": "../ /etc C:\\ and so on", "clip": ["1", 1]}},
    }  # fmt: skip
    found = client.post(INSPECT, json={"workflow": graph}).json()
    assert [each["code"] for each in found["problems"]] != ["refused"]


FORMS: dict[str, tuple[Any, str]] = {
    "a node that is not there": (
        {"title": "T", "params": [{"id": "a", "targets": [{"node": "9", "field": "x"}]}]},
        "no_such_node",
    ),
    "a field that is not there": (
        {"title": "T", "params": [{"id": "a", "targets": [{"node": "2", "field": "blurr"}]}]},
        "no_such_field",
    ),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_form_that_does_not_fit_is_refused(client: httpx.Client, case: str) -> None:
    form, code = FORMS[case]
    assert code in codes(client, {"workflow": api(), "form": form})


@pytest.mark.parametrize("form", [{"title": 7}, {"titel": "T"}, {"title": "T", "params": 5}])
def test_a_form_that_is_none_is_refused(client: httpx.Client, form: Any) -> None:
    assert codes(client, {"workflow": api(), "form": form})


@pytest.mark.parametrize(
    ("picture_bytes", "code"),
    [
        (png(picture(8, 8)), "no_workflow"),
        (b"words", "not_a_picture"),
        (b"", "not_a_picture"),
        (png(picture(8, 8))[:30], "not_a_picture"),
    ],
)
def test_a_picture_without_a_workflow(
    client: httpx.Client, picture_bytes: bytes, code: str
) -> None:
    assert codes(client, {"picture": base64.b64encode(picture_bytes).decode()}) == [code]


def test_a_picture_that_is_no_base64(client: httpx.Client) -> None:
    for method, path in (("PUT", WORKFLOW), ("POST", INSPECT)):
        answer = client.request(method, path, json={"picture": "not base64!"})
        refused(answer, "invalid_base64")


BODIES: list[Any] = [
    {}, [], 7, {"workflow": ui(), "picture": "AAAA"}, {"workflow": 7}, {"workflow": []},
    {"workflow": ui(), "form": 7}, {"workflow": ui(), "version": 3}, {"title": "only"},
    {"workflow": ui(), "title": "t" * 300}, {"workflow": ui(), "title": 7},
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: json.dumps(body)[:40])
def test_a_body_that_is_none_is_refused(client: httpx.Client, body: Any) -> None:
    for method, path in (("PUT", WORKFLOW), ("POST", INSPECT)):
        found = shaped(client.request(method, path, json=body))
        assert found.code in {"invalid_request", "unreadable_workflow"}


@pytest.mark.parametrize("name", ["Upper", "sp%20ace", "%C3%BC", "-dash", "a" * 65, "a.b", "a%2Fb"])
def test_a_name_that_is_none_is_refused(client: httpx.Client, name: str) -> None:
    answer = client.put(f"/relay/v1/workflows/{name}", json={"workflow": api()})
    refused(answer, "invalid_name")


def test_publishing_needs_its_scope(keyed: Client) -> None:
    client = keyed(Scope.SUBMIT, Scope.RAW)
    refused(publish(client, {"workflow": api()}), "forbidden")
    refused(client.post(INSPECT, json={"workflow": api()}), "forbidden")
    refused(client.delete("/relay/v1/workflows/blur"), "forbidden")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/relay/v1/workflows/none"),
        ("DELETE", "/relay/v1/workflows/none"),
        ("GET", "/relay/v1/workflows/none/versions"),
        ("GET", "/relay/v1/workflows/none/diff"),
        ("GET", "/relay/v1/workflows/blur?version=99"),
        ("DELETE", "/relay/v1/workflows/blur?version=99"),
        ("GET", "/relay/v1/workflows/blur/diff?before=1&after=99"),
        ("GET", "/relay/v1/workflows/blur/diff"),
    ],
)
def test_what_was_never_published_is_not_found(
    client: httpx.Client, method: str, path: str
) -> None:
    refused(client.request(method, path), "workflow_not_found")


@pytest.mark.parametrize("query", ["version=0", "version=x", "version=-1", "vers=1"])
def test_a_version_that_is_no_number(client: httpx.Client, query: str) -> None:
    for method in ("GET", "DELETE"):
        answer = client.request(method, f"/relay/v1/workflows/blur?{query}")
        refused(answer, "invalid_request")
