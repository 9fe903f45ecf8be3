"""Kills processes of a running relay at random, and starts again what nobody else would."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress

import psutil

from bench.running import Running, process_of, slots_of
from relay_server.errors import StartupError

KINDS = {"slot": 6, "supervisor": 2, "relay": 1}
"""How often each is chosen."""
RESTART_S = 1.0  # a service manager's pause


class Killer:
    """Use as a context manager: at the end all that was killed runs again."""

    def __init__(self, running: Running, seed: int, every_s: float, kills: Counter[str]) -> None:
        self._running = running
        self._random = random.Random(seed)
        self._every_s = every_s
        self._kills = kills
        self._kinds = ["relay"]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._restarts: dict[int, threading.Thread] = {}

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        for thread in self._restarts.values():
            thread.join()

    def include_workers(self) -> None:
        """There are workers now."""
        self._kinds = list(KINDS)

    def _run(self) -> None:
        while not self._ended.wait(self._random.expovariate(1 / self._every_s)):
            weights = [KINDS[kind] for kind in self._kinds]
            (kind,) = self._random.choices(self._kinds, weights)
            if getattr(self, f"_kill_{kind}")():
                self._kills[kind] += 1

    def _kill_slot(self) -> bool:
        slots = [slot for worker in self._running.workers for slot in slots_of(worker)]
        if not slots:
            return False
        return _killed(self._random.choice(slots))

    def _kill_supervisor(self) -> bool:
        number = self._random.randrange(len(self._running.workers))
        if number in self._restarts and self._restarts[number].is_alive():
            return False
        if not _killed(process_of(self._running.workers[number])):
            return False
        restart = threading.Thread(target=self._restart_worker, args=(number,))
        self._restarts[number] = restart
        restart.start()
        return True

    def _kill_relay(self) -> bool:
        self._running.kill_relay()
        self._running.run(self._running.stack.start_relay())
        return True

    def _restart_worker(self, number: int) -> None:
        """Until it runs: the name belongs to the dead one until its heartbeat is old."""
        while True:
            with suppress(StartupError):
                self._running.workers[number] = self._running.start_worker(number)
                return
            if self._ended.wait(RESTART_S):
                return


def _killed(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        process.kill()
        return True
    return False
