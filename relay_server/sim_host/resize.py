"""Scaling pictures as PyTorch's `interpolate` and ComfyUI's Lanczos do, without PyTorch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
Taps = tuple[NDArray[np.intp], NDArray[np.float64]]
"""For each new pixel: which old pixels it takes, and how much of each. Both (new, taps)."""

METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
_CUBIC = -0.75


def resized(images: Floats, width: int, height: int, method: str, crop: str = "disabled") -> Floats:
    """(batch, height, width, channels) at a new size; "center" crops to the new shape first."""
    if crop == "center":
        images = center_crop(images, width, height)
    if method == "lanczos":
        return np.stack([_lanczos(image, width, height) for image in images])
    columns = _applied(images, _taps(images.shape[2], width, method), axis=2)
    return _applied(columns, _taps(images.shape[1], height, method), axis=1).astype(np.float32)


def resized_mask(masks: Floats, width: int, height: int) -> Floats:
    """(batch, height, width) at a new size, bilinear."""
    return resized(masks[..., None], width, height, "bilinear")[..., 0]


def center_crop(images: Floats, width: int, height: int) -> Floats:
    """The largest middle part with the proportions of `width` x `height`."""
    old_height, old_width = images.shape[1:3]
    old, new = old_width / old_height, width / height
    x = round((old_width - old_width * (new / old)) / 2) if old > new else 0
    y = round((old_height - old_height * (old / new)) / 2) if old < new else 0
    return images[:, y : old_height - y, x : old_width - x]


def _applied(images: Floats, taps: Taps, axis: int) -> Floats:
    places, weights = taps[0], taps[1].astype(np.float32)
    shape = [1] * images.ndim
    shape[axis] = -1
    parts = (
        np.take(images, places[:, tap], axis=axis) * weights[:, tap].reshape(shape)
        for tap in range(places.shape[1])
    )
    total: Floats = next(parts)
    for part in parts:
        total = total + part
    return total


def _taps(old: int, new: int, method: str) -> Taps:
    at = np.arange(new, dtype=np.float64)
    if method == "nearest-exact":
        places = np.minimum(((at + 0.5) * (old / new)).astype(np.intp), old - 1)
        return places[:, None], np.ones((new, 1))
    if method == "area":
        return _area_taps(old, new)
    center = (at + 0.5) * (old / new) - 0.5
    return _linear_taps(center, old) if method == "bilinear" else _cubic_taps(center, old)


def _linear_taps(center: NDArray[np.float64], old: int) -> Taps:
    center = np.maximum(center, 0)
    low = np.minimum(center.astype(np.intp), old - 1)
    part = center - low
    return np.stack([low, np.minimum(low + 1, old - 1)], 1), np.stack([1 - part, part], 1)


def _cubic_taps(center: NDArray[np.float64], old: int) -> Taps:
    low = np.floor(center)
    places = low.astype(np.intp)[:, None] + np.arange(-1, 3)
    distance = np.abs(center[:, None] - places)
    near = ((_CUBIC + 2) * distance - (_CUBIC + 3)) * distance**2 + 1
    far = _CUBIC * (((distance - 5) * distance + 8) * distance - 4)
    return np.clip(places, 0, old - 1), np.where(distance <= 1, near, far)


def _area_taps(old: int, new: int) -> Taps:
    at = np.arange(new)
    first = at * old // new
    end = -((-(at + 1) * old) // new)
    places = first[:, None] + np.arange(int((end - first).max(initial=1)))
    inside = places < end[:, None]
    return np.minimum(places, old - 1), inside / (end - first)[:, None].astype(np.float64)


def _lanczos(image: Floats, width: int, height: int) -> Floats:
    small = Image.fromarray(np.clip(255.0 * image, 0, 255).astype(np.uint8))
    large = small.resize((width, height), resample=Image.Resampling.LANCZOS)
    return np.asarray(large).astype(np.float32) / np.float32(255.0)
