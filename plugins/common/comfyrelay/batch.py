"""The jobs of one Generate, from what is exported to what lands. Worker threads only."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from .dcc import ACTIVE, DONE, WARNING, Status
from .errors import JobCanceled, PluginError, RelayRefused, RelayUnreachable, Stopped
from .job import Job, status_line
from .landing import Landed, Landing
from .outcomes import TOO_LATE, TOO_LATE_HINT, error_of, summary, word
from .outgoing import Outgoing, fit_of
from .parts import Bundle, Part, marks
from .runs import Parts, Run
from .state import State, update

WAIT_S = 5.0  # of one long poll, if nobody else waits for the thread
SHORT_S = 0.5
PAUSE_S = 0.5  # before a relay that did not answer is asked again
LISTED = 200
ROOM = frozenset({"queue_full", "too_many_waiting"})  # there will be room when others are done
AWAY = "The relay does not answer. The job goes on without us."
AWAY_HINT = "It is asked again and again; `python -m comfyrelay doctor` says more."


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
        self._landing = Landing(self._relay, self._desk.settings(), self._order)
        self._outgoing = Outgoing(self._relay, run, self._show)
        self._waiting: deque[Part] = deque(first)
        self._open: dict[int | None, tuple[Part, Job]] = {}  # as told last
        self._errors: dict[int | None, PluginError] = {}
        self._done = 0
        self._asked_to_cancel: set[str] = set()
        self._silent_since: float | None = None

    @property
    def over(self) -> bool:
        """Whether nothing is left to send or to follow."""
        return self._parts.over and not self._waiting and not self._open

    def turn(self) -> Iterator[Landed | None]:
        """A bit of everything that is to be done."""
        try:
            self._collect()
            self._send()
            yield from self._follow()
        except RelayUnreachable as error:
            self._wait_for_relay(error)
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
        asked = len(self._order.frames)
        error = summary(self._errors, self._done, asked, self._parts.error)
        text = str(error) if error else self._landing.words
        self._keep(outcome=word(error), status=text)
        if error is not None:
            raise error
        self._run.show(Status(text, DONE, 1.0))

    # sending

    def _collect(self) -> None:
        """What the main thread has exported since."""
        idle = not self._waiting and not self._open
        bundle = self._parts.take(SHORT_S if idle else 0.0)
        while bundle is not None:
            self._waiting.extend(bundle)
            bundle = self._parts.take()

    def _send(self) -> None:
        """The first of those that wait."""
        if not self._waiting:
            return
        part = self._waiting[0]
        try:
            if part.job_id and self._landing.has(part.job_id):
                self._end(part, None)
                return
            job = self._outgoing.sent(part)
        except (RelayUnreachable, Stopped):
            raise
        except PluginError as error:
            is_full = isinstance(error, RelayRefused) and error.code in ROOM
            if not is_full or not self._open:  # else the next turn tries again
                self._end(part, error)
            return
        if job is None:
            self._run.pause(PAUSE_S)
            return
        self._silent_since = None
        self._waiting.popleft()
        self._open[part.frame] = (part, job)
        self._keep_job(part, job)

    # following

    def _follow(self) -> Iterator[Landed | None]:
        """See how the open jobs stand, and fetch what is done."""
        if not self._open:
            return
        self._cancel_all()
        self._show_progress()
        self._ask()
        for frame, (part, job) in list(self._open.items()):
            if not job.over:
                continue
            error: PluginError | None = None
            if job.status != "succeeded":
                error = error_of(job)
            elif self._run.canceled.is_set():
                error = JobCanceled(TOO_LATE, TOO_LATE_HINT)
            else:
                self._show("fetching the result")
                yield self._landing.land(job, frame, fit_of(job), part.files, self._run.news)
            self._end(part, error)

    def _ask(self) -> None:
        """The jobs as they are now; the first is waited for, the others are looked at."""
        frame, (part, job) = next(iter(self._open.items()))
        if not job.over:
            self._open[frame] = (part, self._waited(job))
        if len(self._open) > 1:
            mine = marks(self._order.key)
            listed = self._relay.jobs(limit=LISTED, metadata=mine)
            over = {each.id for each in listed if each.over}
            for other, (its_part, its_job) in list(self._open.items()):
                if its_job.id in over and not its_job.over:
                    self._open[other] = (its_part, self._relay.job(its_job.id))
        self._silent_since = None

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
        self._desk.journal.ended(part.key, word(error), self._landing.folder)
        if error is None:
            self._done += 1
        else:
            self._errors[part.frame] = error

    # telling

    def _show_progress(self) -> None:
        _, job = next(iter(self._open.values()))
        total = len(self._order.frames)
        if total and not self._order.together:
            line = f"{self._done} of {total} frames, {status_line(job)}"
            self._show(line, (self._done + (job.progress or 0.0)) / total)
        else:
            self._show(status_line(job), job.progress)

    def _show(self, text: str, progress: float | None = None) -> None:
        if not self._parts.closed and len(self._order.shots) > 1:
            return  # the exports have the line
        if self._run.canceled.is_set():
            text, progress = "canceling", None
        self._run.show(Status(text, ACTIVE, progress))

    def _wait_for_relay(self, error: RelayUnreachable) -> None:
        now = time.monotonic()
        self._silent_since = self._silent_since or now
        if self._run.blocking and now - self._silent_since > self._desk.patience_s:
            raise error
        text = AWAY if self._open else f"{error} It is tried again."
        if self._run.canceled.is_set():
            text = "canceling: the relay does not answer"
        self._run.show(Status(text, WARNING, hint=error.hint or AWAY_HINT))
        self._run.pause(PAUSE_S)

    # keeping

    def _keep_job(self, part: Part, job: Job) -> None:
        """This job is ours: in the journal, and on the node."""
        if part.job_id == job.id:
            return
        self._desk.journal.has_job(part.key, job.id)
        self._change(lambda state: state.with_job(part.frame, job.id))

    def _keep(self, outcome: str, status: str) -> None:
        self._change(lambda state: replace(state, outcome=outcome, status=status))

    def _change(self, change: Callable[[State], State]) -> None:
        key = self._order.key
        self._run.on_node(lambda node: update(node, key, change))
