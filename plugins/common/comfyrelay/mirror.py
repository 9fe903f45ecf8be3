"""Rows made wider and taller by mirroring them at their last pixels and lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

Row = Sequence[bytes]


def wider(row: Row, pixels: Sequence[int], width: int, more: int) -> Row:
    """The row with `more` pixels to the right. `pixels`: the bytes of a pixel in each item."""
    places = [_place(width + number, width) for number in range(more)]
    return [
        plane + b"".join(plane[at * size : (at + 1) * size] for at in places)
        for plane, size in zip(row, pixels)
    ]


def taller(rows: Iterable[Row], height: int, more: int) -> Iterator[Row]:
    """The rows and `more` below them. Memory holds as many as are mirrored."""
    kept: deque[Row] = deque(maxlen=more)
    for row in rows:
        kept.append(row)
        yield row
    first = height - len(kept)
    for number in range(more):
        yield kept[_place(height + number, height) - first]


def _place(at: int, size: int) -> int:
    """Which of `size` pixels stands at a place beyond them, back and forth as often as needed."""
    turn = at % (2 * size)
    return min(turn, 2 * size - 1 - turn)
