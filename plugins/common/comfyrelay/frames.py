"""Frame ranges as text: `1001-1010`, `1001-1100x10`, `1,5,9-12`."""

from __future__ import annotations

import re

MOST = 100_000  # frames
_PART = re.compile(r"(-?\d{1,9})(?:-(-?\d{1,9})(?:x(\d{1,6}))?)?", re.ASCII)


def frames_of(text: str) -> tuple[int, ...]:
    """The frames of a range, in its order, each once. Raises ValueError with a sentence."""
    found: dict[int, None] = {}
    for part in re.split(r"[,\s]+", text.strip()):
        match = _PART.fullmatch(part)
        step = int(match[3] or 1) if match else 0
        if not match or not step:
            raise ValueError(
                f"{part[:40]!r} is no range of frames; write 1001-1010 or 1001-1100x10."
            )
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if abs(last - first) // step + len(found) >= MOST:
            raise ValueError(f"{text[:40]!r} has too many frames; the limit is {MOST}.")
        way = step if last >= first else -step
        found.update(dict.fromkeys(range(first, last + (1 if way > 0 else -1), way)))
    return tuple(found)
