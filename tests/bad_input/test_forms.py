"""Masks, frames and lists of LoRAs that a form does not allow."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.bad_input.asking import JOBS, NOBODY, nothing_kept, refused
from tests.published import (
    MASKED_FORM,
    frames_form,
    frames_graph,
    loras_form,
    masked_graph,
    publish,
)
from tests.rig import Rig, picture, png, slow_graph

PLATE = {"data": base64.b64encode(png(picture(8, 8))).decode()}
LARGE = {"data": base64.b64encode(png(picture(64, 64))).decode()}
EXR_BYTES = b"\x76\x2f\x31\x01\x02\0\0\0dataWindow\0box2i\0\x10\0\0\0" + bytes(17)
EXR = {"data": base64.b64encode(EXR_BYTES).decode()}


@pytest.fixture(scope="module")
def paths(strict: Rig) -> dict[str, str]:
    """Forms of all three kinds, published."""
    return {
        "masked": publish(strict, "bad-masked", masked_graph(), MASKED_FORM),
        "frames": publish(strict, "bad-frames", frames_graph(), frames_form()),
        "loras": publish(strict, "bad-loras", slow_graph(), loras_form()),
    }


@pytest.fixture(scope="module")
def exr(strict: Rig) -> str:
    """The id of an EXR that is there."""
    answer = strict.client.post("/api/v2/assets", files={"file": ("a.exr", EXR_BYTES)})
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json()["id"])


@pytest.fixture(autouse=True)
def _kept_nothing(strict: Rig, paths: dict[str, str], exr: str) -> Iterator[None]:
    with nothing_kept(strict):
        yield


# masks


def test_a_mask_as_exr_is_refused_with_the_way_out(
    client: httpx.Client, paths: dict[str, str], exr: str
) -> None:
    for mask in (EXR, {"asset": exr}):
        answer = client.post(paths["masked"], json={"inputs": {"plate": LARGE, "mask": mask}})
        refused(answer, "invalid_picture", "Send the mask as PNG")


def reference(asset: Any, **info: Any) -> dict[str, Any]:
    return {"__type": "core/ASSET", "info": {"id": asset, **info}}


def test_a_graph_with_an_exr_as_mask_is_refused(
    client: httpx.Client, exr: str, asset: dict[str, str]
) -> None:
    graph = masked_graph()
    graph["1"]["inputs"]["image"] = reference(asset["id"])
    graph["2"]["inputs"]["image"] = reference(exr, kind="mask")
    answer = client.post(JOBS, json={"workflow": graph})
    refused(answer, "invalid_picture", "Send the mask as PNG")


def test_a_patch_cannot_bring_an_exr_either(
    client: httpx.Client, paths: dict[str, str], exr: str
) -> None:
    patch = {"node": "2", "field": "image", "value": reference(exr, kind="mask")}
    body = {"inputs": {"plate": LARGE, "mask": PLATE}, "patches": [patch]}
    refused(client.post(paths["masked"], json=body), "invalid_picture", "Send the mask as PNG")


@pytest.mark.parametrize("kind", ["Mask", "", 7, [], {}, True])
def test_an_asset_of_a_kind_that_is_none_is_refused(
    client: httpx.Client, asset: dict[str, str], kind: Any
) -> None:
    graph = masked_graph()
    graph["1"]["inputs"]["image"] = reference(asset["id"])
    graph["2"]["inputs"]["image"] = reference(asset["id"], kind=kind)
    answer = client.post(JOBS, json={"workflow": graph})
    refused(answer, "missing_asset", "its kind must be one of image, mask, data")


# frames


def test_an_input_for_one_file_takes_no_list(client: httpx.Client, paths: dict[str, str]) -> None:
    for sent in ([PLATE], [PLATE, LARGE], []):
        answer = client.post(paths["masked"], json={"inputs": {"plate": sent, "mask": PLATE}})
        refused(answer, "invalid_params", "'plate' takes one file, not a list")


def test_a_list_without_frames_is_refused(client: httpx.Client, paths: dict[str, str]) -> None:
    answer = client.post(paths["frames"], json={"inputs": {"frames": []}})
    found = refused(answer, "invalid_params", "needs at least one frame")
    assert found.details == {"input": "frames"}


def test_too_many_frames_are_refused(client: httpx.Client, paths: dict[str, str]) -> None:
    answer = client.post(paths["frames"], json={"inputs": {"frames": [{"data": ""}] * 1001}})
    refused(answer, "invalid_params", "has 1001 frames; the limit is 1000")


BROKEN: list[tuple[Any, str, str]] = [
    ({"asset": NOBODY}, "missing_asset", "Upload the file first"),
    ({"sha256": "0" * 64}, "blob_not_found", "Upload them"),
    ({"data": "%%%%"}, "invalid_base64", "is not Base64"),
    ({"data": ""}, "empty_file", "no bytes"),
    ({"data": "b25seSB3b3Jkcw=="}, "invalid_picture", "Send PNG"),
    ({**PLATE, "name": "a/b.png"}, "invalid_name", "Send a plain name"),
    ({}, "invalid_request", "give `data`, `asset` or `sha256`"),
    ({**PLATE, "frame": 1}, "invalid_request", "inputs.frames"),
    (None, "invalid_request", "inputs.frames"),
    ([PLATE], "invalid_request", "inputs.frames"),
    ("data", "invalid_request", "inputs.frames"),
]


@pytest.mark.parametrize(("frame", "code", "says"), BROKEN)
def test_one_broken_frame_refuses_all(
    client: httpx.Client, paths: dict[str, str], frame: Any, code: str, says: str
) -> None:
    sent = [LARGE, PLATE, frame, LARGE]
    refused(client.post(paths["frames"], json={"inputs": {"frames": sent}}), code, says)


# loras

LORAS: list[tuple[Any, str]] = [
    (None, "it must be a list of LoRAs"),
    ({}, "it must be a list of LoRAs"),
    ("a", "it must be a list of LoRAs"),
    ([{"name": "a"}] * 65, "65 LoRAs, over its maximum of 64"),
    ([{}], "LoRA 1: its `name` must be text"),
    (["a"], "LoRA 1: it must be an object"),
    ([{"name": "no-such.safetensors"}], "is not on its menu"),
    ([{"name": "n" * 10_000}], "is not on its menu"),
    ([{"name": ""}], "is not on its menu"),
    ([{"name": "a", "weight": 1}], "no such field as 'weight'"),
    ([{"name": "a", "strength_model": 100.01}], "over its maximum of 100"),
    ([{"name": "a", "strength_model": -(10**300)}], "under its minimum of -100"),
    ([{"name": "a", "strength_clip": True}], "it must be a number"),
]


@pytest.mark.parametrize(("loras", "says"), LORAS)
def test_a_list_of_loras_that_is_wrong_is_refused(
    client: httpx.Client, paths: dict[str, str], loras: Any, says: str
) -> None:
    found = refused(
        client.post(paths["loras"], json={"params": {"loras": loras}}), "invalid_params", says
    )
    assert [problem["param"] for problem in found.details["params"]] == ["loras"]


def test_a_checkpoint_is_checked_against_what_the_hosts_have(
    client: httpx.Client, paths: dict[str, str]
) -> None:
    answer = client.post(paths["loras"], json={"params": {"checkpoint": "sim-landscap"}})
    found = refused(answer, "invalid_params", "did you mean 'sim-landscape.safetensors'?")
    assert "sim-landscape.safetensors" in found.details["params"][0]["menu"]


# patches


def test_a_field_that_the_class_does_not_have_is_refused(
    client: httpx.Client, paths: dict[str, str]
) -> None:
    for field, says in (("sead", "did you mean 'seed'?"), ("q" * 200, "has no field")):
        patch = {"node": "3", "field": field, "value": 1}
        answer = client.post(paths["loras"], json={"patches": [patch]})
        refused(answer, "invalid_patch", says)
