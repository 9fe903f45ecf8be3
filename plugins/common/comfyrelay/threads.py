"""The runs of one DCC: beside its main loop, or blocking without one."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from concurrent import futures
from typing import TypeVar

from .crossing import Crossing, Inline, Posted
from .dcc import Dcc, Status
from .driver import Driver
from .errors import JobCanceled, PluginError, Stopped
from .guard import MainThread, WrongThread, working
from .interrupts import interrupts
from .pool import EXIT_S, Pool
from .runs import Run, as_plugin_error
from .threaded import Threaded

W = TypeVar("W")
S = TypeVar("S")
T = TypeVar("T")

LOG = logging.getLogger("comfyrelay")
PUMP_S = 0.2  # a wait on Windows ends for Ctrl-C only when it is over


class Threads:
    """The runs of one DCC. Made on the main thread; every method is called there."""

    def __init__(self, dcc: Dcc, pool: Pool | None = None, crossing: Crossing | None = None):
        self.closing = threading.Event()  # the application closes: end what waits for a network
        self._dcc = dcc
        self._main = MainThread()
        self._pool = pool or Pool()
        self._crossing = crossing or Posted(dcc.post)
        self._runs: dict[str, Run] = {}  # the newest of each node
        self._ending: list[Run] = []  # no node's any more; their jobs are being canceled
        self._registered = False  # to be closed with the interpreter
        self._closed = False

    def start(self, story: Threaded[W, S], uid: str, wish: W) -> Run:
        """Begin it for a node; the first turn of its snapshot is taken at once.

        It outdates the run that the node has.
        """
        run = self._begun(story, uid, self._crossing, blocking=False)
        driver = Driver(story, wish, run, self._crossing, self._pool)
        if self._closed:
            run.outdate()
        driver.step()
        return run

    def run_blocking(
        self,
        story: Threaded[W, S],
        uid: str,
        wish: W,
        heard: Callable[[Status], None] = lambda status: None,
    ) -> None:
        """Do it all on this thread. Ctrl-C and SIGTERM cancel its jobs, the second time without
        a wait for them. Raises PluginError as it ended."""
        if self._closed:
            raise Stopped("The application is closing.")
        crossing = Inline()
        run = self._begun(story, uid, crossing, blocking=True)
        run.heard = heard
        driver = Driver(story, wish, run, crossing, self._pool)
        crossing.step(driver.step)
        with interrupts() as asked:
            while not run.over.is_set():
                crossing.pump(PUMP_S)
                if asked.count > 1:
                    run.abandon()
                    raise Stopped("Stopped; what was sent goes on without us.")
                if asked.count and not run.canceled.is_set():
                    run.cancel()
                    driver.end_snapshots(JobCanceled("Canceled."))
        if run.error is not None:
            raise run.error

    def aside(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[PluginError], None] = lambda error: None,
    ) -> None:
        """An errand that is no node's: `work` on a background thread, then one of the others on
        the main thread."""

        def turn() -> bool:
            try:
                with working():
                    found = work()
            except Exception as error:  # the crossing: somebody is told
                told = as_plugin_error(error)
                LOG.info("an errand failed: %s", told, exc_info=error)
                self._crossing.hand(lambda: self._called(lambda: failed(told)))
            else:
                self._crossing.hand(lambda: self._called(lambda: then(found)))
            return False

        self._main.check()
        self._watch_exit()
        self._pool.start(turn)

    def soon(self, call: Callable[[], None]) -> None:
        """On a later turn of the main loop, in the order in which it was asked."""
        self._main.check()
        self._watch_exit()
        self._crossing.hand(lambda: self._called(call))

    def blocking(self, work: Callable[[], T]) -> T:
        """An errand on a background thread; this thread waits for it. Raises what it raises."""
        done: futures.Future[T] = futures.Future()

        def turn() -> bool:
            try:
                with working():
                    done.set_result(work())
            except Exception as error:  # noqa: BLE001  raised again by whoever waits
                done.set_exception(error)
            return False

        self._main.check()
        self._watch_exit()
        self._pool.start(turn)
        while True:
            try:
                return done.result(PUMP_S)
            except futures.TimeoutError:
                if done.done():
                    raise

    def _called(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:  # nobody is above who could show it
            LOG.exception("an errand could not be told of")

    def refuse_main(self) -> None:
        """Raises WrongThread on the main thread, where nothing may wait for a network."""
        if self._main.here:
            raise WrongThread("this waits, so it runs on a background thread only")

    def running(self, uid: str) -> Run | None:
        """The run that a node has now."""
        run = self._runs.get(uid)
        return None if run is None or run.over.is_set() or run.silent else run

    def outdate(self, uid: str) -> None:
        """Let nothing more arrive at this node: its workflow changes, it is deleted, ... What was
        canceled is canceled nevertheless."""
        self._main.check()
        run = self._runs.pop(uid, None)
        if run is not None:
            run.outdate()
            self._ending = [each for each in (*self._ending, run) if not each.over.is_set()]

    def outdate_all(self) -> None:
        """The same for every node: the scene closes. The other jobs go on without us."""
        for uid in list(self._runs):
            self.outdate(uid)

    def close(self, limit_s: float = EXIT_S) -> bool:
        """The application closes; whether all threads ended within the limit."""
        self._closed = True
        self.closing.set()
        for run in (*self._runs.values(), *self._ending):
            run.abandon()
        self._crossing.close()
        return self._pool.close(limit_s)

    def _begun(self, story: Threaded[W, S], uid: str, crossing: Crossing, blocking: bool) -> Run:
        self.outdate(uid)
        self._watch_exit()
        run = self._runs[uid] = Run(uid, story.name, self._dcc, crossing, blocking)
        run.crowded = lambda: self._pool.crowded
        return run

    def _watch_exit(self) -> None:
        if not self._registered:
            self._registered = True
            atexit.register(self.close)
