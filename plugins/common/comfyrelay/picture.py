"""A picture in a file, EXR or PNG, as the rows of its format."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from . import exr_header, png
from .errors import PixelsUnreadable
from .exr import ExrReader, ExrWriter
from .exr_header import Header, Window, window_value
from .png import PngHeader, PngReader, PngWriter

Row = Sequence[bytes]


@dataclass(frozen=True)
class Plane:
    """What one item of a row holds: pixels of `samples` numbers each."""

    number: str  # float, half, uint, 8 or 16
    samples: int = 1

    @property
    def pixel(self) -> int:
        """Bytes in a pixel."""
        sizes = {"float": 4, "half": 2, "uint": 4, "8": 1, "16": 2}
        return sizes[self.number] * self.samples


class Sink(Protocol):
    """Takes the rows of a new file, the highest first."""

    def write(self, row: Row) -> None:
        """The next row."""


class Picture(Protocol):
    """An open picture. Its rows can be read once."""

    width: int  # of the format, in pixels
    height: int
    planes: tuple[Plane, ...]
    is_whole: bool  # the file has the pixels of the format, and no others

    def rows(self) -> Iterator[Row]:
        """The format's rows, the highest first; 0 where the file has no pixels."""

    def sink(self, path: Path, width: int, height: int) -> contextlib.AbstractContextManager[Sink]:
        """A new file of this kind and of another size."""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Picture]:
    """The picture in a file. Raises PixelsUnreadable, OSError."""
    kind = kind_of(path)
    if kind == "png":
        with PngReader(path) as file:
            yield _Png(file)
    elif kind == "exr":
        with ExrReader(path) as exr:
            yield _Exr(exr)
    else:
        raise PixelsUnreadable(f"{path.name} is neither an EXR nor a PNG.", "Export it as one.")


def kind_of(path: Path) -> str:
    """exr, png or nothing, by what the file begins with."""
    with open(path, "rb") as file:
        start = file.read(len(png.MAGIC))
    if start == png.MAGIC:
        return "png"
    return "exr" if start.startswith(exr_header.MAGIC) else ""


def save(picture: Picture, path: Path, width: int, height: int, rows: Iterable[Row]) -> None:
    """A file of the picture's kind, whole or not at all."""
    save_as(lambda part: picture.sink(part, width, height), path, rows)


def save_as(
    sink_at: Callable[[Path], contextlib.AbstractContextManager[Sink]],
    path: Path,
    rows: Iterable[Row],
) -> None:
    """A file that a sink writes, whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        with sink_at(part) as sink:
            for row in rows:
                sink.write(row)
        os.replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


class _Exr:
    """An EXR's display window."""

    def __init__(self, file: ExrReader) -> None:
        self._file = file
        self._header = file.header
        data, display = self._header.data, self._header.display
        self.width, self.height = display.width, display.height
        numbers = {exr_header.UINT: "uint", exr_header.HALF: "half", exr_header.FLOAT: "float"}
        self.planes = tuple(Plane(numbers[each.type]) for each in self._header.channels)
        self.is_whole = data == display

    def rows(self) -> Iterator[Row]:
        data, display = self._header.data, self._header.display
        empty = [bytes(self.width * each.pixel) for each in self.planes]
        found = self._file.rows()
        for _ in range(data.top, min(display.top, data.bottom + 1)):
            next(found)
        for y in range(display.top, display.bottom + 1):
            inside = data.top <= y <= data.bottom
            yield self._windowed(next(found), data, display) if inside else empty

    def _windowed(self, row: Row, data: Window, display: Window) -> Row:
        """A line of the data window as one of the display window."""
        if (data.left, data.right) == (display.left, display.right):
            return row
        start = min(max(display.left - data.left, 0), data.width)
        end = min(max(display.right + 1 - data.left, 0), data.width)
        before = min(max(data.left - display.left, 0), self.width)
        after = self.width - before - (end - start)
        return [
            bytes(before * size) + plane[start * size : end * size] + bytes(after * size)
            for plane, size in zip(row, (each.pixel for each in self.planes))
        ]

    def sink(self, path: Path, width: int, height: int) -> ExrWriter:
        return ExrWriter(path, _resized(self._header, width, height))


class _Png:
    """A PNG."""

    is_whole = True

    def __init__(self, file: PngReader) -> None:
        self._file = file
        self._header: PngHeader = file.header
        self.width, self.height = self._header.width, self._header.height
        self.planes: tuple[Plane, ...] = (Plane(str(self._header.depth), self._header.samples),)

    def rows(self) -> Iterator[Row]:
        return self._file.rows()

    def sink(self, path: Path, width: int, height: int) -> PngWriter:
        return PngWriter(path, replace(self._header, width=width, height=height))


def _resized(header: Header, width: int, height: int) -> Header:
    whole = window_value(width, height)
    order, compression = bytes([0]), bytes([header.compression])
    if header.compression == exr_header.RLE:
        compression = bytes([exr_header.ZIPS])
    return header.with_values(
        dataWindow=whole, displayWindow=whole, lineOrder=order, compression=compression
    )
