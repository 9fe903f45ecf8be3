"""The way of a part to the relay: journal, fit, submission. Worker threads only."""

from __future__ import annotations

from collections.abc import Callable

from .errors import JobCanceled, JobFailed, PluginError
from .job import Job
from .parts import Part
from .preparing import prepared, submission
from .relay import Relay
from .runs import Run

LOOKS = 2  # for a job that was canceled on its way: the relay may be about to write it down


class Outgoing:
    """Sends the parts of one run."""

    def __init__(self, relay: Relay, run: Run, show: Callable[[str], None]) -> None:
        self._relay = relay
        self._run = run
        self._show = show  # on the node
        self._written: set[str] = set()  # keys that the journal has
        self._complete: set[str] = set()  # keys whose request was written to its end
        self._looks: dict[str, int] = {}

    def sent(self, part: Part) -> Job | None:
        """Its job; None: ask again soon. The same part again is the same job.

        Raises RelayUnreachable (ask again), Stopped, and PluginError if there will be no job.
        """
        if part.sent_before or (self._run.canceled.is_set() and part.key in self._complete):
            return self._found(part)
        if self._run.canceled.is_set():
            raise JobCanceled("Canceled.")
        return self._submitted(part)

    def _submitted(self, part: Part) -> Job:
        self._note(part)
        order = part.order
        files, fits = prepared(order, part.files, self._run.check)
        wanted = submission(order, part.values, files, fits, part.marks)

        def told(done: int, size: int) -> None:
            if done >= size:
                self._complete.add(part.key)
            if size:
                self._show(f"sending {done / size:.0%}".replace("%", " %"))

        return self._relay.submit(wanted, part.key, self._run.news, told)

    def _note(self, part: Part) -> None:
        """In the journal, before anything of it leaves this machine."""
        if part.key in self._written:
            return
        try:
            part.desk.journal.asked(part.entry(part.desk.settings().url))
        except OSError as error:
            raise PluginError(
                f"The journal cannot be written: {error.strerror or error}.",
                f"Look at {part.desk.journal.folder}; nothing was sent.",
                code="journal",
            ) from error
        self._written.add(part.key)

    def _found(self, part: Part) -> Job | None:
        """The job of a part that was sent before, or perhaps was."""
        if part.job_id:
            return self._relay.job(part.job_id)
        same = self._relay.jobs(limit=1, metadata=part.marks)
        if same:
            return self._relay.job(same[0].id)
        if part.sent_before and not self._run.canceled.is_set():
            raise JobFailed(
                "It was never sent: the application ended before.",
                "Press Generate again.",
                code="never_sent",
            )
        self._looks[part.key] = self._looks.get(part.key, 0) + 1
        if self._looks[part.key] < LOOKS:
            return None
        raise JobCanceled("Canceled before it was sent.")
