"""Small workflows in ComfyUI's UI format, and the `/object_info` that they are read with."""

from __future__ import annotations

from typing import Any

from relay_server.workflows.object_info import ObjectInfo
from relay_server.workflows.problems import Unreadable
from relay_server.workflows.saved.reading import ReadWorkflow, read

SAMPLERS = ["euler", "dpmpp_2m"]
SEED_MAX = 2**64 - 1


def _class(
    title: str, outputs: list[str], *, output: bool = False, optional: Any = None, **required: Any
) -> dict[str, Any]:
    return {
        "input": {"required": required, "optional": optional or {}},
        "output": outputs,
        "display_name": title,
        "output_node": output,
    }


RAW: dict[str, Any] = {
    "LoadImage": _class(
        "Load Image", ["IMAGE", "MASK"], image=[["plate.png"], {"image_upload": True}]
    ),
    "LoadImageMask": _class(
        "Load Image (as Mask)", ["MASK"],
        image=[["plate.png"], {"image_upload": True}], channel=[["alpha", "red"]],
    ),
    "ImageInvert": _class("Invert Image", ["IMAGE"], image=["IMAGE"]),
    "ImageBlend": _class(
        "Image Blend", ["IMAGE"], image1=["IMAGE"], image2=["IMAGE"],
        blend_factor=["FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0}],
        blend_mode=[["normal", "multiply"]],
    ),
    "EmptyImage": _class(
        "EmptyImage", ["IMAGE"],
        width=["INT", {"default": 512, "min": 1, "max": 16384}],
        height=["INT", {"default": 512, "min": 1, "max": 16384}],
        batch_size=["INT", {"default": 1, "min": 1, "max": 4096}],
        color=["INT", {"default": 0, "min": 0, "max": 0xFFFFFF}],
    ),
    "SaveImage": _class(
        "Save Image", [], output=True, images=["IMAGE"],
        filename_prefix=["STRING", {"default": "ComfyUI"}],
    ),
    "CheckpointLoaderSimple": _class(
        "Load Checkpoint", ["MODEL", "CLIP", "VAE"], ckpt_name=[["a.safetensors"]]
    ),
    "CLIPTextEncode": _class(
        "CLIP Text Encode (Prompt)", ["CONDITIONING"],
        text=["STRING", {"multiline": True, "dynamicPrompts": True}], clip=["CLIP"],
    ),
    "EmptyLatentImage": _class(
        "Empty Latent Image", ["LATENT"],
        width=["INT", {"default": 512, "min": 16, "max": 16384}],
        height=["INT", {"default": 512, "min": 16, "max": 16384}],
        batch_size=["INT", {"default": 1, "min": 1, "max": 4096}],
    ),
    "KSampler": _class(
        "KSampler", ["LATENT"],
        model=["MODEL"],
        seed=["INT", {"default": 0, "min": 0, "max": SEED_MAX, "control_after_generate": True}],
        steps=["INT", {"default": 20, "min": 1, "max": 10000}],
        cfg=["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0}],
        sampler_name=[SAMPLERS], scheduler=[["normal", "karras"]],
        positive=["CONDITIONING"], negative=["CONDITIONING"], latent_image=["LATENT"],
        denoise=["FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0}],
    ),
    "VAEDecode": _class("VAE Decode", ["IMAGE"], samples=["LATENT"], vae=["VAE"]),
    "PrimitiveInt": _class("Int", ["INT"], value=["INT", {"min": -100, "max": 10000}]),
    "Resize": _class(
        "Resize", ["IMAGE"], image=["IMAGE"],
        resize_type=["COMFY_DYNAMICCOMBO_V3", {"options": [
            {"key": "size", "inputs": {"required": {
                "width": ["INT", {"default": 64}], "height": ["INT", {"default": 64}]}}},
            {"key": "factor", "inputs": {"required": {"factor": ["FLOAT", {"default": 2.0}]}}},
        ]}],
        method=["COMBO", {"options": ["area", "lanczos"]}],
    ),
    "Grown": _class(
        "Grown", ["IMAGE"], image=["IMAGE"], first=["INT", {"default": 1}],
        optional={"later": ["FLOAT", {"default": 0.25}]},
    ),
    "Picks": _class("Picks", ["IMAGE"], image=["IMAGE"], tags=[["a", "b"], {"multiselect": True}]),
    "Webcam": _class("Webcam", ["IMAGE"], image=["WEBCAM", {}]),
}  # fmt: skip
INFO = ObjectInfo(RAW)


def slot(name: str, kind: str = "IMAGE", link: int | None = None, *, widget: bool = False) -> Any:
    """An input; with `widget` one that stands for a widget."""
    return {"name": name, "type": kind, "link": link} | (
        {"widget": {"name": name}} if widget else {}
    )


def node(
    node_id: int, kind: str, *inputs: Any, values: Any = (), outputs: tuple[str, ...] = ("IMAGE",),
    mode: int = 0, title: str | None = None, properties: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """A node as ComfyUI saves it."""
    found: dict[str, Any] = {
        "id": node_id,
        "type": kind,
        "mode": mode,
        "inputs": list(inputs),
        "outputs": [{"name": each, "type": each, "links": []} for each in outputs],
        "widgets_values": values if isinstance(values, dict) else list(values),
        "properties": properties or {},
    }
    return found | ({"title": title} if title else {})


def load(node_id: int = 1, name: str = "plate.png", **more: Any) -> dict[str, Any]:
    """A LoadImage."""
    return node(node_id, "LoadImage", values=[name, "image"], outputs=("IMAGE", "MASK"), **more)


def save(node_id: int, link: int, **more: Any) -> dict[str, Any]:
    """A SaveImage."""
    return node(node_id, "SaveImage", slot("images", link=link), values=["out"], **more)


def workflow(nodes: list[Any], links: list[Any], **more: Any) -> dict[str, Any]:
    """A workflow of version 0.4; links are (id, from, slot, to, slot)."""
    return {"nodes": nodes, "links": [[*link, "*"] for link in links], "version": 0.4, **more}


def subgraph(
    definition: str, nodes: list[Any], links: list[Any], inputs: list[Any], outputs: list[Any]
) -> dict[str, Any]:
    """A definition; -10 is its input and -20 its output. Links as objects."""
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot")
    return {
        "id": definition,
        "name": f"Subgraph {definition}",
        "nodes": nodes,
        "links": [dict(zip(names, link, strict=True)) | {"type": "*"} for link in links],
        "inputs": [{"name": name, "type": kind} for name, kind in inputs],
        "outputs": [{"name": name, "type": kind} for name, kind in outputs],
    }


def converted(raw: Any, max_nodes: int = 5000) -> ReadWorkflow:
    """Read with the classes above."""
    return read(raw, INFO, max_nodes)


def inputs_of(raw: Any) -> dict[str, dict[str, Any]]:
    """(node id -> inputs) of the graph."""
    return {name: spec["inputs"] for name, spec in converted(raw).graph.items()}


def problems_of(raw: Any, max_nodes: int = 5000) -> list[tuple[str, str | None]]:
    """(code, node) of every problem; fails if there is none."""
    try:
        converted(raw, max_nodes)
    except Unreadable as error:
        return [(each.code, each.node) for each in error.problems]
    raise AssertionError("it was read")
