"""The contact sheet: four pictures with what they are, and below them what they are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.demo_nuke.plate import Floats

FOOTER = "made with a simulated Nuke and a simulated host; not run in Nuke"
GROUND, TEXT, QUIET = (24, 26, 29), (232, 232, 230), (150, 153, 158)
COLUMNS = 2


def save(path: Path, pictures: Mapping[str, Floats], size: tuple[int, int]) -> None:
    """`pictures` by what is written above each; scene-linear, (height, width[, 3])."""
    width, height = size
    gap = max(8, width // 40)
    line = max(12, width // 32)
    cell = (width + gap, height + 2 * line + gap)
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new(
        "RGB", (COLUMNS * cell[0] + gap, rows * cell[1] + 2 * line + gap // 2), GROUND
    )
    pen = ImageDraw.Draw(sheet)
    label, small = ImageFont.load_default(line), ImageFont.load_default(0.8 * line)
    for number, (words, picture) in enumerate(pictures.items()):
        x = gap + number % COLUMNS * cell[0]
        y = gap // 2 + number // COLUMNS * cell[1]
        pen.text((x, y + line), words, font=label, fill=TEXT, anchor="lm")
        sheet.paste(shown(picture).resize(size), (x, y + 2 * line))
    pen.text((gap, sheet.height - line), FOOTER, font=small, fill=QUIET, anchor="lm")
    sheet.save(path)


def shown(picture: Floats) -> Image.Image:
    """As a viewer shows it: sRGB. A matte is grey as it is."""
    if picture.ndim == 2:
        return Image.fromarray(np.round(255 * picture).astype(np.uint8)).convert("RGB")
    light = np.clip(picture, 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return Image.fromarray(np.round(255 * encoded).astype(np.uint8))
