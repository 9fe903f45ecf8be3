"""A few background threads that take turns at the work of many runs."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

SIZE = 6
EXIT_S = 2.0
LOG = logging.getLogger("comfyrelay")

Turn = Callable[[], bool]
"""Does a piece of work; whether there is more. It raises nothing."""


class Pool:
    """Named daemon threads, started when there is work for them, and never more than `size`.

    More runs than threads take turns: a turn that is not the last goes behind the others.
    """

    def __init__(self, size: int = SIZE, name: str = "comfyrelay") -> None:
        self._size = size
        self._name = name
        self._changed = threading.Condition()
        self._waiting: deque[Turn] = deque()
        self._busy = 0
        self._threads: list[threading.Thread] = []
        self._closed = False

    @property
    def crowded(self) -> bool:
        """Whether somebody waits, or the next one would: keep turns short."""
        return len(self._waiting) + self._busy >= self._size

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        with self._changed:
            return not self._waiting and not self._busy

    def start(self, turn: Turn) -> None:
        """Begin this work, ahead of all that only goes on. Any thread; after `close` nothing."""
        with self._changed:
            if self._closed:
                return
            self._waiting.appendleft(turn)
            needed = min(self._size, self._busy + len(self._waiting))
            if len(self._threads) < needed:
                self._add_thread()
            self._changed.notify()

    def close(self, limit_s: float = EXIT_S) -> bool:
        """Begin nothing more and wait for turns that run; whether all ended within the limit."""
        end = time.monotonic() + limit_s
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _add_thread(self) -> None:
        name = f"{self._name}-{len(self._threads) + 1}"
        thread = threading.Thread(target=self._serve, name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is closing: an ordinary case
            self._waiting.clear()
            return
        self._threads.append(thread)

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                turn = self._waiting.popleft()
                self._busy += 1
            more = self._taken(turn)
            with self._changed:
                self._busy -= 1
                if more and not self._closed:
                    self._waiting.append(turn)

    def _taken(self, turn: Turn) -> bool:
        try:
            return turn()
        except Exception:  # the end of a thread: nobody is above who could tell it
            LOG.exception("a turn failed")
            return False
