"""The main thread's turns: what was posted to it, and who is called while it is idle."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, NamedTuple

from .callbacks import tell
from .errors import OperationFailed
from .session import WrongThread, breach

PATIENCE_S = 180.0  # of a test: a machine that is slow is not wrong
_TURN_S = 0.005  # how long a pump waits for others between two turns


class Turn(NamedTuple):
    """One callable that ran in the main loop."""

    name: str
    took_ms: float


class MainLoop:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.turns: list[Turn] = []
        self.idle: list[Callable[[], None]] = []  # called each turn
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()

    @property
    def longest_ms(self) -> float:
        """The longest that one callable kept the main thread."""
        return max((turn.took_ms for turn in self.turns), default=0.0)

    def pump(self) -> int:
        """One turn: all that stands posted now, then who is called while idle. Says how many."""
        count = self._posted.qsize()
        for _ in range(count):
            self.run(self._posted.get_nowait())
        called = list(self.idle)
        for call in called:
            if call in self.idle:
                self.run(call)
        return count + len(called)

    def pump_until(self, condition: Callable[[], Any], timeout_s: float = PATIENCE_S) -> None:
        """Turn until the condition holds; AssertionError if it does not in time."""
        ends = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > ends:
                raise AssertionError(f"not within {timeout_s:g} s: {self.app.problems()}")
            with suppress(queue.Empty):
                self.run(self._posted.get(timeout=_TURN_S))
            self.pump()

    def run(self, call: Callable[[], Any], name: str = "") -> None:
        """Now, on the main thread, and timed; what is raised is only printed."""
        begun = time.perf_counter()
        try:
            call()
        except Exception:  # noqa: BLE001  printed, as Houdini does; a test asks for `errors`
            tell(self.app)
        took_ms = (time.perf_counter() - begun) * 1000
        self.turns.append(Turn(name or getattr(call, "__qualname__", ""), took_ms))

    # hou.ui

    def add(self, callback: Callable[[], None]) -> None:
        self.idle.append(callback)

    def remove(self, callback: Callable[[], None]) -> None:
        if callback not in self.idle:
            raise OperationFailed("The event loop callback was not registered")
        self.idle.remove(callback)

    def post(self, callback: Callable[[], None]) -> None:
        if not self.app.is_main_thread() and not self.app.post_from_threads:
            wrong = "hou.ui.postEventCallback off the main thread: nobody says that it may be"
            raise breach(WrongThread(wrong))
        self._posted.put(callback)

    # hdefereval

    def defer(self, code: Any, *args: Any, **kwargs: Any) -> None:
        """hdefereval.executeDeferred: from any thread, never waits."""
        self._posted.put(self._bound(code, args, kwargs))

    def defer_after_waiting(self, code: Any, num_waits: int, *args: Any, **kwargs: Any) -> None:
        """hdefereval.executeDeferredAfterWaiting: as many turns later."""
        if num_waits > 0:
            self._posted.put(lambda: self.defer_after_waiting(code, num_waits - 1, *args, **kwargs))
        else:
            self.defer(code, *args, **kwargs)

    def defer_and_wait(self, code: Any, *args: Any, **kwargs: Any) -> Any:
        """hdefereval.executeInMainThreadWithResult: what is raised comes back to the caller."""
        if self.app.is_main_thread():
            raise breach(
                RuntimeError("executeInMainThreadWithResult on the main thread hangs Houdini")
            )
        done, results, errors = threading.Event(), [], []
        run = self._bound(code, args, kwargs)

        def carried() -> None:
            try:
                results.append(run())
            except Exception as error:  # noqa: BLE001  raised again on the thread that asked
                errors.append(error)
            finally:
                done.set()

        self._posted.put(carried)
        done.wait()
        if errors:
            raise errors[0]
        return results[0]

    def _bound(self, code: Any, args: Any, kwargs: Any) -> Callable[[], Any]:
        if isinstance(code, str):
            return lambda: self.app.run_python(code, {}, "<deferred>")
        return lambda: code(*args, **kwargs)

    def hdefereval(self) -> ModuleType:
        """The module, which exists only with a user interface."""
        module = ModuleType("hdefereval", "A fake.")
        for name, call in {
            "executeDeferred": self.defer,
            "execute_deferred": self.defer,
            "executeDeferredAfterWaiting": self.defer_after_waiting,
            "executeInMainThreadWithResult": self.defer_and_wait,
            "execute_in_main_thread_with_result": self.defer_and_wait,
        }.items():
            setattr(module, name, call)
        return module
