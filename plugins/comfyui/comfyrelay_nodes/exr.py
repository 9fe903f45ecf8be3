"""Scanline EXRs as numpy arrays: float, half and uint; none, RLE, ZIPS and ZIP compression."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

MAGIC = b"\x76\x2f\x31\x01"
VERSION, LONG_NAMES = 2, 0x400
REFUSED = {0x200: "tiles", 0x800: "deep pixels", 0x1000: "several parts"}
NONE, RLE, ZIPS, ZIP = range(4)
OTHERS = {4: "PIZ", 5: "PXR24", 6: "B44", 7: "B44A", 8: "DWAA", 9: "DWAB"}
LINES = {NONE: 1, RLE: 1, ZIPS: 1, ZIP: 16}  # in a chunk
DTYPES: tuple[np.dtype[Any], ...] = tuple(np.dtype(name) for name in ("<u4", "<f2", "<f4"))
"""By the file's number of a type."""
HALF, FLOAT = 1, 2
SAMPLING = struct.pack("<4xii", 1, 1)  # a number for every pixel
SHORT_NAME = 31
MOST_SIDE = 1 << 16  # pixels
MOST_PIXELS = 1 << 28
LEVEL = 4  # of zlib

STRUCTURE = frozenset(
    {b"channels", b"compression", b"dataWindow", b"displayWindow", b"lineOrder", b"tiles",
     b"chunkCount", b"type", b"version", b"maxSamplesPerPixel"}
)  # fmt: skip
"""Attributes that say how a file is made, not what the picture is."""

Pixels = Any  # an array (height, width)


class ExrError(ValueError):
    """The file cannot be read here; the text completes `it cannot be read:`."""


class Attribute(NamedTuple):
    """One attribute of a header, its value as it stands in the file."""

    name: bytes
    type: bytes
    value: bytes


@dataclass(frozen=True)
class Exr:
    """A picture: the display window of a file, 0 where the file has no pixels."""

    channels: Mapping[str, Pixels]  # in the file's types
    attributes: tuple[Attribute, ...]  # those that say something of the picture


class Window(NamedTuple):
    """A rectangle of pixels; right and bottom belong to it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width). Raises ExrError for what no picture has."""
        height, width = self.bottom - self.top + 1, self.right - self.left + 1
        if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
            raise ExrError(f"{width} x {height} pixels cannot be right")
        if height * width > MOST_PIXELS:
            raise ExrError(f"{width} x {height} pixels are more than are read")
        return height, width


def read(path: str | Path) -> Exr:
    """The whole file. Raises ExrError, OSError."""
    try:
        return _read(_Bytes(Path(path).read_bytes()))
    except ExrError:
        raise
    except (struct.error, zlib.error, LookupError, ValueError) as error:
        raise ExrError("it is damaged") from error


def write(
    path: str | Path, channels: Mapping[str, Pixels], attributes: Sequence[Attribute] = ()
) -> None:
    """float16 stays half, everything else becomes 32-bit float. Each line is packed by itself, so
    that who crops them need not unpack any."""
    named = {name: _storable(pixels) for name, pixels in sorted(channels.items())}
    height, width = next(iter(named.values())).shape
    head = _header(named, (height, width), attributes)
    tops = range(0, height, LINES[ZIPS])
    with open(path, "wb") as file:
        file.write(head + bytes(8 * len(tops)))
        places = []
        for top in tops:
            places.append(file.tell())
            rows = [pixels[top : top + LINES[ZIPS]] for pixels in named.values()]
            lines = b"".join(row.tobytes() for line in zip(*rows) for row in line)
            chunk = _packed(lines)
            file.write(struct.pack("<ii", top, len(chunk)) + chunk)
        file.seek(len(head))
        file.write(struct.pack(f"<{len(places)}Q", *places))


