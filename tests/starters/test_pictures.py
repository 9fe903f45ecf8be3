"""What comes out of the starters, pixel by pixel where that can be said."""

from __future__ import annotations

import io
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.rig import Pixels, Rig, picture, png

HILLS: dict[str, Any] = {
    "prompt": "hills",
    "checkpoint": "sim-landscape.safetensors",
    "seed": 3,
    "steps": 1,
}
Files = dict[str, list[dict[str, Any]]]


def run(rig: Rig, name: str, inputs: dict[str, Pixels], **params: Any) -> Files:
    """Run a starter; what came out, by the form's outputs."""
    pictures = {each: png(pixels) for each, pixels in inputs.items()}
    job = rig.wait(rig.submit(name, pictures, params=params)["id"])
    assert job["status"] == "succeeded", job
    found: Files = defaultdict(list)
    for output in job["outputs"]:
        found[output["output"]].append(output)
    return found


def only(rig: Rig, name: str, inputs: dict[str, Pixels], **params: Any) -> Pixels:
    """The one picture that comes out."""
    ((found,),) = run(rig, name, inputs, **params).values()
    return rig.pixels(found)


def content(rig: Rig, output: dict[str, Any]) -> bytes:
    answer = rig.client.get(f"/api/v2/assets/{output['id']}/content")
    assert answer.status_code == 200, answer.text
    return answer.content


def off(seen: Pixels, wanted: NDArray[Any]) -> int:
    """The largest difference, in code values."""
    assert seen.shape == wanted.shape
    return int(np.abs(seen.astype(int) - wanted).max())


