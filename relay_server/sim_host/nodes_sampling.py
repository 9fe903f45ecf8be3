"""The classes of the nodes that make a picture from text."""

from __future__ import annotations

from . import pretended, sampling
from .node import Input, NodeClass, number, pure, told
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


def _side(name: str) -> Input:
    tooltip = f"The {name} of the latent images in pixels."
    return number(name, "INT", 512, 16, MAX_SIZE, 8, tooltip=tooltip)


_SAMPLER_INPUTS = (
    told("model", "MODEL", "The model used for denoising the input latent."),
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
    told(
        "positive", "CONDITIONING",
        "The conditioning describing the attributes you want to include in the image.",
    ),
    told(
        "negative", "CONDITIONING",
        "The conditioning describing the attributes you want to exclude from the image.",
    ),
    told("latent_image", "LATENT", "The latent image to denoise."),
    number(
        "denoise", "FLOAT", 1.0, 0.0, 1.0, 0.01,
        tooltip="The amount of denoising applied, lower values will maintain the structure of "
        "the initial image allowing for image to image sampling.",
    ),
)  # fmt: skip

_PAIR = (Input("positive", "CONDITIONING"), Input("negative", "CONDITIONING"))

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
        "CLIPTextEncode",
        pure(pretended.encode_text),
        inputs=(
            Input("text", "STRING", {
                "multiline": True, "dynamicPrompts": True, "tooltip": "The text to be encoded.",
            }),
            told("clip", "CLIP", "The CLIP model used for encoding the text."),
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
        "InpaintModelConditioning",
        pure(sampling.encode_with_mask),
        inputs=(
            *_PAIR, Input("vae", "VAE"), Input("pixels", "IMAGE"), Input("mask", "MASK"),
            Input("noise_mask", "BOOLEAN", {
                "default": True,
                "tooltip": "Add a noise mask to the latent so sampling will only happen within the "
                "mask. Might improve results or completely break things depending on the model.",
            }),
        ),
        outputs=("CONDITIONING", "CONDITIONING", "LATENT"),
        output_names=("positive", "negative", "latent"),
        title="InpaintModelConditioning",
        category="conditioning/inpaint",
    ),
    NodeClass(
        "SetLatentNoiseMask",
        pure(sampling.set_noise_mask),
        inputs=(Input("samples", "LATENT"), Input("mask", "MASK")),
        outputs=("LATENT",),
        title="Set Latent Noise Mask",
        category="latent/inpaint",
    ),
    NodeClass(
        "RepeatLatentBatch",
        pure(sampling.repeat),
        inputs=(Input("samples", "LATENT"), number("amount", "INT", 1, 1, 64)),
        outputs=("LATENT",),
        title="Repeat Latent Batch",
        category="latent/batch",
    ),
    NodeClass(
        "ControlNetApplyAdvanced",
        pure(pretended.controlled),
        inputs=(
            *_PAIR, Input("control_net", "CONTROL_NET"), Input("image", "IMAGE"),
            number("strength", "FLOAT", 1.0, 0.0, 10.0, 0.01),
            number("start_percent", "FLOAT", 0.0, 0.0, 1.0, 0.001),
            number("end_percent", "FLOAT", 1.0, 0.0, 1.0, 0.001),
            Input("vae", "VAE", optional=True),
        ),
        outputs=("CONDITIONING", "CONDITIONING"),
        output_names=("positive", "negative"),
        title="Apply ControlNet",
        category="conditioning/controlnet",
    ),
    NodeClass(
        "VAEDecode",
        pure(sampling.decode),
        inputs=(
            told("samples", "LATENT", "The latent to be decoded."),
            told("vae", "VAE", "The VAE model used for decoding the latent."),
        ),
        outputs=("IMAGE",),
        title="VAE Decode",
        category="latent",
        description="Decodes latent images back into pixel space images.",
        tooltips=("The decoded image.",),
    ),
)  # fmt: skip
