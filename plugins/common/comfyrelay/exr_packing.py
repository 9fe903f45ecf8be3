"""How the lines of an EXR are packed: none, RLE, ZIPS and ZIP."""

from __future__ import annotations

import zlib

from . import swar
from .exr_header import NONE, RLE, unreadable

LEVEL = 4  # of zlib: what OpenEXR itself takes; more is slow and saves little
_TURN = bytes(value ^ 0x80 for value in range(256))  # plus or minus 128
_DAMAGED = "Export it again."


def packed(lines: bytes, compression: int) -> bytes:
    """The lines of one chunk as they stand in a file."""
    if compression == NONE:
        return lines
    if compression == RLE:
        raise ValueError("RLE is only read")
    small = zlib.compress(_differences(_parted(lines)), LEVEL)
    return small if len(small) < len(lines) else lines


def unpacked(chunk: bytes, size: int, compression: int) -> bytes:
    """The lines of one chunk, `size` bytes. Raises PixelsUnreadable."""
    if len(chunk) == size:  # what did not become smaller is left as it is
        return chunk
    if compression == NONE or len(chunk) > size:
        raise unreadable("a chunk has another size than its lines", _DAMAGED)
    plain = _run_lengths(chunk, size) if compression == RLE else _inflated(chunk, size)
    return _joined(_sums(plain))


def _differences(data: bytes) -> bytes:
    """Every byte less the one before it, plus 128; the first as it is."""
    done = [data[:1]]
    for at in range(1, len(data), swar.PIECE):
        piece = data[at : at + swar.PIECE]
        done.append(swar.subtracted(piece, data[at - 1 : at - 1 + len(piece)]).translate(_TURN))
    return b"".join(done)


def _sums(data: bytes) -> bytes:
    """What the differences were made of."""
    pieces = range(1, len(data), swar.PIECE)
    turned = [data[at : at + swar.PIECE].translate(_TURN) for at in pieces]
    return swar.summed(b"".join([data[:1], *turned]))


def _parted(data: bytes) -> bytes:
    """The even bytes, then the odd ones; a piece at a time, see swar."""
    return b"".join(
        data[at : at + swar.PIECE][start::2]
        for start in (0, 1)
        for at in range(0, len(data), swar.PIECE)
    )


def _joined(data: bytes) -> bytes:
    middle, step = (len(data) + 1) // 2, swar.PIECE // 2
    done: list[bytes] = []
    for at in range(0, middle, step):
        even = data[at : min(at + step, middle)]
        odd = data[middle + at : middle + at + step]
        both = bytearray(len(even) + len(odd))
        both[0::2], both[1::2] = even, odd
        done.append(bytes(both))
    return b"".join(done)


def _inflated(chunk: bytes, size: int) -> bytes:
    inflating = zlib.decompressobj()
    try:
        plain = inflating.decompress(chunk, size)
    except zlib.error as error:
        raise unreadable("a chunk is damaged", _DAMAGED) from error
    if len(plain) != size:
        raise unreadable("a chunk is too short", _DAMAGED)
    return plain


def _run_lengths(chunk: bytes, size: int) -> bytes:
    """A count below 128 repeats the next byte once more than it says; one above is how many bytes
    follow as they are, negative."""
    plain = bytearray()
    at = 0
    while at < len(chunk) and len(plain) <= size:
        count = chunk[at]
        if count < 0x80:  # noqa: PLR2004
            plain += chunk[at + 1 : at + 2] * (count + 1)
            at += 2
        else:
            follow = 0x100 - count
            plain += chunk[at + 1 : at + 1 + follow]
            at += 1 + follow
    if len(plain) != size:
        raise unreadable("a chunk has another size than its lines", _DAMAGED)
    return bytes(plain)
