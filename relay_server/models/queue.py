"""Why a job waits, what waits at all, and what may be said to jobs that are there."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from relay_server.models.common import Answer, Moment, Request
from relay_server.models.jobs import MAX_NAME, ExtraData, Priority


class HostReason(Answer):
    """One host, as a job sees it."""

    name: str
    state: str
    can_run: bool = Field(description="Whether it could ever run the job, whatever it does now.")
    free_slots: int
    has_job: bool
    reason: str | None = Field(description="Why it does not take the job now.")


class JobExplanation(Answer):
    """The answer to "why is my job waiting?"."""

    id: str
    status: str
    phase: str
    summary: str = Field(description="One sentence for the person.")
    waits_s: float | None = Field(description="Since it was submitted, while it waits.")
    queue_position: int | None
    queue_size: int | None
    ahead_own: int = Field(description="Your jobs that will probably get a host first.")
    ahead_others: int = Field(description="The same of others.")
    eta: Moment | None = Field(description="When it will probably be done; none is unknown.")
    expected_s: float | None = Field(
        description="What jobs of its kind take on a host; none once it is over."
    )
    priority: str
    counts_as: str = Field(
        description="Its class with ageing: interactive, shot, batch, or `first`, before them all."
    )
    limit: str | None = Field(description="The limit that keeps it waiting.")
    waits_for: str | None = Field(description="The busy host whose loaded checkpoint it waits for.")
    host: str | None = Field(description="The host that has it.")
    hosts: list[HostReason] = Field(description="Empty once it is over.")


class JobChange(Request):
    """What may be changed of a job."""

    priority: Priority


class JobRetry(Request):
    """Run a job again. What is left out is as it was; a partner key is never kept."""

    priority: Priority | None = None
    extra_data: ExtraData | None = None


Tagged = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class JobsCancel(Request):
    """Which jobs to cancel: those that match everything that is given, or all."""

    tag: Tagged | None = None
    workflow: str | None = Field(None, min_length=1, max_length=MAX_NAME)
    metadata: dict[str, str] = Field(default_factory=dict, max_length=16)
    user: str | None = Field(None, max_length=64, description="Another's jobs: admins only.")
    all: bool = Field(False, strict=True, description="Really all; instead of a filter.")

    @model_validator(mode="after")
    def _says_which(self) -> JobsCancel:
        filtered = bool(self.tag or self.workflow or self.metadata)
        if filtered == self.all:
            raise ValueError('say which: `tag`, `workflow`, `metadata`, or `"all": true`')
        return self


class JobsCanceled(Answer):
    """What became of them."""

    canceled: int = Field(description="Over at once: no host had them.")
    canceling: int = Field(description="Their hosts are being told.")
    jobs: list[str] = Field(description="Their ids; at most a thousand.")


class QueueRow(Answer):
    """What one user has, of one class."""

    user: str
    priority: str
    waiting: int
    on_hosts: int


class QueueTotal(Answer):
    """What all users have, of one class."""

    priority: str
    waiting: int
    on_hosts: int


class QueueHost(Answer):
    """What a host does."""

    name: str
    state: str
    executing: int
    waiting: int = Field(description="Jobs that it has, and that wait there.")
    free_slots: int


class Queue(Answer):
    """What waits and what runs, as of a second ago."""

    totals: list[QueueTotal]
    users: list[QueueRow] = Field(description="You; for an admin everybody.")
    hosts: list[QueueHost]
