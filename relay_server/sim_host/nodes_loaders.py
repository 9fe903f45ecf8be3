"""The classes of the nodes that load models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import pretended
from .node import Input, Menu, NodeClass, Offered, number, pure, told

_CLIP_TYPES = (
    "stable_diffusion", "stable_cascade", "sd3", "stable_audio", "mochi", "ltxv", "pixart",
    "cosmos", "lumina2", "wan", "hidream", "chroma", "ace", "omnigen2", "qwen_image",
    "hunyuan_image",
)  # fmt: skip
_WEIGHTS = ("default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2")
_CLIP_HELP = (
    "[Recipes]\n\nstable_diffusion: clip-l\nstable_cascade: clip-g\n"
    "sd3: t5 xxl/ clip-g / clip-l\nstable_audio: t5 base\nmochi: t5 xxl\ncosmos: old t5 xxl\n"
    "lumina2: gemma 2 2B\nwan: umt5 xxl\n hidream: llama-3.1 (Recommend) or t5\n"
    "omnigen2: qwen vl 2.5 3B"
)
_LORA_HELP = (
    "LoRAs are used to modify diffusion and CLIP models, altering the way in which latents are "
    "denoised such as applying styles. Multiple LoRA nodes can be linked together."
)
_LORA_TIPS = ("The modified diffusion model.", "The modified CLIP model.")


def _models(kind: str) -> Menu:
    def menu(offered: Offered) -> list[str]:
        return offered.options.names(kind)

    return menu


def _vaes(offered: Offered) -> list[str]:
    return [*offered.options.names("vae"), pretended.PIXEL_SPACE]


def _strength(name: str, of: str) -> Input:
    tooltip = f"How strongly to modify the {of} model. This value can be negative."
    return number(name, "FLOAT", 1.0, -100.0, 100.0, 0.01, tooltip=tooltip)


def _loader(
    name: str, title: str, field: str, kind: str, load: Callable[..., Any], output: str, **more: Any
) -> NodeClass:
    """A class that loads one file and gives one model."""
    return NodeClass(
        name,
        pure(load),
        inputs=(Input(field, _models(kind)),),
        outputs=(output,),
        title=title,
        category="loaders",
        **more,
    )


CLASSES = (
    NodeClass(
        "CheckpointLoaderSimple",
        pure(pretended.load_checkpoint),
        inputs=(
            Input(
                "ckpt_name",
                _models("checkpoints"),
                {"tooltip": "The name of the checkpoint (model) to load."},
            ),
        ),
        outputs=("MODEL", "CLIP", "VAE"),
        title="Load Checkpoint",
        category="loaders",
        description="Loads a diffusion model checkpoint, diffusion models are used to denoise "
        "latents.",
        tooltips=(
            "The model used for denoising latents.",
            "The CLIP model used for encoding text prompts.",
            "The VAE model used for encoding and decoding images to and from latent space.",
        ),
    ),
    NodeClass(
        "LoraLoader",
        pure(pretended.load_lora),
        inputs=(
            told("model", "MODEL", "The diffusion model the LoRA will be applied to."),
            told("clip", "CLIP", "The CLIP model the LoRA will be applied to."),
            Input("lora_name", _models("loras"), {"tooltip": "The name of the LoRA."}),
            _strength("strength_model", "diffusion"),
            _strength("strength_clip", "CLIP"),
        ),
        outputs=("MODEL", "CLIP"),
        title="Load LoRA",
        category="loaders",
        description=_LORA_HELP,
        tooltips=_LORA_TIPS,
    ),
    NodeClass(
        "LoraLoaderModelOnly",
        pure(pretended.load_lora_of_model),
        inputs=(
            Input("model", "MODEL"),
            Input("lora_name", _models("loras")),
            number("strength_model", "FLOAT", 1.0, -100.0, 100.0, 0.01),
        ),
        outputs=("MODEL",),
        category="loaders",
        description=_LORA_HELP,
        tooltips=_LORA_TIPS,
    ),
    NodeClass(
        "VAELoader",
        pure(lambda vae_name: pretended.Vae(vae_name)),
        inputs=(Input("vae_name", _vaes),),
        outputs=("VAE",),
        title="Load VAE",
        category="loaders",
    ),
    NodeClass(
        "CLIPLoader",
        pure(pretended.load_clip),
        inputs=(
            Input("clip_name", _models("text_encoders")),
            Input("type", _CLIP_TYPES),
            Input("device", ("default", "cpu"), {"advanced": True}, optional=True),
        ),
        outputs=("CLIP",),
        title="Load CLIP",
        category="advanced/loaders",
        description=_CLIP_HELP,
    ),
    NodeClass(
        "UNETLoader",
        pure(pretended.load_diffusion_model),
        inputs=(
            Input("unet_name", _models("diffusion_models")),
            Input("weight_dtype", _WEIGHTS),
        ),
        outputs=("MODEL",),
        title="Load Diffusion Model",
        category="advanced/loaders",
    ),
    _loader(
        "ControlNetLoader",
        "Load ControlNet Model",
        "control_net_name",
        "controlnet",
        lambda control_net_name: control_net_name,
        "CONTROL_NET",
    ),
    _loader(
        "CLIPVisionLoader",
        "Load CLIP Vision",
        "clip_name",
        "clip_vision",
        lambda clip_name: pretended.ClipVision(clip_name),
        "CLIP_VISION",
    ),
    _loader(
        "UpscaleModelLoader",
        "Load Upscale Model",
        "model_name",
        "upscale_models",
        lambda model_name: pretended.Upscaler(model_name),
        "UPSCALE_MODEL",
        module="comfy_extras.nodes_upscale_model",
    ),
    NodeClass(
        "ImageOnlyCheckpointLoader",
        pure(pretended.load_video_checkpoint),
        inputs=(Input("ckpt_name", _models("checkpoints")),),
        outputs=("MODEL", "CLIP_VISION", "VAE"),
        title="Image Only Checkpoint Loader (img2vid model)",
        category="loaders/video_models",
        module="comfy_extras.nodes_video_model",
    ),
)
