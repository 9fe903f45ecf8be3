"""Rows scaled to another size: a triangle filter, as wide as the coarser of the two grids.

The one room where values are computed: numbers are read, weighted and written again; uint, which
counts or names things, takes the nearest. In pure Python, so a 4K plate takes its time.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil, floor

from .picture import Plane, Row

Taps = list[tuple[int, float]]  # places and their weights, which together are 1
Line = list[list[float]]  # for each sample of each plane the numbers of a row


def stretched(
    rows: Iterable[Row], planes: Sequence[Plane], size: tuple[int, int], wanted: tuple[int, int]
) -> Iterator[Row]:
    """Rows of the wanted (width, height) from rows of `size`."""
    across = _taps(size[0], wanted[0])
    nearest = [each.number == "uint" for each in planes for _ in range(each.samples)]
    lines = (
        [_row(line, across, near) for line, near in zip(_read(row, planes), nearest)]
        for row in rows
    )
    kept: dict[int, Line] = {}
    read = 0
    for taps in _taps(size[1], wanted[1]):
        for _ in range(read, taps[-1][0] + 1):
            kept[read] = next(lines)
            read += 1
        for old in [place for place in kept if place < taps[0][0]]:
            del kept[old]
        yield _written(_mixed(kept, taps, nearest), planes)


def _taps(size: int, wanted: int) -> list[Taps]:
    """For each wanted place what it is made of."""
    reach = max(1.0, size / wanted)
    found = []
    for number in range(wanted):
        middle = (number + 0.5) * size / wanted - 0.5
        weights: dict[int, float] = {}
        for place in range(ceil(middle - reach), floor(middle + reach) + 1):
            inside = min(max(place, 0), size - 1)
            weight = 1 - abs(place - middle) / reach
            if weight > 0:
                weights[inside] = weights.get(inside, 0.0) + weight
        total = sum(weights.values())
        found.append([(place, weight / total) for place, weight in sorted(weights.items())])
    return found


def _row(line: Sequence[float], across: list[Taps], nearest: bool) -> list[float]:
    if nearest:
        return [line[_heaviest(taps)] for taps in across]
    return [sum([line[place] * weight for place, weight in taps]) for taps in across]


def _mixed(kept: dict[int, Line], taps: Taps, nearest: list[bool]) -> Line:
    done: Line = []
    for number, near in enumerate(nearest):
        if near:
            done.append(kept[_heaviest(taps)][number])
            continue
        parts = [[value * weight for value in kept[place][number]] for place, weight in taps]
        done.append([sum(values) for values in zip(*parts)])
    return done


def _heaviest(taps: Taps) -> int:
    return max(taps, key=lambda each: each[1])[0]


def _read(row: Row, planes: Sequence[Plane]) -> Iterator[Sequence[float]]:
    for data, plane in zip(row, planes):
        numbers = _READERS[plane.number](data)
        for lane in range(plane.samples):
            yield numbers[lane :: plane.samples]


def _written(line: Line, planes: Sequence[Plane]) -> Row:
    row: list[bytes] = []
    at = 0
    for plane in planes:
        lanes = line[at : at + plane.samples]
        at += plane.samples
        numbers = [number for pixel in zip(*lanes) for number in pixel]
        row.append(_WRITERS[plane.number](numbers))
    return row


def _array(code: str, swap: bool) -> Callable[[bytes], Sequence[float]]:
    def read(data: bytes) -> Sequence[float]:
        found = array(code)
        found.frombytes(data)
        if swap:
            found.byteswap()
        return found

    return read


def _bytes(code: str, swap: bool) -> Callable[[Sequence[float]], bytes]:
    def write(numbers: Sequence[float]) -> bytes:
        made = array(code, numbers if code == "f" else [round(number) for number in numbers])
        if swap:
            made.byteswap()
        return made.tobytes()

    return write


_BIG = sys.byteorder == "big"
_READERS: dict[str, Callable[[bytes], Sequence[float]]] = {
    "float": _array("f", _BIG),
    "half": lambda data: struct.unpack(f"<{len(data) // 2}e", data),
    "uint": _array("I", _BIG),
    "8": _array("B", swap=False),
    "16": _array("H", not _BIG),
}
_WRITERS: dict[str, Callable[[Sequence[float]], bytes]] = {
    "float": _bytes("f", _BIG),
    "half": lambda numbers: struct.pack(f"<{len(numbers)}e", *numbers),
    "uint": _bytes("I", _BIG),
    "8": _bytes("B", swap=False),
    "16": _bytes("H", not _BIG),
}
