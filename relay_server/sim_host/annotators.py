"""Pretended models that look at a picture: depth, matte and caption. Measured, not guessed."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from .masks import grow_mask, mask_to_image
from .resize import Floats, resized_mask

_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_ASKED = ("referring_expression_segmentation", "caption_to_phrase_grounding", "docvqa")
_HUES = ("red", "orange", "yellow", "green", "green", "cyan", "blue", "blue", "violet", "pink")
_PALE, _DARK, _BRIGHT = 0.12, 0.33, 0.66


@dataclass(frozen=True)
class Captioner:
    """A model that describes pictures."""

    name: str


def depth(image: Floats, ckpt_name: str = "", resolution: int = 512) -> Floats:
    """White is near: what is low in the picture, and what is bright. The shorter side is
    `resolution`; (batch, height, width, 3)."""
    height, width = image.shape[1:3]
    factor = resolution / min(height, width)
    rows, columns = round(height * factor), round(width * factor)
    grey = resized_mask(image[..., :3] @ _GREY, columns, rows)
    near = np.linspace(0, 1, rows, dtype=np.float32)[:, None] * np.float32(0.7)
    maps = near + np.float32(0.3) * grey
    low, high = maps.min(axis=(1, 2), keepdims=True), maps.max(axis=(1, 2), keepdims=True)
    return mask_to_image((maps - low) / np.maximum(high - low, np.float32(1e-6)))


def matte(
    image: Floats,
    model: str,
    sensitivity: float = 1.0,
    process_res: int = 1024,
    mask_blur: int = 0,
    mask_offset: int = 0,
    invert_output: bool = False,
    refine_foreground: bool = False,
    background: str = "Alpha",
    background_color: str = "#222222",
) -> tuple[Floats, Floats, Floats]:
    """(foreground, mask, mask as a picture): whatever is not of the colour of the border."""
    mask = np.clip(_unlike_the_border(image) * np.float32(2 - sensitivity), 0, 1)
    mask = grow_mask(mask, mask_offset, tapered_corners=False)
    if mask_blur:
        mask = np.stack([_blurred(each, mask_blur) for each in mask])
    if invert_output:
        mask = 1 - mask
    cover = mask[..., None]
    front = np.concatenate((image[..., :3], cover), axis=-1)
    if background == "Color":
        front = cover * image[..., :3] + (1 - cover) * _color(background_color)
    return front.astype(np.float32), mask.astype(np.float32), mask_to_image(mask)


def caption(
    image: Floats,
    florence2_model: Captioner,
    text_input: str,
    task: str,
    fill_mask: bool,
    **more: object,
) -> tuple[Floats, Floats, str | list[str], list[object]]:
    """(nothing, nothing, one text or one per picture, nothing): only captions are pretended."""
    if text_input and task not in _ASKED:
        asked = "'referring_expression_segmentation', 'caption_to_phrase_grounding', and 'docvqa'"
        raise ValueError(f"Text input (prompt) is only supported for {asked}")
    texts = [_described(picture, detailed="detailed" in task) for picture in image]
    nothing = np.zeros((1, 64, 64), np.float32)
    return mask_to_image(nothing), nothing, texts[0] if len(texts) == 1 else texts, []


def _unlike_the_border(image: Floats) -> Floats:
    colors = image[..., :3]
    edges = (colors[:, 0], colors[:, -1], colors[:, :, 0], colors[:, :, -1])
    border = np.median(np.concatenate(edges, axis=1), axis=1)[:, None, None, :]
    away = np.abs(colors - border).max(axis=-1)
    unlike: Floats = np.clip((away - np.float32(0.06)) / np.float32(0.12), 0, 1)
    return unlike


def _blurred(mask: Floats, radius: int) -> Floats:
    picture = Image.fromarray((mask * 255).round().astype(np.uint8))
    soft = picture.filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(soft).astype(np.float32) / np.float32(255.0)


def _color(text: str) -> Floats:
    digits = text.lstrip("#")
    return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)], np.float32) / np.float32(255)


def _described(picture: Floats, *, detailed: bool) -> str:
    height, width = picture.shape[:2]
    red, green, blue = (float(mean) for mean in picture[..., :3].mean(axis=(0, 1)))
    light = (red + green + blue) / 3
    tone = "dark" if light < _DARK else "bright" if light > _BRIGHT else "mid-toned"
    shape = "square" if width == height else "wide" if width > height else "tall"
    text = f"A {tone}, {shape} picture, mostly {_color_name(red, green, blue)}."
    if detailed:
        text += f" It has {width} x {height} pixels and a mean brightness of {light:.0%}."
    return f"{text} (simulated caption)"


def _color_name(red: float, green: float, blue: float) -> str:
    hue, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
    return "grey" if saturation < _PALE else _HUES[round(hue * 10) % 10]
