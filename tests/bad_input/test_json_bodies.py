"""Bodies that are no JSON, or not the JSON that was asked for."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.bad_input.asking import FROM_HASH, INVERT, JOBS, TEXT_TO_IMAGE, refused
from tests.rig import invert_graph

pytestmark = pytest.mark.usefixtures("kept_nothing")

DOORS = {"graph": JOBS, "form": INVERT, "hash": FROM_HASH}
BROKEN = {
    "empty": (b"", "empty"),
    "spaces": (b" \n", "empty"),
    "words": (b"hello", "expected"),
    "single quotes": (b"{'workflow': {}}", "key must be a string"),
    "comma too many": (b'{"workflow": {},}', "trailing comma"),
    "two values": (b'{"workflow": {}} {}', "trailing"),
    "byte order mark": (b'\xef\xbb\xbf{"workflow": {}}', "expected"),
    "no utf-8": (b'{"workflow": {"\xff\xfe": 1}}', "unicode"),
    "half a surrogate": (b'{"workflow": {"\\ud800": 1}}', "escape"),
    "control character": (b'{"workflow": {"a\x00b": 1}}', "control character"),
    "nan": (b'{"workflow": {"1": NaN}}', "expected"),
    "infinity": (b'{"workflow": {"1": -Infinity}}', "invalid number"),
    "over the floats": (b'{"workflow": {"1": [1e999]}}', "1e999 is too large"),
    "under the floats": (b'{"workflow": {"1": -1e999}}', "-1e999"),
    "endless number": (b'{"workflow": ' + b"7" * 5000 + b"}", "out of range"),
    "300 levels": (b'{"workflow": ' + b"[" * 300 + b"]" * 300 + b"}", "recursion"),
    "300 objects": (b'{"a":' * 300 + b"1" + b"}" * 300, "recursion"),
    "key twice": (b'{"workflow": {"1": 1, "1": 2}}', "'1'"),
    "field twice": (b'{"tags": [], "tags": ["a"]}', "'tags'"),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_json_is_refused_with_the_reason(
    client: httpx.Client, door: str, kind: str
) -> None:
    body, says = BROKEN[kind]
    refused(client.post(DOORS[door], content=body), "invalid_json", says)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", [b'{"workflow": {"1": ', b'{"workf', b"[1, 2", b'{"a": tru'])
def test_json_that_stops_is_called_truncated(client: httpx.Client, door: str, body: bytes) -> None:
    refused(client.post(DOORS[door], content=body), "truncated_body", "end all of it")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", ["[]", "[1]", "7", '"text"', "null", "true", "1.5"])
def test_json_that_is_no_object_is_refused(client: httpx.Client, door: str, body: str) -> None:
    refused(client.post(DOORS[door], content=body), "invalid_request", "The body cannot be read")


@pytest.mark.parametrize("door", DOORS)
def test_an_unknown_field_is_refused_by_name(client: httpx.Client, door: str) -> None:
    found = refused(client.post(DOORS[door], json={"workflwo": 1}), "invalid_request", "/docs")
    assert "workflwo" in [problem["field"] for problem in found.details["fields"]]


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("tags", {"tags": "shot"}),
    ("tags.0", {"tags": [7]}),
    ("tags", {"tags": ["x"] * 17}),
    ("priority", {"priority": "urgent"}),
    ("priority", {"priority": 1}),
    ("host", {"host": ["a"]}),
    ("extra_data", {"extra_data": "key"}),
    ("extra_data.api_key", {"extra_data": {"api_key": "x"}}),
    ("extra_data.api_key_comfy_org", {"extra_data": {"api_key_comfy_org": ""}}),
    ("extra_data.api_key_comfy_org", {"extra_data": {"api_key_comfy_org": "x" * 10_000}}),
]


@pytest.mark.parametrize(("field", "body"), WRONG)
@pytest.mark.parametrize("door", [JOBS, INVERT])
def test_a_wrong_field_is_named(
    client: httpx.Client, door: str, field: str, body: dict[str, Any]
) -> None:
    given = {"workflow": invert_graph()} if door == JOBS else {}
    found = refused(client.post(door, json={**given, **body}), "invalid_request", field)
    assert field in [problem["field"] for problem in found.details["fields"]]


def test_a_partner_key_is_never_echoed(client: httpx.Client) -> None:
    secret = "sk-" + "s3cret" * 1000
    answer = client.post(
        JOBS,
        json={"workflow": invert_graph(), "extra_data": {"api_key_comfy_org": secret}},
    )
    refused(answer, "invalid_request")
    assert "s3cret" not in answer.text


PARAMS = {"params": {"prompt": "a", "checkpoint": "sim-landscape.safetensors"}}


@pytest.mark.parametrize("tag", ["", "x" * 65, "x" * 10_000])
@pytest.mark.parametrize("door", [JOBS, TEXT_TO_IMAGE])
def test_a_tag_of_a_strange_length_is_refused(client: httpx.Client, door: str, tag: str) -> None:
    body = {"workflow": invert_graph()} if door == JOBS else PARAMS
    refused(client.post(door, json={**body, "tags": [tag]}), "invalid_request", "64 characters")


@pytest.mark.parametrize("name", ["webhook_url", "inputs"])
@pytest.mark.parametrize("value", ["https://example.com", {}, [], "", 0, False])
def test_what_the_contract_reserves_is_refused_by_name(
    client: httpx.Client, name: str, value: object
) -> None:
    answer = client.post(JOBS, json={"workflow": invert_graph(), name: value})
    refused(answer, "unsupported_field", f"`{name}`")


METADATA: dict[str, Any] = {
    "17 pairs": {f"k{number}": "v" for number in range(17)},
    "a number": {"shot": 7},
    "nothing": {"shot": None},
    "a list": {"shot": ["a"]},
    "an empty key": {"": "v"},
    "a long key": {"k" * 65: "v"},
    "a long value": {"shot": "v" * 513},
    "10k of both": {"k" * 10_000: "v" * 10_000},
    "an array": ["shot"],
    "a text": "shot",
    "a boolean": True,
}


@pytest.mark.parametrize("kind", METADATA)
@pytest.mark.parametrize("door", [JOBS, TEXT_TO_IMAGE])
def test_metadata_over_its_limits_is_refused(client: httpx.Client, door: str, kind: str) -> None:
    body = {"workflow": invert_graph()} if door == JOBS else PARAMS
    answer = client.post(door, json={**body, "metadata": METADATA[kind]})
    refused(answer, "metadata_invalid", "16 pairs")


@pytest.mark.parametrize("door", [JOBS, INVERT, FROM_HASH])
def test_json_over_its_limit_is_refused(client: httpx.Client, door: str) -> None:
    body = json.dumps({"workflow": {"1": "x" * 150_000}})
    found = refused(client.post(door, content=body), "too_large", "100")
    assert found.details == {"limit": 100_000}