def two_halves(width: int = 64, height: int = 48) -> Pixels:
    """Black on the left, white on the right."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, width // 2 :] = 255
    return pixels


def test_text_to_image_has_its_size_and_its_loras(rig: Rig) -> None:
    size = {"width": 96, "height": 64}
    plain = only(rig, "text-to-image", {}, **HILLS, **size)
    inked = only(rig, "text-to-image", {}, **HILLS, **size, loras=[{"name": "sim-ink.safetensors"}])
    assert plain.shape == inked.shape == (64, 96, 3)
    assert off(plain, inked) > 20


def test_image_to_image_keeps_what_denoise_leaves(rig: Rig) -> None:
    plate = picture()
    kept = only(rig, "image-to-image", {"image": plate}, **HILLS, denoise=0.0)
    made_over = only(rig, "image-to-image", {"image": plate}, **HILLS, denoise=1.0)
    top = slice(0, 24)  # the label of the pretended model is at the bottom
    assert off(kept[top], plate[top]) <= 1
    assert off(made_over[top], plate[top]) > 50


def test_inpaint_changes_only_what_the_mask_says(rig: Rig) -> None:
    plate = picture()
    seen = only(rig, "inpaint", {"image": plate, "mask": two_halves()}, **HILLS, grow=0)
    assert np.array_equal(seen[:, :32], plate[:, :32])
    assert np.abs(seen[:, 32:].astype(int) - plate[:, 32:]).mean() > 20


def test_inpaint_grows_its_mask(rig: Rig) -> None:
    plate = picture()
    seen = only(rig, "inpaint", {"image": plate, "mask": two_halves()}, **HILLS, grow=8)
    assert np.array_equal(seen[:, :24], plate[:, :24])
    assert np.abs(seen[:, 24:32].astype(int) - plate[:, 24:32]).mean() > 20


def test_controlnet_follows_its_picture(rig: Rig) -> None:
    control, net = {"control": two_halves(96, 64)}, {"controlnet": "sim-depth.safetensors"}
    with_it, without = (
        only(rig, "controlnet", control, **HILLS, **net, strength=strength)
        for strength in (1.0, 0.0)
    )
    assert with_it.shape == (64, 96, 3)
    assert _lighter_on_the_right(with_it) > _lighter_on_the_right(without) + 40


def _lighter_on_the_right(pixels: Pixels) -> float:
    half = pixels.shape[1] // 2
    return float(pixels[:, half:].mean() - pixels[:, :half].mean())


@pytest.mark.parametrize(("model", "factor"), [("sim-2x.pth", 2), ("sim-4x.pth", 4)])
def test_upscale_by_model_is_as_large_as_the_model_says(rig: Rig, model: str, factor: int) -> None:
    plate = np.full((12, 16, 3), (200, 100, 50), np.uint8)
    seen = only(rig, "upscale-by-model", {"image": plate}, model=model)
    assert off(seen, np.full((12 * factor, 16 * factor, 3), (200, 100, 50))) <= 1


def test_upscale_repeats_pixels(rig: Rig) -> None:
    plate = picture(16, 12)
    seen = only(rig, "upscale", {"image": plate}, factor=3, method="nearest-exact")
    assert np.array_equal(seen, plate.repeat(3, axis=0).repeat(3, axis=1))


def test_blur_takes_the_noise_away(rig: Rig) -> None:
    plate = picture()
    seen = only(rig, "blur", {"image": plate}, radius=8, sigma=1.0)
    assert seen.std() < plate.std() / 5
    assert abs(float(seen.mean()) - float(plate.mean())) < 3


def test_grade_at_rest_changes_nothing(rig: Rig) -> None:
    plate = picture()
    assert off(only(rig, "grade", {"image": plate}), plate) <= 1


GRADES = {
    "dim": lambda x: x * 0.5,
    "darken": lambda x: (x + x * x) / 2,
    "brighten": lambda x: (x + 1 - (1 - x) ** 2) / 2,
    "contrast": lambda x: (x + np.where(x <= 0.5, 2 * x * x, 1 - 2 * (1 - x) ** 2)) / 2,
    "desaturate": lambda x: (x + (x @ [0.299, 0.587, 0.114])[..., None]) / 2,
}


@pytest.mark.parametrize("name", sorted(GRADES))
def test_grade_does_what_its_help_says(rig: Rig, name: str) -> None:
    plate = picture()
    seen = only(rig, "grade", {"image": plate}, **{name: 0.5})
    assert off(seen, GRADES[name](plate / 255.0) * 255) <= 2


def test_grade_saturates(rig: Rig) -> None:
    plate = np.full((8, 8, 3), (140, 120, 110), np.uint8)
    seen = only(rig, "grade", {"image": plate}, saturate=1.0)
    assert seen[0, 0].tolist() == pytest.approx([158, 117, 94], abs=6)


def test_depth_is_as_large_as_the_picture_and_nearer_below(rig: Rig) -> None:
    plate = np.full((48, 64, 3), 90, np.uint8)
    seen = only(rig, "depth", {"image": plate}, resolution=64)
    assert seen.shape == plate.shape
    assert (np.diff(seen[:, 0, 0].astype(int)) >= 0).all()
    assert (seen[0].max(), seen[-1].min()) == pytest.approx((0, 255), abs=6)


def test_matte_is_white_where_the_foreground_is(rig: Rig) -> None:
    plate = np.full((48, 64, 3), (90, 110, 130), np.uint8)
    plate[12:36, 20:44] = (220, 40, 30)
    found = run(rig, "matte", {"image": plate})
    wanted = np.zeros((48, 64, 3), np.uint8)
    wanted[12:36, 20:44] = 255
    assert np.array_equal(rig.pixels(found["matte"][0]), wanted)
    with Image.open(io.BytesIO(content(rig, found["foreground"][0]))) as cut_out:
        assert cut_out.mode == "RGBA"
        assert np.array_equal(np.asarray(cut_out.getchannel("A")), wanted[..., 0])
        assert cut_out.getpixel((30, 20)) == (220, 40, 30, 255)


def test_caption_is_a_text(rig: Rig) -> None:
    plate = np.full((48, 64, 3), (200, 30, 20), np.uint8)
    found = run(rig, "caption", {"image": plate}, detail="caption")
    (caption,) = found["caption"]
    assert caption["type"] == "text"
    text = content(rig, caption).decode()
    assert text == "A dark, wide picture, mostly red. (simulated caption)"


def test_image_to_video_gives_numbered_frames_and_a_video(rig: Rig) -> None:
    still = picture(96, 64)
    found = run(
        rig, "image-to-video", {"image": still},
        checkpoint="sim-video.safetensors", width=96, height=64, frames=5, steps=1, fps=8,
    )  # fmt: skip
    frames = [rig.pixels(each) for each in found["frames"]]
    assert [each["name"].split("_")[-2] for each in found["frames"]] == [
        "00001", "00002", "00003", "00004", "00005",
    ]  # fmt: skip
    assert {frame.shape for frame in frames} == {(64, 96, 3)}
    assert off(frames[0][:32], still[:32]) <= 1
    assert off(frames[4][:32], still[:32]) > 50
    (video,) = found["video"]
    assert (video["type"], video["content_type"]) == ("video", "video/mp4")
    assert content(rig, video)[4:8] == b"ftyp"
