"""The pretend model: same settings, same picture; other settings, another one."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from relay_server.sim_host import pictures, sampling
from relay_server.sim_host.imagefiles import SIMULATION
from relay_server.sim_host.pretended import Brief, Conditioning, Model, Vae

from .conftest import StartHost
from .driver import Driver, Graph, node, png, save

SIZE = 64
GREY = np.full((SIZE, SIZE, 3), 128, np.uint8)


def text_to_image(**sampler: Any) -> Graph:
    settings = {
        "seed": 1,
        "steps": 2,
        "cfg": 7.0,
        "sampler_name": "euler",
        "scheduler": "normal",
        "denoise": 1.0,
    }
    links = {
        "model": ["5", 0],
        "positive": ["6", 0],
        "negative": ["7", 0],
        "latent_image": ["8", 0],
    }
    return {
        "4": node("CheckpointLoaderSimple", ckpt_name="sim-landscape.safetensors"),
        "5": node(
            "LoraLoader",
            model=["4", 0],
            clip=["4", 1],
            lora_name="sim-film.safetensors",
            strength_model=0.8,
            strength_clip=0.8,
        ),
        "6": node("CLIPTextEncode", text="a foggy harbour at dawn", clip=["5", 1]),
        "7": node("CLIPTextEncode", text="blurry", clip=["5", 1]),
        "8": node("EmptyLatentImage", width=SIZE, height=SIZE, batch_size=1),
        "3": node("KSampler", **settings | links | sampler),
        "9": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "10": save("9"),
    }


def changed(graph: Graph, place: str, name: str, value: object) -> Graph:
    other = copy.deepcopy(graph)
    other[place]["inputs"][name] = value
    return other


CHANGES = [
    ("3", "seed", 2),
    ("3", "steps", 3),
    ("3", "cfg", 7.5),
    ("3", "sampler_name", "heun"),
    ("3", "scheduler", "karras"),
    ("4", "ckpt_name", "sim-dream.safetensors"),
    ("5", "lora_name", "sim-ink.safetensors"),
    ("5", "strength_model", 0.81),
    ("5", "strength_clip", 0.81),
    ("6", "text", "a foggy harbour at dusk"),
    ("7", "text", "blurred"),
]


@pytest.mark.parametrize(("place", "name", "value"), CHANGES)
async def test_every_setting_changes_the_picture(
    host: Driver, place: str, name: str, value: object
) -> None:
    graph = text_to_image()
    (before,) = await host.pictures(graph)
    (after,) = await host.pictures(changed(graph, place, name, value))
    assert (before != after).any()


async def test_two_hosts_make_the_same_picture(start_host: StartHost) -> None:
    one, two = [await start_host(), await start_host(step_s=0.001, previews=False)]
    (first,), (second,) = [await host.pictures(text_to_image()) for host in (one, two)]
    assert (first == second).all()


async def test_every_picture_of_a_batch_is_another(host: Driver) -> None:
    seen = await host.pictures(changed(text_to_image(), "8", "batch_size", 2))
    assert len(seen) == 2
    assert (seen[0] != seen[1]).any()


def image_to_image(denoise: float) -> Graph:
    graph = text_to_image(denoise=denoise)
    graph["1"] = node("LoadImage", image="grey.png")
    graph["8"] = node("VAEEncode", pixels=["1", 0], vae=["4", 2])
    return graph


async def test_denoise_weighs_the_input_picture(host: Driver) -> None:
    host.put("grey.png", png(GREY))
    away = []
    for denoise in (0.1, 0.5, 0.9):
        (picture,) = await host.pictures(image_to_image(denoise))
        away.append(float(np.abs(picture[: SIZE // 2].astype(int) - 128).mean()))
    assert away == sorted(away)
    assert away[0] < 10 < away[2]


async def test_inpainting_changes_only_where_the_mask_is_white(host: Driver) -> None:
    rgba = np.full((SIZE, SIZE, 4), 200, np.uint8)
    rgba[..., 3] = 255
    rgba[:16, :16, 3] = 0
    host.put("hole.png", png(rgba))
    graph = text_to_image()
    graph["1"] = node("LoadImage", image="hole.png")
    graph["8"] = node(
        "VAEEncodeForInpaint", pixels=["1", 0], vae=["4", 2], mask=["1", 1], grow_mask_by=0
    )
    (picture,) = await host.pictures(graph)
    assert (picture[:48, 16:] == 200).all()
    assert (picture[:16, :16] != 200).any()


def test_sides_are_cut_to_whole_cells() -> None:
    assert sampling.empty_latent(70, 33).pixels.shape == (1, 32, 64, 3)
    ramp = np.arange(12 * 9, dtype=np.float32).reshape(1, 12, 9, 1).repeat(3, -1)
    kept = sampling.encode(ramp, Vae("x")).pixels
    assert kept.shape == (1, 8, 8, 3)
    assert kept[0, 0, 0, 0] == ramp[0, 2, 0, 0]


def test_a_picture_that_no_model_made_has_no_label() -> None:
    pixels = np.full((1, 64, 64, 3), 0.5, np.float32)
    vae = Vae("x")
    same = sampling.decode(sampling.encode(pixels, vae), vae)
    assert (same == pixels).all()


def test_the_label_is_small_and_in_the_lower_left() -> None:
    image = np.full((512, 512, 3), 0.5, np.float32)
    touched = np.abs(pictures.labelled(image) - image).max(axis=2) > 0.1
    rows, columns = np.nonzero(touched)
    assert rows.min() > 460
    assert columns.max() < 130


def test_pictures_have_contrast_and_colour() -> None:
    clip = Model("sim-landscape.safetensors")
    brief = Brief(
        model=clip,
        positive=Conditioning("a forest", clip),
        negative=Conditioning("", clip),
        seed=3,
        steps=20,
        cfg=7.0,
        sampler="euler",
        scheduler="normal",
        denoise=1.0,
    )
    picture = pictures.paint(brief, 96, 64)
    assert picture.shape == (64, 96, 3)
    assert picture.std() > 0.1
    assert np.ptp(picture, axis=2).mean() > 0.05


async def test_the_picture_says_what_made_it(host: Driver) -> None:
    graph = text_to_image()
    more = {"extra_pnginfo": {"workflow": {"nodes": [1]}}}
    finished = await host.run(graph, extra_data=more)
    text = await host.text_of(finished.files("10")[0])
    assert json.loads(text["prompt"]) == graph
    assert json.loads(text["workflow"]) == {"nodes": [1]}
    assert text["simulation"] == SIMULATION


async def previews(host: Driver, **flags: bool) -> list[bytes]:
    socket = await host.listen("p")
    if flags:
        await socket.socket.send_json({"type": "feature_flags", "data": flags})
        assert (await socket.hear())["text"]["type"] == "feature_flags"
    prompt_id = await host.submit(text_to_image(), client_id="p", prompt_id="job")
    await socket.hear_end(prompt_id)
    return socket.frames


async def test_old_previews_are_jpegs_of_the_wanted_size(start_host: StartHost) -> None:
    frames = await previews(await start_host(preview_size=256))
    assert [frame[:8] for frame in frames] == [bytes([0, 0, 0, 1, 0, 0, 0, 1])] * 2
    image = Image.open(io.BytesIO(frames[0][8:]))
    assert (image.format, image.size) == ("JPEG", (256, 256))
    assert image.info["comment"] == SIMULATION.encode()


async def test_new_previews_say_whose_they_are(host: Driver) -> None:
    frames = await previews(host, supports_preview_metadata=True)
    assert [frame[:4] for frame in frames] == [bytes([0, 0, 0, 4])] * 2
    length = int.from_bytes(frames[0][4:8], "big")
    assert json.loads(frames[0][8 : 8 + length]) == {
        "node_id": "3",
        "prompt_id": "job",
        "display_node_id": "3",
        "parent_node_id": None,
        "real_node_id": "3",
        "image_type": "image/jpeg",
    }
    assert Image.open(io.BytesIO(frames[0][8 + length :])).size == (512, 512)


async def test_previews_can_be_off(start_host: StartHost) -> None:
    assert await previews(await start_host(previews=False)) == []
