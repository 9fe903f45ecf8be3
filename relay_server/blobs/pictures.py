"""The size of a picture from its header. Nothing is decoded, and little is read."""

from __future__ import annotations

import io
import re
import struct
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from relay_server.blobs.media import sniff
from relay_server.errors import Unprocessable

LARGEST_HEADER = 16 * 1024 * 1024
"""Bytes of metadata that a header may have: Pillow would read any amount into memory."""

_MOST_ATTRIBUTES = 10_000
_EXR_WINDOWS = (b"dataWindow", b"displayWindow")
_LONGEST_NAME = 255
_EXR_CHANNEL = re.compile(rb"([^\0]+)\0.{16}", re.DOTALL)  # name, type, flags, samplings


@dataclass(frozen=True)
class Picture:
    """What the header says."""

    format: str  # as Pillow calls it: PNG, JPEG, ...
    content_type: str
    width: int  # pixels
    height: int
    mode: str  # as Pillow calls it: RGB, RGBA, L, P, ...
    stored: int = 0  # pixels in the file, where these are not those that are shown


def inspect(path: Path, max_pixels: int) -> Picture | None:
    """The picture at `path`; None if the file is no picture that we know.

    Raises Unprocessable if it is empty, broken, or has more than `max_pixels`. Blocks shortly.
    """
    with _Header(path) as file:
        head = file.read(64)
        if not head:
            raise Unprocessable("empty_file", "The file is empty; export it again.")
        content_type = sniff(head) or ""
        if content_type not in _READERS:
            return None
        file.seek(0)
        picture = _read(file, content_type)
    if max(picture.width * picture.height, picture.stored) > max_pixels:
        raise _too_large(f"{picture.width} x {picture.height}", max_pixels)
    return picture


def _read(file: BinaryIO, content_type: str) -> Picture:
    format_, read = _READERS[content_type]
    try:
        width, height, mode, *stored = read(file)
        if width <= 0 or height <= 0:
            raise ValueError(f"its size is {width} x {height}")
    except Image.DecompressionBombError as error:
        raise _too_large("far too many", 2 * (Image.MAX_IMAGE_PIXELS or 0)) from error
    # What Pillow raises at a header that somebody cut or made up.
    except (
        OSError,
        SyntaxError,
        ValueError,
        LookupError,
        TypeError,
        ArithmeticError,
        EOFError,
        struct.error,
    ) as error:
        raise Unprocessable(
            "invalid_picture",
            f"The file begins like a {format_} picture, but its header is broken: {error}. "
            "Export it again.",
        ) from error
    return Picture(format_, content_type, width, height, mode, *stored)


class _Header(io.FileIO):
    """A file of which only so much may be read."""

    _left = LARGEST_HEADER

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left if size is None or size < 0 else size
        data = super().read(min(wanted, self._left)) or b""
        self._left -= len(data)
        if not self._left:
            raise OSError("the header is too long")
        return data


# Pillow warns through the interpreter's one list of filters, which threads must not change at once.
_warnings = threading.Lock()


def _with(plugin: type[ImageFile]) -> Callable[[BinaryIO], tuple[int, int, str]]:
    def read(file: BinaryIO) -> tuple[int, int, str]:
        # Not Image.open: its limit on pixels is one for the whole process, and half a warning.
        with _warnings, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = plugin(file)
        return picture.width, picture.height, picture.mode

    return read


def _webp(file: BinaryIO) -> tuple[int, int, str]:
    """Pillow would read the whole file."""
    head = _exactly(file, 30)
    kind, data = head[12:16], head[20:]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[i : i + 3], "little") for i in (4, 7))
        return width, height, "RGBA" if data[0] & 0x10 else "RGB"
    if kind == b"VP8L" and data[0] == 0x2F:  # noqa: PLR2004  its signature
        bits = int.from_bytes(data[1:5], "little")
        alpha = bits >> 28 & 1
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), "RGBA" if alpha else "RGB"
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF, "RGB"
    raise ValueError("it has no image chunk")


def _exr(file: BinaryIO) -> tuple[int, int, str, int]:
    """The display window and channels of the (first) part, and the pixels of its data window."""
    _exactly(file, 8)
    windows: dict[bytes, tuple[int, ...]] = {}
    mode = "RGB"
    for _ in range(_MOST_ATTRIBUTES):
        name = _exr_name(file)
        if not name:
            break
        _exr_name(file)  # the attribute's type
        (size,) = struct.unpack("<i", _exactly(file, 4))
        if name in _EXR_WINDOWS:
            windows[name] = struct.unpack("<4i", _exactly(file, size))
        elif name == b"channels":
            mode = _exr_mode(_exactly(file, size))
        else:
            file.seek(max(size, 0), io.SEEK_CUR)
    if b"dataWindow" not in windows:
        raise ValueError("it has no data window")
    sizes = {n: (right - x + 1, bottom - y + 1) for n, (x, y, right, bottom) in windows.items()}
    stored = sizes[b"dataWindow"]
    if min(stored) <= 0:
        raise ValueError(f"its size is {stored[0]} x {stored[1]}")
    width, height = sizes.get(b"displayWindow", stored)
    return width, height, mode, stored[0] * stored[1]


def _exr_name(file: BinaryIO) -> bytes:
    name = b""
    while (byte := _exactly(file, 1)) != b"\0":
        name += byte
        if len(name) > _LONGEST_NAME:
            raise ValueError("a name in it does not end")
    return name


def _exr_mode(channels: bytes) -> str:
    """`RGBA`, `RGB`, `Y`, ... : the names one after the other, in the usual order."""
    names = [name.decode("ascii", "replace") for name in _EXR_CHANNEL.findall(channels)]
    return "".join(sorted(names, key=lambda name: ("RGBA".find(name) % 5, name)))


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if size < 0 or len(data) != size:
        raise ValueError("it ends early")
    return data


_READERS: dict[str, tuple[str, Callable[[BinaryIO], tuple[Any, ...]]]] = {
    "image/png": ("PNG", _with(PngImageFile)),
    "image/jpeg": ("JPEG", _with(JpegImageFile)),
    "image/gif": ("GIF", _with(GifImageFile)),
    "image/tiff": ("TIFF", _with(TiffImageFile)),
    "image/bmp": ("BMP", _with(BmpImageFile)),
    "image/webp": ("WEBP", _webp),
    "image/x-exr": ("EXR", _exr),
}


def _too_large(size: str, max_pixels: int) -> Unprocessable:
    return Unprocessable(
        "picture_too_large",
        f"The picture has {size} pixels, more than the limit of {max_pixels}; make it smaller.",
        {"limit": max_pixels},
    )
