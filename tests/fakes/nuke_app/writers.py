"""A picture into a file, as the Write's knobs say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from . import colour, files, pictures
from .session import NotModelled


def write(path: Path, picture: Any, knobs: Any, file_type: str) -> None:
    """Channels that are wanted, in the file's colour space, in the file's depth."""
    wanted = pictures.chosen(knobs.text("channels"), picture)
    channels = _coded(picture, wanted, knobs)
    if file_type == "exr":
        file = files.File(channels, picture.box, picture.size, 0)
        half = knobs.text("datatype") == "16 bit half"
        files.write_exr(path, file, half, knobs.text("compression"))
    elif file_type == "png":
        _write_png(path, pictures.Picture(channels, picture.box, picture.size), knobs)
    else:
        raise NotModelled(f"writing {file_type or 'no file type'}")


def _coded(picture: Any, wanted: list[str], knobs: Any) -> dict[str, Any]:
    channels = {name: picture.channels[name] for name in wanted}
    if knobs.number("raw"):
        return channels
    space = knobs.text("colorspace")
    alpha = picture.layer("alpha", picture.box)
    safe = np.where(alpha == 0, np.float32(1), alpha)
    for name in (n for n in wanted if n in pictures.RGB):
        if knobs.number("premultiplied"):
            channels[name] = colour.from_linear(channels[name] / safe, space) * safe
        else:
            channels[name] = colour.from_linear(channels[name], space)
    return channels


def _write_png(path: Path, picture: Any, knobs: Any) -> None:
    """Only the format; code values rounded, without dither."""
    depth = 16 if knobs.text("datatype") == "16 bit" else 8
    whole = (0, 0, *picture.size)
    names = [name for name in files.RGBA if name in picture.channels]
    if len(names) == 1:
        names = names * 3
    values = np.stack([picture.layer(name, whole)[::-1] for name in names], axis=2)
    most = 2**depth - 1
    files.write_png(path, np.clip(np.rint(values * most), 0, most), depth)
