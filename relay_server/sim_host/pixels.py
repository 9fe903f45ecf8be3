"""What the image nodes compute. Pure functions of float32 arrays, 0 to 1.

Images are (batch, height, width, channels), masks (batch, height, width), top row first.
"""

from __future__ import annotations

import math

import numpy as np

from .pretended import Upscaler
from .resize import Floats, resized

_MIDDLE = 0.5
_SHADOW = 0.25
BLEND_MODES = ("normal", "multiply", "screen", "overlay", "soft_light", "difference")


def empty(width: int, height: int, batch_size: int = 1, color: int = 0) -> Floats:
    """One colour, given as 0xRRGGBB."""
    rgb = np.array([color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF]) / 0xFF
    return np.full((batch_size, height, width, 3), rgb.astype(np.float32))


def invert(image: Floats) -> Floats:
    """One minus the picture, so that an 8-bit value v is saved as exactly 255 - v."""
    steps = 255.0 - np.round(image.astype(np.float64) * 255.0, 4)
    return (steps / 255.0).astype(np.float32)


def scale(image: Floats, upscale_method: str, width: int, height: int, crop: str) -> Floats:
    """To a size in pixels; 0 for one side keeps the proportions, for both the picture."""
    if width == 0 and height == 0:
        return image
    old_height, old_width = image.shape[1:3]
    if width == 0:
        width = max(1, round(old_width * height / old_height))
    elif height == 0:
        height = max(1, round(old_height * width / old_width))
    return resized(image, width, height, upscale_method, crop)


def scale_by(image: Floats, upscale_method: str, scale_by: float) -> Floats:
    """To a factor of its size."""
    height, width = image.shape[1:3]
    return resized(image, round(width * scale_by), round(height * scale_by), upscale_method)


def scale_to_total(image: Floats, upscale_method: str, megapixels: float) -> Floats:
    """To so many times 1024 x 1024 pixels, in its proportions."""
    height, width = image.shape[1:3]
    factor = math.sqrt(int(megapixels * 1024 * 1024) / (width * height))
    return resized(image, round(width * factor), round(height * factor), upscale_method)


def upscale_with_model(upscale_model: Upscaler, image: Floats) -> Floats:
    """Lanczos, by the model's factor."""
    height, width = image.shape[1:3]
    factor = upscale_model.factor
    return resized(image[..., :3], width * factor, height * factor, "lanczos")


def blur(image: Floats, blur_radius: int, sigma: float) -> Floats:
    """Gaussian, edges mirrored, sigma as a part of the radius. Raises if the picture is small."""
    if blur_radius == 0:
        return image
    if blur_radius >= min(image.shape[1:3]):
        raise RuntimeError(_too_small(image, blur_radius))
    weights = np.exp(-(np.linspace(-1, 1, blur_radius * 2 + 1) ** 2) / (2.0 * sigma * sigma))
    weights /= weights.sum()
    return _smoothed(_smoothed(image, weights, 1), weights, 2).astype(np.float32)


def sharpen(image: Floats, sharpen_radius: int, sigma: float, alpha: float) -> Floats:
    """The picture and ten times `alpha` of what a blur takes away."""
    if sharpen_radius == 0:
        return image
    amount = alpha * 10
    soft = blur(image, sharpen_radius, sigma)
    return np.clip((amount + 1) * image - amount * soft, 0, 1).astype(np.float32)


def blend(image1: Floats, image2: Floats, blend_factor: float, blend_mode: str) -> Floats:
    """The second picture over the first, scaled to its size."""
    if image1.shape != image2.shape:
        height, width = image1.shape[1:3]
        image2 = resized(image2, width, height, "bicubic", "center")
    mixed = _blended(image1, image2, blend_mode)
    result = image1 * np.float32(1 - blend_factor) + mixed * np.float32(blend_factor)
    return np.clip(result, 0, 1)


def crop(image: Floats, width: int, height: int, x: int, y: int) -> Floats:
    """A part of the picture; what sticks out is left off."""
    x, y = min(x, image.shape[2] - 1), min(y, image.shape[1] - 1)
    return image[:, y : y + height, x : x + width]


def pad_for_outpaint(
    image: Floats, left: int, top: int, right: int, bottom: int, feathering: int
) -> tuple[Floats, Floats]:
    """The picture on a larger grey one, and a mask that is 1 where it was extended."""
    batch, height, width, channels = image.shape
    shape = (batch, height + top + bottom, width + left + right)
    larger = np.full((*shape, channels), 0.5, np.float32)
    larger[:, top : top + height, left : left + width] = image
    mask = np.ones((1, *shape[1:]), np.float32)
    soft = np.zeros((height, width), np.float32)
    if 0 < feathering * 2 < min(height, width):
        soft = _feather(height, width, (left, top, right, bottom), feathering)
    mask[:, top : top + height, left : left + width] = soft
    return larger, mask


