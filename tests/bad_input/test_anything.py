"""Whatever comes, it is answered: as asked, or refused in the one shape. Never a 5xx."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from relay_server.operations import OPERATIONS, Body, Operation
from tests.bad_input.asking import BLOBS, INVERT, documented, head, raw, shaped
from tests.rig import Rig, invert_graph

WRITING = [
    operation
    for operation in OPERATIONS
    if operation.method in {"POST", "PUT", "PATCH"} and not operation.public
]
NAMES = {"name": "invert", "id": "00000000-0000-4000-8000-000000000000", "sha256": "0" * 64}
WORDS = [
    "workflow", "inputs", "params", "patches", "image", "data", "asset", "sha256", "name", "node",
    "title", "field", "value", "class_type", "_meta", "info", "id", "__type", "__value__", "hash",
    "core/ASSET", "LoadImage", "SaveImage", "images", "filename_prefix", "tags", "metadata",
    "priority", "host", "extra_data", "version", "nodes", "links", "form", "targets", "key",
    "scopes", "steps", "seed", "random", "1", "2", "",
]  # fmt: skip

texts = st.sampled_from(WORDS) | st.text(max_size=8)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def bodies(operation: Operation) -> st.SearchStrategy[Any]:
    """Anything, or an object that has some of the operation's own fields."""
    model = operation.body
    if model is None or isinstance(model, Body):
        return values
    fields = dict.fromkeys(model.model_fields, values)
    return values | st.fixed_dictionaries({}, optional=fields)


@pytest.mark.usefixtures("free_queue")
@pytest.mark.parametrize("operation", WRITING, ids=lambda operation: operation.id)
@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_any_json_is_answered(client: httpx.Client, operation: Operation, data: Any) -> None:
    body = json.dumps(data.draw(bodies(operation), label="body"))
    answered(client.request(operation.method, operation.path.format_map(NAMES), content=body))


nodes = st.fixed_dictionaries(
    {"class_type": texts | st.none(), "inputs": st.dictionaries(texts, values, max_size=3) | values}
)
graphs = st.dictionaries(texts, nodes | values, max_size=4).map(lambda more: invert_graph() | more)


@pytest.mark.usefixtures("free_queue")
@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(graph=graphs)
def test_any_graph_is_answered(client: httpx.Client, graph: Any) -> None:
    answered(client.post("/api/v2/jobs", json={"workflow": graph}))


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@pytest.mark.parametrize("path", [INVERT, "/api/v2/assets", f"{BLOBS}/{'0' * 64}"])
def test_any_bytes_are_answered(client: httpx.Client, path: str, body: bytes) -> None:
    method = "PUT" if path.startswith(BLOBS) else "POST"
    kind = "multipart/form-data; boundary=edge"
    framed = b"--edge\r\n" + body + b"\r\n--edge--\r\n"
    answered(client.request(method, path, content=framed, headers={"Content-Type": kind}))


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(path=st.binary(max_size=30), query=st.binary(max_size=30))
def test_any_path_is_answered(client: httpx.Client, path: bytes, query: bytes) -> None:
    answered(client.get(f"/relay/v1/workflows/{quote(path)}?{quote(query)}"))


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(path=st.binary(max_size=30), header=st.binary(max_size=30))
def test_any_request_is_answered(strict: Rig, path: bytes, header: bytes) -> None:
    request = head(strict, "GET /relay/v1/workflows/PATH", "X-Comfy-Relay-User: WHO")
    answer = raw(strict, request.replace(b"PATH", path).replace(b"WHO", header))
    if answer.status_code >= 300:
        shaped(answer)


def answered(answer: httpx.Response) -> None:
    if answer.status_code >= 300:
        found = shaped(answer)
        request = answer.request
        path = request.url.raw_path.decode().partition("?")[0]
        if found.code not in {"not_found", "method_not_allowed"}:
            documented(request.method, path, found.code)
