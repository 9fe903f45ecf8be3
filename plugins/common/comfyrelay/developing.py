"""A picture as a DCC wrote it, in float, becomes the file that goes. Worker threads only.

For a DCC that writes what it has and no more: channels are chosen, alpha divided, colour encoded
and bits cut here, so that its main thread does none of it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from . import exr_header
from .errors import PixelsUnreadable
from .exr import ExrReader, ExrWriter, Row
from .exr_header import Channel, header
from .picture import Picture, opened, save_as
from .png import PngHeader, PngWriter
from .sending import RGBA, Sending

FLOAT = ".float.exr"
CHANNELS = {"alpha": "A", "red": "R", "green": "G", "blue": "B"}
ALPHA = "A"
LARGEST = 65504.0  # of a half
NUMBERS = {"float": "f", "half": "e"}
BEND, SLOPE, OFFSET, POWER = 0.0031308, 12.92, 0.055, 2.4  # of sRGB's curve

Floats = Sequence[float]


def as_float(path: Path) -> Path:
    """Where a DCC writes the picture of which `path` is made then."""
    return path.with_name(path.stem + FLOAT)


def developed(
    path: Path, how: Sending, masks: bool, channel: str, check: Callable[[], None]
) -> Path:
    """The file that goes; one that a DCC wrote as it goes is that. `channel` is the mask, of a
    picture with several. `check` is called often, and may raise."""
    if not path.name.endswith(FLOAT):
        return path
    if not masks and _goes(_channels(path), how):
        return path
    target = path.with_name(path.name[: -len(FLOAT)] + how.suffix)
    develop(path, target, how, masks, channel, check)
    return target


def develop(
    path: Path, target: Path, how: Sending, masks: bool, channel: str, check: Callable[[], None]
) -> None:
    """Write what goes for a float EXR, whoever wrote that. Raises PixelsUnreadable."""
    with opened(path) as picture:
        names = [each.name.decode("latin-1") for each in _channels(path)]
        wanted = _mask(names, channel) * len(how.channels) if masks else how.channels
        found = _checked(_chosen(picture, names, wanted, how.unpremultiply), check)
        size = (picture.width, picture.height)
        if how.format == "png":
            about = PngHeader(*size, len(how.channels))
            save_as(lambda part: PngWriter(part, about), target, _png(found, how.colour))
        else:
            kind = exr_header.FLOAT if how.depth == "32f" else exr_header.HALF
            listed = [Channel(name.encode(), kind) for name in how.channels]
            head = header(listed, *size, exr_header.ZIPS)
            save_as(lambda part: ExrWriter(part, head), target, _exr(found, how))


def _channels(path: Path) -> Sequence[Channel]:
    with ExrReader(path) as file:
        return file.header.channels


def _goes(listed: Sequence[Channel], how: Sending) -> bool:
    """Whether a file with these channels is what was asked for."""
    wanted = [(name.encode(), exr_header.FLOAT) for name in sorted(how.channels)]
    as_is = (how.format, how.depth, how.colour) == ("exr", "32f", "raw")
    return as_is and [(each.name, each.type) for each in listed] == wanted


def _checked(rows: Iterator[list[Floats]], check: Callable[[], None]) -> Iterator[list[Floats]]:
    for row in rows:
        check()
        yield row


def _chosen(
    picture: Picture, names: Sequence[str], wanted: Sequence[str], divides: bool
) -> Iterator[list[Floats]]:
    """The wanted channels of each row. A picture of one channel has it everywhere, and one without
    alpha is opaque."""
    places = [_place(names, name) for name in wanted]
    codes = [f"<{picture.width}{_number(plane.number)}" for plane in picture.planes]
    opaque = (1.0,) * picture.width
    for row in picture.rows():
        used = {at: struct.unpack(codes[at], row[at]) for at in set(places) if at is not None}
        found: list[Floats] = [opaque if at is None else used[at] for at in places]
        yield [*_straight(found[:3], found[3]), found[3]] if divides else found


def _mask(names: Sequence[str], channel: str) -> list[str]:
    """The channel that is the mask; the only one is it, whatever it is called."""
    return [CHANNELS.get(channel, channel)] if len(names) > 1 else [*names]


def _place(names: Sequence[str], wanted: str) -> int | None:
    """None: opaque."""
    if wanted in names:
        return names.index(wanted)
    if wanted == ALPHA:
        return None
    if len(names) == 1:
        return 0
    raise PixelsUnreadable(f"The picture has no channel {wanted}, only {', '.join(names)}.")


def _number(kind: str) -> str:
    if kind not in NUMBERS:
        raise PixelsUnreadable("The picture has whole numbers, and is to have float.")
    return NUMBERS[kind]


def _straight(colours: Sequence[Floats], alpha: Floats) -> list[Floats]:
    return [[v / a if a else v for v, a in zip(values, alpha)] for values in colours]


def _png(rows: Iterator[list[Floats]], colour: str) -> Iterator[Row]:
    for row in rows:
        line, plane = bytearray(len(row) * len(row[0])), b""
        for at, values in enumerate(row):
            table = _bytes("raw" if RGBA[at] == ALPHA else colour)
            if at == 0 or values is not row[at - 1]:  # a mask is the same in all
                plane = bytes(map(table.__getitem__, _halves(values)))
            line[at :: len(row)] = plane
        yield [bytes(line)]


def _exr(rows: Iterator[list[Floats]], how: Sending) -> Iterator[Row]:
    """In the order of the channels' names."""
    order = sorted(range(len(how.channels)), key=how.channels.__getitem__)
    for row in rows:
        yield [_plane(row[at], how, how.channels[at]) for at in order]


def _plane(values: Floats, how: Sending, name: str) -> bytes:
    if how.depth == "32f":
        return struct.pack(f"<{len(values)}f", *values)
    if how.colour == "raw" or name == ALPHA:
        return _half_bytes(values)
    return _half_bytes([_encoded(value) for value in values])


def _halves(values: Floats) -> Sequence[int]:
    return memoryview(_half_bytes(values)).cast("H")


def _half_bytes(values: Floats) -> bytes:
    code = f"={len(values)}e"
    try:
        return struct.pack(code, *values)
    except OverflowError:
        return struct.pack(code, *(max(-LARGEST, min(LARGEST, v)) for v in values))


@cache
def _bytes(colour: str) -> bytes:
    """What every half is in 8 bits. A half is finer than any step of those."""
    every = struct.unpack("=65536e", struct.pack("=65536H", *range(65536)))
    encode = _encoded if colour == "sRGB" else float
    return bytes(_byte(encode(value)) for value in every)


def _byte(value: float) -> int:
    return 0 if math.isnan(value) else round(255 * max(0.0, min(1.0, value)))


def _encoded(value: float) -> float:
    """By the curve of sRGB, also beyond 1; below 0 it goes on straight."""
    if not value > BEND:
        return value * SLOPE
    return float((1 + OFFSET) * value ** (1 / POWER) - OFFSET)
