"""Read and write PNGs line by line: grey or RGB, with or without alpha, 8 or 16 bits.

A row is one line of the picture: a list of one item, the bytes of its pixels, interleaved, 16 bits
with the high byte first. Chunks that say something of the picture (gamma, ICC profile, text) are
carried as they stand.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from . import swar
from .errors import PixelsUnreadable
from .png_filters import PAETH, UP, unfiltered

MAGIC = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 4: 2, 6: 4}  # by colour type: grey, RGB, grey and alpha, RGBA
COLOUR_TYPES = {samples: kind for kind, samples in SAMPLES.items()}
DEPTHS = (8, 16)
LEVEL = 4  # of zlib

MOST_SIDE = 1 << 16  # pixels
MOST_CARRIED = 1 << 24  # bytes of a chunk that is carried
PIECE = 1 << 16  # bytes read, packed or unpacked at a time

SRGB = (b"sRGB", b"\0")  # perceptual
NOT_CARRIED = frozenset({b"bKGD", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"tIME"})
AGAIN = "Export it again."


def unreadable(why: str, hint: str = AGAIN) -> PixelsUnreadable:
    """The PNG cannot be used; `why` completes the sentence."""
    return PixelsUnreadable(f"The PNG cannot be read: {why}.", hint)


@dataclass(frozen=True)
class PngHeader:
    """What the pixels are, and the chunks that go before them."""

    width: int
    height: int
    samples: int  # grey, grey and alpha, RGB, RGBA
    depth: int = 8  # bits, 8 or 16
    chunks: tuple[tuple[bytes, bytes], ...] = (SRGB,)  # name and bytes

    @property
    def pixel(self) -> int:
        """Bytes in a pixel."""
        return self.samples * self.depth // 8

    @property
    def line_size(self) -> int:
        """Bytes in a line."""
        return self.width * self.pixel


class PngReader:
    """An open PNG. Raises PixelsUnreadable for whatever is wrong with it, and OSError."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = open(path, "rb")  # noqa: SIM115  closed by close()
        try:
            if self._file.read(len(MAGIC)) != MAGIC:
                raise unreadable("it is no PNG")
            self.header, self._first = self._read_header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> PngReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def rows(self) -> Iterator[list[bytes]]:
        """The lines, the highest first. Only once."""
        size, pixel = self.header.line_size, self.header.pixel
        above, waiting = bytes(size), b""
        left = self.header.height
        for data in self._unpacked():
            waiting += data
            at = 0
            while left and len(waiting) - at > size:
                kind = waiting[at]
                if kind > PAETH:
                    raise unreadable("it is damaged")
                above = unfiltered(kind, waiting[at + 1 : at + 1 + size], above, pixel)
                yield [above]
                left -= 1
                at += 1 + size
            waiting = waiting[at:]
            if len(waiting) > size:
                raise unreadable("it has more lines than it says")
        if left:
            raise unreadable("it ends too early")

    def _read_header(self) -> tuple[PngHeader, int]:
        """The header, and how many bytes the first chunk of pixels has."""
        name, size = self._chunk_head()
        if name != b"IHDR" or size != 13:  # noqa: PLR2004
            raise unreadable("it is damaged")
        width, height, depth, colour, *how = struct.unpack(">IIBBBBB", self._data(name, size))
        _check(width, height, depth, colour, how)
        chunks: list[tuple[bytes, bytes]] = []
        while True:
            name, size = self._chunk_head()
            if name == b"IDAT":
                return PngHeader(width, height, SAMPLES[colour], depth, tuple(chunks)), size
            if name == b"IEND" or size > MOST_CARRIED:
                raise unreadable("it is damaged")
            data = self._data(name, size)
            if name not in NOT_CARRIED:
                chunks.append((name, data))

    def _chunk_head(self) -> tuple[bytes, int]:
        size, name = struct.unpack(">I4s", self._exactly(8))
        return name, size

    def _data(self, name: bytes, size: int) -> bytes:
        data = self._exactly(size)
        if struct.unpack(">I", self._exactly(4))[0] != zlib.crc32(data, zlib.crc32(name)):
            raise unreadable("it is damaged")
        return data

    def _packed(self) -> Iterator[bytes]:
        """The bytes of all IDAT chunks, a piece at a time."""
        name, size = b"IDAT", self._first
        while name == b"IDAT":
            digest = zlib.crc32(name)
            while size:
                piece = self._exactly(min(size, PIECE))
                digest = zlib.crc32(piece, digest)
                size -= len(piece)
                yield piece
            if struct.unpack(">I", self._exactly(4))[0] != digest:
                raise unreadable("it is damaged")
            name, size = self._chunk_head()

    def _unpacked(self) -> Iterator[bytes]:
        inflating = zlib.decompressobj()
        try:
            for piece in self._packed():
                waiting = piece
                while waiting and not inflating.eof:
                    yield inflating.decompress(waiting, PIECE)
                    waiting = inflating.unconsumed_tail
            yield inflating.flush()
        except zlib.error as error:
            raise unreadable("it is damaged") from error

    def _exactly(self, size: int) -> bytes:
        found = self._file.read(size)
        if len(found) != size:
            raise unreadable("it ends too early")
        return found


class PngWriter:
    """A PNG as it is written. It is whole only after `close`, which the end of a `with` block calls
    unless an error ends it."""

    def __init__(self, path: Path, header: PngHeader) -> None:
        self.header = header
        self._above = bytes(header.line_size)
        self._left = header.height
        self._packing = zlib.compressobj(LEVEL)
        self._file: BinaryIO = open(path, "wb")  # noqa: SIM115  closed by close()
        about = (header.width, header.height, header.depth, COLOUR_TYPES[header.samples])
        self._file.write(MAGIC)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", *about, 0, 0, 0))
        for name, data in header.chunks:
            self._chunk(name, data)

    def __enter__(self) -> PngWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()

    def write(self, row: Sequence[bytes]) -> None:
        """The next line, the highest first."""
        (line,) = row
        if len(line) != self.header.line_size or not self._left:
            raise ValueError("the row is not one of this header")
        self._left -= 1
        self._pixels(self._packing.compress(bytes([UP]) + swar.subtracted(line, self._above)))
        self._above = line

    def close(self) -> None:
        """The end of the file. Raises ValueError if lines are missing."""
        with self._file:
            if self._left:
                raise ValueError("rows are missing")
            self._pixels(self._packing.flush())
            self._chunk(b"IEND", b"")

    def _pixels(self, data: bytes) -> None:
        if data:
            self._chunk(b"IDAT", data)

    def _chunk(self, name: bytes, data: bytes) -> None:
        digest = zlib.crc32(data, zlib.crc32(name))
        self._file.write(struct.pack(">I", len(data)) + name)
        self._file.write(data)
        self._file.write(struct.pack(">I", digest))


def _check(width: int, height: int, depth: int, colour: int, how: Sequence[int]) -> None:
    """Raises PixelsUnreadable for what this reader does not take."""
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
        raise unreadable(f"{width} x {height} pixels cannot be right")
    if colour not in SAMPLES or depth not in DEPTHS:
        raise unreadable(
            "it has a palette" if colour == 3 else f"it has {depth} bits",  # noqa: PLR2004
            "Export it again with 8 or 16 bits a channel, without a palette.",
        )
    if how[2]:
        raise unreadable("it is interlaced", "Export it again without interlacing.")
    if how[0] or how[1]:
        raise unreadable("it is packed in an unknown way")
