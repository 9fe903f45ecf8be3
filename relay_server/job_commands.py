"""`comfy-relay jobs ...`: list, explain, cancel, retry, priority."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generated.comfyrelay_client.api.jobs import (
    cancel_job,
    cancel_jobs,
    change_job,
    explain_job,
    list_jobs,
    retry_job,
)
from generated.comfyrelay_client.models import (
    HostReason,
    JobChange,
    JobRetry,
    JobsCancel,
    JobSummary,
    Priority,
)
from generated.comfyrelay_client.types import UNSET
from relay_server.cli_relay import table
from relay_server.host_commands import shown_time
from relay_server.relay_client import AnyClient, answered, in_commands

Echo = Callable[[str], None]
LARGEST_PAGE = 200
EVERYBODY = "*"  # as the relay calls them


@dataclass(frozen=True)
class Which:
    """Jobs to cancel; all, if nothing is named."""

    tag: str | None = None
    workflow: str | None = None
    user: str | None = None


def listing(client: AnyClient, filters: Mapping[str, Any], limit: int, echo: Echo) -> None:
    """One line for each job that matches."""
    everybody = filters.get("user") == EVERYBODY
    head = ("JOB", "STATUS", "CLASS", "SUBMITTED", "WORKFLOW", "HOST", "TAGS", "ERROR")
    rows = [head, *map(_row, found := list(_jobs(client, filters, limit)))]
    if not found:
        asked = any(value is not None for value in filters.values())
        echo("no such jobs" if asked else "no jobs of yours; admins see all with --all-users")
        return
    if everybody:
        users = ["USER", *(job.user for job in found)]
        rows = [(row[0], user, *row[1:]) for row, user in zip(rows, users, strict=True)]
    for line in table(rows):
        echo(line)


def _jobs(client: AnyClient, filters: Mapping[str, Any], limit: int) -> Iterator[JobSummary]:
    asked = _query(filters)
    cursor: Any = UNSET
    while limit > 0:
        page = answered(
            list_jobs.sync_detailed(
                client=client, limit=min(limit, LARGEST_PAGE), cursor=cursor, **asked
            )
        )
        yield from page.jobs
        limit -= len(page.jobs)
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def _query(filters: Mapping[str, Any]) -> dict[str, Any]:
    """As the relay's query has them; times of the command line are local."""
    found = {name: value for name, value in filters.items() if value is not None}
    for name in ("after", "before"):
        if name in found:
            found[f"created_{name}"] = found.pop(name).astimezone()
    return found


def _row(job: JobSummary) -> tuple[str, ...]:
    state = job.status if job.phase in {"over", "executing"} else f"{job.status}, {job.phase}"
    return (
        job.id, state, job.priority, shown_time(job.create_time), job.workflow or "-",
        job.host or "-", ",".join(job.tags) or "-", job.error_code or "",
    )  # fmt: skip


def explain(client: AnyClient, job_id: str, echo: Echo) -> None:
    """One sentence, then a line for each host."""
    found = answered(explain_job.sync_detailed(job_id, client=client))
    echo(in_commands(found.summary))
    if found.phase == "over":
        return
    facts = []
    if found.queue_position is not None:
        facts.append(f"place {found.queue_position} of {found.queue_size}")
    if found.waits_s is not None:
        facts.append(f"waits {found.waits_s:.0f} s")
    if found.eta is not None:
        facts.append(f"done about {shown_time(found.eta)}")
    if found.expected_s is not None:
        facts.append(f"takes about {found.expected_s:.3g} s")
    aged = "" if found.counts_as == found.priority else f", counts as {found.counts_as}"
    echo(", ".join([*facts, f"class {found.priority}{aged}"]))
    for line in table([_host(each) for each in found.hosts]):
        echo(line)


def _host(host: HostReason) -> tuple[str, ...]:
    if host.has_job:
        says = "has it"
    elif host.reason:
        says = host.reason
    else:
        says = "can take it" if host.can_run else "cannot run it"
    return f"  {host.name}", host.state, f"{host.free_slots} free", says


def cancel(client: AnyClient, job_ids: Sequence[str], echo: Echo) -> None:
    """Cancel jobs, one by one."""
    for job_id in job_ids:
        job = answered(cancel_job.sync_detailed(job_id, client=client))
        was_over = job.phase == "over" and job.status != "canceled"
        echo(f"{job.id} was over: {job.status}" if was_over else f"{job.id} {job.status}")


def cancel_many(client: AnyClient, which: Which, echo: Echo) -> None:
    """Cancel all that match."""
    body = JobsCancel(
        tag=which.tag or UNSET,
        workflow=which.workflow or UNSET,
        user=which.user or UNSET,
        all_=not (which.tag or which.workflow),
    )
    done = answered(cancel_jobs.sync_detailed(client=client, body=body))
    echo(f"{done.canceled} canceled, {done.canceling} being canceled")


def retry(client: AnyClient, job_id: str, priority: str | None, echo: Echo) -> None:
    """Run a job again."""
    body = JobRetry(priority=Priority(priority) if priority else UNSET)
    job = answered(
        retry_job.sync_detailed(job_id, client=client, body=body, idempotency_key=str(uuid.uuid4()))
    )
    echo(f"{job.id} {job.status}")


def change(client: AnyClient, job_id: str, priority: str, echo: Echo) -> None:
    """Give a job another class."""
    body = JobChange(priority=Priority(priority))
    job = answered(change_job.sync_detailed(job_id, client=client, body=body))
    place = f", place {job.queue_position} of {job.queue_size}" if job.queue_position else ""
    echo(f"{job.id} {job.priority}{place}")