class _Bytes:
    """A file's bytes, read from the start on."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise ExrError("it ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def name(self) -> bytes:
        end = self.data.index(b"\0", self.at)
        return self.take(end + 1 - self.at)[:-1]


def _read(data: _Bytes) -> Exr:
    if data.take(4) != MAGIC:
        raise ExrError("it is no EXR")
    (version,) = data.numbers("<I")
    for flag, what in REFUSED.items():
        if version & flag:
            raise ExrError(f"it has {what}; only plain scanlines are read")
    attributes = {each.name: each for each in _attributes(data)}
    (compression,) = attributes[b"compression"].value
    if compression not in LINES:
        name = OTHERS.get(compression, f"number {compression}")
        raise ExrError(f"its compression is {name}; write it with ZIP")
    listed = list(_channels(_Bytes(attributes[b"channels"].value)))
    shown = Window(*struct.unpack("<4i", attributes[b"displayWindow"].value))
    there = Window(*struct.unpack("<4i", attributes[b"dataWindow"].value))
    pixels = _pixels(data, compression, there, listed)
    return Exr(
        {name: _shown(pixels[name], there, shown) for name, _ in listed},
        tuple(each for name, each in attributes.items() if name not in STRUCTURE),
    )


def _attributes(data: _Bytes) -> Iterator[Attribute]:
    while name := data.name():
        kind = data.name()
        (size,) = data.numbers("<i")
        yield Attribute(name, kind, data.take(size))


def _channels(data: _Bytes) -> Iterator[tuple[str, np.dtype[Any]]]:
    while name := data.name():
        (kind,) = data.numbers("<i")
        if data.take(len(SAMPLING))[4:] != SAMPLING[4:]:
            raise ExrError(f"its channel {name!r} has fewer pixels than the picture")
        yield name.decode("latin-1"), DTYPES[kind]


def _pixels(
    data: _Bytes, compression: int, window: Window, listed: Sequence[tuple[str, np.dtype[Any]]]
) -> dict[str, Pixels]:
    """Every channel of the data window."""
    height, width = window.shape
    line_size = width * sum(dtype.itemsize for _, dtype in listed)
    tops = range(0, height, LINES[compression])
    places = data.numbers(f"<{len(tops)}Q")
    # A file that promises more than it can hold is not given the memory for it.
    if line_size * height > len(data.data) * 1100:
        raise ExrError("it ends too early")
    made = {name: np.zeros((height, width), dtype) for name, dtype in listed}
    for top, data.at in zip(tops, places):
        y, size = data.numbers("<ii")
        count = min(LINES[compression], height - top)
        lines = _unpacked(data.take(size), count * line_size, compression)
        if y != window.top + top:
            raise ExrError("it was not written to its end")
        rows, start = lines.reshape(count, line_size), 0
        for name, dtype in listed:
            end = start + width * dtype.itemsize
            made[name][top : top + count] = rows[:, start:end].copy().view(dtype)
            start = end
    return made


def _shown(pixels: Pixels, there: Window, shown: Window) -> Pixels:
    """The display window of a channel."""
    if there == shown:
        return pixels
    made = np.zeros(shown.shape, pixels.dtype)
    left, right = max(there.left, shown.left), min(there.right, shown.right) + 1
    top, bottom = max(there.top, shown.top), min(there.bottom, shown.bottom) + 1
    if left < right and top < bottom:
        made[top - shown.top : bottom - shown.top, left - shown.left : right - shown.left] = pixels[
            top - there.top : bottom - there.top, left - there.left : right - there.left
        ]
    return made


def _unpacked(chunk: bytes, size: int, compression: int) -> Pixels:
    """The bytes of a chunk's lines."""
    if len(chunk) == size:  # what did not become smaller is left as it is
        return np.frombuffer(chunk, np.uint8)
    if compression == NONE or not chunk:
        raise ExrError("a chunk has another size than its lines")
    if compression == RLE:
        plain = _run_lengths(chunk, size)
    else:
        plain = zlib.decompressobj().decompress(chunk, size)
    steps = np.frombuffer(plain, np.uint8).copy()
    if len(steps) != size:
        raise ExrError("a chunk has another size than its lines")
    steps[1:] -= np.uint8(128)
    parted = np.cumsum(steps, dtype=np.uint8)
    lines, middle = np.empty_like(parted), (size + 1) // 2
    lines[0::2], lines[1::2] = parted[:middle], parted[middle:]
    return lines


def _packed(data: bytes) -> bytes:
    lines = np.frombuffer(data, np.uint8)
    parted = np.concatenate([lines[0::2], lines[1::2]])
    steps = parted.copy()
    steps[1:] = parted[1:] - parted[:-1] + np.uint8(128)
    small = zlib.compress(steps.tobytes(), LEVEL)
    return small if len(small) < len(data) else data


def _run_lengths(chunk: bytes, size: int) -> bytes:
    plain, at = bytearray(), 0
    while at < len(chunk) and len(plain) <= size:
        count = chunk[at]
        if count < 0x80:  # noqa: PLR2004  the next byte, once more than it says
            plain += chunk[at + 1 : at + 2] * (count + 1)
            at += 2
        else:  # as many bytes as they are
            plain += chunk[at + 1 : at + 0x101 - count]
            at += 0x101 - count
    return bytes(plain)


def _storable(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels, "<f2" if pixels.dtype == np.float16 else "<f4")


def _header(
    channels: Mapping[str, Pixels], shape: tuple[int, int], attributes: Sequence[Attribute]
) -> bytes:
    listed = b"".join(
        name.encode("latin-1") + b"\0"
        + struct.pack("<i", HALF if pixels.dtype.itemsize == 2 else FLOAT)  # noqa: PLR2004
        + SAMPLING
        for name, pixels in channels.items()
    )  # fmt: skip
    window = struct.pack("<4i", 0, 0, shape[1] - 1, shape[0] - 1)
    own = [
        Attribute(b"channels", b"chlist", listed + b"\0"),
        Attribute(b"compression", b"compression", bytes([ZIPS])),
        Attribute(b"dataWindow", b"box2i", window),
        Attribute(b"displayWindow", b"box2i", window),
        Attribute(b"lineOrder", b"lineOrder", b"\0"),
        Attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1)),
        Attribute(b"screenWindowCenter", b"v2f", struct.pack("<ff", 0, 0)),
        Attribute(b"screenWindowWidth", b"float", struct.pack("<f", 1)),
    ]
    carried = {each.name: each for each in attributes if each.name not in STRUCTURE}
    every = {each.name: each for each in own} | carried
    names = [name.encode() for name in channels] + [n for each in every.values() for n in each[:2]]
    flags = LONG_NAMES if any(len(name) > SHORT_NAME for name in names) else 0
    parts = [MAGIC, struct.pack("<I", VERSION | flags)]
    for each in every.values():
        size = struct.pack("<i", len(each.value))
        parts += [each.name, b"\0", each.type, b"\0", size, each.value]
    return b"".join([*parts, b"\0"])
