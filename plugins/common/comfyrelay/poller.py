"""Jobs that many threads wait for, followed by one: that one alone asks the relay.

Its thread lives while somebody waits. What a list tells is asked of the list; in full are asked for
those that ended, and a few of the others, so that their progress is seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .errors import PluginError, RelayRefused, RelayUnreachable
from .job import Job, status_line
from .relay import Relay
from .stopping import Patience, StopFlags
from .telling import AWAY

LOOK_S = 0.25  # between two looks
TELL_S = 0.2  # between two of a waiting thread's looks at what is known
LISTED = 200
ASKED = 4  # jobs that go on, in each look
BUG_HINT = "This is a bug. Send what the item's log has."

Told = Callable[[str, "float | None"], None]
"""Called with a status line and a progress of 0 to 1, on the thread that waits."""


@dataclass
class _Wait:
    """One job that somebody waits for."""

    job: Job  # as told last
    uid: str
    asked: int = 0  # in which look it was asked for in full
    away: bool = False
    error: PluginError | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def tell(self, told: Told) -> None:
        told(AWAY if self.away else status_line(self.job), self.job.progress)

    def end(self, error: PluginError | None = None) -> None:
        self.error = error
        self.over.set()


class Poller:
    """Any number of threads may use it at once."""

    def __init__(self, relay: Relay, patience_s: float) -> None:
        self._relay = relay
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._waits: list[_Wait] = []
        self._serving = False
        self._closing = threading.Event()
        self._looks = 0

    def followed(self, job: Job, uid: str, stop: threading.Event, told: Told) -> Job:
        """The job when it is over. `uid`: of the node, which the job's metadata has. Blocks.

        Raises Stopped, RelayUnreachable when patience ends, and what else the relay refuses.
        """
        wait = _Wait(job, uid)
        self._add(wait)
        try:
            while not wait.over.wait(TELL_S):
                StopFlags.check_one(stop)
                wait.tell(told)
        finally:
            with self._lock:
                self._waits.remove(wait)
        if wait.error is not None:
            raise wait.error
        return wait.job

    def close(self) -> None:
        """Follow nothing any more; who waits gets Stopped."""
        self._closing.set()

    def _add(self, wait: _Wait) -> None:
        with self._lock:
            self._waits.append(wait)
            if not self._serving:
                self._serving = True
                threading.Thread(target=self._serve, name="comfyrelay-poller", daemon=True).start()

    # its thread

    def _serve(self) -> None:
        patience = Patience(self._closing, self._patience_s)
        while waits := self._open():
            try:
                with self._relay.stoppable(self._closing):
                    self._look(waits)
                patience.renew()
                self._closing.wait(LOOK_S)
            except RelayUnreachable as error:
                self._away(waits, error, patience)
            except PluginError as error:
                _end_all(waits, error)
            except Exception as error:  # noqa: BLE001  the end of a thread: who waits tells it
                _end_all(waits, PluginError(f"{type(error).__name__}: {error}", BUG_HINT, "bug"))

    def _open(self) -> Sequence[_Wait]:
        """What is not over; once nothing is, the thread ends."""
        with self._lock:
            found = [each for each in self._waits if not each.over.is_set()]
            self._serving = bool(found)
            return found

    def _look(self, waits: Sequence[_Wait]) -> None:
        self._looks += 1
        listed = {
            job.id: job
            for uid in {each.uid for each in waits}
            for job in self._relay.jobs(LISTED, metadata={"uid": uid})
        }
        ended = [each for each in waits if each.job.over or _is_over(listed.get(each.job.id))]
        others = sorted((each for each in waits if each not in ended), key=_rank)[:ASKED]
        for each in [*ended, *others]:
            self._ask(each)

    def _ask(self, wait: _Wait) -> None:
        wait.asked, wait.away = self._looks, False
        try:
            wait.job = self._relay.job(wait.job.id)
        except RelayRefused as error:
            if error.code != "not_found":
                wait.end(error)
                return
            wait.job = replace(wait.job, status="expired")
        if wait.job.over:
            wait.end()

    def _away(self, waits: Sequence[_Wait], error: RelayUnreachable, patience: Patience) -> None:
        for each in waits:
            each.away = True
        try:
            if not patience.again():
                _end_all(waits, error)
        except PluginError as stopped:
            _end_all(waits, stopped)


def _is_over(listed: Job | None) -> bool:
    return listed is not None and listed.over


def _rank(wait: _Wait) -> int:
    return wait.asked


def _end_all(waits: Sequence[_Wait], error: PluginError) -> None:
    for each in waits:
        each.end(error)
