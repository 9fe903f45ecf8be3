"""The graph of a picture: three ways to begin, each as a person would have built it."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.workflows.filled.generation import Generation, generation_graph
from relay_server.workflows.guard import is_link

LORAS = [
    {"name": "a", "strength_model": 0.5, "strength_clip": 0.25},
    {"name": "b", "strength_model": 1.0, "strength_clip": 1.0},
]


def graph(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "prompt": "hills", "negative_prompt": "fog", "checkpoint": "c", "loras": [],
        "width": 640, "height": 512, "batch": 2, "seed": 7, "steps": 3, "cfg": 2.5,
        "sampler": "euler", "scheduler": "normal", "denoise": 0.5,
    }  # fmt: skip
    return generation_graph(Generation(**{**fields, **changes}))


def classes(found: dict[str, Any]) -> list[str]:
    return sorted(spec["class_type"] for spec in found.values())


PLAIN = [
    "CLIPTextEncode", "CLIPTextEncode", "CheckpointLoaderSimple", "KSampler", "SaveImage",
    "VAEDecode",
]  # fmt: skip
IMAGE: dict[str, Any] = {"image": "i", "width": None, "height": None, "batch": 1}
MORE: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["EmptyLatentImage"]),
    ({"loras": LORAS}, ["EmptyLatentImage", "LoraLoader", "LoraLoader"]),
    ({"vae": "v"}, ["EmptyLatentImage", "VAELoader"]),
    (IMAGE, ["LoadImage", "VAEEncode"]),
    (IMAGE | {"batch": 4}, ["LoadImage", "RepeatLatentBatch", "VAEEncode"]),
    (IMAGE | {"width": 64}, ["ImageScale", "LoadImage", "VAEEncode"]),
    (IMAGE | {"mask": "m"}, ["LoadImage", "LoadImageMask", "VAEEncodeForInpaint"]),
    (
        IMAGE | {"mask": "m", "batch": 4, "height": 64, "vae": "v", "loras": LORAS},
        ["ImageScale", "LoadImage", "LoadImageMask", "LoraLoader", "LoraLoader",
         "RepeatLatentBatch", "VAEEncodeForInpaint", "VAELoader"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "more"), MORE)
def test_a_graph_has_the_nodes_that_it_needs_and_all_are_reached(
    changes: dict[str, Any], more: list[str]
) -> None:
    found = graph(**changes)
    assert classes(found) == sorted(PLAIN + more)
    waiting, reached = ["save"], set()
    while waiting:
        node = waiting.pop()
        reached.add(node)
        waiting += [value[0] for value in found[node]["inputs"].values() if is_link(value)]
    assert reached == set(found)


def test_every_value_arrives() -> None:
    found = graph()
    assert found["latent"]["inputs"] == {"width": 640, "height": 512, "batch_size": 2}
    wanted = {"seed": 7, "steps": 3, "cfg": 2.5, "sampler_name": "euler", "denoise": 0.5}
    assert wanted.items() <= found["sampler"]["inputs"].items()
    assert found["positive"]["inputs"]["text"] == "hills"
    assert found["negative"]["inputs"]["text"] == "fog"


def test_loras_stand_between_the_checkpoint_and_both_prompts_and_the_sampler() -> None:
    found = graph(loras=LORAS)
    assert found["lora_1"]["inputs"]["model"] == ["checkpoint", 0]
    assert found["lora_1"]["inputs"]["strength_clip"] == 0.25
    assert found["sampler"]["inputs"]["model"] == ["lora_2", 0]
    assert found["positive"]["inputs"]["clip"] == found["negative"]["inputs"]["clip"]
    assert found["positive"]["inputs"]["clip"] == ["lora_2", 1]


def test_a_vae_of_its_own_is_used_on_both_ends() -> None:
    found = graph(**IMAGE, vae="v")
    assert found["decode"]["inputs"]["vae"] == found["latent"]["inputs"]["vae"] == ["vae", 0]
    assert graph()["decode"]["inputs"]["vae"] == ["checkpoint", 2]


def test_the_mask_is_named_as_one() -> None:
    found = graph(**IMAGE, mask="m")
    assert found["mask"]["inputs"]["image"]["info"] == {"id": "m", "kind": "mask"}
    assert found["image"]["inputs"]["image"]["info"] == {"id": "i"}
    assert found["latent"]["inputs"]["grow_mask_by"] == 6
