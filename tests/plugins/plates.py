"""Plates for the tests of pixels, and the OpenEXR library as the judge of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

Plates = Mapping[str, NDArray[Any]]

DTYPES = ("float32", "float16", "uint32")
ODD = (np.nan, np.inf, -np.inf, -0.0, 0.0, 1e-7, -0.05, 6.1e-5, 1.5, 1000.25)
"""Values that a conversion would lose."""


def plate(height: int, width: int, dtype: str, seed: int) -> NDArray[Any]:
    """Smooth and noisy areas, negative, above 1, and in the first pixels the odd values."""
    chance = np.random.default_rng(seed)
    if dtype == "uint32":
        return chance.integers(0, 2**32, (height, width), dtype=np.uint32)
    ramp = np.linspace(-0.5, 8, width)[None] * np.linspace(0.2, 1, height)[:, None]
    ramp[height // 2 :] += chance.normal(0, 0.1, (height - height // 2, width))
    made = ramp.astype(dtype)
    made.flat[: len(ODD)] = np.array(ODD, dtype)[: made.size]
    return made


def save_exr(
    path: Path, plates: Plates, header: Mapping[str, Any] | None = None,
    compression: Any = OpenEXR.ZIP_COMPRESSION,
) -> None:  # fmt: skip
    """Written by the OpenEXR library."""
    about = {"type": OpenEXR.scanlineimage, "compression": compression, **(header or {})}
    # Two channels of one prefix are taken for one array unless each is named as its own.
    channels = {name: OpenEXR.Channel(name, pixels, 1, 1, False) for name, pixels in plates.items()}
    OpenEXR.File(about, channels).write(str(path))


def read_exr(path: Path) -> dict[str, NDArray[Any]]:
    """Read by the OpenEXR library."""
    with OpenEXR.File(str(path), separate_channels=True) as file:
        return {name: channel.pixels.copy() for name, channel in file.channels().items()}


def rows_of(plates: Plates) -> list[list[bytes]]:
    """As our own reader gives them."""
    names = sorted(plates)
    height = len(plates[names[0]])
    return [[plates[name][y].tobytes() for name in names] for y in range(height)]
