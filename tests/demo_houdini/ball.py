"""The render: a glazed ball in a studio."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]

SHARPER = 2
"""It is drawn this much larger, for smooth edges."""
GLAZE, WALL, FLOOR = np.array([(0.72, 0.06, 0.03), (0.16, 0.18, 0.20), (0.30, 0.31, 0.31)])
HORIZON = 0.66
PLACE, RADIUS = (0.5, 0.50), 0.34
KEY, FILL = (-0.55, -0.62, 0.56), (0.8, -0.1, 0.59)


def draw(path: Path, size: tuple[int, int]) -> None:
    """A PNG, sRGB. The origin is the upper left corner, and the picture's height is 1."""
    width, height = (SHARPER * side for side in size)
    y, x = (np.mgrid[0:height, 0:width] + 0.5).astype(np.float32) / height
    middle = PLACE[0] * width / height
    picture = _studio(x - middle, y)
    across, down = (x - middle) / RADIUS, (y - PLACE[1]) / RADIUS
    reach = np.hypot(across, down)
    toward = np.sqrt(np.clip(1 - reach**2, 0, 1))
    inside = np.clip((1 - reach) * RADIUS * height, 0, 1)[..., None]
    picture += inside * (_glazed(across, down, toward) - picture)
    made = Image.fromarray(np.uint8(255 * np.clip(picture, 0, 1) ** (1 / 2.2)))
    made.resize(size, Image.Resampling.LANCZOS).save(path)


def _studio(x: Floats, y: Floats) -> Floats:
    """A wall that turns into the floor, and the ball's shadow on that."""
    floor = np.clip((y - HORIZON) / 0.12 + 0.5, 0, 1)[..., None]
    light = np.exp(-np.hypot((x + 0.35) * 0.9, y - 0.25) * 1.3)[..., None]
    shadow = 0.75 * np.exp(-(((x - 0.10) / 0.30) ** 2) - ((y - 0.845) / 0.045) ** 2)[..., None]
    return (WALL * (1 - floor) + FLOOR * floor) * (0.35 + 1.5 * light) * (1 - floor * shadow)


def _glazed(across: Floats, down: Floats, toward: Floats) -> Floats:
    """Two lights, what the floor throws back, and a rim of the studio."""
    key, fill = (
        np.clip(across * at[0] + down * at[1] + toward * at[2], 0, 1) for at in (KEY, FILL)
    )
    lit = (0.10 + 1.2 * key + 0.18 * fill + 0.15 * np.clip(down, 0, 1))[..., None] * GLAZE
    shine = np.clip(key, 0, 1) ** 60 * 1.1 + np.clip(fill, 0, 1) ** 30 * 0.18
    rim = (1 - toward) ** 4 * 0.30
    return lit + shine[..., None] + rim[..., None] * np.array((0.8, 0.9, 1.0))
