"""Writing a film as an MP4 file of JPEG pictures, which needs no encoder."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from .imagefiles import SIMULATION, eight_bit
from .resize import Floats

_TICKS = 90000
"""Of a second, on the film's clock."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_JPEG = 0x6C
"""The kind of pictures, as the registry of MP4 numbers them."""
_VISUAL = 0x11


def save_mp4(images: Floats, path: Path, fps: float) -> None:
    """(batch, height, width, channels), each image one frame."""
    frames = [_jpeg(image) for image in images]
    height, width = images.shape[1:3]
    kind = _box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isommp41")
    data = _box(b"mdat", *frames)
    first = len(kind) + 8  # behind the head of the data
    path.write_bytes(kind + data + _movie(frames, first, width, height, round(_TICKS / fps)))


def _jpeg(image: Floats) -> bytes:
    buffer = BytesIO()
    eight_bit(image[..., :3]).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _movie(frames: Sequence[bytes], first: int, width: int, height: int, ticks: int) -> bytes:
    length = ticks * len(frames)
    clock = struct.pack(">4I", 0, 0, _TICKS, length)
    head = _full(b"mvhd", clock, struct.pack(">IHxx8x", 0x10000, 0x100), _MATRIX, bytes(24),
                 struct.pack(">I", 2))  # fmt: skip
    track = _full(b"tkhd", struct.pack(">5I16x", 0, 0, 1, 0, length), _MATRIX,
                  struct.pack(">2I", width << 16, height << 16), flags=3)  # fmt: skip
    media = _box(
        b"mdia",
        _full(b"mdhd", clock, struct.pack(">HH", 0x55C4, 0)),  # no language
        _handler(b"vide"),
        _box(
            b"minf",
            _full(b"vmhd", bytes(8), flags=1),
            _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1))),
            _samples(frames, first, width, height, ticks),
        ),
    )
    return _box(b"moov", head, _box(b"trak", track, media), _comment(SIMULATION))


def _handler(kind: bytes) -> bytes:
    return _full(b"hdlr", bytes(4), kind, bytes(13))


def _samples(frames: Sequence[bytes], first: int, width: int, height: int, ticks: int) -> bytes:
    count = len(frames)
    sizes = struct.pack(f">{count}I", *map(len, frames))
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _picture_format(width, height)),
        _full(b"stts", struct.pack(">3I", 1, count, ticks)),
        _full(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
        _full(b"stsz", struct.pack(">2I", 0, count), sizes),
        _full(b"stco", struct.pack(">2I", 1, first)),
    )


def _picture_format(width: int, height: int) -> bytes:
    config = struct.pack(">BBB3xII", _JPEG, _VISUAL, 0, 0, 0)
    stream = struct.pack(">HB", 1, 0) + _descriptor(4, config) + _descriptor(6, b"\x02")
    return _box(
        b"mp4v",
        struct.pack(">6xH16xHHII4xH32xHh", 1, width, height, 72 << 16, 72 << 16, 1, 24, -1),
        _full(b"esds", _descriptor(3, stream)),
    )


def _descriptor(tag: int, body: bytes) -> bytes:
    return struct.pack(">BB", tag, len(body)) + body


def _comment(text: str) -> bytes:
    value = _box(b"data", struct.pack(">II", 1, 0), text.encode())
    return _box(b"udta", _full(b"meta", _handler(b"mdir"), _box(b"ilst", _box(b"\xa9cmt", value))))
