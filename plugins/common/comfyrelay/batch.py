"""The jobs of one Generate, from what is exported to what lands. Worker threads only."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from .errors import (
    JobCanceled,
    PluginError,
    RelayRefused,
    RelayUnreachable,
    ResultUnwritable,
    Stopped,
)
from .following import succeeded
from .job import Job
from .landing import Landed, Landing
from .outcomes import TOO_LATE, TOO_LATE_HINT, summary, word
from .outgoing import Outgoing
from .parts import Bundle, Part, marks
from .preparing import fit_of
from .runs import Parts, Run
from .state import State, update
from .telling import PAUSE_S, Telling

WAIT_S = 5.0  # of one long poll, if nobody else waits for the thread
SHORT_S = 0.5
LISTED = 200
ROOM = frozenset({"queue_full", "too_many_waiting"})  # there will be room when others are done


def worked(parts: Parts[Bundle], run: Run) -> Iterator[Landed | None]:
    """The work of generate and of follow: send what comes, follow it, fetch what it made."""
    first = parts.take(SHORT_S)
    while first is None:
        if parts.over:
            return
        yield None
        first = parts.take(SHORT_S)
    batch = Batch(first, parts, run)
    while not batch.over:
        yield from batch.turn()
    batch.close()


class Batch:
    """All jobs of one Generate."""

    def __init__(self, first: Bundle, parts: Parts[Bundle], run: Run) -> None:
        self._desk, self._order = first[0].desk, first[0].order
        self._run = run
        self._parts = parts
        self._relay = self._desk.relay()
        self._landing = Landing(self._relay, self._desk.settings(), self._order, run.log)
        self._telling = Telling(self._order, run, parts, self._desk.patience_s)
        self._outgoing = Outgoing(self._relay, run, self._telling.show)
        self._waiting: deque[Part] = deque(first)
        self._open: dict[int | None, tuple[Part, Job]] = {}  # as told last
        self._errors: dict[int | None, PluginError] = {}
        self._done = 0
        self._asked_to_cancel: set[str] = set()
        self._listed_at = 0.0
        self._hopeless: PluginError | None = None
        self._unseen = False  # something was there already that the node does not show
        self._words = ""  # how the plate was sent, if it was padded

    @property
    def over(self) -> bool:
        """Whether nothing is left to send or to follow."""
        through = self._parts.over or self._hopeless is not None
        return through and not self._waiting and not self._open

    def turn(self) -> Iterator[Landed | None]:
        """A bit of everything that is to be done."""
        try:
            self._collect()
            self._send()
            if self._unseen and not self._waiting:
                self._unseen = False
                yield self._landing.shown()
            yield from self._follow()
        except RelayUnreachable as error:
            self._telling.silence(error, sent=bool(self._open))
        except Stopped:
            self._run.check()
            if not self._run.canceled.is_set():
                raise
            # A cancel ended what was on its way; the next turn sees to the jobs.
        yield None

    def close(self) -> None:
        """How it all ended. Raises PluginError if it did not end well."""
        if self._order.folder is not None:
            shutil.rmtree(self._order.folder, ignore_errors=True)
        error = self._hopeless or self._summary()
        self._parts.error = None  # it is in there
        text = str(error) if error else self._landing.words + self._words
        self._keep(outcome=word(error), status=text)
        if error is not None:
            raise error
        self._telling.done(text)

    def _summary(self) -> Exception | None:
        asked, fillable = len(self._order.frames), bool(self._landing.folder)
        return summary(self._errors, self._done, asked, self._parts.error, fillable)

    # sending

    def _collect(self) -> None:
        """What the main thread has exported since."""
        idle = not self._waiting and not self._open
        bundle = self._parts.take(SHORT_S if idle else 0.0)
        while bundle is not None:
            self._waiting.extend(bundle)
            bundle = self._parts.take()

    def _send(self) -> None:
        """The first of those that wait; all of them, if they are only to be crossed off."""
        while self._waiting:
            self._send_one(self._waiting[0])
            if not self._run.canceled.is_set():
                return

    def _send_one(self, part: Part) -> None:
        try:
            if part.job_id and self._landing.has(part.job_id):
                self._unseen = not self._order.shown
                self._end(part, None)
                return
            if not part.job_id:
                self._landing.check_place()
            job = self._outgoing.sent(part)
        except (RelayUnreachable, Stopped):
            raise
        except PluginError as error:
            self._refused(part, error)
            return
        if job is None:
            self._run.pause(PAUSE_S)
            return
        self._telling.heard()
        self._waiting.popleft()
        self._open[part.frame] = (part, job)
        self._keep_job(part, job)

    def _refused(self, part: Part, error: PluginError) -> None:
        """There is no job for this part, or not yet."""
        if isinstance(error, RelayRefused) and error.code in ROOM and self._open:
            return  # the next turn tries again
        self._end(part, error)
        if not self._open and not self._done and not isinstance(error, JobCanceled):
            self._hopeless = error  # what is wrong with the first is wrong with all
            self._waiting.clear()

    # following

    def _follow(self) -> Iterator[Landed | None]:
        """See how the open jobs stand, and fetch what is done."""
        if not self._open:
            return
        self._cancel_all()
        self._telling.progress(next(iter(self._open.values()))[1], self._done)
        self._ask()
        for part, job in list(self._open.values()):
            if not job.over:
                continue
            self._run.check()  # nobody may be there any more, and a version is for somebody
            error: PluginError | None = None
            try:
                yield self._landed(part, job)
            except (RelayUnreachable, Stopped, ResultUnwritable):
                raise  # it is still on the relay
            except PluginError as why:
                error = why
            self._end(part, error)

    def _landed(self, part: Part, job: Job) -> Landed:
        if job.status == "canceled":
            raise JobCanceled("Canceled.")
        succeeded(job)
        if self._run.canceled.is_set():
            raise JobCanceled(TOO_LATE, TOO_LATE_HINT)
        self._telling.show("fetching the result")
        fit = fit_of(job)
        self._words = f", {fit.words}" if fit else ""
        return self._landing.land(job, part.frame, fit, part.files, self._run.news)

    def _ask(self) -> None:
        """The jobs as they are now; the first is waited for, the others are looked at."""
        frame, (part, job) = next(iter(self._open.items()))
        if not job.over:
            self._open[frame] = (part, self._waited(job))
        if len(self._open) > 1 and time.monotonic() - self._listed_at > SHORT_S:
            self._look_at_all()
        self._telling.heard()

    def _look_at_all(self) -> None:
        listed = self._relay.jobs(limit=LISTED, metadata=marks(self._order.key))
        over = {each.id for each in listed if each.over}
        for frame, (part, job) in list(self._open.items()):
            if job.id in over and not job.over:
                self._open[frame] = (part, self._relay.job(job.id))
        self._listed_at = time.monotonic()

    def _waited(self, job: Job) -> Job:
        more = not self._parts.over or len(self._open) > 1 or self._run.crowded()
        wait_s = 0.0 if self._waiting else SHORT_S if more else WAIT_S
        try:
            return self._relay.wait(job.id, job.rev, wait_s, self._run.news)
        except RelayRefused as error:
            if error.code == "not_found":
                return replace(job, status="expired")
            raise

    def _cancel_all(self) -> None:
        """Ask for the end of every job, once."""
        if not self._run.canceled.is_set():
            return
        for frame, (part, job) in list(self._open.items()):
            if job.id not in self._asked_to_cancel:
                self._open[frame] = (part, self._relay.cancel(job.id))
                self._asked_to_cancel.add(job.id)

    def _end(self, part: Part, error: PluginError | None) -> None:
        """This part is through."""
        if self._waiting and self._waiting[0] is part:
            self._waiting.popleft()
        self._open.pop(part.frame, None)
        with suppress(OSError):  # it tells what happened; nothing depends on it
            self._desk.journal.ended(part.key, word(error), self._landing.folder)
        if error is None:
            self._done += 1
        else:
            self._errors[part.frame] = error

    # keeping

    def _keep_job(self, part: Part, job: Job) -> None:
        """This job is ours: in the journal, and on the node."""
        if part.job_id == job.id:
            return
        with suppress(OSError):
            self._desk.journal.has_job(part.key, job.id)
        self._change(lambda state: state.with_job(part.frame, job.id))

    def _keep(self, outcome: str, status: str) -> None:
        self._change(lambda state: replace(state, outcome=outcome, status=status))

    def _change(self, change: Callable[[State], State]) -> None:
        key = self._order.key
        self._run.on_node(lambda node: update(node, key, change))
