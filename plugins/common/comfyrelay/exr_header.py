"""The header of an EXR: every attribute as it stands in the file, and what pixels need of it."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

from .errors import PixelsUnreadable

MAGIC = b"\x76\x2f\x31\x01"
TILED, LONG_NAMES, DEEP, MULTIPART = 0x200, 0x400, 0x800, 0x1000
VERSION = 2

NONE, RLE, ZIPS, ZIP = range(4)
COMPRESSIONS = (
    "none", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB", "HTJ2K256",
    "HTJ2K32", "LJ2K", "ZSTD",
)  # fmt: skip
LINES = {NONE: 1, RLE: 1, ZIPS: 1, ZIP: 16}  # in a chunk
UPWARD = 1  # of lineOrder: the lowest line first

UINT, HALF, FLOAT = range(3)
SIZES = {UINT: 4, HALF: 2, FLOAT: 4}  # bytes

MOST_SIDE = 1 << 16  # pixels
MOST_CHUNK = 1 << 28  # bytes, unpacked
MOST_ATTRIBUTE = 1 << 26  # bytes
MOST_ATTRIBUTES = 4096
MOST_NAME = 255
_PIECE = 1 << 20  # bytes

AGAIN = "Export it again as a plain EXR: scanlines, one part, ZIP compression."


def unreadable(why: str, hint: str = AGAIN) -> PixelsUnreadable:
    """The EXR cannot be used; `why` completes the sentence."""
    return PixelsUnreadable(f"The EXR cannot be read: {why}.", hint)


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels; right and bottom belong to it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left + 1

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top + 1


@dataclass(frozen=True)
class Channel:
    """One channel; `rest` is what the file says of it beyond name and type."""

    name: bytes
    type: int  # UINT, HALF or FLOAT
    rest: bytes = struct.pack("<4xii", 1, 1)

    @property
    def size(self) -> int:
        """Bytes in a pixel."""
        return SIZES[self.type]


@dataclass(frozen=True)
class Attribute:
    """One attribute, its value as it stands in the file."""

    name: bytes
    type: bytes
    value: bytes


@dataclass(frozen=True)
class Header:
    """All attributes, in the file's order."""

    attributes: tuple[Attribute, ...]

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        """In the file's order, which is that of a line."""
        return tuple(_channels(self._value("channels")))

    @cached_property
    def compression(self) -> int:
        """NONE, RLE, ZIPS or ZIP."""
        (found,) = self._value("compression", 1)
        if found not in LINES:
            name = COMPRESSIONS[found] if found < len(COMPRESSIONS) else f"number {found}"
            raise unreadable(
                f"its compression is {name}",
                "Set the compression to ZIP (16 scanlines), ZIPS (1 scanline) or none.",
            )
        return found

    @cached_property
    def data(self) -> Window:
        """The pixels that the file has."""
        return self._window("dataWindow")

    @cached_property
    def display(self) -> Window:
        """The format."""
        return self._window("displayWindow")

    @cached_property
    def upward(self) -> bool:
        """Whether the lowest line comes first in the file."""
        (order,) = self._value("lineOrder", 1)
        return order == UPWARD

    @cached_property
    def line_size(self) -> int:
        """Bytes in a line of the data window."""
        return self.data.width * sum(each.size for each in self.channels)

    @property
    def chunk_lines(self) -> int:
        """Lines that are packed together."""
        return LINES[self.compression]

    def with_values(self, **values: bytes) -> Header:
        """The same header, with other values of attributes that it has."""
        return Header(
            tuple(
                replace(each, value=values.get(each.name.decode("latin-1"), each.value))
                for each in self.attributes
            )
        )

    def to_bytes(self) -> bytes:
        """From the magic number to the end of the header."""
        names = [name for each in self.attributes for name in (each.name, each.type)]
        names += [each.name for each in self.channels]
        long_names = LONG_NAMES if any(len(name) > 31 for name in names) else 0  # noqa: PLR2004
        parts = [MAGIC, struct.pack("<i", VERSION | long_names)]
        for each in self.attributes:
            size = struct.pack("<i", len(each.value))
            parts += [each.name, b"\0", each.type, b"\0", size, each.value]
        return b"".join([*parts, b"\0"])

    def check(self) -> None:
        """Raises PixelsUnreadable for what this reader or this machine cannot take."""
        for window in (self.data, self.display):
            if not (0 < window.width <= MOST_SIDE and 0 < window.height <= MOST_SIDE):
                raise unreadable(f"{window.width} x {window.height} pixels cannot be right")
        for each in self.channels:
            if each.rest[4:] != struct.pack("<ii", 1, 1):
                name = each.name.decode("latin-1")
                raise unreadable(f"its channel {name} has fewer pixels than the picture")
        if not self.channels:
            raise unreadable("it has no channels")
        if self.line_size * self.chunk_lines > MOST_CHUNK:
            raise unreadable("its lines are too long")
        self.upward  # noqa: B018  must be there

    def _value(self, name: str, size: int = 0) -> bytes:
        for each in self.attributes:
            if each.name == name.encode():
                if size and len(each.value) != size:
                    break
                return each.value
        raise unreadable(f"its header has no usable {name}")

    def _window(self, name: str) -> Window:
        return Window(*struct.unpack("<4i", self._value(name, 16)))


