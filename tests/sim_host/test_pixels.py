"""Every node's pixels: those of the real ComfyUI, and exact values where they can be said."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from relay_server.sim_host import imagefiles, masks, pixels

from .comparing import recorded
from .driver import Driver, Graph, Pixels, node, png, save

RECORDED: dict[str, Any] = recorded("18")
RAMP = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None], 3, axis=-1)

SAME_BUT_FOR_ROUNDING = (
    "scale", "blur", "sharpen", "composite", "batch", "total", "join", "yuv"
)  # fmt: skip
"""Sums whose last digit depends on the order of adding; cut to 8 bits, that can be one step."""


def _real(image: dict[str, Any]) -> Pixels:
    data = zlib.decompress(base64.b64decode(image["zlib"]))
    return np.frombuffer(data, np.uint8).reshape(image["shape"])


LINES = [c for c in RECORDED["cases"] if c["case"].startswith("canny")]
REST = [c for c in RECORDED["cases"] if c not in LINES]
ANY_OF_TWO = ("invert", "yuv and back")
"""Exact values whose last bit decides, when they are cut to 8 bits."""


@pytest.mark.parametrize("case", [pytest.param(c, id=c["case"]) for c in REST])
async def test_same_pixels_as_the_real_one(host: Driver, case: dict[str, Any]) -> None:
    for name, data in RECORDED["files"].items():
        host.put(name, base64.b64decode(data))
    wanted = [_real(image) for image in case["images"]]
    seen = await host.pictures(case["graph"])
    assert [s.shape for s in seen] == [w.shape for w in wanted]
    pairs = zip(seen, wanted, strict=True)
    off = np.abs(np.concatenate([s.astype(int).ravel() - w.ravel() for s, w in pairs]))
    allowed = 1 if case["case"].startswith((*SAME_BUT_FOR_ROUNDING, *ANY_OF_TWO)) else 0
    assert off.max() <= allowed
    if case["case"] not in ANY_OF_TWO:
        assert (off > 0).mean() < 0.03


@pytest.mark.parametrize("case", [pytest.param(c, id=c["case"]) for c in LINES])
async def test_edges_are_where_the_real_one_sees_them(host: Driver, case: dict[str, Any]) -> None:
    """A line between two equal pixels may lie on either of them."""
    host.put("edges.png", base64.b64decode(RECORDED["files"]["edges.png"]))
    (seen,), (wanted,) = await host.pictures(case["graph"]), case["images"]
    mine, real = (np.asarray(p)[None, ..., 0] == 255 for p in (seen, _real(wanted)))
    assert not (mine > masks.grow_mask(real, 1, False)).any()
    assert not (real > masks.grow_mask(mine, 1, False)).any()
    assert abs(int(mine.sum()) - int(real.sum())) < 0.02 * real.sum()


async def test_invert_is_exact(host: Driver) -> None:
    """ComfyUI's float arithmetic loses one step for most values; here none is lost."""
    host.put("ramp.png", png(RAMP))
    graph = {
        "1": node("LoadImage", image="ramp.png"),
        "2": node("ImageInvert", image=["1", 0]),
        "3": save("2"),
    }
    (inverted,) = await host.pictures(graph)
    assert (inverted == 255 - RAMP).all()


async def test_load_and_save_lose_nothing_of_eight_bits(host: Driver) -> None:
    host.put("ramp.png", png(RAMP))
    (same,) = await host.pictures({"1": node("LoadImage", image="ramp.png"), "2": save("1")})
    assert (same == RAMP).all()


def test_alpha_is_dropped_from_the_picture_and_inverted_into_the_mask() -> None:
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[..., 0] = 200
    rgba[..., 3] = [[0, 51, 255], [255, 255, 102]]
    image, mask = imagefiles.load(io_path(png(rgba)))
    assert np.round(image[0, :, :, 0] * 255).tolist() == [[200.0] * 3] * 2
    assert np.round(mask[0].astype(float), 4).tolist() == [[1.0, 0.8, 0.0], [0.0, 0.0, 0.6]]


