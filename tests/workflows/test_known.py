"""What several hosts say, as one, and how one host's models are read."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.workflows.host_models import from_menus, listed, singular
from relay_server.workflows.known import HostSaid, Known, together
from tests.workflows.hosts_said import CHECKPOINTS, both, linux, node, object_info


def test_a_model_is_one_however_its_hosts_spell_it() -> None:
    known = both()
    assert known.models.names("checkpoints") == [
        "base.safetensors", "sdxl/dream.safetensors", "sdxl/only-here.safetensors",
    ]  # fmt: skip
    assert known.models.hosts("checkpoints", "sdxl\\dream.safetensors") == ("linux", "windows")
    assert known.models.hosts("checkpoints", "base.safetensors") == ("linux",)
    windows = known.hosts[1]
    assert windows.models["checkpoints"]["sdxl/dream.safetensors"] == "sdxl\\dream.safetensors"


def test_no_host_is_not_the_same_as_no_model() -> None:
    assert not together([], "").lacks("checkpoints", "base.safetensors")
    assert both().lacks("checkpoints", "nope.safetensors")
    assert not both().lacks("checkpoints", "sdxl\\dream.safetensors")


def test_a_host_that_has_not_told_its_models_may_have_any() -> None:
    silent = HostSaid("new", object_info([]), {})
    known = together([linux(), silent], "digest")
    assert not known.lacks("checkpoints", "nope.safetensors")


CUSTOM: dict[str, Any] = {
    "Mine": node(
        {
            "model_file": [CHECKPOINTS],
            "optional_model": ["COMBO", {"options": ["None", *CHECKPOINTS]}],
            "mode": [["fast", "slow"]],
            "empty": [[]],
            "ckpt_name": ["STRING", {}],
            "unet_name": [["flux.gguf"]],
            "lora_name": [["fetched-by-the-node.pt"]],
            "vae_name": [["taesd"]],
        }
    )
}


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("model_file", "checkpoints"),
        ("optional_model", "checkpoints"),
        ("mode", None),
        ("empty", None),
        ("ckpt_name", None),
        ("unet_name", "unet_gguf"),
        ("lora_name", None),
        ("vae_name", "vae"),
        ("nothing", None),
    ],
)
def test_a_custom_nodes_menu_is_known_by_its_names(field: str, kind: str | None) -> None:
    said = linux(**CUSTOM)
    models = {**said.models, "unet_gguf": ["flux.gguf"], "diffusion_models": ["flux.sft"]}
    known = together([HostSaid("gpu1", said.info, models)], "digest")
    assert known.kind_of_field("Mine", field) == kind


def test_a_menu_that_two_kinds_share_is_of_neither() -> None:
    said = linux(**CUSTOM)
    known = together([HostSaid("gpu1", said.info, {**said.models, "same": CHECKPOINTS})], "digest")
    assert known.kind_of_field("Mine", "model_file") is None
    assert known.kind_of_field("CheckpointLoaderSimple", "ckpt_name") == "checkpoints"


def test_comfyuis_own_fields_are_known_before_any_host() -> None:
    assert Known().kind_of_field("LoraLoader", "lora_name") == "loras"
    assert Known().kind_of_field("KSampler", "sampler_name") is None


def test_old_names_of_kinds_are_the_new_ones() -> None:
    answers = {"unet": ["a.sft"], "diffusion_models": ["b.sft"], "clip": [], "odd": None}
    assert listed(answers, {}) == {"diffusion_models": ["a.sft", "b.sft"], "text_encoders": []}


def test_models_that_are_folders_come_from_the_menu() -> None:
    info = {"DiffusersLoader": node({"model_path": [["sd15", "mine/turbo"]]})}
    assert listed({"diffusers": []}, info) == {"diffusers": ["mine/turbo", "sd15"]}


def test_a_host_that_lists_nothing_has_what_its_menus_offer() -> None:
    info = object_info(
        CHECKPOINTS,
        Stack=node({"lora_name": [["None", "ink.safetensors"]]}),
        Depth=node({"ckpt_name": [["depth.pth"]]}, python_module="custom_nodes.depth"),
        LoadImage=node({"image": [["a.png"], {"image_upload": True}]}),
    )
    assert from_menus(info) == {
        "checkpoints": CHECKPOINTS, "loras": ["ink.safetensors"], "vae": ["ae.safetensors"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "one"),
    [
        ("checkpoints", "checkpoint"), ("loras", "LoRA"), ("text_encoders", "text encoder"),
        ("upscale_models", "upscale model"), ("ipadapter", "ipadapter"),
    ],
)  # fmt: skip
def test_one_model_of_a_kind_has_a_plain_name(kind: str, one: str) -> None:
    assert singular(kind) == one