def header(channels: Iterable[Channel], width: int, height: int, compression: int = ZIP) -> Header:
    """A header with what every EXR must have. Channels are put in the order of their names."""
    listed = b"".join(
        each.name + b"\0" + struct.pack("<i", each.type) + each.rest
        for each in sorted(channels, key=lambda each: each.name)
    )
    whole = window_value(width, height)
    return Header((
        Attribute(b"channels", b"chlist", listed + b"\0"),
        Attribute(b"compression", b"compression", bytes([compression])),
        Attribute(b"dataWindow", b"box2i", whole),
        Attribute(b"displayWindow", b"box2i", whole),
        Attribute(b"lineOrder", b"lineOrder", b"\0"),
        Attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1)),
        Attribute(b"screenWindowCenter", b"v2f", struct.pack("<ff", 0, 0)),
        Attribute(b"screenWindowWidth", b"float", struct.pack("<f", 1)),
    ))  # fmt: skip


def window_value(width: int, height: int) -> bytes:
    """The value of a window that begins at 0, 0."""
    return struct.pack("<4i", 0, 0, width - 1, height - 1)


def read_header(file: BinaryIO) -> Header:
    """From the start of the file to the end of its header. Raises PixelsUnreadable."""
    if file.read(4) != MAGIC:
        raise unreadable("it is no EXR", "Export it again.")
    (version,) = struct.unpack("<I", exactly(file, 4))
    for flag, what in ((DEEP, "deep pixels"), (MULTIPART, "several parts"), (TILED, "tiles")):
        if version & flag:
            raise unreadable(f"it has {what}")
    if version & 0xFF != VERSION:
        raise unreadable(f"its version is {version & 0xFF}")
    found: list[Attribute] = []
    while name := _name(file):
        kind = _name(file)
        (size,) = struct.unpack("<i", exactly(file, 4))
        if not 0 <= size <= MOST_ATTRIBUTE or len(found) > MOST_ATTRIBUTES:
            raise unreadable("its header is damaged", "Export it again.")
        found.append(Attribute(name, kind, exactly(file, size)))
    made = Header(tuple(found))
    made.check()
    return made


def exactly(file: BinaryIO, size: int) -> bytes:
    """So many bytes; PixelsUnreadable if the file ends before."""
    parts: list[bytes] = []
    while size:
        part = file.read(min(size, _PIECE))  # a damaged file may name any size
        if not part:
            raise unreadable("it ends too early", "Export it again.")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _name(file: BinaryIO) -> bytes:
    letters = bytearray()
    while (letter := exactly(file, 1)) != b"\0":
        letters += letter
        if len(letters) > MOST_NAME:
            raise unreadable("its header is damaged", "Export it again.")
    return bytes(letters)


def _channels(listed: bytes) -> Iterable[Channel]:
    at = 0
    while listed[at : at + 1] not in (b"\0", b""):
        end = listed.find(b"\0", at)
        about = listed[end + 1 : end + 17]
        if end < 0 or len(about) != 16:  # noqa: PLR2004
            raise unreadable("its list of channels is damaged", "Export it again.")
        (kind,) = struct.unpack("<i", about[:4])
        if kind not in SIZES:
            raise unreadable(f"a channel has the unknown type {kind}")
        yield Channel(listed[at:end], kind, about[4:])
        at = end + 17
