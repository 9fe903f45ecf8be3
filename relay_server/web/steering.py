"""What may be said to jobs that are there: another class, once more, and stop to many."""

from __future__ import annotations

from collections import Counter
from typing import Any

from relay_server.errors import Conflict
from relay_server.jobs.reading import Filter, graph_gone
from relay_server.jobs.record import Record
from relay_server.models.jobs import TERMINAL, Job, JobOptions, Status
from relay_server.models.queue import JobChange, JobRetry, JobsCancel, JobsCanceled
from relay_server.web.access import user_meant
from relay_server.web.jobs import checked_id
from relay_server.web.relay import Call
from relay_server.web.submission import Submission, accept, job_of, prepare

MOST_IDS = 1000  # in one answer


async def change(call: Call) -> Job:
    """`PATCH /relay/v1/jobs/{id}`."""
    body: JobChange = call.body
    job_id = checked_id(call)
    await call.relay.reading.snapshot(job_id, call.user)
    if not await call.relay.transitions.reprioritize(job_id, body.priority):
        raise Conflict("job_over", "The job is over. Run it again with `retry`.")
    call.relay.dispatcher.hurry()
    return await job_of(call, job_id)


async def retry(call: Call) -> Job:
    """`POST /relay/v1/jobs/{id}/retry`: every check again, since what it needs may be gone."""
    job_id = checked_id(call)
    record = (await call.relay.reading.snapshot(job_id, call.user)).record
    if record.status not in TERMINAL:
        raise Conflict(
            "job_not_over",
            f"The job is {record.status.value}. Wait for its end, or cancel it, and then run it"
            " again.",
            {"status": record.status.value},
        )
    graph = await call.relay.reading.graph(job_id, executed=False)
    if graph is None:
        raise graph_gone(job_id)
    submission = await _again(call, record, graph)
    return await accept(call, await prepare(call, submission))


async def _again(call: Call, record: Record, graph: dict[str, Any]) -> Submission:
    body: JobRetry = call.body
    needs = await call.relay.reading.needs(record.needs)
    return Submission(
        graph=graph,
        options=JobOptions(
            priority=body.priority or record.priority,
            tags=record.tags,
            metadata=record.metadata,
            host=needs.host,
            max_wait=record.max_wait_s,
            extra_data=body.extra_data,
        ),
        workflow=record.workflow,
        workflow_version=record.workflow_version,
        values=record.values,
        named_outputs=record.named_outputs,
        required_outputs=record.required_outputs,
        time_limit_s=record.time_limit_s,
        max_running=needs.limit,
        retry_of=record.id,
    )


async def cancel_many(call: Call) -> JobsCanceled:
    """`POST /relay/v1/jobs/cancel`."""
    body: JobsCancel = call.body
    user = user_meant(call.key, call.user, body.user)
    wanted = Filter(tag=body.tag, workflow=body.workflow, metadata=tuple(body.metadata.items()))
    became: Counter[str] = Counter()
    told: list[str] = []
    async for ids in call.relay.reading.live(user, wanted):
        statuses = await call.relay.transitions.cancel_all(ids)
        became.update(statuses)
        stopped = {Status.CANCELED, Status.CANCELING}
        told += [id_ for id_, status in zip(ids, statuses, strict=True) if status in stopped]
    return JobsCanceled(
        canceled=became[Status.CANCELED],
        canceling=became[Status.CANCELING],
        jobs=told[:MOST_IDS],
    )
