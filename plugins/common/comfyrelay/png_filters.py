"""The five filters of PNG lines, taken back. `pixel` is the number of bytes in a pixel."""

from __future__ import annotations

from . import swar

NONE, SUB, UP, AVERAGE, PAETH = range(5)


def unfiltered(kind: int, line: bytes, above: bytes, pixel: int) -> bytes:
    """A line as it was before its filter; `above` is the line over it, or zeros."""
    if kind == NONE:
        return line
    if kind == SUB:
        return _sub(line, pixel)
    if kind == UP:
        return swar.added(line, above)
    return _lanes(_average if kind == AVERAGE else _paeth, line, above, pixel)


def _sub(line: bytes, pixel: int) -> bytes:
    out = bytearray(len(line))
    for lane in range(pixel):
        out[lane::pixel] = swar.summed(line[lane::pixel])
    return bytes(out)


def _lanes(undo: object, line: bytes, above: bytes, pixel: int) -> bytes:
    """Every byte of a pixel depends only on the same byte of its neighbours."""
    assert callable(undo)
    out = bytearray(len(line))
    for lane in range(pixel):
        out[lane::pixel] = undo(line[lane::pixel], above[lane::pixel])
    return bytes(out)


def _average(line: bytes, above: bytes) -> bytearray:
    out = bytearray()
    left = 0
    for value, up in zip(line, above):
        left = (value + ((left + up) >> 1)) & 0xFF
        out.append(left)
    return out


def _paeth(line: bytes, above: bytes) -> bytearray:
    """The neighbour (left, up, or left and up) that is nearest to left + up - corner."""
    out = bytearray()
    left = corner = 0
    for value, up in zip(line, above):
        to_left, to_up = abs(up - corner), abs(left - corner)
        to_corner = abs(left + up - corner - corner)
        if to_left <= to_up and to_left <= to_corner:
            near = left
        else:
            near = up if to_up <= to_corner else corner
        left = (value + near) & 0xFF
        corner = up
        out.append(left)
    return out
