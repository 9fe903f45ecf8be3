"""The way of a part to the relay: journal, fit, submission. Worker threads only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from .developing import developed
from .errors import JobCanceled, JobFailed, PluginError
from .fit import Fitted, fitted
from .job import Job
from .parts import Part
from .relay import Relay, Submission
from .runs import Run

LOOKS = 2  # for a job that was canceled on its way: the relay may be about to write it down


class Outgoing:
    """Sends the parts of one run."""

    def __init__(self, relay: Relay, run: Run, show: Callable[[str, float], None]) -> None:
        self._relay = relay
        self._run = run
        self._show = show  # on the node, with a progress
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
        form = part.order.form
        fits: dict[str, Fitted] = {}
        files = {
            name: [self._fit(part, name, path, fits) for path in paths]
            for name, paths in part.files.items()
        }
        lists = {each.id for each in form.inputs if each.frames}
        submission = Submission(
            workflow=form.workflow,
            params=dict(part.values),
            inputs={n: each if n in lists else each[0] for n, each in files.items()},
            version=form.version or None,
            priority=part.order.priority,
            metadata={"uid": part.order.uid, **part.marks, **noted(fits)},
        )

        def told(done: int, size: int) -> None:
            if done >= size:
                self._complete.add(part.key)
            if size:
                self._show(f"sending {done / size:.0%}".replace("%", " %"), done / size)

        return self._relay.submit(submission, part.key, self._run.news, told)

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

    def _fit(self, part: Part, name: str, path: Path, fits: dict[str, Fitted]) -> Path:
        """The file that goes: of the kind and size that the form wants."""
        wanted = next(each for each in part.order.form.inputs if each.id == name)
        if not wanted.is_picture:
            return path
        order, check = part.order, self._run.check
        goes = developed(path, order.how(wanted), wanted.kind == "mask", order.channel, check)
        target = goes.with_name(f"fit-{goes.name}")
        sent, how = fitted(goes, target, wanted.multiple, order.fit, check)
        fits.setdefault(wanted.kind, how)
        return sent

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


def noted(fits: dict[str, Fitted]) -> dict[str, str]:
    """How the plate was made to fit, for whoever fetches the result, perhaps another process."""
    fit = fits.get("image")
    return {"fit": json.dumps(asdict(fit))} if fit and is_padded(fit) else {}


def fit_of(job: Job) -> Fitted | None:
    """What `noted` says; None: nothing has to be undone."""
    try:
        return Fitted(**json.loads(job.metadata["fit"]))
    except (KeyError, ValueError, TypeError):
        return None


def is_padded(fit: Fitted) -> bool:
    """Whether another size was sent than the format's."""
    return (fit.width, fit.height) != (fit.sent_width, fit.sent_height)
