"""Reading and writing picture files, losing exactly what ComfyUI's loader and saver lose."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image, ImageFile, ImageOps, ImageSequence
from PIL.PngImagePlugin import PngInfo

from .graph import Graph
from .node import Preview
from .resize import Floats

SIMULATION = "Made by the simulated host of Comfy Relay. No model was involved."
"""Stands in the metadata of every picture made here."""

CHANNELS = ("alpha", "red", "green", "blue")
WEBP_METHODS = {"default": 4, "fastest": 0, "slowest": 6}
_EXIF_MAKE, _EXIF_MODEL, _EXIF_SOFTWARE = 0x010F, 0x0110, 0x0131
_SIXTEEN_TO_EIGHT = 1 / 255

T = TypeVar("T")


def load(path: str) -> tuple[Floats, Floats]:
    """(image, mask): 8 bits, alpha only in the mask, which is 1 where alpha is 0."""
    images: list[Floats] = []
    masks: list[Floats] = []
    with _tolerant(partial(Image.open, path)) as file:
        many = file.format != "MPO"
        for frame in ImageSequence.Iterator(file):
            turned = _eight_bit(_tolerant(partial(_turned, frame)))
            picture = _floats(turned.convert("RGB"))
            if not images or picture.shape == images[0].shape:
                images.append(picture)
                masks.append(_mask(turned))
    if len(images) > 1 and many:
        return np.stack(images), np.stack(masks)
    return images[0][None], masks[0][None]


def load_mask(path: str, channel: str) -> Floats:
    """One channel as a mask; alpha is inverted, the others are taken as they are."""
    with _tolerant(partial(Image.open, path)) as file:
        picture: Image.Image = _tolerant(partial(_turned, file))
    if picture.getbands() != ("R", "G", "B", "A"):
        picture = _eight_bit(picture).convert("RGBA")
    band = channel[0].upper()
    values = _floats(picture.getchannel(band))
    return (np.float32(1.0) - values if band == "A" else values)[None]


def eight_bit(image: Floats) -> Image.Image:
    """(height, width, channels) as a picture with 8 bits per channel, cut, not rounded."""
    return Image.fromarray(np.clip(np.float32(255.0) * image, 0, 255).astype(np.uint8))


def save_png(
    image: Floats, path: Path, graph: Graph, extra: dict[str, Any] | None, compress_level: int
) -> None:
    """With the graph, whatever the client sent along, and that it is a simulation."""
    info = PngInfo()
    info.add_text("prompt", json.dumps(graph))
    for key, value in (extra or {}).items():
        info.add_text(key, json.dumps(value))
    info.add_text("simulation", SIMULATION)
    eight_bit(image).save(path, pnginfo=info, compress_level=compress_level)


def save_webp(
    images: Floats, path: Path, graph: Graph, extra: dict[str, Any] | None, **how: Any
) -> None:
    """All images as one animation, metadata in EXIF. `how` goes to Pillow."""
    first, *more = [eight_bit(image) for image in images]
    exif = first.getexif()
    exif[_EXIF_SOFTWARE] = f"simulation:{SIMULATION}"
    exif[_EXIF_MODEL] = f"prompt:{json.dumps(graph)}"
    for tag, (key, value) in zip(range(_EXIF_MAKE, 0, -1), (extra or {}).items(), strict=False):
        exif[tag] = f"{key}:{json.dumps(value)}"
    first.save(path, save_all=True, append_images=more, exif=exif, **how)


def encoded(preview: Preview) -> bytes:
    """A preview as a file."""
    image = preview.image
    if preview.max_size is not None:
        size = (preview.max_size, preview.max_size)
        image = ImageOps.contain(image, size, Image.Resampling.BILINEAR)
    buffer = BytesIO()
    info = PngInfo()
    info.add_text("simulation", SIMULATION)
    marks = {"pnginfo": info} if preview.format == "PNG" else {"comment": SIMULATION}
    image.save(buffer, format=preview.format, quality=95, compress_level=1, **marks)
    return buffer.getvalue()


def _eight_bit(picture: Image.Image) -> Image.Image:
    return picture.point(lambda v: v * _SIXTEEN_TO_EIGHT) if picture.mode == "I" else picture


def _turned(picture: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(picture)


def _floats(picture: Image.Image) -> Floats:
    return np.asarray(picture).astype(np.float32) / np.float32(255.0)


def _mask(picture: Image.Image) -> Floats:
    if "A" in picture.getbands():
        return np.float32(1.0) - _floats(picture.getchannel("A"))
    if picture.mode == "P" and "transparency" in picture.info:
        return np.float32(1.0) - _floats(picture.convert("RGBA").getchannel("A"))
    return np.zeros((64, 64), np.float32)


def _tolerant(read: Callable[[], T]) -> T:
    """Once more with damaged files allowed, if it fails."""
    try:
        return read()
    except (OSError, ValueError):
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            return read()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
