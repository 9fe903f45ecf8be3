"""How long other threads have to wait for the interpreter while something runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

RUNS = 200  # at most


class Ticks:
    """A thread that always wants to run. What it waited for is time in which the thread that made
    it worked and let nobody else; that other programs took the processor does not count."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._clock = time.pthread_getcpuclockid(threading.get_ident())
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        before = time.clock_gettime(self._clock)
        while not self._over.is_set():
            time.sleep(0.0002)  # gives the interpreter away, and has to get it back
            now = time.clock_gettime(self._clock)
            self.longest_s = max(self.longest_s, now - before)
            before = now

    def __enter__(self) -> Ticks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def longest_hold_s(work: Callable[[], object], enough_s: float) -> float:
    """The longest wait in the best of many runs, the first below `enough_s` being good enough: a
    busy machine adds to a wait, and never takes away from one."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # what is left is what nothing interrupts
    best = float("inf")
    try:
        for _ in range(RUNS):
            with Ticks() as ticks:
                work()
            best = min(best, ticks.longest_s)
            if best < enough_s:
                break
        return best
    finally:
        sys.setswitchinterval(before)
