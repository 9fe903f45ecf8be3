"""From the request of a picture to a graph of ComfyUI's own nodes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relay_server.workflows.filled.loras import with_loras
from relay_server.workflows.filled.references import Reference
from relay_server.workflows.guard import Graph

SAVE = "save"
"""The node whose picture is the result."""

CHECKPOINT, VAE = "checkpoint", "vae"


@dataclass(frozen=True)
class Generation:
    """What a picture is made of. Sizes are pixels; with an image, None is its own size."""

    prompt: str
    negative_prompt: str
    checkpoint: str
    loras: Sequence[Mapping[str, Any]]  # each with `name`, `strength_model`, `strength_clip`
    width: int | None
    height: int | None
    batch: int
    seed: int
    steps: int
    cfg: float
    sampler: str
    scheduler: str
    denoise: float
    vae: str | None = None
    image: str | None = None  # id of an asset
    mask: str | None = None  # id of an asset; white is made anew
    grow_mask: int = 6  # pixels


def generation_graph(asked: Generation) -> Graph:
    """The graph: text to image, image to image, or a part of an image made anew."""
    vae = [VAE, 0] if asked.vae else [CHECKPOINT, 2]
    graph: Graph = {
        CHECKPOINT: _node("CheckpointLoaderSimple", ckpt_name=asked.checkpoint),
        "positive": _node("CLIPTextEncode", text=asked.prompt, clip=[CHECKPOINT, 1]),
        "negative": _node("CLIPTextEncode", text=asked.negative_prompt, clip=[CHECKPOINT, 1]),
        **({VAE: _node("VAELoader", vae_name=asked.vae)} if asked.vae else {}),
        **_latent(asked, vae),
        "sampler": _sampler(asked),
        "decode": _node("VAEDecode", samples=["sampler", 0], vae=vae),
        SAVE: _node("SaveImage", images=["decode", 0], filename_prefix="generation"),
    }
    return with_loras(graph, [CHECKPOINT], asked.loras)


def _sampler(asked: Generation) -> dict[str, Any]:
    return _node(
        "KSampler",
        model=[CHECKPOINT, 0],
        positive=["positive", 0],
        negative=["negative", 0],
        latent_image=["latent", 0],
        seed=asked.seed,
        steps=asked.steps,
        cfg=asked.cfg,
        sampler_name=asked.sampler,
        scheduler=asked.scheduler,
        denoise=asked.denoise,
    )


def _latent(asked: Generation, vae: list[Any]) -> Graph:
    """What the sampler begins with, as the node `latent`."""
    if asked.image is None:
        size = {"width": asked.width, "height": asked.height, "batch_size": asked.batch}
        return {"latent": _node("EmptyLatentImage", **size)}
    found: Graph = {"image": _node("LoadImage", image=Reference(asked.image).json)}
    pixels = ["image", 0]
    if asked.width or asked.height:
        found["scale"] = _scale(asked)
        pixels = ["scale", 0]
    encoded = _encode(asked, pixels, vae)
    if asked.batch == 1:
        return found | encoded
    repeated = _node("RepeatLatentBatch", samples=["encode", 0], amount=asked.batch)
    return found | {"encode": encoded.pop("latent")} | encoded | {"latent": repeated}


def _scale(asked: Generation) -> dict[str, Any]:
    """Without cropping, so that a mask still lies on what it was painted on. 0 keeps the aspect."""
    return _node(
        "ImageScale",
        image=["image", 0],
        upscale_method="lanczos",
        width=asked.width or 0,
        height=asked.height or 0,
        crop="disabled",
    )


def _encode(asked: Generation, pixels: list[Any], vae: list[Any]) -> Graph:
    if asked.mask is None:
        return {"latent": _node("VAEEncode", pixels=pixels, vae=vae)}
    reference = Reference(asked.mask, is_mask=True).json
    return {
        "mask": _node("LoadImageMask", image=reference, channel="red"),
        "latent": _node(
            "VAEEncodeForInpaint",
            pixels=pixels,
            vae=vae,
            mask=["mask", 0],
            grow_mask_by=asked.grow_mask,
        ),
    }


def _node(class_type: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}
