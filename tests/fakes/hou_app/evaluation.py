"""What is evaluated now: which node's parm, at which frame, on each thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import items


class Evaluation:
    """What HouApp knows of time, and of the node that code runs for."""

    root: Any
    callbacks: Any

    def __init__(self) -> None:
        self.fps, self.frame_range = 24.0, (1.0, 240.0)
        self._frame = 1.0
        self._here = threading.local()  # what each thread evaluates

    @property
    def frame(self) -> float:
        return self._evaluating[-1][1] if self._evaluating else self._frame

    def set_frame(self, frame: float) -> None:
        self._frame = float(frame)

    def frame_of(self, time: float) -> float:
        return time * self.fps + 1

    def time_of(self, frame: float) -> float:
        return (frame - 1) / self.fps

    def vector(self, pair: tuple[float, float]) -> Any:
        return items.Vector2(pair)

    @property
    def pwd(self) -> Any:
        """The node whose parm is evaluated, or whose code runs; else the root."""
        if self._evaluating:
            return self._evaluating[-1][0]
        node = self.callbacks.node
        return node if node is not None else self.root

    @property
    def depth(self) -> int:
        """How many evaluations are waiting for one another."""
        return len(self._evaluating)

    @property
    def _evaluating(self) -> list[tuple[Any, float]]:
        if not hasattr(self._here, "stack"):
            self._here.stack = []
        return self._here.stack  # type: ignore[no-any-return]

    @contextmanager
    def evaluating(self, node: Any, frame: float) -> Iterator[None]:
        self._evaluating.append((node, frame))
        try:
            yield
        finally:
            self._evaluating.pop()
