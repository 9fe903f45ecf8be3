"""The way from background threads to the main thread: few posts, nothing lost, nothing twice."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Protocol

ROUND_S = 0.25  # between two rounds of what is told: 4 a second
BUDGET_S = 0.004  # of one turn; what is left comes with the next turn of the main loop
LOG = logging.getLogger("comfyrelay")

Call = Callable[[], None]


class Crossing(Protocol):
    """Takes calls on any thread and makes them on the main thread, in their order.

    A call raises nothing. After `close` all are dropped.
    """

    def step(self, call: Call) -> None:
        """As soon as the main loop turns, one to a turn: a frame's export."""

    def hand(self, call: Call) -> None:
        """With the next round: what must not be lost."""

    def tell(self, about: Hashable, call: Call) -> None:
        """With the next round, instead of an earlier one about the same: only the last counts."""

    def close(self) -> None:
        """Make no call any more."""


class _Queue:
    """What waits to be called."""

    def __init__(self) -> None:
        self.steps: deque[Call] = deque()
        self.told: deque[tuple[Hashable | None, Call]] = deque()

    def tell(self, about: Hashable, call: Call) -> None:
        kept = (each for each in self.told if each[0] != about)
        self.told = deque([*kept, (about, call)])


class Inline:
    """For a blocking run: the thread that waits for its end calls `pump` until then."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue = _Queue()

    def step(self, call: Call) -> None:
        with self._changed:
            self._queue.steps.append(call)
            self._changed.notify_all()

    def hand(self, call: Call) -> None:
        with self._changed:
            self._queue.told.append((None, call))
            self._changed.notify_all()

    def tell(self, about: Hashable, call: Call) -> None:
        with self._changed:
            self._queue.tell(about, call)
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._queue = _Queue()

    def pump(self, wait_s: float) -> None:
        """Make the calls that there are; wait for some if there are none. Ctrl-C ends the wait."""
        with self._changed:
            if not self._queue.steps and not self._queue.told:
                self._changed.wait(wait_s)
            calls = [call for _, call in self._queue.told]
            if self._queue.steps:
                calls.append(self._queue.steps.popleft())
            self._queue.told.clear()
        for call in calls:
            call()


class Posted:
    """For a user interface. One thread posts, so that a DCC's `post` is never called on the main.

    There is at most one outstanding post. A round begins at most every ROUND_S; a turn ends when
    its budget does, and the rest of the round follows with the next turn.
    """

    def __init__(
        self, post: Callable[[Call], None], round_s: float = ROUND_S, budget_s: float = BUDGET_S
    ) -> None:
        self._post = post
        self._round_s = round_s
        self._budget_s = budget_s
        self._changed = threading.Condition()
        self._queue = _Queue()
        self._outstanding = False
        self._rest = 0  # calls of this round that are still to be made
        self._next_round = 0.0  # time.monotonic()
        self._thread: threading.Thread | None = None
        self._closed = False

    def step(self, call: Call) -> None:
        with self._changed:
            self._queue.steps.append(call)
            self._wake()

    def hand(self, call: Call) -> None:
        with self._changed:
            self._queue.told.append((None, call))
            self._wake()

    def tell(self, about: Hashable, call: Call) -> None:
        with self._changed:
            self._queue.tell(about, call)
            self._rest = min(self._rest, len(self._queue.told) - 1)  # it is none of this round's
            self._wake()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._queue = _Queue()
            self._changed.notify_all()

    # the posting thread

    def _wake(self) -> None:
        if self._closed:
            self._queue = _Queue()
        elif self._thread is None:
            self._thread = threading.Thread(
                target=self._serve, name="comfyrelay-posts", daemon=True
            )
            try:
                self._thread.start()
            except RuntimeError:  # the interpreter is closing: an ordinary case
                self._closed = True
        self._changed.notify_all()

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not self._due():
                    self._changed.wait(self._patience_s())
                if self._closed:
                    return
                self._outstanding = True
            try:
                self._post(self._turn)
            except Exception:  # a DCC that closes may refuse in its own way
                LOG.exception("the DCC takes no more calls")
                self.close()
                return

    def _due(self) -> bool:
        if self._outstanding:
            return False
        late = bool(self._queue.told) and time.monotonic() >= self._next_round
        return bool(self._queue.steps) or self._rest > 0 or late

    def _patience_s(self) -> float | None:
        if self._outstanding or not self._queue.told:
            return None
        return max(0.0, self._next_round - time.monotonic())

    # the main thread

    def _turn(self) -> None:
        with self._changed:
            step = self._queue.steps.popleft() if self._queue.steps else None
            now = time.monotonic()
            if not self._rest and now >= self._next_round:
                self._rest = len(self._queue.told)
                self._next_round = now + self._round_s
        try:
            if step:
                step()
            self._make_calls()
        finally:
            with self._changed:
                self._outstanding = False
                self._changed.notify_all()

    def _make_calls(self) -> None:
        end = time.monotonic() + self._budget_s
        while True:
            with self._changed:
                if self._rest <= 0 or not self._queue.told:
                    self._rest = 0
                    return
                self._rest -= 1
                _, call = self._queue.told.popleft()
            call()
            if time.monotonic() >= end:
                return
