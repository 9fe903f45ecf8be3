"""The shot: a valley at dawn, a balloon that is to go, and the roto that is drawn around it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from tests.fakes.nuke_app import files

Floats = NDArray[np.float32]
Size = tuple[int, int]
"""Width and height, in pixels."""

WHITE = np.float32(255)
SKY_HIGH, SKY_LOW = (70, 86, 156), (246, 188, 166)
FAR, NEAR = (158, 146, 158), (22, 30, 34)
RIDGES = 6
SHARPER = 3
"""Shapes are drawn this much larger, for smooth edges."""
DRIFT = (0.012, -0.006)
"""How far the balloon goes in a frame, in heights of the picture."""


def draw(folder: Path, frames: range, size: Size) -> None:
    """`plate.####.exr`, scene-linear, and `roto.####.exr`, whose alpha is the matte."""
    folder.mkdir(parents=True, exist_ok=True)
    valley = _valley(size)
    for frame in frames:
        at = _place(frame - frames[0], size)
        plate = linear(np.asarray(_with_balloon(valley, at), np.float32) / WHITE)
        plate *= 1 + 3 * _sun(size)[..., None]  # brighter than white, as a camera sees it
        colours = zip(files.RGBA[:3], np.moveaxis(plate, -1, 0), strict=True)
        _save(folder / f"plate.{frame}.exr", dict(colours))
        _save(folder / f"roto.{frame}.exr", {files.RGBA[3]: _roto(size, at)})


def linear(encoded: Floats) -> Floats:
    """sRGB to linear."""
    low, high = encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    return np.where(encoded <= 0.04045, low, high).astype(np.float32)


def _save(path: Path, channels: dict[str, Floats]) -> None:
    height, width = next(iter(channels.values())).shape
    turned = {name: pixels[::-1] for name, pixels in channels.items()}  # from the bottom
    file = files.File(turned, (0, 0, width, height), (width, height), 0)
    files.write_exr(path, file, half=True, compression="Zip (1 scanline)")


def _valley(size: Size) -> Image.Image:
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    low = np.clip(y / 0.62, 0, 1)[..., None] ** 1.3
    picture = np.array(SKY_HIGH) * (1 - low) + np.array(SKY_LOW) * low
    picture += _sun(size)[..., None] * (np.array((255, 240, 205)) - picture)
    for ridge in range(RIDGES):
        depth = ridge / (RIDGES - 1)
        edge = 0.52 + 0.09 * ridge + _waves(x[0], ridge) * (0.05 + 0.02 * depth)
        cover = np.clip((y - edge) * height / 1.5, 0, 1)[..., None]
        fog = np.clip((y - edge) / 0.16, 0, 1)[..., None] * (1 - depth) * 0.45
        hill = np.array(FAR) * (1 - depth) + np.array(NEAR) * depth
        picture += cover * (hill * (1 - fog) + np.array(SKY_LOW) * fog - picture)
    picture += np.random.default_rng(3).normal(0, 1.5, picture.shape)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _waves(x: Floats, ridge: int) -> Floats:
    chance = np.random.default_rng(40 + ridge)
    made = np.zeros_like(x)
    for octave in range(1, 8):
        turn = chance.uniform(2.2, 4.2) * octave**1.5
        made += np.sin(x * turn + chance.uniform(0, 6.28)).astype(np.float32) / octave**1.4
    return made


def _sun(size: Size) -> Floats:
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    away = np.hypot(x - 0.27 * width / height, y - 0.43)
    glow = np.exp(-away * 5) * 0.55 + np.clip((0.045 - away) * 90, 0, 1) * 0.45
    return np.asarray(glow, np.float32)


# the balloon: its middle and its radius, in pixels

At = tuple[float, float, float]


def _place(step: int, size: Size) -> At:
    width, height = size
    return (0.66 * width + DRIFT[0] * step * height, (0.25 + DRIFT[1] * step) * height,
            0.135 * height)  # fmt: skip


def _with_balloon(valley: Image.Image, at: At) -> Image.Image:
    x, y, radius = (SHARPER * each for each in at)
    made = valley.resize((valley.width * SHARPER, valley.height * SHARPER))
    pen = ImageDraw.Draw(made)
    skirt, basket = y + 1.28 * radius, y + 1.62 * radius
    for side in (-1, 1):
        pen.line((x + side * 0.26 * radius, skirt, x + side * 0.15 * radius, basket),
                 fill=(60, 48, 44), width=max(1, round(0.02 * radius)))  # fmt: skip
    pen.rectangle((x - 0.17 * radius, basket, x + 0.17 * radius, basket + 0.22 * radius),
                  fill=(84, 58, 40))  # fmt: skip
    gores = 9
    for gore in range(gores):  # from the rim to the middle, each narrower than the one before
        turn = math.cos(math.pi * gore / (2 * gores))
        red, shade = gore % 2 == 0, 0.62 + 0.38 * gore / gores
        colour = (205, 52, 44) if red else (244, 226, 198)
        pen.polygon(_envelope(x - 0.12 * radius * (1 - turn), y, radius, turn),
                    fill=tuple(round(shade * each) for each in colour))  # fmt: skip
    return made.resize(valley.size, Image.Resampling.LANCZOS)


def _envelope(x: float, y: float, radius: float, narrow: float) -> list[tuple[float, float]]:
    """A drop upside down, its right side from the top to the skirt and its left side back."""
    half = []
    for step in range(41):
        angle = math.pi * (0.82 * step / 40)
        half.append((math.sin(angle) * radius, -math.cos(angle) * radius))
    half.append((0.26 * radius, 1.28 * radius))
    right = [(x + narrow * dx, y + dy) for dx, dy in half]
    return right + [(x - narrow * dx, y + dy) for dx, dy in reversed(half)]


def _roto(size: Size, at: At) -> Floats:
    """Somewhat larger than the balloon, with a soft edge; black is 0 and nothing else."""
    x, y, radius = at
    shape = Image.new("L", size)
    pen = ImageDraw.Draw(shape)
    pen.polygon(_envelope(x, y, 1.2 * radius, 1), fill=255)
    pen.ellipse((x - 0.5 * radius, y + 0.9 * radius, x + 0.5 * radius, y + 2.1 * radius), fill=255)
    soft = shape.filter(ImageFilter.GaussianBlur(0.06 * radius))
    return np.asarray(soft, np.float32) / WHITE
