"""Values, inputs and patches that a published workflow's form does not allow."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.bad_input.asking import INVERT, NOBODY, TEXT_TO_IMAGE, Refusal, refused
from tests.rig import picture, png

pytestmark = pytest.mark.usefixtures("kept_nothing")

GOOD = {"prompt": "hills", "checkpoint": "sim-landscape.safetensors"}
PLATE = {"image": {"data": base64.b64encode(png(picture(8, 8))).decode()}}


def refusal(client: httpx.Client, says: str, **params: Any) -> Refusal:
    answer = client.post(TEXT_TO_IMAGE, json={"params": {**GOOD, **params}})
    found = refused(answer, "invalid_params", says)
    assert [problem["param"] for problem in found.details["params"]] == list(params)
    return found


WRONG: list[tuple[str, Any, str]] = [
    ("steps", True, "it must be a number"),
    ("steps", 1.5, "a whole number"),
    ("steps", "20", "it must be a number"),
    ("steps", [20], "it must be a number"),
    ("steps", {}, "it must be a number"),
    ("steps", 0, "under its minimum of 1"),
    ("steps", -(10**300), "under its minimum of 1"),
    ("steps", 151, "over its maximum of 150"),
    ("steps", 10**18, "over its maximum of 150"),
    ("steps", 10**400, "over its maximum of 150"),
    ("steps", -(10**4000), "under its minimum of 1"),
    ("cfg", False, "it must be a number"),
    ("cfg", -0.1, "under its minimum of 0"),
    ("cfg", 1e308, "over its maximum of 30"),
    ("cfg", 10**400, "over its maximum of 30"),
    ("width", 64.5, "a whole number"),
    ("seed", True, "2^64-1"),
    ("seed", 1.5, "2^64-1"),
    ("seed", "007", "2^64-1"),
    ("seed", -1, "2^64-1"),
    ("seed", 2**64, "2^64-1"),
    ("seed", "-1", "2^64-1"),
    ("seed", "Random", "2^64-1"),
    ("seed", "9" * 5000, "2^64-1"),
    ("seed", "", "2^64-1"),
    ("sampler", "eular", "did you mean 'euler'?"),
    ("sampler", "x" * 10_000, "not on its menu"),
    ("sampler", 7, "it must be text"),
    ("sampler", ["euler"], "it must be text"),
    ("negative_prompt", 7, "it must be text"),
    ("negative_prompt", {}, "it must be text"),
    ("stepz", 20, "did you mean 'steps'?"),
    ("p" * 10_000, 1, "no such param"),
    ("__class__", 1, "no such param"),
]


@pytest.mark.parametrize(("name", "value", "says"), WRONG)
def test_a_wrong_param_is_refused_with_the_reason(
    client: httpx.Client, name: str, value: Any, says: str
) -> None:
    refusal(client, says, **{name: value})


@pytest.mark.parametrize("name", ["steps", "cfg", "sampler", "seed", "negative_prompt"])
def test_nothing_is_no_value(client: httpx.Client, name: str) -> None:
    refusal(client, "it must be", **{name: None})


def test_a_missing_param_is_asked_for(client: httpx.Client) -> None:
    refused(client.post(TEXT_TO_IMAGE, json={}), "invalid_params", "'prompt': a value is needed")


def test_every_wrong_param_is_listed(client: httpx.Client) -> None:
    answer = client.post(
        TEXT_TO_IMAGE, json={"params": {"stepz": 1, "checkpoint": "x", "steps": 0}}
    )
    found = refused(answer, "invalid_params")
    assert [each["param"] for each in found.details["params"]] == [
        "stepz",
        "prompt",
        "checkpoint",
        "steps",
    ]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
@pytest.mark.parametrize("name", [b"cfg", b"steps", b"seed", b"prompt"])
def test_what_is_no_number_never_gets_that_far(
    client: httpx.Client, name: bytes, number: bytes
) -> None:
    body = b'{"params": {"%b": %b}}' % (name, number)
    refused(client.post(TEXT_TO_IMAGE, content=body), "invalid_json")


@pytest.mark.parametrize("params", [[], "prompt", 7, None, True])
def test_params_are_an_object(client: httpx.Client, params: object) -> None:
    answer = client.post(TEXT_TO_IMAGE, json={"params": params})
    refused(answer, "invalid_request", "params")


# inputs


def test_a_missing_input_is_asked_for(client: httpx.Client) -> None:
    found = refused(client.post(INVERT, json={}), "missing_input", "'image'")
    assert found.details == {"input": "image"}


@pytest.mark.parametrize("name", ["mask", "i" * 10_000, "", "__proto__"])
def test_an_unknown_input_is_refused(client: httpx.Client, name: str) -> None:
    answer = client.post(INVERT, json={"inputs": {**PLATE, name: PLATE["image"]}})
    refused(answer, "invalid_params", "it has image")


@pytest.mark.parametrize("id_", [NOBODY, "", "../x", "a:b", "a" * 10_000, "a\r\nb"])
def test_an_input_from_an_asset_that_is_not_there_is_refused(
    client: httpx.Client, id_: str
) -> None:
    answer = client.post(INVERT, json={"inputs": {"image": {"asset": id_}}})
    refused(answer, "missing_asset", "Upload the file first")


def test_an_input_from_bytes_that_are_not_there_is_refused(client: httpx.Client) -> None:
    answer = client.post(INVERT, json={"inputs": {"image": {"sha256": "0" * 64}}})
    refused(answer, "blob_not_found", "Upload them")


# patches


PATCHES: list[tuple[dict[str, Any], str]] = [
    ({"node": "99", "field": "steps", "value": 1}, "no node with the id '99'"),
    ({"title": "Nobody", "field": "steps", "value": 1}, "no node with the title 'Nobody'"),
    ({"field": "steps", "value": 1}, "one of the two"),
    ({"node": "3", "title": "Sampler", "field": "steps", "value": 1}, "one of the two"),
    ({"node": "3", "class_type": "SaveImage", "field": "steps", "value": 1}, "not a SaveImage"),
    ({"node": "3", "field": "model", "value": 1}, "is linked"),
]


@pytest.mark.parametrize(("patch", "says"), PATCHES)
def test_a_patch_that_does_not_fit_is_refused(
    client: httpx.Client, patch: dict[str, Any], says: str
) -> None:
    answer = client.post(TEXT_TO_IMAGE, json={"params": GOOD, "patches": [patch]})
    refused(answer, "invalid_patch", says)


LINKS: list[Any] = [["99", 0], ["3", 0], {"__value__": ["3", 0]}]


@pytest.mark.parametrize("value", LINKS)
def test_a_patch_sets_no_link(client: httpx.Client, value: Any) -> None:
    patch = {"node": "6", "field": "text", "value": value}
    answer = client.post(TEXT_TO_IMAGE, json={"params": GOOD, "patches": [patch]})
    refused(answer, "invalid_patch", "is a link")


@pytest.mark.parametrize("name", ["node", "title", "class_type", "field"])
def test_a_patch_with_a_name_that_is_too_long_is_refused(client: httpx.Client, name: str) -> None:
    patch = {"node": "3", "field": "steps", "value": 1} | {name: "x" * 10_000}
    answer = client.post(TEXT_TO_IMAGE, json={"params": GOOD, "patches": [patch]})
    refused(answer, "invalid_request", f"patches.0.{name}")


def test_more_patches_than_anybody_needs_are_refused(client: httpx.Client) -> None:
    patch = {"node": "3", "field": "steps", "value": 1}
    answer = client.post(TEXT_TO_IMAGE, json={"params": GOOD, "patches": [patch] * 1001})
    refused(answer, "invalid_request", "patches")


def test_a_patched_path_is_guarded_too(client: httpx.Client) -> None:
    patch = {"node": "9", "field": "filename_prefix", "value": "../../x"}
    answer = client.post(TEXT_TO_IMAGE, json={"params": GOOD, "patches": [patch]})
    refused(answer, "invalid_workflow", "it has `..`")


@pytest.mark.parametrize(
    "patches", [{}, "patch", [1], [{}], [{"node": 3, "field": "a", "value": 1}]]
)
def test_patches_are_a_list_of_objects(client: httpx.Client, patches: object) -> None:
    answer = client.post(TEXT_TO_IMAGE, json={"params": GOOD, "patches": patches})
    refused(answer, "invalid_request", "patches")


# workflows

NAMES = [
    "nothing", "..%2f..%2fetc", "%2e%2e%2f%2e%2e", "..%5c..%5cetc", "invert%00", "invert.json",
    "INVERT", "%FF%FE", "%ED%A0%80", "%0d%0aX-Evil:%20yes", "inv%20ert", "*", "n" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_workflow_is_not_found(client: httpx.Client, name: str) -> None:
    url = f"/relay/v1/workflows/{name}"
    refused(client.get(url), "workflow_not_found", "GET /relay/v1/workflows")
    answer = client.post(f"{url}/jobs", json={})
    refused(answer, "workflow_not_found", "GET /relay/v1/workflows")
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("version", [2, 10**30])
def test_an_unknown_version_is_not_found(client: httpx.Client, version: int) -> None:
    url = "/relay/v1/workflows/invert"
    refused(client.get(url, params={"version": version}), "workflow_not_found", "the newest is 1")
    answer = client.post(INVERT, json={"version": version})
    refused(answer, "workflow_not_found", "the newest is 1")


@pytest.mark.parametrize("version", [0, -1, 1.5, "one", [], True, "1"])
def test_a_version_is_a_whole_number(client: httpx.Client, version: object) -> None:
    refused(client.post(INVERT, json={"version": version}), "invalid_request", "version")
