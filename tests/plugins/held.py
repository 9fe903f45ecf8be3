"""How long other threads have to wait for the interpreter while something runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

RUNS = 200  # at most


def longest_hold_s(work: Callable[[], object], enough_s: float) -> float:
    """The longest wait in the best of many runs, the first below `enough_s` being good enough: a
    busy machine adds to a wait, and never takes away from one."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # what is left is what nothing interrupts
    best = float("inf")
    try:
        for _ in range(RUNS):
            best = min(best, _longest_wait_s(work))
            if best < enough_s:
                break
        return best
    finally:
        sys.setswitchinterval(before)


def _longest_wait_s(work: Callable[[], object]) -> float:
    done = threading.Event()

    def run() -> None:
        try:
            work()
        finally:
            done.set()

    longest = 0.0
    thread = threading.Thread(target=run)
    thread.start()
    while not done.is_set():
        start = time.perf_counter()
        time.sleep(0.0002)  # gives the interpreter away, and has to get it back
        longest = max(longest, time.perf_counter() - start)
    thread.join()
    return longest
