"""Jobs: run a graph, list, read, wait, cancel."""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from relay_server.errors import InvalidRequest, NotFound, Unprocessable
from relay_server.jobs.events import Listener
from relay_server.jobs.reading import Filter, graph_gone, not_found
from relay_server.models.hosts import Scope
from relay_server.models.jobs import TERMINAL, Job, JobCreate, JobList, JobWorkflow
from relay_server.operations import JobQuery, JobWorkflowQuery, ListQuery
from relay_server.web.access import user_meant
from relay_server.web.answers import summary_answer
from relay_server.web.relay import Call, Reply
from relay_server.web.submission import Submission, accept, job_of, prepare

SETTLE_S = 0.05  # changes in quick succession are one answer
RESYNC_S = 5.0  # a long poll looks again at least this often, whatever it heard
POSITION_S = 1.0  # and while the job waits, since nobody tells it its place


async def create(call: Call) -> Job:
    """`POST /api/v2/jobs`."""
    body: JobCreate = call.body
    for name in ("webhook_url", "inputs"):
        if getattr(body, name) is not None:
            raise Unprocessable(
                "unsupported_field", f"`{name}` is reserved and not served. Leave it out."
            )
    submission = Submission(
        graph=body.workflow,
        options=body,
    )
    return await accept(call, await prepare(call, submission))


async def get(call: Call) -> Job:
    """`GET /api/v2/jobs/{id}`, at once or when something changed."""
    query: JobQuery = call.query
    job_id = checked_id(call)
    if query.after is None or not query.wait:
        return await job_of(call, job_id)
    deadline = time.monotonic() + min(query.wait, call.relay.settings.long_poll_s)
    with call.relay.events.listen(job_id) as changes:
        first = job = await job_of(call, job_id)
        while (
            job.rev <= query.after and job.status not in TERMINAL and _place(job) == _place(first)
        ):
            left = deadline - time.monotonic()
            if left <= 0 or call.relay.events.closed:
                break
            pause = RESYNC_S if job.queue_position is None else POSITION_S
            await _settled(changes, min(left, pause))
            job = await job_of(call, job_id)
        return job


async def _settled(changes: Listener, wait_s: float) -> None:
    """Until something changed, and what follows it at once has, too; the end is not waited on."""
    heard = await changes.next(wait_s)
    end = time.monotonic() + SETTLE_S
    while (
        heard and not any(event.is_last for event in heard) and (left := end - time.monotonic()) > 0
    ):
        heard = await changes.next(left)


def _place(job: Job) -> tuple[int | None, int | None]:
    """Other jobs change it, so `rev` does not tell."""
    return job.queue_position, job.queue_size


async def listing(call: Call) -> JobList:
    """`GET /api/v2/jobs`."""
    query: ListQuery = call.query
    user = user_meant(call.key, call.user, query.user)
    wanted = Filter(
        tag=query.tag,
        workflow=query.workflow,
        metadata=_metadata_filters(call),
        status=query.status,
        after_ms=_ms(query.created_after),
        before_ms=_ms(query.created_before),
    )
    records, cursor = await call.relay.reading.page(user, wanted, query.limit, query.cursor)
    return JobList(jobs=[summary_answer(record) for record in records], next_cursor=cursor)


def _ms(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp() * 1000


def _metadata_filters(call: Call) -> list[tuple[str, str]]:
    found = []
    for name, value in call.request.query.items():
        if name.startswith("metadata["):
            key = name[len("metadata[") : -1]
            if not name.endswith("]") or not key:
                raise InvalidRequest(
                    "invalid_metadata_filter",
                    f"{name!r} is no filter. Write metadata[key]=value.",
                )
            found.append((key, value))
    return found


async def workflow(call: Call) -> JobWorkflow:
    """`GET /api/v2/jobs/{id}/workflow`: as executed, or as submitted until then."""
    query: JobWorkflowQuery = call.query
    job_id = checked_id(call)
    await call.relay.reading.snapshot(job_id, call.user)
    reading = call.relay.reading
    graph = None if query.submitted else await reading.graph(job_id, executed=True)
    graph = graph or await reading.graph(job_id, executed=False)
    if graph is None:
        raise graph_gone(job_id)
    return JobWorkflow(workflow=graph)


async def cancel(call: Call) -> Job:
    """`POST /api/v2/jobs/{id}/cancel`. A job that is over stays as it is."""
    job_id = checked_id(call)
    await call.relay.reading.snapshot(job_id, call.user)
    await call.relay.transitions.cancel(job_id)
    return await job_of(call, job_id)


async def delete(call: Call) -> Reply:
    """`DELETE /relay/v1/jobs/{id}`: the record and the results of a job that is over."""
    job_id = checked_id(call)
    record = await call.relay.reading.record(job_id)
    if record is None or (record.user != call.user and Scope.ADMIN not in call.key.scopes):
        raise not_found("job", job_id)
    await call.relay.ended.delete(record)
    return Reply(204, None)


def checked_id(call: Call) -> str:
    """The job's id from the path; anything but a UUID is not there."""
    text = call.path["id"]
    try:
        return str(UUID(text))
    except ValueError as error:
        raise NotFound(
            "not_found", f"There is no job {text[:80]!r} of yours. Check the id and the key."
        ) from error
