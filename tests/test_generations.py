"""Pictures without a published workflow, on a host."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np

from tests.rig import Rig, picture, png

GENERATIONS = "/relay/v1/generations"
CHECKPOINT = "sim-landscape.safetensors"
SMALL = {"prompt": "hills", "checkpoint": CHECKPOINT, "steps": 2}


def generate(rig: Rig, **body: Any) -> dict[str, Any]:
    """The job, over and successful."""
    answer = rig.client.post(GENERATIONS, json={**SMALL, **body})
    assert answer.status_code == 201, answer.text
    job = rig.wait(answer.json()["id"])
    assert job["status"] == "succeeded", job
    return job


def encoded(data: bytes) -> dict[str, str]:
    return {"data": base64.b64encode(data).decode()}


def test_a_picture_comes_from_a_prompt(rig: Rig) -> None:
    job = generate(rig, width=64, height=48, batch=2, tags=["a"], metadata={"shot": "010"})
    assert job["workflow"] is None
    assert [each["output"] for each in job["outputs"]] == ["image", "image"]
    assert rig.pixels(job["outputs"][0]).shape == (48, 64, 3)
    assert (job["tags"], job["metadata"]) == (["a"], {"shot": "010"})
    values = job["values"]
    seed = values.pop("seed")
    assert isinstance(seed, int)
    assert 0 <= seed < 2**64
    assert values == {
        "prompt": "hills", "negative_prompt": "", "checkpoint": CHECKPOINT, "loras": [],
        "width": 64, "height": 48, "batch": 2, "steps": 2, "cfg": 7.0, "sampler": "euler",
        "scheduler": "normal", "denoise": 1.0,
    }  # fmt: skip


def test_the_seed_that_was_drawn_makes_the_same_picture_again(rig: Rig) -> None:
    first = generate(rig, width=64, height=64)
    again = generate(rig, width=64, height=64, seed=str(first["values"]["seed"]))
    assert again["values"] == first["values"]
    one, other = (rig.pixels(job["outputs"][0]) for job in (first, again))
    assert np.array_equal(one, other)


def test_loras_change_the_picture_and_are_told(rig: Rig) -> None:
    names = [each["name"] for each in rig.client.get("/relay/v1/models/loras").json()["models"]]
    plain = generate(rig, width=64, height=64, seed=1)
    loras = [{"name": names[0], "strength_model": 2}, {"name": names[0], "strength_clip": 0.5}]
    job = generate(rig, width=64, height=64, seed=1, loras=loras)
    assert job["values"]["loras"] == [
        {"name": names[0], "strength_model": 2.0, "strength_clip": 2.0},
        {"name": names[0], "strength_model": 1.0, "strength_clip": 0.5},
    ]
    one, other = (rig.pixels(each["outputs"][0]) for each in (job, plain))
    assert not np.array_equal(one, other)


def test_an_image_brings_its_own_size(rig: Rig) -> None:
    job = generate(rig, image=encoded(png(picture(72, 56))), denoise=0.5)
    assert rig.pixels(job["outputs"][0]).shape == (56, 72, 3)
    assert not {"width", "height"} & set(job["values"])


def test_an_image_is_scaled_first_and_repeated(rig: Rig) -> None:
    image = encoded(png(picture(72, 56)))
    job = generate(rig, image=image, width=64, height=64, batch=2, denoise=0.5)
    assert [rig.pixels(each).shape for each in job["outputs"]] == [(64, 64, 3)] * 2


def test_a_mask_makes_a_part_anew(rig: Rig) -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[:, :24] = 255
    plate = np.full((64, 64, 3), 90, np.uint8)
    job = generate(rig, image=encoded(png(plate)), mask=encoded(png(mask)), grow_mask=0, seed=3)
    assert job["values"]["grow_mask"] == 0
    found = rig.pixels(job["outputs"][0]).astype(int)
    left, right = np.abs(found[:, :16] - 90).mean(), np.abs(found[:, 40:] - 90).mean()
    assert left > 5 * right, (left, right)


def test_until_a_host_was_seen_any_name_may_be_right(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0) as relay:
        body = {**SMALL, "checkpoint": "studio\\own.safetensors", "sampler": "own", "seed": 7}
        answer = relay.client.post(GENERATIONS, json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["status"] == "queued"
        assert answer.json()["values"]["checkpoint"] == "studio/own.safetensors"
