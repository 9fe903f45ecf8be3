"""Graphs as artists make them, by hand."""

from __future__ import annotations

from typing import Any

from tests.workflows.forms.info import node

Graph = dict[str, Any]


def sampler(latent: str, model: str = "4", **values: Any) -> dict[str, Any]:
    fields = {
        "model": (model, 0), "positive": ("6", 0), "negative": ("7", 0),
        "latent_image": (latent, 0), "seed": 5, "steps": 20, "cfg": 7.0, "sampler_name": "euler",
        "scheduler": "karras", "denoise": 1.0,
    }  # fmt: skip
    return node("KSampler", **{**fields, **values})


def text_to_image() -> Graph:
    """The graph that ComfyUI opens with."""
    return {
        "3": sampler("5"),
        "4": node("CheckpointLoaderSimple", ckpt_name="sdxl\\dream.safetensors"),
        "5": node("EmptyLatentImage", width=1024, height=768, batch_size=2),
        "6": node("CLIPTextEncode", text="a lighthouse", clip=("4", 1)),
        "7": node("CLIPTextEncode", text="blurry", clip=("4", 1)),
        "8": node("VAEDecode", samples=("3", 0), vae=("4", 2)),
        "9": node("SaveImage", images=("8", 0), filename_prefix="x"),
    }


def sdxl_hires() -> Graph:
    """SDXL with two LoRAs, both texts of its encoder, and a second pass at twice the size."""
    lora = {"lora_name": "detail.safetensors", "strength_model": 0.8, "strength_clip": 0.6}
    ink = {"lora_name": "ink.safetensors", "strength_model": 0.5, "strength_clip": 0.5}
    both = {"text_g": "a lighthouse", "text_l": "a lighthouse", "width": 1024, "height": 1024}
    graph = text_to_image()
    return graph | {
        "3": sampler("5", model="11"),
        "6": node("CLIPTextEncodeSDXL", clip=("11", 1), **both),
        "7": node("CLIPTextEncode", text="blurry", clip=("11", 1)),
        "8": node("VAEDecode", samples=("13", 0), vae=("4", 2)),
        "10": node("LoraLoader", model=("4", 0), clip=("4", 1), **lora),
        "11": node("LoraLoader", model=("10", 0), clip=("10", 1), **ink),
        "12": node("LatentUpscaleBy", samples=("3", 0), scale_by=2.0),
        "13": sampler("12", model="11", seed=5, steps=12, denoise=0.5),
    }


def flux() -> Graph:
    """Flux with its parts apart; the size goes to two nodes."""
    return {
        "1": node("UNETLoader", unet_name="flux.safetensors", weight_dtype="default"),
        "2": node("CLIPTextEncode", text="a lighthouse", clip=("20", 0)),
        "3": node("FluxGuidance", conditioning=("2", 0), guidance=3.5),
        "4": node("ModelSamplingFlux", model=("1", 0), max_shift=1.15, width=("5", 0), height=768),
        "5": node("PrimitiveInt", value=1024),
        "6": node("EmptyLatentImage", width=("5", 0), height=768, batch_size=1),
        "7": node("BasicGuider", model=("4", 0), conditioning=("3", 0)),
        "8": node("RandomNoise", noise_seed=2**63 + 1),
        "9": node("KSamplerSelect", sampler_name="euler"),
        "10": node("BasicScheduler", model=("4", 0), scheduler="simple", steps=28, denoise=1.0),
        "11": node(
            "SamplerCustomAdvanced", noise=("8", 0), guider=("7", 0), sampler=("9", 0),
            sigmas=("10", 0), latent_image=("6", 0),
        ),
        "12": node("VAEDecode", samples=("11", 0), vae=("21", 0)),
        "13": node("SaveImage", images=("12", 0), filename_prefix="x"),
    }  # fmt: skip


def inpaint() -> Graph:
    """A picture and a mask from two loaders, with the conditioning in between."""
    graph = text_to_image()
    del graph["5"]
    conditioned = {"positive": ("12", 0), "negative": ("12", 1), "latent_image": ("12", 2)}
    return graph | {
        "3": sampler("12", **conditioned, denoise=1.0),
        "10": node("LoadImage", image="plate.png"),
        "11": node("LoadImageMask", image="mask.png", channel="red"),
        "12": node(
            "InpaintModelConditioning", positive=("6", 0), negative=("7", 0), vae=("4", 2),
            pixels=("10", 0), mask=("11", 0),
        ),
    }  # fmt: skip


def filtered(**values: Any) -> Graph:
    """A picture through a filter."""
    return {
        "1": node("LoadImage", image="plate.png"),
        "2": node("Grain", image=("1", 0), **{"amount": 0.5, "size": 2, "colored": True, **values}),
        "3": node("SaveImage", images=("2", 0), filename_prefix="x"),
    }
