"""Small values: frame ranges and boxes."""

from __future__ import annotations

from typing import Any

from .session import model


@model("FrameRange")
class FrameRange:
    def __init__(self, *parts: Any) -> None:
        """Of first, last, increment, or of a text such as "1-10x2"."""
        if isinstance(parts[0], str):
            text, _, step = parts[0].partition("x")
            first, _, last = text.partition("-")
            parts = (first, last or first, step or 1)
        self._parts = tuple(int(part) for part in parts)

    def first(self) -> int:
        return self._parts[0]

    def last(self) -> int:
        return self._parts[1]

    def increment(self) -> int:
        return self._parts[2] if len(self._parts) > 2 else 1

    def frames(self) -> int:
        return len(self._frames())

    def _frames(self) -> list[int]:
        return list(range(self.first(), self.last() + 1, self.increment()))

    def __iter__(self) -> Any:
        return iter(self._frames())


@model("FrameRanges")
class FrameRanges:
    def __init__(self, ranges: Any = ()) -> None:
        parts = ranges.replace(",", " ").split() if isinstance(ranges, str) else ranges
        self._ranges = [FrameRange(r) if isinstance(r, str) else r for r in parts]

    def add(self, r: Any) -> None:
        self._ranges.append(r)

    def size(self) -> int:
        return len(self._ranges)

    def toFrameList(self) -> list[int]:
        return sorted({frame for one in self._ranges for frame in one._frames()})

    def __iter__(self) -> Any:
        return iter(self._ranges)


@model("Info")
class Info:
    """A bounding box."""

    def __init__(self, x: float, y: float, w: float, h: float) -> None:
        self._box = x, y, w, h

    def x(self) -> float:
        return self._box[0]

    def y(self) -> float:
        return self._box[1]

    def w(self) -> float:
        return self._box[2]

    def h(self) -> float:
        return self._box[3]


@model("CancelledError")
class CancelledError(Exception):
    pass
