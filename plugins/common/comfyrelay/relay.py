"""The one door to the relay: what a node asks of it, in our own words.

Runs on worker threads only. httpx and the generated client are loaded with the first request.
Every method raises RelayUnreachable, RelayRefused or SettingsError; those with a `stop` raise
Stopped soon after it is set, within about 0.3 s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote

from .answers import (
    Explanation,
    Me,
    Readiness,
    Workflow,
    explanation_of,
    form_of,
    job_of,
    me_of,
    readiness_of,
    summary_of,
    workflow_of,
)
from .asking import Asking
from .connection import LASTING
from .downloading import Download, quietly
from .errors import PluginError, RelayRefused, RelayUnreachable
from .form import Form
from .job import Job, Result
from .previews import LONGEST_S, preview_in
from .settings import Settings
from .stopping import Patience
from .streaming import Source, Told, sha256
from .submitting import Submission, Submitting
from .writing import landed, part_of, writing

__all__ = ["Explanation", "Me", "Readiness", "Relay", "Submission", "Told", "Workflow"]

LONGEST_WAIT_S = 25.0  # a proxy may cut what is silent for longer
LARGEST_TEXT = 1_000_000  # bytes
MOST_HASHES = 2000  # that are remembered; a day of work items has many more files


class Relay:
    """One relay, as its settings name it. Any number of threads may use it at once."""

    def __init__(
        self,
        settings: Settings,
        guard: Callable[[], None] = lambda: None,
        patience_s: float = 120.0,
    ) -> None:
        """`guard` is called before every request and raises on the main thread. `patience_s`: how
        long a submit or a download that got no answer is tried again."""
        self._asking = Asking(settings, guard)
        self._patience_s = patience_s
        self._hashes: dict[Source, str] = {}
        self._forms: dict[str, Form] = {}  # the last of each workflow, for the labels of its params

    def close(self) -> None:
        """Close all connections. Whatever is asked from now on raises Stopped."""
        self._asking.close()

    def stoppable(self, stop: Event) -> AbstractContextManager[None]:
        """While this lasts, all that this thread asks raises Stopped soon after `stop` is set."""
        return self._asking.stoppable(stop)

    # what there is

    def me(self) -> Me:
        """Who we are there, and how many jobs of ours wait."""
        from generated.comfyrelay_client.api.me import get_me

        return me_of(self._asking.asked(get_me.sync_detailed))

    def known(self) -> Me:
        """The same as of the first request; asks only then."""
        return self._asking.known()

    def ready(self) -> Readiness:
        """Whether the relay's parts are ready, and how its clock goes. Needs no key."""
        from generated.comfyrelay_client.api.relay import readyz

        return readiness_of(self._asking.answer(readyz.sync_detailed), time.time())

    def workflows(self) -> tuple[Workflow, ...]:
        """The catalog, by name."""
        from generated.comfyrelay_client.api.workflows import list_workflows

        found = self._asking.asked(list_workflows.sync_detailed)
        return tuple(workflow_of(each) for each in found.workflows)

    def form(self, name: str, version: int | None = None) -> Form:
        """The form of a version (else the newest), with menus of what the hosts have now."""
        from generated.comfyrelay_client.api.workflows import get_workflow

        found = form_of(self._asking.asked(get_workflow.sync_detailed, name, version=version))
        self._forms[name] = found
        return found

    def models(self, kind: str) -> tuple[str, ...]:
        """The models of a kind that the hosts have; none if no host tells that kind."""
        from generated.comfyrelay_client.api.models import get_models_of_kind

        try:
            found = self._asking.asked(get_models_of_kind.sync_detailed, kind)
        except RelayRefused as error:
            if error.code == "not_found":
                return ()
            raise
        return tuple(each.name for each in found.models)

    # jobs

    def submit(
        self, submission: Submission, key: str, stop: Event, told: Told | None = None
    ) -> Job:
        """Send a job, once: the same `key` again answers with the same job, whatever happened.

        What got no answer is repeated until it has one, or patience ends (RelayUnreachable: it is
        perhaps stored). Raises InputMissing for a file that cannot be read.
        """
        with self._asking.stoppable(stop):
            sending = Submitting(submission, key, stop, told, self.sha256)
            patience = Patience(stop, self._patience_s)
            while True:
                try:
                    limit = self._asking.known().inline_limit
                    connection = self._asking.connected()
                    labels = partial(self._labels, submission.workflow, submission.version)
                    return job_of(sending.sent(connection, limit, labels))
                except RelayUnreachable as error:
                    if error.code in LASTING or not patience.again():
                        raise
                except RelayRefused as error:
                    if error.code == "idempotency_key_reuse" and error.job_id:
                        return self.job(error.job_id)
                    raise

    def _labels(self, name: str, version: int | None) -> dict[str, str]:
        """What the form calls its params and inputs, by id; nothing if it cannot be had."""
        try:
            form = self._forms.get(name) or self.form(name, version)
        except PluginError:
            return {}
        labels = {each.id: each.label for each in form.params}
        return {**labels, **{each.id: each.label for each in form.inputs}}

    def job(self, job_id: str) -> Job:
        """A job now."""
        from generated.comfyrelay_client.api.jobs import get_job

        return job_of(self._asking.asked(get_job.sync_detailed, job_id))

    def wait(self, job_id: str, after: int, wait_s: float, stop: Event) -> Job:
        """The job as soon as its `rev` is over `after`, it is over, or its place in the queue
        changed; else as it is after `wait_s`, of which at most 25 s are waited."""
        from generated.comfyrelay_client.api.jobs import get_job

        wait_s = min(wait_s, LONGEST_WAIT_S)
        with self._asking.stoppable(stop):
            found = self._asking.asked(get_job.sync_detailed, job_id, after=after, wait=wait_s)
        return job_of(found)

    def cancel(self, job_id: str) -> Job:
        """Ask for the end of a job; one that is over stays as it is."""
        from generated.comfyrelay_client.api.jobs import cancel_job

        return job_of(self._asking.asked(cancel_job.sync_detailed, job_id))

    def jobs(
        self,
        limit: int = 50,
        metadata: Mapping[str, str] | None = None,
        status: str = "",
        workflow: str = "",
    ) -> tuple[Job, ...]:
        """Jobs of ours, newest first, at most 200. They have no progress, place or results: ask
        `job`."""
        from generated.comfyrelay_client.api.jobs import list_jobs

        def asked(client: Any) -> Any:
            call = list_jobs._get_kwargs(
                limit=limit, status=status or None, workflow=workflow or None
            )
            filters = {f"metadata[{name}]": value for name, value in (metadata or {}).items()}
            call["params"] = {**call["params"], **filters}  # no schema can say `metadata[any]`
            answer = client.get_httpx_client().request(**call)
            return list_jobs._build_response(client=client, response=answer)

        return tuple(summary_of(each) for each in self._asking.asked(asked).jobs)

    def explain(self, job_id: str) -> Explanation:
        """Why a job waits."""
        from generated.comfyrelay_client.api.jobs import explain_job

        return explanation_of(self._asking.asked(explain_job.sync_detailed, job_id))

    def preview(self, job_id: str) -> bytes | None:
        """The last preview of a running job as a JPEG; None if there is none. Takes up to 1 s."""
        path = f"/api/v2/jobs/{quote(job_id, safe='')}/events"
        try:
            with self._asking.streamed(path, read_s=LONGEST_S) as answer:
                return preview_in(answer.iter_lines())
        except (RelayUnreachable, RelayRefused):
            return None

    # files

    def download(self, result: Result, target: Path, stop: Event, told: Told | None = None) -> None:
        """Fetch a result into a file that is whole or not there; its hash is checked.

        Its folder is made if need be. A cut connection is taken up where it broke. Raises
        ResultUnwritable, also if the target is there already.
        """
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        with self._asking.stoppable(stop), quietly(part_of(target)) as part:
            opening = partial(self._asking.opened, result)
            download = Download(result, opening, told)
            download.fetch(part, Patience(stop, self._patience_s))
            landed(part, target)

    def text(self, result: Result, stop: Event) -> str:
        """A text result, cut after a million bytes."""
        found = b""
        with self._asking.stoppable(stop), self._asking.opened(result, 0) as answer:
            for piece in answer.pieces:
                found += piece
                if len(found) >= LARGEST_TEXT:
                    break
        return found[:LARGEST_TEXT].decode("utf-8", "replace")

    def sha256(self, path: Path, stop: Event) -> str:
        """The hash of a file as it goes to the relay; remembered while the file does not change."""
        source = Source.of(path)
        found = self._hashes.get(source) or sha256(source, stop)
        if len(self._hashes) >= MOST_HASHES:
            self._hashes.clear()
        self._hashes[source] = found
        return found
