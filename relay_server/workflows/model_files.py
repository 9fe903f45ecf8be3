"""Models by kind: which fields name one, and how names are compared across hosts. Pure."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

SUFFIXES = frozenset({"safetensors", "ckpt", "pt", "pth", "bin", "gguf", "sft", "onnx"})
ALIKE, INSIDE = 0.6, 0.8
LIKELY = 50
"""So many names are compared in full with one that is not there."""

KINDS: dict[str, str] = {
    "ckpt_name": "checkpoints",
    "lora_name": "loras",
    "vae_name": "vae",
    "control_net_name": "controlnet",
    "unet_name": "diffusion_models",
    "style_model_name": "style_models",
    "gligen_name": "gligen",
    "hypernetwork_name": "hypernetworks",
    "photomaker_model_name": "photomaker",
    "audio_encoder_name": "audio_encoders",
    "clip_name1": "text_encoders",
    "clip_name2": "text_encoders",
    "clip_name3": "text_encoders",
    "clip_name4": "text_encoders",
}
"""Fields that name a model in every class of ComfyUI itself that has them."""

KINDS_BY_CLASS: dict[tuple[str, str], str] = {
    ("CLIPLoader", "clip_name"): "text_encoders",
    ("CLIPVisionLoader", "clip_name"): "clip_vision",
    ("UpscaleModelLoader", "model_name"): "upscale_models",
    ("DiffusersLoader", "model_path"): "diffusers",
    ("ModelPatchLoader", "name"): "model_patches",
}


def kind_of(class_type: str, name: str) -> str | None:
    """The kind of model that a field names; None if it names none, as far as is known."""
    return KINDS_BY_CLASS.get((class_type, name)) or KINDS.get(name)


def canonical(name: str) -> str:
    """A model's name with `/`, as hosts on Linux write it."""
    return name.replace("\\", "/")


@dataclass(frozen=True)
class ModelFiles:
    """The models of all hosts: kind -> canonical name -> names of the hosts that have it."""

    by_kind: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def names(self, kind: str) -> list[str]:
        """All models of a kind, sorted."""
        return sorted(self.by_kind.get(kind, {}))

    def hosts(self, kind: str, name: str) -> tuple[str, ...]:
        """Who has a model, however its name is written."""
        return self.by_kind.get(kind, {}).get(canonical(name), ())

    def nearest(self, kind: str, name: str) -> list[str]:
        """Up to three names that look like it."""
        return nearest(canonical(name), self.names(kind))


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The names most like one that is not there, best first; folders and suffixes aside."""
    wanted = _bare(name)
    pairs = _pairs(wanted)
    # Comparing in full is slow, and a host may have thousands.
    like = heapq.nlargest(LIKELY, known, key=lambda each: len(pairs & _pairs(_bare(each))))
    scored = [(_likeness(wanted, _bare(each)), each) for each in like]
    found = sorted((each for each in scored if each[0] >= ALIKE), key=lambda each: -each[0])
    return [each for _, each in found[:count]]


def _bare(name: str) -> str:
    """A model's name without its folders and its suffix."""
    last = canonical(name).rpartition("/")[2].lower()
    stem, _, suffix = last.rpartition(".")
    return stem if stem and suffix in SUFFIXES else last


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; a name within the other is very much alike."""
    if one in other or other in one:
        return max(INSIDE, difflib.SequenceMatcher(None, one, other).ratio()) if one else 0.0
    return difflib.SequenceMatcher(None, one, other).ratio()


def _pairs(name: str) -> set[str]:
    """Its pairs of neighbouring characters."""
    return set(map("".join, pairwise(name)))
