"""Frames as people write them: `1001-1100x2, 1110`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .errors import PluginError

MOST = 100_000  # frames; more is a slip of the finger
SMALLEST_RUN = 3  # frames that are worth a dash
_PART = re.compile(r"(-?\d{1,9})(?:\s*-\s*(-?\d{1,9})(?:\s*[x:]\s*(\d{1,9}))?)?")
HINT = "Write frames as 1001-1100, 1001-1100x2 for every second, or 1001, 1010, 1050."


class RangeError(PluginError):
    """Frames that cannot be read."""

    code = "frames"


def parsed(text: str) -> tuple[int, ...]:
    """The frames, each once and ascending. Raises RangeError for none, and for what is no range."""
    found: set[int] = set()
    for part in filter(None, map(str.strip, text.replace(";", ",").split(","))):
        frames = _part(part)
        if len(found) + len(frames) > MOST:
            raise RangeError(f"{text.strip()[:40]!r} are more than {MOST} frames.", HINT)
        found.update(frames)
    if not found:
        raise RangeError("No frames are named.", HINT)
    return tuple(sorted(found))


def _part(part: str) -> range:
    match = _PART.fullmatch(part)
    if match is None:
        raise RangeError(f"{part[:40]!r} is no range of frames.", HINT)
    first, last, step = match.groups()
    first_frame, last_frame = int(first), int(last or first)
    if last_frame < first_frame or step == "0":
        raise RangeError(f"{part[:40]!r} names no frames.", HINT)
    return range(first_frame, last_frame + 1, int(step or 1))


def written(frames: Sequence[int]) -> str:
    """The frames in short: `1001-1100x2, 1110`; what `parsed` reads."""
    parts: list[str] = []
    rest = sorted(set(frames))
    while rest:
        run = _run(rest)
        rest = rest[len(run) :]
        parts.append(_text(run))
    return ", ".join(parts)


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
