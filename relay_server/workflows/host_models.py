"""The models of one host: from what it says to what is kept of it. Pure.

Kept as {kind: [names as the host spells them]}.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from relay_server.workflows.model_files import canonical, kind_of
from relay_server.workflows.object_info import ObjectInfo

Listed = Mapping[str, list[str]]
Spelled = Mapping[str, Mapping[str, str]]  # kind -> canonical name -> the host's own spelling

NO_MODELS = frozenset({"configs", "custom_nodes"})
"""Folders that ComfyUI lists among those of the models. The second holds all code of its nodes."""

BY_FOLDER = "diffusers"
"""A model of this kind is a folder. `/models/diffusers` lists files, hence nothing."""

OLD_NAMES = {"unet": "diffusion_models", "clip": "text_encoders"}
"""Kinds that ComfyUI renamed; hosts older than that still use the left name."""

SUFFIXES = frozenset(
    {".safetensors", ".sft", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl", ".gguf", ".onnx"}
)

SINGULAR = {
    "loras": "LoRA", "vae": "VAE", "vae_approx": "approximate VAE", "controlnet": "ControlNet",
    "clip_vision": "CLIP vision model", "photomaker": "PhotoMaker model", "gligen": "GLIGEN model",
    "model_patches": "model patch", "diffusers": "diffusers model",
}  # fmt: skip


def listed(answers: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, list[str]]:
    """From what the host lists by folder. `info` is its object_info."""
    found: dict[str, set[str]] = {}
    for folder, names in answers.items():
        if isinstance(names, list):
            kind = found.setdefault(OLD_NAMES.get(folder, folder), set())
            kind |= {name for name in names if isinstance(name, str)}
    if BY_FOLDER in found:
        found[BY_FOLDER] |= set(from_menus(info).get(BY_FOLDER, ()))
    return {kind: sorted(names) for kind, names in sorted(found.items())}


def from_menus(info: Mapping[str, Any]) -> dict[str, list[str]]:
    """From the menus of its loaders, for a host that does not list its models. Custom nodes use
    the same names of fields for models of their own."""
    own = {name: about for name, about in info.items() if not _is_custom(about)}
    found: dict[str, set[str]] = {}
    for class_type, node in _classes(ObjectInfo(own)):
        for each in node.widgets:
            kind = kind_of(class_type, each.name)
            if kind and not each.upload:
                names = found.setdefault(kind, set())
                names |= {name for name in each.menu if _is_model(kind, name)}
    return {kind: sorted(names) for kind, names in sorted(found.items())}


def _classes(info: ObjectInfo) -> Iterable[tuple[str, Any]]:
    return ((name, node) for name in info.names if (node := info.get(name)))


def _is_custom(about: Any) -> bool:
    return isinstance(about, dict) and str(about.get("python_module")).startswith("custom_nodes")


def _is_model(kind: str, name: Any) -> bool:
    """Menus also offer what is no file: `None`, `Baked VAE`, `taesd`."""
    return isinstance(name, str) and (kind == BY_FOLDER or is_model_file(name))


def is_model_file(name: str) -> bool:
    """Whether a name has the suffix of a model's file."""
    return PurePosixPath(canonical(name)).suffix.lower() in SUFFIXES


def spelled(models: Any) -> dict[str, dict[str, str]]:
    """What is kept of a host, by canonical names."""
    if not isinstance(models, dict):
        return {}
    return {kind: {canonical(name): name for name in names} for kind, names in models.items()}


def singular(kind: str) -> str:
    """One model of a kind, in a sentence."""
    return SINGULAR.get(kind) or kind.removesuffix("s").replace("_", " ")