def test_no_alpha_means_a_small_black_mask() -> None:
    _, mask = imagefiles.load(io_path(png(RAMP)))
    assert mask.shape == (1, 64, 64)
    assert not mask.any()


def test_a_mask_channel_is_taken_as_it_is_and_alpha_inverted() -> None:
    rgba = np.full((1, 1, 4), (255, 51, 0, 51), np.uint8)
    path = io_path(png(rgba))
    masks = {name: imagefiles.load_mask(path, name)[0, 0, 0] for name in imagefiles.CHANNELS}
    assert {k: round(float(v), 4) for k, v in masks.items()} == {
        "alpha": 0.8,
        "red": 1.0,
        "green": 0.2,
        "blue": 0.0,
    }


def test_sixteen_bit_grey_turns_white() -> None:
    grey = Image.fromarray(np.array([[0, 255, 256, 65535]], np.uint16))
    buffer = io.BytesIO()
    grey.save(buffer, "PNG")
    image, _ = imagefiles.load(io_path(buffer.getvalue()))
    assert image[0, 0, :, 0].tolist() == [0.0, 1.0, 1.0, 1.0]


def io_path(data: bytes) -> Any:
    """Bytes where a path is wanted; Pillow opens both."""
    return io.BytesIO(data)


async def test_frames_become_a_batch(host: Driver) -> None:
    colors = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    first, *more = [Image.new("RGB", (8, 8), color) for color in colors]
    buffer = io.BytesIO()
    first.save(buffer, "WEBP", save_all=True, append_images=more, lossless=True)
    host.put("three.webp", buffer.getvalue())
    seen = await host.pictures({"1": node("LoadImage", image="three.webp"), "2": save("1")})
    assert [tuple(picture[0, 0]) for picture in seen] == colors


async def test_empty_image_has_its_color(host: Driver) -> None:
    graph = {
        "1": node("EmptyImage", width=3, height=2, batch_size=2, color=0x12ABEF),
        "2": save("1"),
    }
    seen = await host.pictures(graph)
    assert [p.tolist() for p in seen] == [[[[0x12, 0xAB, 0xEF]] * 3] * 2] * 2


def test_white_of_the_mask_lets_the_source_through() -> None:
    below, above = pixels.empty(2, 1, color=0), pixels.empty(2, 1, color=0xFFFFFF)
    mask = np.array([[[1.0, 0.25]]], np.float32)
    seen = masks.composite(below, above, 0, 0, False, mask)
    assert seen[0, 0, :, 0].tolist() == [1.0, 0.25]


def test_padding_is_grey_and_marked_in_the_mask() -> None:
    image, mask = pixels.pad_for_outpaint(pixels.empty(1, 1), 1, 0, 0, 0, 0)
    assert image[0, 0, :, 0].tolist() == [0.5, 0.0]
    assert mask[0, 0].tolist() == [1.0, 0.0]


def test_grown_mask_covers_its_surroundings() -> None:
    mask = np.zeros((1, 5, 5), np.float32)
    mask[0, 2, 2] = 1
    assert masks.grown(mask, 3)[0].tolist() == np.pad(np.ones((3, 3)), 1).tolist()
    assert masks.grown(mask, 0) is mask


def test_unknown_blend_mode_is_refused_by_the_node() -> None:
    one = pixels.empty(1, 1)
    with pytest.raises(ValueError, match="Unsupported blend mode: dodge"):
        pixels.blend(one, one, 0.5, "dodge")


async def test_animation_keeps_frames_and_metadata(host: Driver) -> None:
    graph: Graph = {
        "1": node("EmptyImage", width=8, height=8, batch_size=3, color=255),
        "2": node(
            "SaveAnimatedWEBP",
            images=["1", 0],
            filename_prefix="moves",
            fps=10.0,
            lossless=True,
            quality=80,
            method="fastest",
        ),
    }
    finished = await host.run(graph)
    assert finished.history["outputs"]["2"]["animated"] == [True]
    with Image.open(io.BytesIO(await host.bytes_of(finished.files("2")[0]))) as image:
        exif = image.getexif()
        assert exif[0x0110].startswith('prompt:{"1": {"class_type": "EmptyImage"')
        assert exif[0x0131].startswith("simulation:")
