"""Picture files: EXR by OpenEXR, 8-bit PNG by Pillow, 16-bit PNG by the few lines that it takes.

Channels have the names that they have in an EXR, `R` and `Z`; rows go from the bottom to the top.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .stubs import NotModelled

Box = tuple[int, int, int, int]  # x, y, right, top
RGBA = ["R", "G", "B", "A"]


class File(NamedTuple):
    """What a file holds."""

    channels: dict[str, Any]  # name to float32 (height, width) over the box, bottom row first
    box: Box
    size: tuple[int, int]
    depth: int  # bits of a code value; 0 for float


def read(path: Path) -> File:
    return _read_exr(path) if path.suffix.lower() == ".exr" else _read_png(path)


def to_linear(codes: Any) -> Any:
    """sRGB's curve, undone."""
    low, high = codes / 12.92, ((np.maximum(codes, 0) + 0.055) / 1.055) ** 2.4
    return np.where(codes <= 0.04045, low, high).astype(np.float32)


def to_srgb(pixels: Any) -> Any:
    low, high = pixels * 12.92, 1.055 * np.maximum(pixels, 0) ** (1 / 2.4) - 0.055
    return np.where(pixels <= 0.0031308, low, high).astype(np.float32)


def write_exr(path: Path, file: File, half: bool, compression: str) -> None:
    """`compression` is OpenEXR's word: ZIP, PIZ, NO."""
    import OpenEXR

    width, height = file.size
    header = {
        "compression": getattr(OpenEXR, f"{compression}_COMPRESSION"),
        "type": OpenEXR.scanlineimage,
        "dataWindow": _window(file.box, height),
        "displayWindow": _window((0, 0, width, height), height),
    }
    kind = np.float16 if half else np.float32
    channels = {
        name: np.ascontiguousarray(pixels[::-1], dtype=kind)
        for name, pixels in file.channels.items()
    }
    with OpenEXR.File(header, channels) as written:
        written.write(str(path))


def _read_exr(path: Path) -> File:
    import OpenEXR

    with OpenEXR.File(str(path), separate_channels=True) as opened:
        header = dict(opened.header())  # what it holds is emptied when the file is closed
        channels = {
            name: np.array(part.pixels, dtype=np.float32)[::-1]
            for name, part in opened.channels().items()
        }
    (x, top), (right, bottom) = (tuple(map(int, at)) for at in header["dataWindow"])
    (left, above), (end, below) = (tuple(map(int, at)) for at in header["displayWindow"])
    height = below - above + 1
    box = (x - left, height - 1 - (bottom - above), right - left + 1, height - (top - above))
    return File(channels, box, (end - left + 1, height), 0)


def _window(box: Box, height: int) -> tuple[Any, Any]:
    """EXR counts rows from the top, and its windows include their last pixel."""
    x, y, right, top = box
    return np.array([x, height - top], np.int32), np.array([right - 1, height - y - 1], np.int32)


def write_png(path: Path, codes: Any, depth: int) -> None:
    """Code values (height, width, 1 to 4), top row first."""
    height, width, count = codes.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[count]
    rows = codes.astype(">u2" if depth == 16 else "u1").reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(raw, 1)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _read_png(path: Path) -> File:
    from PIL import Image

    if path.read_bytes()[24] == 16:
        codes, depth = _read_png16(path.read_bytes()), 16
    else:
        with Image.open(path) as opened:
            wanted = opened.mode if opened.mode in ("L", "LA", "RGB", "RGBA") else "RGBA"
            codes, depth = np.atleast_3d(np.asarray(opened.convert(wanted))), 8
    height, width, count = codes.shape
    values = (codes.astype(np.float32) / np.float32(2**depth - 1))[::-1]
    order = {1: [0, 0, 0], 2: [0, 0, 0, 1], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[count]
    channels = {name: values[:, :, index] for name, index in zip(RGBA, order)}
    return File(channels, (0, 0, width, height), (width, height), depth)


def _read_png16(data: bytes) -> Any:
    width, height, _depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if interlaced or kind not in (0, 2, 4, 6):
        raise NotModelled("an interlaced PNG, or one with a palette, of 16 bits")
    count = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    raw = zlib.decompress(b"".join(body for name, body in _chunks(data) if name == b"IDAT"))
    step, length = 2 * count, 2 * count * width
    above = np.zeros(length, np.uint8)
    rows = []
    for y in range(height):
        line = np.frombuffer(raw, np.uint8, length + 1, y * (length + 1))
        above = _unfiltered(int(line[0]), line[1:].copy(), above, step)
        rows.append(above)
    return np.frombuffer(np.concatenate(rows).tobytes(), ">u2").reshape(height, width, count)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += size + 12
    return found


def _unfiltered(kind: int, line: Any, above: Any, step: int) -> Any:
    """One row of a PNG without its filter: none, left, above, their mean, or Paeth's."""
    if kind in (0, 2):
        return line + above if kind else line
    for i in range(len(line)):
        left = int(line[i - step]) if i >= step else 0
        corner = int(above[i - step]) if i >= step else 0
        up = int(above[i])
        guess = {1: left, 3: (left + up) // 2, 4: _paeth(left, up, corner)}[kind]
        line[i] = (int(line[i]) + guess) % 256
    return line


def _paeth(left: int, up: int, corner: int) -> int:
    near = left + up - corner
    return min((left, up, corner), key=lambda value: abs(near - value))
