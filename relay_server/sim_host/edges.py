"""Canny's edges: smoothed, thinned to one pixel, and followed from strong to weak."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .resize import Floats

Flags = NDArray[np.bool_]
Edge = Literal["edge", "reflect"]
"""What is beyond the edge: its last row again, or the picture mirrored."""

_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_SMOOTH = np.exp(-(np.arange(-2, 3) ** 2) / 2.0)
_ACROSS = ((0, 1), (1, 1), (1, 0), (1, -1))
"""(rows, columns) to the neighbour in the direction of the gradient, for each eighth turn."""


def canny(image: Floats, low_threshold: float, high_threshold: float) -> Floats:
    """White lines on black, (batch, height, width, 3)."""
    lines = [_lines(picture[..., :3] @ _GREY, low_threshold, high_threshold) for picture in image]
    return np.repeat(np.stack(lines)[..., None].astype(np.float32), 3, axis=-1)


def _lines(grey: Floats, low: float, high: float) -> Flags:
    weights = _SMOOTH / _SMOOTH.sum()
    smooth = _filtered(_filtered(grey, weights, 0, "reflect"), weights, 1, "reflect")
    x = _filtered(_filtered(smooth, np.array([-1.0, 0, 1]), 1), np.array([1.0, 2, 1]), 0)
    y = _filtered(_filtered(smooth, np.array([-1.0, 0, 1]), 0), np.array([1.0, 2, 1]), 1)
    strength = np.sqrt(x * x + y * y)
    thin = _ridge(strength, np.round(np.arctan2(y, x) / (np.pi / 4)).astype(int) % 4)
    return _followed(thin & (strength > low), thin & (strength > high))


def _filtered(grey: Floats, weights: Floats, axis: int, edge: Edge = "edge") -> Floats:
    radius = len(weights) // 2
    pads = [(radius, radius) if axis == each else (0, 0) for each in range(2)]
    wide = np.pad(grey, pads, mode=edge)
    places = np.arange(grey.shape[axis])
    parts = [np.take(wide, places + i, axis) * weight for i, weight in enumerate(weights)]
    total: Floats = np.sum(parts, axis=0)
    return total


def _ridge(strength: Floats, direction: NDArray[np.int_]) -> Flags:
    """Where the strength is larger than before the line, and no smaller than behind it."""
    ridge = np.zeros(strength.shape, bool)
    for turn, (down, right) in enumerate(_ACROSS):
        before, after = _moved(strength, -down, -right), _moved(strength, down, right)
        ridge |= (direction == turn) & (strength > before) & (strength >= after)
    return ridge


def _moved(values: NDArray[Any], down: int, right: int) -> NDArray[Any]:
    """The neighbours that lie so many rows and columns away; zero beyond the edge."""
    rows, columns = values.shape
    wide = np.pad(values, 1)
    return wide[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]


def _followed(weak: Flags, strong: Flags) -> Flags:
    """The strong lines, and the weak ones that touch them."""
    found = strong
    while True:
        around = [_moved(found, down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        more: Flags = weak & np.any(around, axis=0)
        if (more == found).all():
            return found
        found = more