def batch(image1: Floats, image2: Floats) -> Floats:
    """Both after one another; the second is cropped and scaled to the first."""
    if image1.shape[1:] != image2.shape[1:]:
        height, width = image1.shape[1:3]
        image2 = resized(image2, width, height, "bilinear", "center")
    return np.concatenate((image1, image2))


def repeat(image: Floats, amount: int) -> Floats:
    """The whole batch several times."""
    return np.tile(image, (amount, 1, 1, 1))


def size(image: Floats) -> tuple[int, int, int]:
    """(width, height, batch)."""
    return image.shape[2], image.shape[1], image.shape[0]


def rgb_to_yuv(image: Floats) -> tuple[Floats, Floats, Floats]:
    """Brightness, and how blue and how red, each as a grey picture; 0.5 is colourless."""
    red, green, blue = (image[..., i] for i in range(3))
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    parts = (grey, (blue - grey) * 0.564 + 0.5, (red - grey) * 0.713 + 0.5)
    y, u, v = (_grey(part.astype(np.float32)) for part in parts)
    return y, u, v


def yuv_to_rgb(Y: Floats, U: Floats, V: Floats) -> Floats:  # noqa: N803  as the node names them
    """The other way round, cut to 0 to 1."""
    y = Y.mean(axis=-1)
    red = y + (V.mean(axis=-1) - 0.5) / 0.713
    blue = y + (U.mean(axis=-1) - 0.5) / 0.564
    green = (y - 0.299 * red - 0.114 * blue) / 0.587
    image: Floats = np.clip(np.stack((red, green, blue), axis=-1), 0, 1).astype(np.float32)
    return image


def part_of_batch(image: Floats, batch_index: int, length: int) -> Floats:
    """Some of the batch; what sticks out is left off."""
    first = min(len(image) - 1, batch_index)
    return image[first : first + length]


def _grey(values: Floats) -> Floats:
    return np.repeat(values[..., None], 3, axis=-1)


def _smoothed(image: Floats, weights: Floats, axis: int) -> Floats:
    radius = len(weights) // 2
    pads = [(0, 0)] * image.ndim
    pads[axis] = (radius, radius)
    wide = np.pad(image, pads, mode="reflect")
    places = np.arange(image.shape[axis])
    total = np.zeros(image.shape, np.float64)
    for shift, weight in enumerate(weights):
        total += np.take(wide, places + shift, axis) * weight
    return total.astype(np.float32)


def _blended(one: Floats, two: Floats, mode: str) -> Floats:
    match mode:
        case "normal":
            return two
        case "multiply":
            return one * two
        case "screen":
            return 1 - (1 - one) * (1 - two)
        case "overlay":
            return np.where(one <= _MIDDLE, 2 * one * two, 1 - 2 * (1 - one) * (1 - two))
        case "soft_light":
            return _soft_light(one, two)
        case "difference":
            return one - two
    raise ValueError(f"Unsupported blend mode: {mode}")


def _soft_light(one: Floats, two: Floats) -> Floats:
    darker = one - (1 - 2 * two) * one * (1 - one)
    root = np.where(one <= _SHADOW, ((16 * one - 12) * one + 4) * one, np.sqrt(one))
    result: Floats = np.where(two <= _MIDDLE, darker, one + (2 * two - 1) * (root - one))
    return result


def _feather(height: int, width: int, pads: tuple[int, int, int, int], feathering: int) -> Floats:
    left, top, right, bottom = pads
    rows, columns = np.arange(height), np.arange(width)
    down = np.minimum(rows if top else height, height - rows if bottom else height)
    across = np.minimum(columns if left else width, width - columns if right else width)
    down, across = np.broadcast_to(down, height), np.broadcast_to(across, width)
    nearest = np.minimum(down[:, None], across[None, :])
    part = np.maximum(feathering - nearest, 0) / feathering
    squared: Floats = (part * part).astype(np.float32)
    return squared


def _too_small(image: Floats, radius: int) -> str:
    batch_size, height, width, channels = image.shape
    dimension = 3 if radius >= width else 2
    return (
        "Argument #6: Padding size should be less than the corresponding input dimension, but got: "
        f"padding ({radius}, {radius}) at dimension {dimension} "
        f"of input [{batch_size}, {channels}, {height}, {width}]"
    )
