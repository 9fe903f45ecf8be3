"""One number of a knob: constant, animated, or an expression."""

from __future__ import annotations

import bisect
from typing import Any

from . import expressions, tcl
from .session import NotModelled


class Curve:
    """One number of a knob: constant, animated by `keys` (frame to value), or an expression."""

    def __init__(self, value: float = 0.0) -> None:
        self.value, self.expression = value, ""
        self.keys: dict[float, float] = {}

    def at(self, node: Any, frame: float, depth: int = 0) -> float:
        if self.expression:
            return expressions.number(self.expression, node, frame, depth)
        if not self.keys:
            return self.value
        frames = sorted(self.keys)
        after = bisect.bisect_left(frames, frame)
        if after == len(frames) or frames[after] == frame or after == 0:
            return self.keys[frames[min(after, len(frames) - 1)]]
        begin, end = frames[after - 1], frames[after]
        part = (frame - begin) / (end - begin)
        return self.keys[begin] * (1 - part) + self.keys[end] * part

    def set(self, value: float, frame: float | None) -> None:
        """The constant, or the key at a frame of what is animated."""
        self.expression = ""
        if self.keys and frame is not None:
            self.keys[float(frame)] = value
        else:
            self.value, self.keys = value, {}

    def script(self) -> str:
        if self.expression:
            return tcl.quoted(self.expression)
        if self.keys:
            return "curve " + " ".join(
                f"x{plain(f)} {plain(self.keys[f])}" for f in sorted(self.keys)
            )
        return plain(self.value)

    def read(self, text: str) -> None:
        self.expression, self.keys = "", {}
        parts = tcl.words(text)
        if parts[:1] == ["curve"]:
            self.keys = _keys(parts[1:])
        elif is_number(text):
            self.value = float(text)
        else:  # after it, keys that were before the expression
            self.expression = parts[0]
            if parts[1:] and parts[1][:1] not in "ix":
                raise tcl.ScriptError(f"an expression with blanks needs quotes: {text}")

    def state(self) -> Any:
        constant = 0.0 if self.keys or self.expression else self.value
        return constant, self.expression, tuple(sorted(self.keys.items()))

    def restore(self, state: Any) -> None:
        self.value, self.expression = state[0], state[1]
        self.keys = dict(state[2])


def plain(value: float) -> str:
    """A number as Nuke writes it."""
    return f"{value:.9g}"


def _keys(parts: list[str]) -> dict[float, float]:
    keys: dict[float, float] = {}
    frame = 1.0
    for part in parts:
        if part[:1] == "x":
            frame = float(part[1:])
        elif is_number(part):
            keys[frame] = float(part)
            frame += 1
        elif part not in ("L", "K", "C", "i", "l", "z") and part[:1] not in "stuv":
            raise NotModelled(f"{part!r} in an animation curve")
    return keys


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
