"""The two nodes. Values are never touched: no transfer function, no clamp, alpha not multiplied."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import numpy as np

from . import exr

try:  # ComfyUI's own; whoever reads this package elsewhere has neither
    import folder_paths
    import torch
except ImportError:
    pass

Tensor = Any
CATEGORY = "image/Comfy Relay"
ATTRIBUTES = "EXR_ATTRIBUTES"
DEPTHS = {"32-bit float": np.float32, "16-bit half": np.float16}
PIECE = 1 << 20  # bytes
BATCH, PICTURE = 4, 3  # dimensions of IMAGE, and of MASK


class LoadEXR:
    """An EXR of the input folder as float, value for value.

    `alpha` is the file's alpha as it stands: 1 is opaque, also where the file has none. ComfyUI's
    LoadImage gives 1 - alpha; InvertMask turns one into the other.
    """

    CATEGORY = CATEGORY
    FUNCTION = "load"
    RETURN_TYPES = ("IMAGE", "MASK", ATTRIBUTES)
    RETURN_NAMES = ("image", "alpha", "attributes")
    DESCRIPTION = "Loads an EXR as it is: no colour transform, nothing cut off."

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802  ComfyUI's name
        folder = folder_paths.get_input_directory()
        names = sorted(
            each.name for each in os.scandir(folder)
            if each.is_file() and each.name.lower().endswith(".exr")
        )  # fmt: skip
        return {"required": {"image": (names, {"image_upload": True})}}

    @classmethod
    def VALIDATE_INPUTS(cls, image: str) -> bool | str:  # noqa: N802
        """Also for files that the menu does not list, such as those in folders."""
        if not folder_paths.exists_annotated_filepath(image):
            return f"Invalid image file: {image}"
        return True

    @classmethod
    def IS_CHANGED(cls, image: str) -> str:  # noqa: N802
        """By content."""
        digest = hashlib.sha256()
        with open(folder_paths.get_annotated_filepath(image), "rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()

    def load(self, image: str) -> tuple[Tensor, Tensor, tuple[exr.Attribute, ...]]:
        """(1, height, width, 3), (1, height, width), attributes."""
        try:
            found = exr.read(folder_paths.get_annotated_filepath(image))
        except exr.ExrError as error:
            raise ValueError(f"The EXR {image} cannot be read: {error}") from error
        colour, alpha = pictures(found)
        return torch.from_numpy(colour[None]), torch.from_numpy(alpha[None]), found.attributes


class SaveEXR:
    """Every picture of a batch as an EXR of the output folder, value for value."""

    CATEGORY = CATEGORY
    FUNCTION = "save"
    RETURN_TYPES = ()
    OUTPUT_NODE = True
    DESCRIPTION = "Saves pictures as EXR as they are: no colour transform, nothing cut off."

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {
            "required": {
                "images": ("IMAGE",),
                "filename_prefix": ("STRING", {"default": "ComfyUI"}),
                "depth": (list(DEPTHS), {"default": "32-bit float"}),
            },
            "optional": {
                "alpha": ("MASK", {"tooltip": "1 is opaque, as Load EXR gives it."}),
                "attributes": (ATTRIBUTES, {"tooltip": "What Load EXR found in its file."}),
            },
        }

    def save(
        self, images: Tensor, filename_prefix: str, depth: str, alpha: Tensor | None = None,
        attributes: tuple[exr.Attribute, ...] = (),
    ) -> dict[str, Any]:  # fmt: skip
        """Files are named and counted as SaveImage does it."""
        batch = images.cpu().numpy()
        masks = None if alpha is None else alpha.cpu().numpy()
        height, width = batch.shape[1:3]
        folder, name, counter, subfolder, _ = folder_paths.get_save_image_path(
            filename_prefix, folder_paths.get_output_directory(), width, height
        )
        saved = []
        for number, picture in enumerate(batch):
            file = f"{name.replace('%batch_num%', str(number))}_{counter + number:05}_.exr"
            made = channels(picture, mask_of(masks, number, picture), DEPTHS[depth])
            exr.write(os.path.join(folder, file), made, attributes)
            saved.append({"filename": file, "subfolder": subfolder, "type": "output"})
        return {"ui": {"images": saved}}


def pictures(found: exr.Exr) -> tuple[Any, Any]:
    """(height, width, 3) and alpha (height, width), float32. Raises ValueError."""
    named = found.channels
    if named.keys() & {"R", "G", "B"}:
        empty = np.zeros_like(next(iter(named.values())))
        colour = [named.get(name, empty) for name in "RGB"]
    elif "Y" in named or len(named.keys() - {"A"}) == 1:
        grey = named["Y"] if "Y" in named else next(v for k, v in named.items() if k != "A")
        colour = [grey] * 3
    elif named.keys() == {"A"}:
        colour = [named["A"]] * 3
    else:
        raise ValueError(f"It has no channels R, G, B or Y, but {', '.join(sorted(named))}")
    alpha = named["A"] if "A" in named else np.ones(colour[0].shape, np.float32)
    return np.stack(colour, axis=-1).astype(np.float32), alpha.astype(np.float32)


def channels(picture: Any, alpha: Any, dtype: Any) -> dict[str, Any]:
    """By name, from (height, width, 1, 3 or 4); `alpha` wins over a fourth channel."""
    with np.errstate(over="ignore"):  # what is too large for half becomes infinite
        stored = picture.astype(dtype)
        made = {name: stored[..., min(at, stored.shape[-1] - 1)] for at, name in enumerate("RGB")}
        if alpha is not None:
            made["A"] = alpha.astype(dtype)
        elif stored.shape[-1] > len("RGB"):
            made["A"] = stored[..., 3]
    return made


def mask_of(masks: Any, number: int, picture: Any) -> Any:
    """The alpha of one picture of a batch; None if there is none. Raises ValueError."""
    if masks is None:
        return None
    mask = masks if masks.ndim < PICTURE else masks[min(number, len(masks) - 1)]
    if mask.shape != picture.shape[:2]:
        sizes = "{1} x {0}".format(*mask.shape), "{1} x {0}".format(*picture.shape)
        raise ValueError(f"The alpha has {sizes[0]} pixels, the picture {sizes[1]}")
    return mask
