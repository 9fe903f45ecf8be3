"""The classes of the nodes that make a picture from text."""

from __future__ import annotations

from . import sampling
from .node import Input, NodeClass, Offered, number, pure
from .nodes_images import MAX_BATCH, MAX_SIZE

SAMPLERS = (
    "euler", "euler_cfg_pp", "euler_ancestral", "euler_ancestral_cfg_pp", "heun", "heunpp2",
    "dpm_2", "dpm_2_ancestral", "lms", "dpm_fast", "dpm_adaptive", "dpmpp_2s_ancestral",
    "dpmpp_2s_ancestral_cfg_pp", "dpmpp_sde", "dpmpp_sde_gpu", "dpmpp_2m", "dpmpp_2m_cfg_pp",
    "dpmpp_2m_sde", "dpmpp_2m_sde_gpu", "dpmpp_2m_sde_heun", "dpmpp_2m_sde_heun_gpu",
    "dpmpp_3m_sde", "dpmpp_3m_sde_gpu", "ddpm", "lcm", "ipndm", "ipndm_v", "deis",
    "res_multistep", "res_multistep_cfg_pp", "res_multistep_ancestral",
    "res_multistep_ancestral_cfg_pp", "gradient_estimation", "gradient_estimation_cfg_pp",
    "er_sde", "seeds_2", "seeds_3", "sa_solver", "sa_solver_pece", "ddim", "uni_pc",
    "uni_pc_bh2",
)  # fmt: skip
SCHEDULERS = (
    "simple", "sgm_uniform", "karras", "exponential", "ddim_uniform", "beta", "normal",
    "linear_quadratic", "kl_optimal",
)  # fmt: skip
MAX_SEED = 2**64 - 1


def _checkpoints(offered: Offered) -> list[str]:
    return sorted(offered.options.checkpoints)


def _loras(offered: Offered) -> list[str]:
    return sorted(offered.options.loras)


def _told(name: str, kind: str, tooltip: str) -> Input:
    return Input(name, kind, {"tooltip": tooltip})


def _strength(name: str, of: str) -> Input:
    tooltip = f"How strongly to modify the {of} model. This value can be negative."
    return number(name, "FLOAT", 1.0, -100.0, 100.0, 0.01, tooltip=tooltip)


def _side(name: str) -> Input:
    tooltip = f"The {name} of the latent images in pixels."
    return number(name, "INT", 512, 16, MAX_SIZE, 8, tooltip=tooltip)


_SAMPLER_INPUTS = (
    _told("model", "MODEL", "The model used for denoising the input latent."),
    number(
        "seed", "INT", 0, 0, MAX_SEED, control_after_generate=True,
        tooltip="The random seed used for creating the noise.",
    ),
    number(
        "steps", "INT", 20, 1, 10000,
        tooltip="The number of steps used in the denoising process.",
    ),
    number(
        "cfg", "FLOAT", 8.0, 0.0, 100.0, 0.1, round=0.01,
        tooltip="The Classifier-Free Guidance scale balances creativity and adherence to the "
        "prompt. Higher values result in images more closely matching the prompt however too "
        "high values will negatively impact quality.",
    ),
    Input("sampler_name", SAMPLERS, {
        "tooltip": "The algorithm used when sampling, this can affect the quality, speed, and "
        "style of the generated output.",
    }),
    Input("scheduler", SCHEDULERS, {
        "tooltip": "The scheduler controls how noise is gradually removed to form the image.",
    }),
    _told(
        "positive", "CONDITIONING",
        "The conditioning describing the attributes you want to include in the image.",
    ),
    _told(
        "negative", "CONDITIONING",
        "The conditioning describing the attributes you want to exclude from the image.",
    ),
    _told("latent_image", "LATENT", "The latent image to denoise."),
    number(
        "denoise", "FLOAT", 1.0, 0.0, 1.0, 0.01,
        tooltip="The amount of denoising applied, lower values will maintain the structure of "
        "the initial image allowing for image to image sampling.",
    ),
)  # fmt: skip

CLASSES = (
    NodeClass(
        "KSampler",
        sampling.sample,
        inputs=_SAMPLER_INPUTS,
        outputs=("LATENT",),
        title="KSampler",
        category="sampling",
        description="Uses the provided model, positive and negative conditioning to denoise the "
        "latent image.",
        tooltips=("The denoised latent.",),
    ),
    NodeClass(
        "CheckpointLoaderSimple",
        pure(sampling.load_checkpoint),
        inputs=(
            Input(
                "ckpt_name",
                _checkpoints,
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
        pure(sampling.load_lora),
        inputs=(
            _told("model", "MODEL", "The diffusion model the LoRA will be applied to."),
            _told("clip", "CLIP", "The CLIP model the LoRA will be applied to."),
            Input("lora_name", _loras, {"tooltip": "The name of the LoRA."}),
            _strength("strength_model", "diffusion"),
            _strength("strength_clip", "CLIP"),
        ),
        outputs=("MODEL", "CLIP"),
        title="Load LoRA",
        category="loaders",
        description="LoRAs are used to modify diffusion and CLIP models, altering the way in "
        "which latents are denoised such as applying styles. Multiple LoRA nodes can be linked "
        "together.",
        tooltips=("The modified diffusion model.", "The modified CLIP model."),
    ),
    NodeClass(
        "CLIPTextEncode",
        pure(sampling.encode_text),
        inputs=(
            Input("text", "STRING", {
                "multiline": True, "dynamicPrompts": True, "tooltip": "The text to be encoded.",
            }),
            _told("clip", "CLIP", "The CLIP model used for encoding the text."),
        ),
        outputs=("CONDITIONING",),
        title="CLIP Text Encode (Prompt)",
        category="conditioning",
        description="Encodes a text prompt using a CLIP model into an embedding that can be used "
        "to guide the diffusion model towards generating specific images.",
        tooltips=(
            "A conditioning containing the embedded text used to guide the diffusion model.",
        ),
    ),
    NodeClass(
        "EmptyLatentImage",
        pure(sampling.empty_latent),
        inputs=(
            _side("width"),
            _side("height"),
            number(
                "batch_size", "INT", 1, 1, MAX_BATCH,
                tooltip="The number of latent images in the batch.",
            ),
        ),
        outputs=("LATENT",),
        title="Empty Latent Image",
        category="latent",
        description="Create a new batch of empty latent images to be denoised via sampling.",
        tooltips=("The empty latent image batch.",),
    ),
    NodeClass(
        "VAEEncode",
        pure(sampling.encode),
        inputs=(Input("pixels", "IMAGE"), Input("vae", "VAE")),
        outputs=("LATENT",),
        title="VAE Encode",
        category="latent",
    ),
    NodeClass(
        "VAEEncodeForInpaint",
        pure(sampling.encode_for_inpaint),
        inputs=(
            Input("pixels", "IMAGE"), Input("vae", "VAE"), Input("mask", "MASK"),
            number("grow_mask_by", "INT", 6, 0, 64, 1),
        ),
        outputs=("LATENT",),
        title="VAE Encode (for Inpainting)",
        category="latent/inpaint",
    ),
    NodeClass(
        "VAEDecode",
        pure(sampling.decode),
        inputs=(
            _told("samples", "LATENT", "The latent to be decoded."),
            _told("vae", "VAE", "The VAE model used for decoding the latent."),
        ),
        outputs=("IMAGE",),
        title="VAE Decode",
        category="latent",
        description="Decodes latent images back into pixel space images.",
        tooltips=("The decoded image.",),
    ),
)  # fmt: skip
