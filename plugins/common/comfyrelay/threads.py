"""`@threaded`: a story in three plain functions, and the crossings between them.

    @threaded
    def generate(node, wish, run):        # 1. snapshot, on the main thread
        yield what_was_read(node)         #    each yield ends a turn of the main loop

    @generate.work
    def work(parts, run):                 # 2. on a background thread; never the DCC
        part = parts.take()
        yield what_came(part)             #    each yield lets others have the thread

    @generate.apply
    def apply(node, landed, run):         # 3. on the main thread again, for all that came
        node.place(landed)

What a snapshot yields goes to the work, what the work yields to apply; None ends a turn only.
Errors of any phase become the node's status. `start` does it beside a main loop; `run_blocking`
holds the calling thread, which is the main one, until all is done: the same functions in the same
order. The work has a thread of its own there too, for Ctrl-C ends whatever it meets.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Generator, Iterator
from typing import Any, Generic, Optional, TypeVar

from .crossing import Crossing, Inline, Posted
from .dcc import Dcc, Node, Status
from .errors import JobCanceled, NodeChanged, Stopped
from .guard import MainThread, working
from .pool import EXIT_S, Pool
from .runs import Parts, Run

PUMP_S = 0.2  # a wait on Windows ends for Ctrl-C only when it is over

W = TypeVar("W")
S = TypeVar("S")

Snapshot = Callable[[Node, W, Run], Iterator[Optional[S]]]
Work = Callable[[Parts[S], Run], Iterator[Optional[Any]]]
Apply = Callable[[Node, Any, Run], None]


class Threaded(Generic[W, S]):
    """A story. W is what is wished for, S a part that a snapshot made."""

    def __init__(self, snapshot: Snapshot[W, S]) -> None:
        self.name = snapshot.__name__
        self.snapshot = snapshot
        self.works: Work[S] = lambda parts, run: iter(())
        self.applies: Apply = lambda node, landed, run: None

    def work(self, function: Work[S]) -> Work[S]:
        """Decorates the second phase."""
        self.works = function
        return function

    def apply(self, function: Apply) -> Apply:
        """Decorates the third phase."""
        self.applies = function
        return function


def threaded(snapshot: Snapshot[W, S]) -> Threaded[W, S]:
    """Decorates the first phase of a story, and gives it the other two."""
    return Threaded(snapshot)


class Threads:
    """The runs of one DCC. Made on the main thread; every method is called there."""

    def __init__(self, dcc: Dcc, pool: Pool | None = None, crossing: Crossing | None = None):
        self._dcc = dcc
        self._main = MainThread()
        self._pool = pool or Pool()
        self._crossing = crossing or Posted(dcc.post)
        self._runs: dict[str, Run] = {}  # the newest of each node
        self._registered = False  # to be closed with the interpreter
        self._closed = False

    def start(self, story: Threaded[W, S], uid: str, wish: W) -> Run:
        """Begin it for a node; the first turn of its snapshot is taken at once.

        It outdates the run that the node has.
        """
        run = self._begun(story, uid, self._crossing, blocking=False)
        driver = _Driver(story, wish, run, self._dcc, self._crossing, self._pool)
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
        """Do it all on this thread. Ctrl-C cancels the job. Raises PluginError as it ended."""
        if self._closed:
            raise Stopped("The application is closing.")
        crossing = Inline()
        run = self._begun(story, uid, crossing, blocking=True)
        run.heard = heard
        driver = _Driver(story, wish, run, self._dcc, crossing, self._pool)
        crossing.step(driver.step)
        while not run.over.is_set():
            try:
                crossing.pump(PUMP_S)
            except KeyboardInterrupt:
                if run.canceled.is_set():  # the second one means it
                    run.outdate()
                    raise
                run.cancel()
                driver.end_snapshots(JobCanceled("Canceled."))
        if run.error is not None:
            raise run.error

    def running(self, uid: str) -> Run | None:
        """The run that a node has now."""
        run = self._runs.get(uid)
        return None if run is None or run.over.is_set() or run.stop.is_set() else run

    def cancel(self, uid: str) -> bool:
        """Ask the node's run to end; whether it has one."""
        self._main.check()
        run = self.running(uid)
        if run is not None:
            run.cancel()
        return run is not None

    def outdate(self, uid: str) -> None:
        """Let nothing more arrive at this node: its workflow changes, it is deleted, ..."""
        self._main.check()
        run = self._runs.pop(uid, None)
        if run is not None:
            run.outdate()

    def outdate_all(self) -> None:
        """The same for every node: the scene closes. The jobs go on without us."""
        for uid in list(self._runs):
            self.outdate(uid)

    def close(self, limit_s: float = EXIT_S) -> bool:
        """The application closes; whether all threads ended within the limit."""
        self._closed = True
        for run in list(self._runs.values()):
            run.outdate()
        self._crossing.close()
        return self._pool.close(limit_s)

    def _begun(self, story: Threaded[W, S], uid: str, crossing: Crossing, blocking: bool) -> Run:
        self.outdate(uid)
        if not self._registered:
            self._registered = True
            atexit.register(self.close)
        run = self._runs[uid] = Run(uid, story.name, self._dcc, crossing, blocking)
        run.crowded = lambda: self._pool.crowded
        return run


class _Driver(Generic[W, S]):
    """Takes one run through its phases."""

    def __init__(
        self,
        story: Threaded[W, S],
        wish: W,
        run: Run,
        dcc: Dcc,
        crossing: Crossing,
        pool: Pool,
    ) -> None:
        self._story = story
        self._run = run
        self._dcc = dcc
        self._crossing = crossing
        self._pool = pool
        self._parts: Parts[S] = Parts()
        self._snapshot = self._snapshots(wish)
        self._work = story.works(self._parts, run)
        self._began = False

    # the main thread

    def _snapshots(self, wish: W) -> Generator[S | None, None, None]:
        node = self._dcc.node(self._run.uid)
        if node is None:
            raise NodeChanged("The node is gone.")
        yield from self._story.snapshot(node, wish, self._run)

    def step(self) -> None:
        """One turn of the snapshot."""
        if self._parts.closed:  # Ctrl-C came between
            return
        try:
            self._run.check()
            if self._run.canceled.is_set():
                raise JobCanceled("Canceled.")
            part = next(self._snapshot)
        except StopIteration:
            self.end_snapshots(None)
        except Exception as error:  # noqa: BLE001  the crossing: the node shows it
            self.end_snapshots(error)
        else:
            if part is not None:
                self._parts.put(part)
                self._begin_work()
            self._crossing.step(self.step)

    def end_snapshots(self, error: Exception | None) -> None:
        """What was sent already goes its way; the error is told when that is done."""
        self._snapshot.close()
        self._parts.close(error)
        if not self._began:
            self._end(error)

    def _begin_work(self) -> None:
        if not self._began:
            self._began = True
            self._pool.start(self._turn)

    def _end(self, error: BaseException | None) -> None:
        if error is None:
            self._run.finish()
        else:
            self._run.fail(error)

    # the other thread

    def _turn(self) -> bool:
        """One turn of the work; whether there is more."""
        try:
            with working():
                self._run.check()
                landed = next(self._work)
        except StopIteration:
            self._end(self._parts.error)
            return False
        except Exception as error:  # noqa: BLE001  the crossing: the node shows it
            self._end(error)
            return False
        if landed is not None:
            self._run.on_node(lambda node: self._story.applies(node, landed, self._run))
        return True


__all__ = ["Parts", "Run", "Stopped", "Threaded", "Threads", "threaded"]
