"""Arithmetic on many bytes at once, in pure Python: every byte for itself, modulo 256.

Long integers are the vectors. Bytes are taken in pieces, so that no single operation keeps the
interpreter to itself for more than about a millisecond.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt

PIECE = 1 << 17  # bytes in one operation


@lru_cache(maxsize=64)
def _low(count: int) -> int:
    return int.from_bytes(b"\x7f" * count, "little")


@lru_cache(maxsize=64)
def _high(count: int) -> int:
    return int.from_bytes(b"\x80" * count, "little")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def added(first: bytes, second: bytes) -> bytes:
    """first[i] + second[i]; both of one length."""
    return b"".join(
        _added(first[at : at + PIECE], second[at : at + PIECE])
        for at in range(0, len(first), PIECE)
    )


def subtracted(first: bytes, second: bytes) -> bytes:
    """first[i] - second[i]; both of one length."""
    return b"".join(
        _subtracted(first[at : at + PIECE], second[at : at + PIECE])
        for at in range(0, len(first), PIECE)
    )


def _added(first: bytes, second: bytes) -> bytes:
    size = len(first)
    a, b, low, high = _number(first), _number(second), _low(size), _high(size)
    return (((a & low) + (b & low)) ^ ((a ^ b) & high)).to_bytes(size, "little")


def _subtracted(first: bytes, second: bytes) -> bytes:
    size = len(first)
    a, b, low, high = _number(first), _number(second), _low(size), _high(size)
    # Adding 128 to every byte is what turns its highest bit over.
    return (((a | high) - (b & low)) ^ (~(a ^ b) & high)).to_bytes(size, "little")


def summed(data: bytes) -> bytes:
    """Running sums: data[0] + ... + data[i]."""
    done: list[bytes] = []
    before = 0
    for at in range(0, len(data), PIECE):
        piece = _summed(data[at : at + PIECE], before)
        before = piece[-1]
        done.append(piece)
    return b"".join(done)


def _summed(data: bytes, before: int) -> bytes:
    """The bytes lie in a square, line by line, and every step adds a column to the next one."""
    size = len(data)
    width = isqrt(size - 1) + 1
    height = -(-size // width)
    square = data.ljust(width * height, b"\0")
    low, high = _low(height), _high(height)
    columns: list[int] = []
    total = 0
    for x in range(width):
        column = _number(square[x::width])
        total = ((total & low) + (column & low)) ^ ((total ^ column) & high)
        columns.append(total)
    starts = _starts(columns[-1].to_bytes(height, "little"), before)
    low_starts = starts & low
    out = bytearray(width * height)
    for x, column in enumerate(columns):
        moved = ((column & low) + low_starts) ^ ((column ^ starts) & high)
        out[x::width] = moved.to_bytes(height, "little")
    return bytes(out[:size])


def _starts(line_sums: bytes, before: int) -> int:
    """What each line of the square begins with."""
    starts = bytearray()
    for line_sum in line_sums:
        starts.append(before)
        before = (before + line_sum) & 0xFF
    return _number(bytes(starts))
