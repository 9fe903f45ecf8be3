"""Ctrl-C and SIGTERM while the main thread waits for a run: told, so that nothing breaks off."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """How often somebody asked for the end. An exception could come anywhere, also between a call
    that was taken from its queue and its end; a number is looked at between two calls."""

    def __init__(self) -> None:
        self.count = 0

    def _one_more(self, number: int, frame: FrameType | None) -> None:
        self.count += 1


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Inside, they are counted; afterwards they do what they did before. Main thread."""
    told = Interrupts()
    before = {}
    try:
        for number in SIGNALS:
            with suppress(ValueError):  # an application whose main thread is not Python's
                before[number] = signal.signal(number, told._one_more)
        yield told
    finally:
        for number, handler in before.items():
            # None: not set by Python; what it was cannot be put back
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
