"""How an attempt ends that has no history entry to be judged by. Pure."""

from __future__ import annotations

from typing import Any

from relay_server.errors import Unavailable
from relay_server.jobs.handed import End
from relay_server.models.jobs import Status
from relay_server.worker.lease import Lease
from relay_server.worker.no_result import HandedBack
from relay_server.worker.verdict import JobFailed


def withdrawn(lease: Lease) -> End:
    """The end of a job that is on no host. Raises HandedBack if it only moves."""
    if lease.cancel_asked or lease.back_asked is None:
        return End(Status.CANCELED)
    raise HandedBack(lease.back_asked)


def failure(failed: JobFailed | Unavailable) -> End:
    """The end of a job with a reason of its own; what came before it is kept."""
    if isinstance(failed, JobFailed):
        return End(Status.FAILED, failed.outputs, failed.error)
    return End(Status.FAILED, error={"code": failed.code, "message": failed.message})


def unexpected() -> dict[str, Any]:
    return {
        "code": "worker_error",
        "message": "The worker failed in a way that it did not expect. Its log has the details;"
        " submit the job again.",
    }
