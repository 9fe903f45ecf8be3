"""One run of a story for a node: what its work may ask and tell, and what reaches the node."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from .crossing import Crossing
from .dcc import ACTIVE, CALM, ERROR, Dcc, Node, Status
from .errors import JobCanceled, PluginError, Stopped
from .writing import disk_error

S = TypeVar("S")
LOG = logging.getLogger("comfyrelay")
BEING_CANCELED = Status("canceling", ACTIVE)
BUG_HINT = "This is a bug: the node's log has the details. Copy the report and send it."


class Parts(Generic[S]):
    """What snapshots made and the work takes. Any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._parts: deque[S] = deque()
        self._closed = False
        self.error: Exception | None = None  # what ended the snapshots early

    @property
    def closed(self) -> bool:
        """Whether nothing comes any more; what was put may still be there to take."""
        return self._closed

    @property
    def over(self) -> bool:
        """Whether nothing comes any more and nothing is left."""
        with self._changed:
            return self._closed and not self._parts

    def put(self, part: S) -> None:
        """One more."""
        with self._changed:
            self._parts.append(part)
            self._changed.notify_all()

    def close(self, error: Exception | None = None) -> None:
        """No more, because it is complete or because of an error."""
        with self._changed:
            self.error = self.error or error
            self._closed = True
            self._changed.notify_all()

    def take(self, wait_s: float = 0.0) -> S | None:
        """The next one; None if none came within the time, or none will come any more."""
        with self._changed:
            if not self._parts and not self._closed:
                self._changed.wait(wait_s)
            return self._parts.popleft() if self._parts else None


class Run:
    """A story on its way. Methods may be called on any thread, if they do not say otherwise.

    What it tells arrives at the node as long as the run is the node's newest: a run that was
    outdated by another, by a change of the workflow or by the closing scene stays silent.
    """

    def __init__(self, uid: str, story: str, dcc: Dcc, crossing: Crossing, blocking: bool) -> None:
        self.uid = uid
        self.story = story
        self.blocking = blocking
        self.stop = threading.Event()  # end at once, and silently
        self.canceled = threading.Event()  # the artist wants it to end: say how it went
        self.ending = threading.Event()  # either of them
        self.over = threading.Event()
        self.silent = False  # nothing of it arrives any more
        self.error: PluginError | None = None  # what it ended with
        self.heard: Callable[[Status], None] = lambda status: None  # a blocking run's progress
        self.crowded: Callable[[], bool] = lambda: False  # whether other runs wait for a thread
        self.ended = False  # whether its end is on its way
        self._dcc = dcc
        self._crossing = crossing

    def cancel(self) -> None:
        """The artist wants it to end."""
        self.canceled.set()
        self.ending.set()

    def outdate(self) -> None:
        """Let nothing of it arrive any more, and have its work end soon. One that was canceled goes
        on until its jobs have ended: so it was asked for, whatever the node does now."""
        self.silent = True
        if not self.canceled.is_set():
            self.abandon()

    def abandon(self) -> None:
        """Let nothing of it arrive any more, and have its work end at once."""
        self.silent = True
        self.stop.set()
        self.ending.set()

    def check(self) -> None:
        """Raises Stopped if this run is to end at once."""
        if self.stop.is_set():
            raise Stopped("Nobody waits for this any more.")

    def pause(self, wait_s: float) -> None:
        """Wait, but no longer than until somebody wants it to end."""
        self.news.wait(wait_s)

    @property
    def news(self) -> threading.Event:
        """Set when somebody wants it to end, who did not when this was asked for."""
        return self.stop if self.canceled.is_set() else self.ending

    @property
    def busy(self) -> bool:
        """Main thread: whether the DCC renders, which may not be disturbed. A blocking run is asked
        for by whatever goes on, so it does not wait for that."""
        return not self.blocking and bool(self._dcc.busy())

    # to the node

    def show(self, status: Status) -> None:
        """Show this on the node soon; only the last of several is."""
        self.heard(self._now(status))
        told = (id(self), "status")
        self._crossing.tell(told, lambda: self.arrive(lambda node: node.show(self._now(status))))

    def _now(self, status: Status) -> Status:
        """What goes on is being canceled since the artist wants it to end; also what was told a
        moment before that."""
        going_on = status.mood == ACTIVE and not status.exporting
        return BEING_CANCELED if going_on and self.canceled.is_set() else status

    def log(self, text: str) -> None:
        """Add this to the node's log."""
        self._crossing.hand(lambda: self.arrive(lambda node: node.log(text)))

    def on_node(self, act: Callable[[Node], None]) -> None:
        """Do this on the main thread with the node as it is then; in order, and never twice."""
        self._crossing.hand(lambda: self.arrive(act))

    def arrive(self, act: Callable[[Node], None]) -> None:
        """Main thread: do this now, unless the run is outdated or the node is gone."""
        try:
            act(self.node())
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001  a skin's bug: the artist sees it on the node
            self.fail(error, now=True)

    def node(self) -> Node:
        """Main thread: the node as it is now. Raises Stopped if the run is outdated, or the node
        deleted or its scene closed, which are ordinary cases."""
        if self.silent:
            raise Stopped("Nobody waits for this any more.")
        node = self._dcc.node(self.uid)
        if node is None:
            LOG.info("node %s is gone; %s goes on without it", self.uid, self.story)
            self.outdate()
            raise Stopped("The node is gone.")
        return node

    # its end

    def finish(self) -> None:
        """All went well."""
        self.ended = True
        self._crossing.hand(self.over.set)

    def fail(self, error: BaseException, now: bool = False) -> None:
        """End it with an error, which the node shows with its hint; any thread.

        `now`: this is the main thread.
        """
        if self.error is None and not isinstance(error, Stopped):
            self.error = told = as_plugin_error(error)
            self.heard(failed_status(told))
            if told is not error:
                LOG.error("%s failed\n%s", self.story, told.detail)
            if now:
                self._show_failure(told)
            else:
                self._crossing.tell((id(self), "status"), lambda: self._show_failure(told))
        self.finish()

    def _show_failure(self, error: PluginError) -> None:
        try:
            node = None if self.silent else self._dcc.node(self.uid)
            if node is not None:
                show_error(node, error)
        except Exception:  # the node cannot even show that: the DCC's own console can
            LOG.exception("%s could not be shown as failed", self.story)


def as_plugin_error(error: BaseException) -> PluginError:
    """The error as an artist may see it."""
    if isinstance(error, PluginError):
        return error
    if isinstance(error, OSError) and error.filename:
        return disk_error(error)
    said = str(error) or type(error).__name__
    told = PluginError(f"Something unexpected happened: {said}", BUG_HINT, code="unexpected")
    told.detail = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return told


def show_error(node: Node, error: PluginError) -> None:
    """Main thread: the sentence on the node; in its log also what to do next, and the detail."""
    status = failed_status(error)
    node.show(status)
    node.log("\n".join(text for text in (status.text, status.hint, error.detail) if text))


def failed_status(error: PluginError) -> Status:
    """What a node shows of an error. A cancel is none."""
    if isinstance(error, JobCanceled):
        return Status(str(error), CALM, hint=error.hint)
    return Status(str(error), ERROR, hint=error.hint)
