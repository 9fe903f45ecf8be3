"""The main thread's turns: what was posted to it runs when the test pumps."""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

from .session import breach

PATIENCE_S = 180.0  # of a test: a machine that is slow is not wrong
NOT_GUI = "Invalid function call in non-gui mode"


class Turn(NamedTuple):
    """One callable that ran in the main loop."""

    name: str
    took_ms: float


class MainLoop:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.turns: list[Turn] = []
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()

    @property
    def longest_ms(self) -> float:
        """The longest that one callable kept the main thread."""
        return max((turn.took_ms for turn in self.turns), default=0.0)

    def pump(self) -> int:
        """One turn: run all that stands posted now, and say how many that was."""
        count = self._posted.qsize()
        for _ in range(count):
            self.run(self._posted.get_nowait())
        return count

    def pump_until(self, condition: Callable[[], Any], timeout_s: float = PATIENCE_S) -> None:
        """Turn until the condition holds; AssertionError if it does not in time."""
        ends = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > ends:
                raise AssertionError(f"not within {timeout_s:g} s: {self.app.problems()}")
            try:
                self.run(self._posted.get(timeout=0.02))
            except queue.Empty:
                continue

    def post(self, call: Any, args: Any = (), kwargs: Any = None) -> None:
        """nuke.executeInMainThread: any thread, never waits; what is raised is only printed."""
        self._refuse_without_interface()
        if self.app.is_main_thread() and not self.app.post_from_main:
            wrong = "executeInMainThread on the main thread: Nuke's documentation says it hangs"
            raise breach(RuntimeError(wrong))
        self._posted.put(_bound(call, args, kwargs))

    def post_and_wait(self, call: Any, args: Any = (), kwargs: Any = None) -> Any:
        """nuke.executeInMainThreadWithResult: None if the callable raised, which is printed."""
        self._refuse_without_interface()
        if self.app.is_main_thread():
            wrong = "executeInMainThreadWithResult on the main thread hangs Nuke"
            raise breach(RuntimeError(wrong))
        done, results = threading.Event(), []
        run = _bound(call, args, kwargs)

        def carried() -> None:
            try:
                results.append(run())
            finally:
                done.set()

        self._posted.put(carried)
        done.wait()
        return results[0] if results else None

    def _refuse_without_interface(self) -> None:
        if not self.app.gui:
            raise RuntimeError(NOT_GUI)

    def run(self, call: Callable[[], Any], name: str = "") -> None:
        """Now, on the main thread, and timed; what is raised is only printed."""
        begun = time.perf_counter()
        try:
            call()
        except Exception:  # noqa: BLE001  printed, as Nuke does; a test asks for `errors`
            self.app.errors.append(traceback.format_exc())
            traceback.print_exc(file=sys.stderr)
        took_ms = (time.perf_counter() - begun) * 1000
        self.turns.append(Turn(name or getattr(call, "__qualname__", ""), took_ms))


def _bound(call: Any, args: Any, kwargs: Any) -> Callable[[], Any]:
    """Arguments that are no tuple are one argument."""
    arguments = args if isinstance(args, tuple) else (args,)

    def bound() -> Any:
        return call(*arguments, **(kwargs or {}))

    bound.__qualname__ = getattr(call, "__qualname__", repr(call))
    return bound
