"""What a host says of the classes that the form tests use, and short ways to write graphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relay_server.models.forms import Form, FormInput, FormParam, Target
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.making import MadeForm, made_form
from relay_server.workflows.object_info import ObjectInfo
from relay_server.workflows.saved.reading import Primitive, ReadWorkflow

BIGGEST = 2**64 - 1
SEED = ["INT", {"default": 0, "min": 0, "max": BIGGEST, "control_after_generate": True}]
STEPS = ["INT", {"default": 20, "min": 1, "max": 10000, "tooltip": "The number of steps."}]
CFG = ["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0, "step": 0.1, "round": 0.01}]
DENOISE = ["FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0, "step": 0.01}]
SAMPLERS = [["euler", "dpmpp_2m", "uni_pc"]]
SCHEDULERS = [["normal", "karras", "simple"], {"tooltip": "The scheduler."}]
TEXT = ["STRING", {"multiline": True, "dynamicPrompts": True}]
STRENGTH = ["FLOAT", {"default": 1.0, "min": -100.0, "max": 100.0, "step": 0.01}]
CHECKPOINTS = ["base.safetensors", "sdxl\\dream.safetensors"]
LORAS = ["detail.safetensors", "ink.safetensors"]
UPLOAD = [["there.png"], {"image_upload": True}]
PREFIX = ["STRING", {"default": "ComfyUI"}]
COND, MODEL, IMAGE = ["CONDITIONING"], ["MODEL"], ["IMAGE"]


def side(step: int) -> list[Any]:
    return ["INT", {"default": 512, "min": 16, "max": 16384, "step": step}]


def whole(low: int, high: int) -> list[Any]:
    return ["INT", {"min": low, "max": high}]


SAMPLED = {"positive": COND, "negative": COND, "latent_image": ["LATENT"]}
EMPTY = {"width": side(8), "height": side(8), "batch_size": whole(1, 4096)}

CLASSES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "KSampler": (
        {"model": MODEL, "seed": SEED, "steps": STEPS, "cfg": CFG, "sampler_name": SAMPLERS,
         "scheduler": SCHEDULERS, **SAMPLED, "denoise": DENOISE},
        ["LATENT"],
    ),
    "KSamplerAdvanced": (
        {"model": MODEL, "add_noise": [["enable", "disable"]], "noise_seed": SEED, "steps": STEPS,
         "cfg": CFG, "sampler_name": SAMPLERS, "scheduler": SCHEDULERS, **SAMPLED},
        ["LATENT"],
    ),
    "SamplerCustomAdvanced": (
        {"noise": ["NOISE"], "guider": ["GUIDER"], "sampler": ["SAMPLER"], "sigmas": ["SIGMAS"],
         "latent_image": ["LATENT"]},
        ["LATENT", "LATENT"],
    ),
    "BasicGuider": ({"model": MODEL, "conditioning": COND}, ["GUIDER"]),
    "CFGGuider": ({"model": MODEL, "positive": COND, "negative": COND, "cfg": CFG}, ["GUIDER"]),
    "RandomNoise": ({"noise_seed": SEED}, ["NOISE"]),
    "BasicScheduler": (
        {"model": MODEL, "scheduler": SCHEDULERS, "steps": STEPS, "denoise": DENOISE}, ["SIGMAS"],
    ),
    "SplitSigmas": ({"sigmas": ["SIGMAS"], "step": whole(0, 10000)}, ["SIGMAS", "SIGMAS"]),
    "KSamplerSelect": ({"sampler_name": SAMPLERS}, ["SAMPLER"]),
    "FluxGuidance": ({"conditioning": COND, "guidance": CFG}, ["CONDITIONING"]),
    "ModelSamplingFlux": (
        {"model": MODEL, "max_shift": CFG, "width": side(16), "height": side(16)}, ["MODEL"],
    ),
    "CLIPTextEncode": ({"text": TEXT, "clip": ["CLIP"]}, ["CONDITIONING"]),
    "CLIPTextEncodeSDXL": (
        {"clip": ["CLIP"], "width": side(8), "height": side(8), "text_g": TEXT, "text_l": TEXT},
        ["CONDITIONING"],
    ),
    "TextEncodeSong": ({"clip": ["CLIP"], "tags": TEXT, "lyrics": TEXT}, ["CONDITIONING"]),
    "ConditioningZeroOut": ({"conditioning": COND}, ["CONDITIONING"]),
    "ConditioningCombine": ({"conditioning_1": COND, "conditioning_2": COND}, ["CONDITIONING"]),
    "ControlNetApplyAdvanced": (
        {"positive": COND, "negative": COND, "control_net": ["CONTROL_NET"], "image": IMAGE,
         "strength": CFG},
        ["CONDITIONING", "CONDITIONING"],
    ),
    "InpaintModelConditioning": (
        {"positive": COND, "negative": COND, "vae": ["VAE"], "pixels": IMAGE, "mask": ["MASK"]},
        ["CONDITIONING", "CONDITIONING", "LATENT"],
    ),
    "CheckpointLoaderSimple": ({"ckpt_name": [CHECKPOINTS]}, ["MODEL", "CLIP", "VAE"]),
    "UNETLoader": (
        {"unet_name": [["flux.safetensors"]], "weight_dtype": [["default"]]}, ["MODEL"],
    ),
    "LoraLoader": (
        {"model": MODEL, "clip": ["CLIP"], "lora_name": [LORAS], "strength_model": STRENGTH,
         "strength_clip": STRENGTH},
        ["MODEL", "CLIP"],
    ),
    "LoraLoaderModelOnly": (
        {"model": MODEL, "lora_name": [LORAS], "strength_model": STRENGTH}, ["MODEL"],
    ),
    "EmptyLatentImage": (EMPTY, ["LATENT"]),
    "EmptyVideoLatent": ({**EMPTY, "length": whole(1, 1000)}, ["LATENT"]),
    "LatentUpscaleBy": ({"samples": ["LATENT"], "scale_by": CFG}, ["LATENT"]),
    "SetLatentNoiseMask": ({"samples": ["LATENT"], "mask": ["MASK"]}, ["LATENT"]),
    "VAEEncode": ({"pixels": IMAGE, "vae": ["VAE"]}, ["LATENT"]),
    "VAEDecode": ({"samples": ["LATENT"], "vae": ["VAE"]}, ["IMAGE"]),
    "ImageInvert": ({"image": IMAGE}, ["IMAGE"]),
    "ImageScale": ({"image": IMAGE, "width": side(1), "height": side(1)}, ["IMAGE"]),
    "GetImageSize": ({"image": IMAGE}, ["INT", "INT", "INT"]),
    "MaskToImage": ({"mask": ["MASK"]}, ["IMAGE"]),
    "LoadImage": ({"image": UPLOAD}, ["IMAGE", "MASK"]),
    "LoadImageMask": ({"image": UPLOAD, "channel": [["alpha", "red"]]}, ["MASK"]),
    "LoadVideo": (
        {"file": ["COMBO", {"options": ["there.mp4"], "video_upload": True}]}, ["VIDEO"],
    ),
    "PrimitiveInt": (
        {"value": ["INT", {"min": -(2**63 - 1), "max": 2**63 - 1, "control_after_generate": True}]},
        ["INT"],
    ),
    "PrimitiveFloat": ({"value": ["FLOAT", {"min": -(2**63 - 1), "max": 2**63 - 1}]}, ["FLOAT"]),
    "PrimitiveString": ({"value": ["STRING", {"multiline": False}]}, ["STRING"]),
    "PrimitiveBoolean": ({"value": ["BOOLEAN", {}]}, ["BOOLEAN"]),
    "ReadText": ({"path": ["STRING", {}]}, ["STRING"]),
    "Grain": (
        {"image": IMAGE, "amount": ["FLOAT", {"default": 0.1, "min": 0.0, "max": 2.0}],
         "size": whole(1, 9), "colored": ["BOOLEAN", {"default": False}],
         "minutes": [[6, 10]], "several": ["COMBO", {"options": ["a"], "multiselect": True}]},
        ["IMAGE"],
    ),
    "SaveImage": ({"images": IMAGE, "filename_prefix": PREFIX}, []),
    "SaveLatent": ({"samples": ["LATENT"], "filename_prefix": PREFIX}, []),
    "PreviewImage": ({"images": IMAGE}, []),
    "PreviewAny": ({"source": ["*", {}]}, []),
    "SaveVideo": ({"video": ["VIDEO"], "filename_prefix": PREFIX}, []),
}  # fmt: skip

OUTPUT_NODES = ("Save", "Preview")


def raw_info(**more: tuple[dict[str, Any], list[str]]) -> dict[str, Any]:
    return {
        name: {
            "input": {"required": fields},
            "output": outputs,
            "output_node": name.startswith(OUTPUT_NODES),
        }
        for name, (fields, outputs) in {**CLASSES, **more}.items()
    }


INFO = ObjectInfo(raw_info())


def node(class_type: str, **inputs: Any) -> dict[str, Any]:
    """A node; a text such as `4.1` in an input that takes links is not one: use a tuple."""
    fields = {k: list(v) if isinstance(v, tuple) else v for k, v in inputs.items()}
    return {"class_type": class_type, "inputs": fields, "_meta": {"title": class_type}}


def workflow(graph: Mapping[str, Any], titles: Mapping[str, str] = {}, **more: Any) -> ReadWorkflow:
    named = {
        node: {**spec, "_meta": {"title": titles[node]}} if node in titles else spec
        for node, spec in graph.items()
    }
    ids = frozenset(titles)
    return ReadWorkflow(format="ui", graph=named, titled=ids, **more)


def made(
    graph: Mapping[str, Any], titles: Mapping[str, str] = {}, file: Any = None, **more: Any
) -> MadeForm:  # fmt: skip
    return made_form(workflow(graph, titles, **more), INFO, file, "A workflow")


def form_of(graph: Mapping[str, Any], titles: Mapping[str, str] = {}, **more: Any) -> Form:
    found = made(graph, titles, **more)
    assert found.form is not None, found.problems
    return found.form


def param(form: Form, name: str) -> FormParam:
    return next(each for each in form.params if each.id == name)


def input_(form: Form, name: str) -> FormInput:
    return next(each for each in form.inputs if each.id == name)


def ids(form: Form) -> list[str]:
    return [each.id for each in form.params]


def sets(each: FormParam | FormInput) -> list[tuple[str, str]]:
    return [(target.node, target.field) for target in each.targets]


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [each.code for each in problems]


def primitive(name: str, title: str | None, *targets: tuple[str, str]) -> Primitive:
    return Primitive(name, title, pairs(*targets))


def pairs(*targets: tuple[str, str]) -> tuple[Target, ...]:
    return tuple(Target(node=node, field=field) for node, field in targets)
