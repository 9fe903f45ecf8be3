"""The pair of plugins/comfyui: load and save float EXR, value for value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from .folders import Folders
from .imagefiles import SIMULATION
from .node import Input, NodeCall, NodeClass, NodeResult, Offered
from .resize import Floats

MODULE = "custom_nodes.comfyrelay_nodes"
ATTRIBUTES = "EXR_ATTRIBUTES"
DEPTHS = {"32-bit float": np.float32, "16-bit half": np.float16}
STRUCTURE = frozenset(
    {"channels", "compression", "dataWindow", "displayWindow", "lineOrder", "tiles", "chunkCount",
     "type", "version", "maxSamplesPerPixel"}
)  # fmt: skip
"""Attributes that say how a file is made, not what the picture is."""

READ = frozenset(
    {OpenEXR.NO_COMPRESSION, OpenEXR.RLE_COMPRESSION, OpenEXR.ZIPS_COMPRESSION,
     OpenEXR.ZIP_COMPRESSION}
)  # fmt: skip
"""The library reads more, the pair does not."""

Channels = Mapping[str, NDArray[Any]]


def _load(call: NodeCall) -> NodeResult:
    name = call.inputs["image"]
    try:
        with OpenEXR.File(call.folders.input_file(name), separate_channels=True) as file:
            header = dict(file.header())  # the file's own is emptied when it is closed
            if header["compression"] not in READ:
                kind = header["compression"].name.removesuffix("_COMPRESSION")
                raise ValueError(f"its compression is {kind}; write it with ZIP")
            found = {name: _shown(each.pixels, header) for name, each in file.channels().items()}
    except (RuntimeError, ValueError) as error:
        raise ValueError(f"The EXR {name} cannot be read: {error}") from error
    image, alpha = _pictures(found)
    carried = {name: value for name, value in header.items() if name not in STRUCTURE}
    return NodeResult((image[None], alpha[None], carried))


def _save(call: NodeCall) -> NodeResult:
    images, dtype = call.inputs["images"], DEPTHS[call.inputs["depth"]]
    alpha, attributes = call.inputs.get("alpha"), call.inputs.get("attributes", {})
    height, width = images.shape[1:3]
    place = call.folders.save_place("output", call.inputs["filename_prefix"], width, height)
    header = {
        **attributes, "type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIPS_COMPRESSION,
        "simulation": SIMULATION,
    }  # fmt: skip
    files = []
    for number, image in enumerate(images):
        name = place.name.replace("%batch_num%", str(number))
        name = f"{name}_{place.counter + number:05}_.exr"
        channels = _channels(image, _of_batch(alpha, number, image), dtype)
        OpenEXR.File(header, channels).write(str(place.folder / name))
        files.append({"filename": name, "subfolder": place.subfolder, "type": "output"})
    return NodeResult(ui={"images": files})


def _shown(pixels: NDArray[Any], header: Mapping[str, Any]) -> NDArray[Any]:
    """The display window of a channel, 0 where the file has no pixels."""
    (left, top), (right, bottom) = (tuple(map(int, each)) for each in header["displayWindow"])
    x, y = (int(each) for each in header["dataWindow"][0])
    made = np.zeros((bottom - top + 1, right - left + 1), pixels.dtype)
    height, width = pixels.shape
    rows = slice(max(top, y), min(bottom + 1, y + height))
    columns = slice(max(left, x), min(right + 1, x + width))
    if rows.start < rows.stop and columns.start < columns.stop:
        inside = pixels[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
        made[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = (
            inside
        )
    return made


def _pictures(named: Channels) -> tuple[Floats, Floats]:
    """(height, width, 3) and alpha (height, width)."""
    others = named.keys() - {"A"}
    if named.keys() & {"R", "G", "B"}:
        empty = np.zeros_like(next(iter(named.values())))
        colour = [named.get(name, empty) for name in "RGB"]
    elif "Y" in named or len(others) <= 1:
        colour = [named["Y" if "Y" in named else next(iter(others), "A")]] * 3
    else:
        raise ValueError(f"It has no channels R, G, B or Y, but {', '.join(sorted(named))}")
    alpha = named["A"] if "A" in named else np.ones(colour[0].shape, np.float32)
    return np.stack(colour, axis=-1).astype(np.float32), alpha.astype(np.float32)


def _channels(image: Floats, alpha: Floats | None, dtype: type[Any]) -> dict[str, Any]:
    """By name, from (height, width, 1, 3 or 4); `alpha` wins over a fourth channel."""
    with np.errstate(over="ignore"):  # what is too large for half becomes infinite
        stored = np.moveaxis(image.astype(dtype), -1, 0)
        found = {name: stored[min(at, len(stored) - 1)] for at, name in enumerate("RGB")}
        if alpha is not None:
            found["A"] = alpha.astype(dtype)
        elif len(stored) > len("RGB"):
            found["A"] = stored[3]
    return {name: np.ascontiguousarray(pixels) for name, pixels in found.items()}


def _of_batch(alpha: Floats | None, number: int, image: Floats) -> Floats | None:
    if alpha is None:
        return None
    one: Floats = alpha[min(number, len(alpha) - 1)]
    if one.shape != image.shape[:2]:
        sizes = "{1} x {0}".format(*one.shape), "{1} x {0}".format(*image.shape)
        raise ValueError(f"The alpha has {sizes[0]} pixels, the picture {sizes[1]}")
    return one


def _digest(folders: Folders, inputs: dict[str, Any]) -> object:
    return hashlib.sha256(Path(folders.input_file(inputs["image"])).read_bytes()).hexdigest()


def _names(offered: Offered) -> list[str]:
    names = offered.folders.input_names(images_only=False)
    return [name for name in names if name.lower().endswith(".exr")]


ALPHA_HELP = {"tooltip": "1 is opaque, as Load EXR gives it."}
ATTRIBUTES_HELP = {"tooltip": "What Load EXR found in its file."}

CLASSES = (
    NodeClass(
        "ComfyRelayLoadEXR",
        _load,
        inputs=(Input("image", _names, {"image_upload": True}),),
        outputs=("IMAGE", "MASK", ATTRIBUTES),
        output_names=("image", "alpha", "attributes"),
        title="Load EXR (Comfy Relay)",
        category="image/Comfy Relay",
        module=MODULE,
        description="Loads an EXR as it is: no colour transform, nothing cut off.",
        checks_file="image",
        changed=_digest,
    ),
    NodeClass(
        "ComfyRelaySaveEXR",
        _save,
        inputs=(
            Input("images", "IMAGE"),
            Input("filename_prefix", "STRING", {"default": "ComfyUI"}),
            Input("depth", tuple(DEPTHS), {"default": "32-bit float"}),
            Input("alpha", "MASK", ALPHA_HELP, optional=True),
            Input("attributes", ATTRIBUTES, ATTRIBUTES_HELP, optional=True),
        ),
        title="Save EXR (Comfy Relay)",
        category="image/Comfy Relay",
        module=MODULE,
        description="Saves pictures as EXR as they are: no colour transform, nothing cut off.",
        is_output=True,
    ),
)  # fmt: skip
