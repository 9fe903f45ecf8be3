"""Jobs: run a graph, list, read, wait, cancel."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from relay_server.errors import InvalidRequest, NotFound, Unprocessable
from relay_server.jobs.events import Event, Listener
from relay_server.jobs.reading import Filter, graph_gone, not_found
from relay_server.jobs.record import Snapshot
from relay_server.models.hosts import Scope
from relay_server.models.jobs import TERMINAL, Job, JobCreate, JobList, JobWorkflow
from relay_server.operations import JobQuery, JobWorkflowQuery, ListQuery
from relay_server.web.access import user_listed
from relay_server.web.answers import summary_answer
from relay_server.web.relay import Call, Reply
from relay_server.web.submission import Submission, accept, answer_of, job_of, prepare

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
    end = time.monotonic() + min(query.wait, call.relay.settings.long_poll_s)
    with call.relay.events.listen(job_id) as changes:
        found = await call.relay.reading.snapshot(job_id, call.user)
        if found.record.rev <= query.after:
            found = await _changed(call, found, query.after, changes, end)
        elif found.record.status not in TERMINAL:
            # It changed before it was asked for: what follows that at once is the same answer too.
            left = min(end - time.monotonic(), _unsettled_s(found))
            if await settled(changes, left):
                found = await call.relay.reading.snapshot(job_id, call.user)
    return await answer_of(call, found)


async def _changed(
    call: Call, first: Snapshot, after: int, changes: Listener, end: float
) -> Snapshot:
    """The job when it is another than at first, or as it is at the end."""
    found = first
    while (
        found.record.rev <= after
        and found.record.status not in TERMINAL
        and _place(found) == _place(first)
    ):
        left = end - time.monotonic()
        if left <= 0 or call.relay.events.closed:
            break
        heard = await changes.next(min(left, RESYNC_S if found.position is None else POSITION_S))
        if heard and not _is_over(heard):
            await settled(changes, SETTLE_S)
        found = await call.relay.reading.snapshot(first.record.id, call.user)
    return found


async def settled(changes: Listener, wait_s: float) -> bool:
    """Wait for what follows a change at once; the end of the job is not waited on. Whether
    something came."""
    came, end = False, time.monotonic() + wait_s
    while (left := end - time.monotonic()) > 0:
        heard = await changes.next(left)
        came = came or bool(heard)
        if heard is not None and (not heard or _is_over(heard)):
            break
    return came


def _unsettled_s(found: Snapshot) -> float:
    """For how long others may follow the last change at once."""
    return SETTLE_S - (found.now_ms - found.record.updated_ms) / 1000


def _is_over(heard: Sequence[Event]) -> bool:
    return any(event.is_last for event in heard)


def _place(found: Snapshot) -> tuple[int | None, int | None]:
    """Other jobs change it, so `rev` does not tell."""
    return found.position, found.queue_size


async def listing(call: Call) -> JobList:
    """`GET /api/v2/jobs`."""
    query: ListQuery = call.query
    user = user_listed(call.key, call.user, query.user)
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
