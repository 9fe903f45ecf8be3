"""Frames as an artist writes them on a node: `1001-1100x2, 1110`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from .errors import PluginError
from .frames import frames_of

T = TypeVar("T")

SMALLEST_RUN = 3  # frames that are worth a dash
HINT = "Write frames as 1001-1100, 1001-1100x2 for every second, or 1001, 1010, 1050."


class RangeError(PluginError):
    """Frames that cannot be read."""

    code = "frames"


def parsed(text: str) -> tuple[int, ...]:
    """The frames, each once and ascending. Raises RangeError for none, and for what is no range."""
    if not text.strip():
        raise RangeError("No frames are named.", HINT)
    try:
        return tuple(sorted(frames_of(text)))
    except ValueError as error:
        raise RangeError(str(error), HINT) from error


def written(frames: Sequence[int]) -> str:
    """The frames in short: `1001-1100x2, 1110`; what `parsed` reads."""
    parts: list[str] = []
    rest = sorted(set(frames))
    while rest:
        run = _run(rest)
        rest = rest[len(run) :]
        parts.append(_text(run))
    return ", ".join(parts)


def short(values: Mapping[int, T]) -> dict[str, T]:
    """Values of frames, those that are equal once: `{"1001-1100": ...}`."""
    alike: list[tuple[list[int], T]] = []
    for frame in sorted(values):
        if alike and alike[-1][1] == values[frame]:
            alike[-1][0].append(frame)
        else:
            alike.append(([frame], values[frame]))
    return {written(frames): value for frames, value in alike}


def full(values: Mapping[str, T]) -> dict[int, T]:
    """What `short` made short."""
    return {frame: value for text, value in values.items() for frame in parsed(text)}


def _run(frames: Sequence[int]) -> Sequence[int]:
    """The frames at the beginning that have one distance."""
    count = min(2, len(frames))
    while count < len(frames) and frames[count] - frames[count - 1] == frames[1] - frames[0]:
        count += 1
    return frames[:count] if count >= SMALLEST_RUN else frames[:1]


def _text(run: Sequence[int]) -> str:
    if len(run) == 1:
        return str(run[0])
    step = run[1] - run[0]
    return f"{run[0]}-{run[-1]}" + (f"x{step}" if step > 1 else "")
