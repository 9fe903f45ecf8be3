"""What a node is told of its jobs while they are on their way. Worker threads only."""

from __future__ import annotations

import time

from .dcc import ACTIVE, DONE, WARNING, Status
from .errors import RelayUnreachable
from .job import Job, status_line
from .orders import Order
from .parts import Bundle
from .runs import Parts, Run

PAUSE_S = 0.5  # before a relay that did not answer is asked again
AWAY = "The relay does not answer. The job goes on without us."
CANCELING = "canceling: the relay does not answer, and is told as soon as it does"
CANCELING_HINT = "Generate may be pressed meanwhile: the cancel is told nevertheless."
HINT = "It is asked again and again; `python -m comfyrelay doctor` says more."


class Telling:
    """The status line of one Generate."""

    def __init__(self, order: Order, run: Run, parts: Parts[Bundle], patience_s: float) -> None:
        self._order = order
        self._run = run
        self._parts = parts
        self._patience_s = patience_s  # of a blocking run with a silent relay
        self._silent_since: float | None = None
        self._said = ""  # of the silence that lasts

    @property
    def _exporting(self) -> bool:
        """Whether frames are still being written, and have their bar."""
        return not self._parts.closed and len(self._order.shots) > 1

    def show(self, text: str, progress: float | None = None) -> None:
        """This is what goes on."""
        if not self._exporting:  # then the exports have the line
            self._run.show(Status(text, ACTIVE, progress))

    def progress(self, job: Job, done: int) -> None:
        """How the first of the open jobs stands. `done`: frames that are there."""
        if self._silent_since is not None:
            return  # it is what we knew before the relay went away
        total = len(self._order.frames)
        if total and not self._order.together:
            line = f"{done} of {total} frames, {status_line(job)}"
            self.show(line, (done + (job.progress or 0.0)) / total)
        else:
            self.show(status_line(job), job.progress)

    def done(self, text: str) -> None:
        """All went well."""
        self._run.show(Status(text, DONE, 1.0))

    def heard(self) -> None:
        """The relay answers."""
        self._silent_since, self._said = None, ""

    def silence(self, error: RelayUnreachable, sent: bool) -> None:
        """The relay does not answer: say so, and wait a moment. Raises it when a blocking run has
        no patience any more. `sent`: a job is on its way there."""
        now = time.monotonic()
        if self._silent_since is None:
            self._silent_since = now
        if self._run.blocking and now - self._silent_since > self._patience_s:
            raise error
        text, hint = AWAY if sent else f"{error} It is tried again.", error.hint or HINT
        if self._run.canceled.is_set():
            text, hint = CANCELING, CANCELING_HINT
        self._run.show(Status(text, WARNING, hint=hint, exporting=self._exporting))
        if text != self._said:
            self._said = text
            self._run.log("\n".join(dict.fromkeys((text, str(error), hint))))
        self._run.pause(PAUSE_S)
