"""Pixels of a file, read without a DCC, and where two of them differ."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .exr import ExrReader
from .exr_header import FLOAT
from .png import PngReader

NUMBERS = "RGBA"


@dataclass(frozen=True)
class Planes:
    """Rows from the top; `left` and `top` say where the first pixel stands, of the format's."""

    width: int
    height: int
    left: int
    top: int
    size: tuple[int, int]  # of the format
    rows: Mapping[str, tuple[array[float], ...]]  # by channel

    def at(self, channel: str, x: int, y: int) -> float:
        """A number; x from the left and y from the bottom of the format. 0 where nothing is."""
        column, row = x - self.left, self.size[1] - 1 - y - self.top
        if channel not in self.rows or not (0 <= column < self.width and 0 <= row < self.height):
            return 0.0
        return self.rows[channel][row][column]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x, y, right, top; y goes up."""
        bottom = self.size[1] - self.top - self.height
        return (self.left, bottom, self.left + self.width, bottom + self.height)


def planes(path: Path) -> Planes:
    """Of a float EXR or of an 8-bit PNG, whose numbers are its code values."""
    return _exr(path) if path.suffix == ".exr" else _png(path)


def difference(
    found: Planes, wanted: Planes, box: tuple[int, int, int, int], channels: str = NUMBERS,
    most: float = 0.0,
) -> str:  # fmt: skip
    """The first pixel within the box that differs by more than `most`; "" if none does."""
    x, y, right, top = box
    for channel in channels:
        for row in range(y, top):
            for column in range(x, right):
                is_, was = found.at(channel, column, row), wanted.at(channel, column, row)
                if not abs(is_ - was) <= most:
                    return f"{channel} at {column},{row} is {is_:.9g}, and was {was:.9g}"
    return ""


def coded(linear: Planes) -> Planes:
    """As an 8-bit file has it, but not rounded."""
    return _each(linear, lambda value: 255 * min(max(_srgb(value), 0.0), 1.0))


def negative(codes: Planes) -> Planes:
    """Of code values."""
    return _each(codes, lambda code: 255 - code)


def _srgb(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055  # noqa: PLR2004


def _each(found: Planes, change: Callable[[float], float]) -> Planes:
    rows = {
        name: tuple(array("f", map(change, line)) for line in lines)
        for name, lines in found.rows.items()
    }
    return replace(found, rows=rows)


def _exr(path: Path) -> Planes:
    with ExrReader(path) as file:
        head = file.header
        if any(each.type != FLOAT for each in head.channels):
            raise ValueError(f"{path.name} is no 32-bit EXR")
        names = [each.name.decode() for each in head.channels]
        lines = [[array("f", plane) for plane in row] for row in file.rows()]
        data, display = head.data, head.display
        rows = {name: tuple(line[at] for line in lines) for at, name in enumerate(names)}
        left, top = data.left - display.left, data.top - display.top
        return Planes(
            data.width, data.height, left, top, (display.width, display.height), rows
        )  # fmt: skip


def _png(path: Path) -> Planes:
    with PngReader(path) as file:
        head = file.header
        if head.depth != 8:  # noqa: PLR2004
            raise ValueError(f"{path.name} is no 8-bit PNG")
        lines = [row[0] for row in file.rows()]
        names = {1: "R", 3: "RGB", 4: "RGBA"}[head.samples]
        rows = {
            name: tuple(
                array("f", [float(code) for code in line[at :: head.samples]]) for line in lines
            )
            for at, name in enumerate(names)
        }
        return Planes(head.width, head.height, 0, 0, (head.width, head.height), rows)
