"""The pretend model: a landscape that every setting changes, the same each time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .pretended import Brief, Control, Motion
from .resize import Floats, resized

LABEL = "SIMULATION"

_HUES = {
    "night": 0.64, "dawn": 0.06, "sunset": 0.03, "forest": 0.36, "sea": 0.54, "harbour": 0.55,
    "snow": 0.58, "fire": 0.02, "desert": 0.10, "gold": 0.12, "red": 0.0, "orange": 0.07,
    "yellow": 0.15, "green": 0.33, "blue": 0.6, "purple": 0.77, "pink": 0.9,
}  # fmt: skip
"""Words that turn the palette."""

_DARK = frozenset({"night", "dark", "midnight", "moon"})
_RIDGES = 5
_WARM = 0.2
"""Hues this near to red have a cool sky above."""
_COOL = 0.62


@dataclass(frozen=True)
class _Palette:
    sky_high: Floats
    sky_low: Floats
    sun: Floats
    far: Floats
    near: Floats


def paint(brief: Brief, width: int, height: int, index: int = 0) -> Floats:
    """(height, width, 3), 0 to 1; `index` is the place in the batch."""
    scene = _random("scene", brief.positive.text, brief.seed, brief.model.checkpoint, index)
    palette = _palette(brief, scene)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / np.float32(height)
    picture = _sky(palette, x, y, scene)
    for ridge in range(_RIDGES):
        depth = ridge / (_RIDGES - 1)
        color = palette.far * (1 - depth) + palette.near * depth
        cover = np.clip((y - _ridge(x, 0.45 + 0.11 * ridge, scene)) * height / 2, 0, 1)
        picture += cover[..., None] * (color - picture)
    picture = _styled(picture, brief, x, y)
    for control in brief.positive.controls:
        picture = _shaped(picture, control, index)
    return np.clip(picture, 0, 1).astype(np.float32)


def film(brief: Brief, motion: Motion, width: int, height: int, count: int) -> Floats:
    """(count, height, width, 3): a camera that moves into the still, from the still itself on."""
    still = resized(motion.still.images[:1, ..., :3], width, height, "bilinear", "center")
    camera = _random("camera", brief.seed)
    x, y = camera.uniform(0.2, 0.8, 2)
    nearest = 1 - 0.5 * min(1.0, motion.amount / 512)
    frames = [_window(still, x, y, 1 + (nearest - 1) * i / max(1, count - 1)) for i in range(count)]
    return np.concatenate(frames)


def noise(brief: Brief, width: int, height: int, index: int = 0) -> Floats:
    """What sampling starts from, (height, width, 3)."""
    shape = (height, width, 3)
    return _random("noise", brief.seed, index).random(shape, np.float32)


def labelled(image: Floats) -> Floats:
    """The same picture with a small visible label in its lower left corner."""
    height = image.shape[0]
    picture = Image.fromarray((np.clip(image, 0, 1) * 255).round().astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=max(8, height // 36))
    place = (max(2, height // 60), height - max(2, height // 60))
    box = draw.textbbox(place, LABEL, font=font, anchor="lb")
    draw.rectangle((box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2), fill=(20, 20, 20))
    draw.text(place, LABEL, font=font, anchor="lb", fill=(235, 235, 235))
    return np.asarray(picture).astype(np.float32) / np.float32(255.0)


def _random(*parts: object) -> np.random.Generator:
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _palette(brief: Brief, scene: np.random.Generator) -> _Palette:
    words = brief.positive.text.lower().replace(",", " ").split()
    known = [_HUES[word] for word in words if word in _HUES]
    hue = known[0] if known else scene.random()
    hue += scene.uniform(-0.03, 0.03)
    light = 0.35 if _DARK & set(words) else 1.0
    high = _COOL if min(hue % 1, 1 - hue % 1) < _WARM else hue + 0.07
    return _Palette(
        sky_high=_rgb(high, 0.60, 0.62 * light),
        sky_low=_rgb(hue, 0.42, 0.98 * light),
        sun=_rgb(hue + 0.03, 0.20, 1.0),
        far=_rgb(high - 0.02, 0.32, 0.72 * light),
        near=_rgb(high + 0.03, 0.62, 0.17 * light),
    )


def _rgb(hue: float, saturation: float, value: float) -> Floats:
    turns = (hue + np.array([0.0, 2 / 3, 1 / 3])) % 1.0
    pure_color = np.clip(np.abs(turns * 6 - 3) - 1, 0, 1)
    color: Floats = (value * (1 - saturation * (1 - pure_color))).astype(np.float32)
    return color


def _sky(palette: _Palette, x: Floats, y: Floats, scene: np.random.Generator) -> Floats:
    low = np.clip(y / 0.6, 0, 1)[..., None]
    picture = palette.sky_high * (1 - low) + palette.sky_low * low
    sun_x, sun_y = scene.uniform(0.2, 0.8) * float(x.max()), scene.uniform(0.15, 0.4)
    away = np.sqrt((x - sun_x) ** 2 + (y - sun_y) ** 2)[..., None]
    glow = np.exp(-away * 6) * 0.6 + np.clip((0.06 - away) * 80, 0, 1) * 0.4
    mixed: Floats = picture + glow * (palette.sun - picture)
    return mixed


def _ridge(x: Floats, base: float, scene: np.random.Generator) -> Floats:
    height = np.full_like(x, base)
    for octave in range(1, 6):
        wave = np.sin(x * np.float32(scene.uniform(3, 5.5) * octave**1.4) + scene.uniform(0, 6.28))
        height += wave * np.float32(0.06 / octave**1.3)
    return height


def _styled(picture: Floats, brief: Brief, x: Floats, y: Floats) -> Floats:
    """LoRAs tint by their strength, cfg is contrast, and a soft band changes with anything else."""
    for lora in brief.model.loras:
        tint = _rgb(_random("lora", lora.name).random(), 0.6, 0.8)
        picture = picture + np.float32(np.tanh(lora.model) * 0.3) * (tint - picture)
        picture = picture * np.float32(1 + np.tanh(lora.clip) * 0.06)
    contrast = np.float32(0.85 + 0.3 * np.tanh(brief.cfg / 16))
    picture = (picture - np.float32(0.5)) * contrast + np.float32(0.5)
    style = _random("style", brief)
    angle, phase = style.uniform(0, 6.28), style.uniform(0, 6.28)
    band = np.sin((x * np.cos(angle) + y * np.sin(angle)) * style.uniform(3, 9) + phase)
    tilt: NDArray[np.float64] = style.uniform(-0.05, 0.05, 3)
    result: Floats = picture + (band[..., None] * 0.02 + 0.5) * tilt.astype(np.float32)
    return result


def _shaped(picture: Floats, control: Control, index: int) -> Floats:
    """The picture as bright as the control picture, as far as that has a say."""
    images = control.picture.images
    height, width = picture.shape[:2]
    image = images[index % len(images)][None, ..., :3]
    hint = resized(image, width, height, "bilinear", "center")[0].mean(axis=-1, keepdims=True)
    lit: Floats = picture * (np.float32(0.25) + np.float32(0.75) * hint) + hint * np.float32(0.25)
    return picture + np.float32(control.weight) * (lit - picture)


def _window(still: Floats, x: float, y: float, part: float) -> Floats:
    """A part of the still at full size; x and y say where it lies, 0 to 1."""
    height, width = still.shape[1:3]
    rows, columns = max(1, round(height * part)), max(1, round(width * part))
    top, left = round((height - rows) * y), round((width - columns) * x)
    seen = still[:, top : top + rows, left : left + columns]
    return resized(seen, width, height, "bilinear")
