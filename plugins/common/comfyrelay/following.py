"""A job to its end, whatever happens to the relay meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

from .errors import JobCanceled, JobFailed, RelayUnreachable
from .job import Failure, Job
from .refusals import hint_of
from .relay import Relay
from .stopping import Patience

WAIT_S = 20.0


def followed(
    relay: Relay,
    job: Job,
    stop: Event,
    patience_s: float,
    away: Callable[[RelayUnreachable], None] = lambda error: None,
) -> Iterator[Job]:
    """The job now and with each change, until it is over. `away` is told when the relay does not
    answer. Raises RelayUnreachable when patience ends, and Stopped."""
    patience = Patience(stop, patience_s)
    yield job
    while not job.over:
        try:
            job = relay.wait(job.id, job.rev, WAIT_S, stop)
        except RelayUnreachable as error:
            away(error)
            if not patience.again():
                raise
        else:
            patience.renew()
            yield job


def succeeded(job: Job) -> Job:
    """The job, if it came to a result. Raises JobFailed, JobCanceled."""
    if job.status == "succeeded":
        return job
    if job.status == "canceled":
        raise JobCanceled(f"Job {job.id} was canceled.", "Press Generate again.")
    if job.status == "expired":
        raise JobFailed(
            "The result is no longer on the relay, which keeps it only for a while.",
            "Press Generate again.",
            "expired",
        )
    failure = job.failure
    if failure is None:
        raise JobFailed("The job failed.", "Press Generate again.")
    raise JobFailed(_sentence(failure), hint_of(failure.code), failure.code, failure.traceback)


def _sentence(failure: Failure) -> str:
    """What happened, with the ComfyUI node that it happened in."""
    if not failure.class_type or failure.class_type in failure.message:
        return failure.message
    return f"Node {failure.node_id} ({failure.class_type}): {failure.message}"
