"""The classes of the nodes that read and write files."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from . import imagefiles
from .folders import Folders
from .node import Input, NodeCall, NodeClass, NodeResult, Offered, Preview, number

_LETTERS = "abcdefghijklmnopqrstupvxyz"
PREFIX_HELP = (
    "The prefix for the file to save. This may include formatting information such as "
    "%date:yyyy-MM-dd% or %Empty Latent Image.width% to include values from nodes."
)


def _load_image(call: NodeCall) -> NodeResult:
    return NodeResult(imagefiles.load(call.folders.input_file(call.inputs["image"])))


def _load_mask(call: NodeCall) -> NodeResult:
    path = call.folders.input_file(call.inputs["image"])
    return NodeResult((imagefiles.load_mask(path, call.inputs["channel"]),))


def _save_image(call: NodeCall) -> NodeResult:
    return _saved(call, "output", call.inputs["filename_prefix"], compress_level=4)


def _preview_image(call: NodeCall) -> NodeResult:
    digest = hashlib.sha256(f"{call.session}/{call.node_id}".encode()).digest()
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:5])
    return _saved(call, "temp", f"ComfyUI_temp_{letters}", compress_level=1)


def _saved(call: NodeCall, kind: str, prefix: str, compress_level: int) -> NodeResult:
    images = call.inputs["images"]
    height, width = images.shape[1:3]
    place = call.folders.save_place(kind, prefix, width, height)
    files = []
    for index, image in enumerate(images):
        name = place.name.replace("%batch_num%", str(index))
        name = f"{name}_{place.counter + index:05}_.png"
        path = place.folder / name
        imagefiles.save_png(image, path, call.graph, call.extra_pnginfo, compress_level)
        files.append({"filename": name, "subfolder": place.subfolder, "type": kind})
    return NodeResult(ui={"images": files})


def _save_webp(call: NodeCall) -> NodeResult:
    images, inputs = call.inputs["images"], call.inputs
    height, width = images.shape[1:3]
    place = call.folders.save_place("output", inputs["filename_prefix"], width, height)
    name = f"{place.name}_{place.counter:05}_.webp"
    imagefiles.save_webp(
        images,
        place.folder / name,
        call.graph,
        call.extra_pnginfo,
        duration=int(1000.0 / inputs["fps"]),
        lossless=inputs["lossless"],
        quality=inputs["quality"],
        method=imagefiles.WEBP_METHODS[inputs["method"]],
    )
    file = {"filename": name, "subfolder": place.subfolder, "type": "output"}
    return NodeResult(ui={"images": [file], "animated": [len(images) != 1]})


def _save_to_websocket(call: NodeCall) -> NodeResult:
    images = call.inputs["images"]
    for index, image in enumerate(images):
        call.progress(index, len(images), Preview(imagefiles.eight_bit(image), "PNG"))
    return NodeResult()


def _file_digest(folders: Folders, inputs: dict[str, Any]) -> object:
    path = Path(folders.input_file(inputs["image"]))
    return [hashlib.sha256(path.read_bytes()).hexdigest()]


def _always(folders: Folders, inputs: dict[str, Any]) -> object:
    return [time.time()]


def _pictures(offered: Offered) -> list[str]:
    return offered.folders.input_names(images_only=True)


def _all_files(offered: Offered) -> list[str]:
    return offered.folders.input_names(images_only=False)


CLASSES = (
    NodeClass(
        "LoadImage",
        _load_image,
        inputs=(Input("image", _pictures, {"image_upload": True}),),
        outputs=("IMAGE", "MASK"),
        title="Load Image",
        checks_file="image",
        changed=_file_digest,
    ),
    NodeClass(
        "LoadImageMask",
        _load_mask,
        inputs=(
            Input("image", _all_files, {"image_upload": True}),
            Input("channel", imagefiles.CHANNELS),
        ),
        outputs=("MASK",),
        title="Load Image (as Mask)",
        category="mask",
        checks_file="image",
        changed=_file_digest,
    ),
    NodeClass(
        "SaveImage",
        _save_image,
        inputs=(
            Input("images", "IMAGE", {"tooltip": "The images to save."}),
            Input("filename_prefix", "STRING", {"default": "ComfyUI", "tooltip": PREFIX_HELP}),
        ),
        title="Save Image",
        description="Saves the input images to your ComfyUI output directory.",
        is_output=True,
        saves_metadata=True,
    ),
    NodeClass(
        "PreviewImage",
        _preview_image,
        inputs=(Input("images", "IMAGE"),),
        title="Preview Image",
        description="Saves the input images to your ComfyUI output directory.",
        is_output=True,
        saves_metadata=True,
    ),
    NodeClass(
        "SaveAnimatedWEBP",
        _save_webp,
        inputs=(
            Input("images", "IMAGE"),
            Input("filename_prefix", "STRING", {"default": "ComfyUI"}),
            number("fps", "FLOAT", 6.0, 0.01, 1000.0, 0.01),
            Input("lossless", "BOOLEAN", {"default": True}),
            number("quality", "INT", 80, 0, 100),
            Input("method", tuple(imagefiles.WEBP_METHODS)),
        ),
        category="image/animation",
        module="comfy_extras.nodes_images",
        is_output=True,
        saves_metadata=True,
    ),
    NodeClass(
        "SaveImageWebsocket",
        _save_to_websocket,
        inputs=(Input("images", "IMAGE"),),
        category="api/image",
        module="custom_nodes.websocket_image_save",
        is_output=True,
        changed=_always,
    ),
)
