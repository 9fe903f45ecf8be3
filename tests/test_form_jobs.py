"""Jobs with masks, frames and LoRAs, the whole way to a host and back."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.published import (
    MASKED_FORM,
    frames_form,
    frames_graph,
    loras_form,
    masked_graph,
    masks_graph,
    publish,
)
from tests.rig import Pixels, Rig, picture, png, slow_graph

WIDTH, HEIGHT = 64, 48
PLATE = picture(WIDTH, HEIGHT) // 2  # nothing of it is white
LEFT = np.zeros((HEIGHT, WIDTH), np.uint8)
LEFT[:, : WIDTH // 2] = 255


def sixteen_bit() -> bytes:
    file = io.BytesIO()
    Image.fromarray(LEFT.astype(np.uint16) * 257).save(file, "PNG")
    return file.getvalue()


MASKS = {
    "grey": png(LEFT),
    "colour": png(np.dstack([LEFT] * 3)),
    "16 bits": sixteen_bit(),
    "alpha": png(np.dstack([LEFT * 0 + 255] * 3 + [LEFT])),
}


def encoded(data: bytes) -> dict[str, str]:
    return {"data": base64.b64encode(data).decode()}


def post(rig: Rig, path: str, **body: Any) -> dict[str, Any]:
    """The job, over and successful."""
    answer = rig.client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    job = rig.wait(answer.json()["id"])
    assert job["status"] == "succeeded", job
    return job


def only_the_left_is_white(found: Pixels) -> None:
    half = WIDTH // 2
    assert np.array_equal(found[:, :half], np.full((HEIGHT, half, 3), 255))
    assert np.abs(found[:, half:].astype(int) - PLATE[:, half:]).max() <= 1


def upload(rig: Rig, data: bytes) -> str:
    answer = rig.client.post("/api/v2/assets", files={"file": ("m.png", data, "image/png")})
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json()["id"])


def reference(asset: str, **info: str) -> dict[str, Any]:
    return {"__type": "core/ASSET", "info": {"id": asset, **info}}


LOADERS: list[tuple[str, dict[str, str], int]] = [
    ("LoadImage", {}, 1),
    *(("LoadImageMask", {"channel": each}, 0) for each in ("red", "green", "blue", "alpha")),
]


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize(("loader", "fields", "output"), LOADERS)
def test_white_on_the_left_changes_the_left_only(
    rig: Rig, kind: str, loader: str, fields: dict[str, str], output: int
) -> None:
    graph = masked_graph()
    graph["1"]["inputs"]["image"] = reference(upload(rig, png(PLATE)))
    mask = reference(upload(rig, MASKS[kind]), kind="mask")
    graph["2"] = {"class_type": loader, "inputs": {"image": mask, **fields}}
    graph["4"]["inputs"]["mask"] = ["2", output]
    job = post(rig, "/api/v2/jobs", workflow=graph)
    only_the_left_is_white(rig.pixels(job["outputs"][0]))


def test_a_mask_comes_by_a_form_and_its_graph_runs_again(rig: Rig) -> None:
    path = publish(rig, "values-masked", masked_graph(), MASKED_FORM)
    inputs = {"plate": encoded(png(PLATE)), "mask": encoded(MASKS["grey"])}
    job = post(rig, path, inputs=inputs)
    only_the_left_is_white(rig.pixels(job["outputs"][0]))
    graph = rig.client.get(job["urls"]["workflow"]).json()["workflow"]
    again = post(rig, "/api/v2/jobs", workflow=graph)
    only_the_left_is_white(rig.pixels(again["outputs"][0]))


def test_a_waiting_jobs_graph_runs_as_it_would_have(rig: Rig) -> None:
    path = publish(rig, "values-masked", masked_graph(), MASKED_FORM)
    inputs = {"plate": encoded(png(PLATE)), "mask": encoded(MASKS["grey"])}
    busy = rig.submit_graph(slow_graph(seed=77, steps=4000))
    behind = rig.submit_graph(slow_graph(seed=78, steps=4000))
    waiting = rig.client.post(path, json={"inputs": inputs, "priority": "batch"}).json()
    graph = rig.client.get(waiting["urls"]["workflow"]).json()["workflow"]
    assert graph["2"]["inputs"]["image"]["info"]["kind"] == "mask"
    for job in (busy, behind, waiting):
        rig.client.post(job["urls"]["cancel"])
        rig.wait(job["id"])
    again = post(rig, "/api/v2/jobs", workflow=graph)
    only_the_left_is_white(rig.pixels(again["outputs"][0]))


def test_one_asset_can_be_picture_and_mask_at_once(rig: Rig) -> None:
    asset = upload(rig, png(np.dstack([LEFT // 2] * 3)))  # grey on the left
    graph = masked_graph()
    graph["1"]["inputs"]["image"] = reference(asset)
    graph["2"]["inputs"]["image"] = reference(asset, kind="mask")
    found = rig.pixels(post(rig, "/api/v2/jobs", workflow=graph)["outputs"][0])
    half = WIDTH // 2
    assert np.abs(found[:, :half].astype(int) - 191).max() <= 1  # half the way from grey to white
    assert not found[:, half:].any()


def test_a_mask_that_turns_out_to_be_broken_ends_the_job(rig: Rig) -> None:
    graph = masked_graph()
    graph["1"]["inputs"]["image"] = reference(upload(rig, png(PLATE)))
    noise = png(picture(400, 400))
    graph["2"]["inputs"]["image"] = reference(upload(rig, noise[: len(noise) // 2]), kind="mask")
    job = rig.wait(rig.submit_graph(graph)["id"])
    assert job["status"] == "failed"
    assert job["error"]["code"] == "invalid_picture"
    assert "Export it again" in job["error"]["message"]


# frames


def frame(number: int, side: int = 16) -> Pixels:
    return np.full((side, side, 3), number, np.uint8)


def outputs(rig: Rig, job: dict[str, Any]) -> list[Pixels]:
    return [rig.pixels(each) for each in job["outputs"]]


def values(rig: Rig, job: dict[str, Any]) -> list[int]:
    return [int(each[0, 0, 0]) for each in outputs(rig, job)]


def test_frames_come_back_in_their_order(rig: Rig) -> None:
    path = publish(rig, "values-frames", frames_graph(), frames_form())
    sent = [encoded(png(frame(number))) for number in range(5)]
    assert values(rig, post(rig, path, inputs={"frames": sent})) == [255, 254, 253, 252, 251]


def test_frames_of_different_sizes_are_refused(rig: Rig) -> None:
    path = publish(rig, "values-frames", frames_graph(), frames_form())
    sent = [encoded(png(picture(8, 8))), encoded(png(picture(8, 8))), encoded(png(picture(9, 8)))]
    answer = rig.client.post(path, json={"inputs": {"frames": sent}})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_params"
    assert "frame 3 is 9 x 8, the first 8 x 8 pixels" in answer.json()["error"]["message"]


def test_frames_of_a_mask_do_so_too(rig: Rig) -> None:
    path = publish(rig, "values-masks", masks_graph(), frames_form("mask"))
    sent = [encoded(png(frame(number))) for number in (0, 100, 255)]
    assert values(rig, post(rig, path, inputs={"frames": sent})) == [0, 100, 255]


def test_long_frames_are_lifted_out_of_the_list(rig: Rig) -> None:
    path = publish(rig, "values-frames", frames_graph(), frames_form())
    plates = [picture(80, 60, seed) for seed in range(3)]
    sent = [encoded(png(plate)) for plate in plates]
    assert min(len(each["data"]) for each in sent) > rig.settings.inline_base64
    job = post(rig, path, inputs={"frames": sent})
    for plate, found in zip(plates, outputs(rig, job), strict=True):
        assert np.abs(found.astype(int) - (255 - plate.astype(int))).max() <= 1


def test_one_file_is_a_list_of_one(rig: Rig) -> None:
    path = publish(rig, "values-frames", frames_graph(), frames_form())
    job = post(rig, path, inputs={"frames": encoded(png(frame(5)))})
    assert values(rig, job) == [250]


def test_frames_may_come_from_different_places(rig: Rig) -> None:
    path = publish(rig, "values-frames", frames_graph(), frames_form())
    asset = upload(rig, png(frame(10)))
    known = rig.client.get(f"/api/v2/assets/{asset}").json()["sha256"]
    sent = [{"asset": asset}, encoded(png(frame(20))), {"sha256": known}, {"asset": asset}]
    job = post(rig, path, inputs={"frames": sent})
    assert values(rig, job) == [245, 235, 245, 245]


# loras


def lora_names(rig: Rig) -> list[str]:
    found = rig.client.get("/relay/v1/models/loras").json()["models"]
    return [each["name"] for each in found]


def test_a_list_of_loras_becomes_a_chain_on_the_host(rig: Rig) -> None:
    path = publish(rig, "values-loras", slow_graph(steps=1), loras_form())
    name = lora_names(rig)[0]
    loras = [{"name": name, "strength_model": 0.5}, {"name": name.replace("/", "\\")}]
    job = post(rig, path, params={"loras": loras})
    assert job["values"]["loras"] == [
        {"name": name, "strength_model": 0.5, "strength_clip": 0.5},
        {"name": name, "strength_model": 1.0, "strength_clip": 1.0},
    ]
    graph = rig.client.get(job["urls"]["workflow"]).json()["workflow"]
    assert graph["3"]["inputs"]["model"] == ["lora_2", 0]
    assert graph["6"]["inputs"]["clip"] == ["lora_2", 1]
    assert graph["lora_1"]["inputs"]["model"] == ["4", 0]
    bare = post(rig, path, params={"loras": []})
    changed, plain = (rig.pixels(each["outputs"][0]) for each in (job, bare))
    assert not np.array_equal(changed, plain)
