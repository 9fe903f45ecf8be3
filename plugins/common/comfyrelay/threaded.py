"""`@threaded`: a story in three plain functions, and the crossings between them.

    @threaded
    def generate(node, wish, run):        # 1. snapshot, on the main thread
        node = yield what_was_read(node)  #    each yield ends a turn of the main loop

    @generate.work
    def work(parts, run):                 # 2. on a background thread; never the DCC
        part = parts.take()
        yield what_came(part)             #    each yield lets others have the thread

    @generate.apply
    def apply(node, landed, run):         # 3. on the main thread again, for all that came
        node.place(landed)

What a snapshot yields goes to the work, what the work yields to apply; None ends a turn only. A
snapshot gets the node anew for each turn, for the object of the turn before may be dead.
Errors of any phase become the node's status.

`Threads.start` does it beside a main loop. `Threads.run_blocking` holds the calling thread, which
is the main one, until all is done: the same functions in the same order. The work has a thread of
its own there too, for Ctrl-C ends whatever it meets.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, Generic, Optional, TypeVar

from .dcc import Node
from .runs import Parts, Run

W = TypeVar("W")
S = TypeVar("S")

Snapshot = Callable[[Node, W, Run], Generator[Optional[S], Node, None]]
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
