"""A mask as a picture that every loader of ComfyUI reads the same: white means "change this".

LoadImage makes a mask of 1 - alpha; LoadImageMask takes a colour as it is, and alpha inverted. So
the mask stands in all three colours, and its inverse in alpha.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageOps

from relay_server.errors import Unprocessable

WHITE = 255
_SIXTEEN = 2**16 - 1  # white in 16 bits
_THIRTY_TWO = 2**31 - 1
_UNREADABLE = (
    OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, EOFError,
    struct.error, Image.DecompressionBombError,
)  # fmt: skip


def mask_picture(path: Path) -> bytes:
    """The mask in a picture, as a PNG. Raises `invalid_picture`. Blocks, and for long."""
    try:
        with Image.open(path) as file:
            mask = _mask(ImageOps.exif_transpose(file))
    except _UNREADABLE as error:  # what Pillow raises at a file that somebody cut or made up
        raise Unprocessable(
            "invalid_picture",
            "The mask cannot be read as a picture. Export it again, as PNG, and send that.",
        ) from error
    out = io.BytesIO()
    Image.merge("RGBA", (mask, mask, mask, ImageChops.invert(mask))).save(
        out, "PNG", compress_level=1
    )
    return out.getvalue()


def _mask(picture: Image.Image) -> Image.Image:
    """Its luminance, 8 bits; or its alpha, if its colour is the same everywhere and alpha is not
    opaque everywhere."""
    if picture.mode.startswith(("I", "F")):
        return _eight_bit(picture)
    if not picture.has_transparency_data:
        return _luminance(picture)
    coloured = picture.convert("RGBA")
    alpha = coloured.getchannel("A")
    colour = coloured.convert("RGB")
    if _is_flat(colour) and alpha.getextrema() != (WHITE, WHITE):
        return alpha
    return _luminance(colour)


def _luminance(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "L" else picture.convert("RGB").convert("L")


def _is_flat(colour: Image.Image) -> bool:
    return all(len(set(band.getextrema())) == 1 for band in colour.split())


def _eight_bit(picture: Image.Image) -> Image.Image:
    """More than 8 bits, rounded. Pillow itself would cut 16 bits off at 255."""
    values: NDArray[np.float64] = np.asarray(picture).astype(np.float64)
    if picture.mode != "F":
        values /= _SIXTEEN if values.max(initial=0) <= _SIXTEEN else _THIRTY_TWO
    scaled = np.clip(np.nan_to_num(values), 0, 1) * WHITE
    return Image.fromarray(np.rint(scaled).astype(np.uint8))
