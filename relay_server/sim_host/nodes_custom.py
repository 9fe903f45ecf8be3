"""Classes of well-known custom nodes: what the starter workflows need beyond ComfyUI itself."""

from __future__ import annotations

from . import annotators
from .node import Input, NodeClass, number, pure

_DEPTH_MODELS = tuple(f"depth_anything_v2_vit{size}.pth" for size in "glbs")
_CAPTION_MODELS = (
    "microsoft/Florence-2-base",
    "microsoft/Florence-2-base-ft",
    "microsoft/Florence-2-large",
    "microsoft/Florence-2-large-ft",
    "HuggingFaceM4/Florence-2-DocVQA",
    "thwri/CogFlorence-2.1-Large",
    "thwri/CogFlorence-2.2-Large",
    "gokaygokay/Florence-2-SD3-Captioner",
    "gokaygokay/Florence-2-Flux-Large",
    "MiaoshouAI/Florence-2-base-PromptGen-v1.5",
    "MiaoshouAI/Florence-2-large-PromptGen-v1.5",
    "MiaoshouAI/Florence-2-base-PromptGen-v2.0",
    "MiaoshouAI/Florence-2-large-PromptGen-v2.0",
    "PJMixers-Images/Florence-2-base-Castollux-v0.5",
)
_CAPTION_TASKS = (
    "region_caption", "dense_region_caption", "region_proposal", "caption", "detailed_caption",
    "more_detailed_caption", "caption_to_phrase_grounding", "referring_expression_segmentation",
    "ocr", "ocr_with_region", "docvqa", "prompt_gen_tags", "prompt_gen_mixed_caption",
    "prompt_gen_analyze", "prompt_gen_mixed_caption_plus",
)  # fmt: skip
_MATTE_MODELS = ("RMBG-2.0", "INSPYRENET", "BEN", "BEN2")
_SEED = number("seed", "INT", 1, 1, 2**64 - 1)


def _maybe(wanted: Input) -> Input:
    return Input(wanted.name, wanted.type, wanted.details, optional=True)


_DEPTH = NodeClass(
    "DepthAnythingV2Preprocessor",
    pure(annotators.depth),
    inputs=(
        Input("image", "IMAGE"),
        Input("ckpt_name", _DEPTH_MODELS, {"default": _DEPTH_MODELS[1]}, optional=True),
        _maybe(number("resolution", "INT", 512, 64, 16384, 64)),
    ),
    outputs=("IMAGE",),
    title="Depth Anything V2 - Relative",
    category="ControlNet Preprocessors/Normal and Depth Estimators",
    module="custom_nodes.comfyui_controlnet_aux",
)

_MATTE = NodeClass(
    "RMBG",
    pure(annotators.matte),
    inputs=(
        Input("image", "IMAGE", {"tooltip": "Input image to be processed for background removal."}),
        Input("model", _MATTE_MODELS, {
            "tooltip": "Select the background removal model to use (RMBG-2.0, INSPYRENET, BEN).",
        }),
        _maybe(number(
            "sensitivity", "FLOAT", 1.0, 0.0, 1.0, 0.01,
            tooltip="Adjust the strength of mask detection (higher values result in more "
            "aggressive detection).",
        )),
        _maybe(number(
            "process_res", "INT", 1024, 256, 2048, 128,
            tooltip="Set the processing resolution (higher values require more VRAM and may "
            "increase processing time).",
        )),
        _maybe(number(
            "mask_blur", "INT", 0, 0, 64, 1,
            tooltip="Specify the amount of blur to apply to the mask edges (0 for no blur, higher "
            "values for more blur).",
        )),
        _maybe(number(
            "mask_offset", "INT", 0, -64, 64, 1,
            tooltip="Adjust the mask boundary (positive values expand the mask, negative values "
            "shrink it).",
        )),
        Input("invert_output", "BOOLEAN", {
            "default": False,
            "tooltip": "Enable to invert both the image and mask output (useful for certain "
            "effects).",
        }, optional=True),
        Input("refine_foreground", "BOOLEAN", {
            "default": False,
            "tooltip": "Use Fast Foreground Colour Estimation to optimize transparent background",
        }, optional=True),
        Input("background", ("Alpha", "Color"), {
            "default": "Alpha",
            "tooltip": "Choose output type: Alpha (transparent) or Color (custom background "
            "color).",
        }, optional=True),
        Input("background_color", "COLORCODE", {
            "default": "#222222",
            "tooltip": "Pick background color (supports alpha, use color picker).",
        }, optional=True),
    ),
    outputs=("IMAGE", "MASK", "IMAGE"),
    output_names=("IMAGE", "MASK", "MASK_IMAGE"),
    title="Remove Background (RMBG)",
    category="🧪AILab/🧽RMBG",
    module="custom_nodes.ComfyUI-RMBG",
)  # fmt: skip

_CAPTION_LOADER = NodeClass(
    "DownloadAndLoadFlorence2Model",
    pure(lambda model, **more: annotators.Captioner(model)),
    inputs=(
        Input("model", _CAPTION_MODELS, {"default": _CAPTION_MODELS[0]}),
        Input("precision", ("fp16", "bf16", "fp32"), {"default": "fp16"}),
        Input("attention", ("flash_attention_2", "sdpa", "eager"), {"default": "sdpa"}),
        Input("lora", "PEFTLORA", optional=True),
        Input("convert_to_safetensors", "BOOLEAN", {
            "default": False,
            "tooltip": "Some of the older model weights are not saved in .safetensors format, "
            "which seem to cause longer loading times, this option converts the .bin weights to "
            ".safetensors",
        }, optional=True),
    ),
    outputs=("FL2MODEL",),
    output_names=("florence2_model",),
    category="Florence2",
    module="custom_nodes.ComfyUI-Florence2",
)  # fmt: skip

_CAPTION = NodeClass(
    "Florence2Run",
    pure(annotators.caption),
    inputs=(
        Input("image", "IMAGE"),
        Input("florence2_model", "FL2MODEL"),
        Input("text_input", "STRING", {"default": "", "multiline": True}),
        Input("task", _CAPTION_TASKS),
        Input("fill_mask", "BOOLEAN", {"default": True}),
        Input("keep_model_loaded", "BOOLEAN", {"default": False}, optional=True),
        _maybe(number("max_new_tokens", "INT", 1024, 1, 4096)),
        _maybe(number("num_beams", "INT", 3, 1, 64)),
        Input("do_sample", "BOOLEAN", {"default": True}, optional=True),
        Input("output_mask_select", "STRING", {"default": ""}, optional=True),
        _maybe(_SEED),
    ),
    outputs=("IMAGE", "MASK", "STRING", "JSON"),
    output_names=("image", "mask", "caption", "data"),
    category="Florence2",
    module="custom_nodes.ComfyUI-Florence2",
)

CLASSES = (_DEPTH, _MATTE, _CAPTION_LOADER, _CAPTION)
