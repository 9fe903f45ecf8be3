"""One run on its way through the three phases."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Generic, TypeVar

from .crossing import Crossing
from .dcc import Node
from .errors import JobCanceled
from .guard import working
from .pool import Pool
from .runs import Parts, Run
from .threaded import Threaded

W = TypeVar("W")
S = TypeVar("S")


class Driver(Generic[W, S]):
    """Takes one run through its phases."""

    def __init__(
        self,
        story: Threaded[W, S],
        wish: W,
        run: Run,
        crossing: Crossing,
        pool: Pool,
    ) -> None:
        self._story = story
        self._run = run
        self._crossing = crossing
        self._pool = pool
        self._parts: Parts[S] = Parts()
        self._wish = wish
        self._snapshot: Generator[S | None, Node, None] | None = None
        self._work = story.works(self._parts, run)
        self._began = False
        self._worked = False  # the work is through
        self._landed: Any = None  # what came last, and is not applied

    # the main thread

    def step(self) -> None:
        """One turn of the snapshot."""
        if self._parts.closed or self._worked:  # Ctrl-C, or the work gave up
            self.end_snapshots(None)
            return
        try:
            part = self._next_part()
        except StopIteration:
            self.end_snapshots(None)
        except JobCanceled as error:  # also the progress bar's: what was sent already ends too
            self._run.cancel()
            self.end_snapshots(error)
        except Exception as error:  # noqa: BLE001  the crossing: the node shows it
            self.end_snapshots(error)
        else:
            if part is not None:
                self._parts.put(part)
                self._begin_work()
            self._crossing.step(self.step)

    def _next_part(self) -> S | None:
        self._run.check()
        if self._run.canceled.is_set():
            raise JobCanceled("Canceled.")
        node = self._run.node()
        if self._snapshot is None:
            self._snapshot = self._story.snapshot(node, self._wish, self._run)
            return next(self._snapshot)
        return self._snapshot.send(node)

    def end_snapshots(self, error: Exception | None) -> None:
        """What was sent already goes its way; the error is told when that is done."""
        if self._snapshot is not None:
            self._snapshot.close()
        self._parts.close(error)
        if not self._began and not self._run.ended:
            self._end(error)

    def _begin_work(self) -> None:
        if not self._began:
            self._began = True
            self._pool.start(self._turn)

    def _end(self, error: BaseException | None) -> None:
        self._worked = True
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
            self._run.on_node(lambda node: self._take(node, landed))
        return True

    # the main thread again

    def _take(self, node: Node, landed: Any) -> None:
        self._landed = landed
        self._apply(node)

    def _apply(self, node: Node) -> None:
        """What reads the scene, as a render does, is let be: the last that came waits until it is
        through, and stands for all before."""
        if self._landed is None:
            return
        if self._run.busy:
            self._run.on_node(self._apply)
            return
        landed, self._landed = self._landed, None
        self._story.applies(node, landed, self._run)
