"""The main job: a picture goes the whole way and comes back changed."""

from __future__ import annotations

import numpy as np

from tests.rig import Rig, invert_graph, picture, png, slow_graph

SMALL = {
    "prompt": "a harbour",
    "checkpoint": "sim-landscape.safetensors",
    "width": 64,
    "height": 64,
}


def test_a_picture_comes_back_inverted(rig: Rig) -> None:
    plate = picture()
    job = rig.wait(rig.submit("invert", {"image": png(plate)})["id"])
    assert job["status"] == "succeeded", job
    difference = rig.pixels(job["outputs"][0]).astype(int) - (255 - plate.astype(int))
    assert np.abs(difference).max() <= 1  # ComfyUI cuts the fraction off


def test_a_long_base64_picture_takes_the_same_way(rig: Rig) -> None:
    plate = picture(300, 200)
    job = rig.wait(rig.submit("invert", {"image": png(plate)})["id"])
    assert job["status"] == "succeeded", job
    assert job["outputs"][0]["output"] == "image"
    assert rig.pixels(job["outputs"][0]).shape == plate.shape


def test_text_to_image_is_the_same_for_the_same_seed(rig: Rig) -> None:
    params = {**SMALL, "seed": 5, "steps": 3}
    jobs = [rig.wait(rig.submit("text-to-image", params=params)["id"]) for _ in range(2)]
    first, second = (rig.pixels(job["outputs"][0]) for job in jobs)
    assert np.array_equal(first, second)


def test_a_random_seed_is_drawn_kept_and_returned(rig: Rig) -> None:
    params = {**SMALL, "steps": 1}
    job = rig.wait(rig.submit("text-to-image", params=params)["id"])
    seed = job["values"]["seed"]
    assert isinstance(seed, int)
    graph = rig.client.get(f"/api/v2/jobs/{job['id']}/workflow").json()["workflow"]
    assert graph["3"]["inputs"]["seed"] == seed


def test_progress_and_phases_are_seen_by_long_poll(rig: Rig) -> None:
    job = rig.submit_graph(slow_graph(seed=11, steps=30))
    seen = rig.until(job["id"], lambda job: bool(job["progress"] and job["progress"]["steps"]))
    assert seen["status"] == "running"
    assert seen["progress"]["steps"] == 30
    assert rig.wait(job["id"])["progress"]["value"] == 1


def test_a_job_runs_once_and_under_its_own_folder(rig: Rig) -> None:
    asset = rig.client.post(
        "/api/v2/assets",
        files={"file": ("plate.png", png(picture(seed=3)), "image/png")},
        data={"content_type": "image/png", "file_path": "plate.png"},
    ).json()
    reference = {"__type": "core/ASSET", "info": {"id": asset["id"]}}
    job = rig.wait(rig.submit_graph(invert_graph(reference))["id"])
    assert job["status"] == "succeeded", job
    assert rig.runs(job["id"]) == 1
    executed = rig.client.get(f"/api/v2/jobs/{job['id']}/workflow").json()["workflow"]
    assert f"/{job['id']}/" in executed["3"]["inputs"]["filename_prefix"]
