"""What two hosts say of a few node classes: one on Linux, one on Windows."""

from __future__ import annotations

from typing import Any

from relay_server.workflows.known import HostSaid, Known, together

CHECKPOINTS = ["base.safetensors", "sdxl/dream.safetensors"]


def node(fields: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {"input": {"required": fields}, "output": [], "output_node": False, **about}


def object_info(checkpoints: list[str], **more: Any) -> dict[str, Any]:
    """A checkpoint loader, a VAE loader that offers more than files, a sampler, and `more`."""
    return {
        "CheckpointLoaderSimple": node({"ckpt_name": [checkpoints]}),
        "VAELoader": node({"vae_name": [["ae.safetensors", "taesd"]]}),
        "KSampler": node({"model": ["MODEL"], "sampler_name": [["euler", "dpmpp"], {}]}),
        "SaveImage": node({"images": ["IMAGE"]}, output_node=True),
        **more,
    }


def linux(name: str = "linux", **more: Any) -> HostSaid:
    models = {"checkpoints": CHECKPOINTS, "loras": [], "vae": ["ae.safetensors"]}
    return HostSaid(name, object_info(CHECKPOINTS, **more), models)


def windows(name: str = "windows") -> HostSaid:
    names = ["sdxl\\dream.safetensors", "sdxl\\only-here.safetensors"]
    models = {"checkpoints": names, "loras": [], "vae": ["ae.safetensors"]}
    return HostSaid(name, object_info(names), models)


def both() -> Known:
    return together([windows(), linux()], "digest")


def loader(name: Any, class_type: str = "CheckpointLoaderSimple", field: str = "ckpt_name") -> Any:
    return {"class_type": class_type, "inputs": {field: name}}
