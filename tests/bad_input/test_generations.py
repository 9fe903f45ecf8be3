"""Pictures that cannot be made as they are asked for."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.bad_input.asking import NOBODY, refused
from tests.rig import picture, png

pytestmark = pytest.mark.usefixtures("kept_nothing")

GENERATIONS = "/relay/v1/generations"
GOOD: dict[str, Any] = {"prompt": "hills", "checkpoint": "sim-landscape.safetensors"}
PLATE = {"data": base64.b64encode(png(picture(8, 8))).decode()}
LARGE = {"data": base64.b64encode(png(picture(64, 64))).decode()}
EXR_BYTES = b"\x76\x2f\x31\x01\x02\0\0\0dataWindow\0box2i\0\x10\0\0\0" + bytes(17)
EXR = {"data": base64.b64encode(EXR_BYTES).decode()}


def post(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post(GENERATIONS, json={**GOOD, **body})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"prompt": None}, "'prompt'"),
    ({"prompt": 7}, "'prompt'"),
    ({"prompts": "hills"}, "'prompts'"),
    ({"checkpoint": None}, "'checkpoint'"),
    ({"checkpoint": ""}, "'checkpoint'"),
    ({"width": 15}, "'width'"),
    ({"width": 1020}, "multiple of 8"),
    ({"width": 16392}, "'width'"),
    ({"width": "1024"}, "it must be a number"),
    ({"width": 64.5}, "'width'"),
    ({"height": True}, "it must be a number"),
    ({"height": -64}, "'height'"),
    ({"batch": 0}, "'batch'"),
    ({"batch": 65}, "'batch'"),
    ({"steps": 0}, "'steps'"),
    ({"steps": 10**400}, "'steps'"),
    ({"cfg": "7"}, "it must be a number"),
    ({"cfg": 100.5}, "'cfg'"),
    ({"denoise": 1.01}, "'denoise'"),
    ({"denoise": None}, "'denoise'"),
    ({"vae": ""}, "'vae'"),
    ({"grow_mask": 65}, "'grow_mask'"),
    ({"mask": PLATE}, "a `mask` needs an `image`"),
    ({"image": []}, "'image'"),
    ({"image": [PLATE]}, "'image'"),
    ({"image": {}}, "give `data`, `asset` or `sha256`"),
    ({"loras": {}}, "'loras'"),
    ({"loras": ["a"]}, "'loras.0'"),
    ({"loras": [{}]}, "'loras.0.name'"),
    ({"loras": [{"name": ""}]}, "'loras.0.name'"),
    ({"loras": [{"name": "a", "weight": 1}]}, "'loras.0.weight'"),
    ({"loras": [{"name": "a", "strength_model": 101}]}, "'loras.0.strength_model'"),
    ({"loras": [{"name": "a", "strength_clip": "1"}]}, "it must be a number"),
    ({"loras": [{"name": "a"}] * 65}, "'loras'"),
    ({"tags": ["a"] * 17}, "'tags'"),
    ({"tags": [""]}, "A tag has 1 to 64 characters"),
    ({"priority": "urgent"}, "'priority'"),
    ({"extra_data": {"key": "x"}}, "'extra_data.key'"),
]


@pytest.mark.parametrize(("body", "says"), WRONG)
def test_a_field_that_is_wrong_is_named(
    client: httpx.Client, body: dict[str, Any], says: str
) -> None:
    refused(post(client, **body), "invalid_request", says)


@pytest.mark.parametrize("name", ["prompt", "checkpoint"])
def test_what_is_needed_is_asked_for(client: httpx.Client, name: str) -> None:
    body = {key: value for key, value in GOOD.items() if key != name}
    refused(client.post(GENERATIONS, json=body), "invalid_request", f"'{name}'")


PARAMS: list[tuple[dict[str, Any], str]] = [
    ({"seed": -1}, "2^64-1"),
    ({"seed": 2**64}, "2^64-1"),
    ({"seed": "07"}, "2^64-1"),
    ({"seed": "Random"}, "2^64-1"),
    ({"seed": True}, "2^64-1"),
    ({"seed": None}, "2^64-1"),
    ({"seed": [1]}, "2^64-1"),
    ({"sampler": "eular"}, "did you mean 'euler'?"),
    ({"sampler": "x" * 10_000}, "not on its menu"),
    ({"sampler": ""}, "not on its menu"),
    ({"scheduler": "karas"}, "did you mean 'karras'?"),
]


@pytest.mark.parametrize(("body", "says"), PARAMS)
def test_a_value_that_no_host_takes_is_refused(
    client: httpx.Client, body: dict[str, Any], says: str
) -> None:
    found = refused(post(client, **body), "invalid_params", says)
    assert [problem["param"] for problem in found.details["params"]] == list(body)


def test_every_wrong_value_is_listed(client: httpx.Client) -> None:
    found = refused(post(client, seed=-1, scheduler="x", sampler="y"), "invalid_params")
    names = [problem["param"] for problem in found.details["params"]]
    assert names == ["seed", "sampler", "scheduler"]


MODELS: list[tuple[dict[str, Any], str]] = [
    ({"checkpoint": "sim-landscap.safetensors"}, "checkpoints"),
    ({"checkpoint": "../../etc/passwd.safetensors"}, "checkpoints"),
    ({"checkpoint": "c" * 10_000}, "checkpoints"),
    ({"loras": [{"name": "no-such.safetensors"}]}, "loras"),
    ({"vae": "no-such.safetensors"}, "vae"),
]


@pytest.mark.parametrize(("body", "kind"), MODELS)
def test_a_model_that_no_host_has_is_refused(
    client: httpx.Client, body: dict[str, Any], kind: str
) -> None:
    found = refused(post(client, **body, image=LARGE), "unknown_model", "No host has the")
    assert found.details["kind"] == kind
    assert isinstance(found.details["nearest"], list)


def test_the_nearest_model_is_named(client: httpx.Client) -> None:
    found = refused(post(client, checkpoint="sim-landscap.safetensors"), "unknown_model")
    assert found.details["nearest"][0] == "sim-landscape.safetensors"


FILES: list[tuple[dict[str, Any], str, str]] = [
    ({"image": {"asset": NOBODY}}, "missing_asset", "Upload the file first"),
    ({"image": {"sha256": "0" * 64}}, "blob_not_found", "Upload them"),
    ({"image": {"data": "%%%%"}}, "invalid_base64", "is not Base64"),
    ({"image": {"data": ""}}, "empty_file", "no bytes"),
    ({"image": {"data": "b25seSB3b3Jkcw=="}}, "invalid_picture", "Send PNG"),
    ({"image": {**LARGE, "sha256": "0" * 64}}, "hash_mismatch", "Send them again"),
    ({"image": {**PLATE, "name": "../a.png"}}, "invalid_name", "Send a plain name"),
    ({"image": LARGE, "mask": {"asset": NOBODY}}, "missing_asset", "Upload the file first"),
    ({"image": LARGE, "mask": EXR}, "invalid_picture", "Send the mask as PNG"),
    ({"image": LARGE, "host": "nowhere"}, "unknown_host", "GET /relay/v1/hosts"),
    ({"image": LARGE, "metadata": {"a": 1}}, "metadata_invalid", "pairs of strings"),
]


@pytest.mark.parametrize(("body", "code", "says"), FILES)
def test_a_file_that_cannot_be_used_is_refused(
    client: httpx.Client, body: dict[str, Any], code: str, says: str
) -> None:
    refused(post(client, **body), code, says)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"prompt": NaN}', b"\xff"])
def test_what_is_no_request_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post(GENERATIONS, content=body)
    assert answer.json()["error"]["code"] in {"invalid_json", "invalid_request", "truncated_body"}
    refused(answer, answer.json()["error"]["code"])


def test_the_wrong_method_is_told_the_right_one(client: httpx.Client) -> None:
    refused(client.get(GENERATIONS), "method_not_allowed", "POST")
