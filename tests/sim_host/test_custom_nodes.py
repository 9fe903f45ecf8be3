"""The pretended models that look at a picture, and the films: what the nodes give."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from relay_server.sim_host import annotators, nodes_meshes, pixels
from relay_server.sim_host.annotators import Captioner
from relay_server.sim_host.catalog import CLASSES
from relay_server.sim_host.imagefiles import SIMULATION
from relay_server.sim_host.resize import Floats

from .driver import Driver, Graph, node

MODEL = Captioner("any")


def plate(width: int = 32, height: int = 24) -> Floats:
    """A red patch in the middle of a blue picture."""
    image = pixels.empty(width, height, color=0x304080)
    image[:, height // 4 : -height // 4, width // 4 : -width // 4] = (0.9, 0.1, 0.1)
    return image


def captioned(image: Floats, task: str = "caption", text: str = "") -> Any:
    return annotators.caption(image, MODEL, text, task, fill_mask=True)[2]


def test_their_classes_say_whose_they_are() -> None:
    modules = {c.module for c in CLASSES.values() if c.module.startswith("custom_nodes.")}
    assert modules == {
        "custom_nodes.websocket_image_save",
        "custom_nodes.comfyui_controlnet_aux",
        "custom_nodes.ComfyUI-RMBG",
        "custom_nodes.ComfyUI-Florence2",
        "custom_nodes.ComfyUI-Flowty-TripoSR",
        "custom_nodes.simulated",
        "custom_nodes.comfyrelay_nodes",
    }


@pytest.mark.parametrize(("width", "height", "size"), [(32, 24, (64, 85)), (24, 32, (85, 64))])
def test_depth_has_its_resolution_on_the_shorter_side(
    width: int, height: int, size: tuple[int, int]
) -> None:
    seen = annotators.depth(plate(width, height), resolution=64)
    assert seen.shape == (1, *size, 3)
    assert (seen.min(), seen.max()) == (0, 1)


def test_depth_of_one_colour_is_a_plain_slope() -> None:
    seen = annotators.depth(pixels.empty(8, 8, color=0xFFFFFF), resolution=8)
    assert np.allclose(seen[0, :, 0, 0], np.linspace(0, 1, 8), atol=1e-6)


def test_a_matte_can_grow_and_turn_round() -> None:
    def area(**how: Any) -> float:
        return float(annotators.matte(plate(), "RMBG-2.0", **how)[1].sum())

    assert area() == 16 * 12
    assert area(mask_offset=2) == 20 * 16
    assert area(mask_offset=-2) == 12 * 8
    assert area(invert_output=True) == 32 * 24 - 16 * 12
    assert 0 < area(mask_blur=2) < 32 * 24


def test_a_foreground_can_stand_on_a_colour() -> None:
    front, _, _ = annotators.matte(
        plate(), "RMBG-2.0", background="Color", background_color="#00ff00"
    )
    assert front.shape == (1, 24, 32, 3)
    assert front[0, 0, 0].tolist() == [0, 1, 0]
    assert np.allclose(front[0, 12, 16], (0.9, 0.1, 0.1))


@pytest.mark.parametrize(
    ("color", "words"),
    [
        (0x202020, "dark, square picture, mostly grey"),
        (0xFFE0E0, "bright, square picture, mostly red"),
        (0x108020, "dark, square picture, mostly green"),
        (0x4060C0, "mid-toned, square picture, mostly blue"),
    ],
)
def test_a_caption_says_what_was_measured(color: int, words: str) -> None:
    text = captioned(pixels.empty(8, 8, color=color))
    assert text == f"A {words}. (simulated caption)"


def test_a_detailed_caption_says_more_and_a_batch_has_one_each() -> None:
    texts = captioned(pixels.empty(8, 4, 2, color=0xFFFFFF), "more_detailed_caption")
    assert len(texts) == 2
    assert "8 x 4 pixels and a mean brightness of 100%" in texts[0]


def test_a_question_is_refused_by_a_task_that_takes_none() -> None:
    with pytest.raises(ValueError, match="Text input"):
        captioned(plate(), text="where is the patch?")


async def test_a_video_is_a_film_of_the_frames(host: Driver) -> None:
    graph: Graph = {
        "1": node("EmptyImage", width=16, height=8, batch_size=3, color=0x4080C0),
        "2": node("CreateVideo", images=["1", 0], fps=24.0),
        "3": node(
            "SaveVideo", video=["2", 0], filename_prefix="video/film", format="auto", codec="auto"
        ),
    }
    shown = (await host.run(graph)).history["outputs"]["3"]
    assert shown["animated"] == [True]
    (file,) = shown["images"]
    assert file == {"filename": "film_00001_.mp4", "subfolder": "video", "type": "output"}
    data = await host.bytes_of(file)
    assert SIMULATION.encode() in data
    colors = [_sampled(frame) for frame in _frames(data)]
    assert colors == [pytest.approx((64, 128, 192), abs=4)] * 3
    assert struct.unpack(">II", _body(data, b"stts")[8:16]) == (3, 90000 // 24)


def test_a_mesh_is_as_high_as_its_picture_is_bright() -> None:
    image = pixels.empty(4, 4, color=0x000000)[0]
    image[2:, 2:] = 0.5

    saved = nodes_meshes.glb(nodes_meshes.relief(image))

    assert struct.unpack("<4sII", saved[:12]) == (b"glTF", 2, len(saved))
    (size,) = struct.unpack("<I", saved[12:16])
    about = json.loads(saved[20 : 20 + size])
    assert about["accessors"][0]["max"] == [1, 0.5, 1]
    corners = np.frombuffer(saved[28 + size :], np.float32, 12).reshape(4, 3)
    assert corners[:, 1].tolist() == [0, 0, 0, 0.5]


def _body(data: bytes, kind: bytes) -> bytes:
    return data[data.index(kind) + 4 :]


def _frames(data: bytes) -> list[bytes]:
    """The pictures of a film, found as a player finds them: by the tables of sizes and places."""
    count = struct.unpack(">I", _body(data, b"stsz")[8:12])[0]
    sizes = struct.unpack(f">{count}I", _body(data, b"stsz")[12 : 12 + 4 * count])
    (start,) = struct.unpack(">I", _body(data, b"stco")[8:12])
    places = [start + sum(sizes[:index]) for index in range(count)]
    return [data[place : place + size] for place, size in zip(places, sizes, strict=True)]


def _sampled(jpeg: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.size == (16, 8)
        color = image.getpixel((8, 4))
    assert isinstance(color, tuple)
    return color
