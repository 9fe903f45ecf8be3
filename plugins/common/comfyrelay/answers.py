"""What the generated client read, as our own facts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from .form import Form, Input, Output, Param
from .job import Failure, Job, Result
from .refusals import for_artists

if TYPE_CHECKING:
    from generated.comfyrelay_client import models
    from generated.comfyrelay_client.types import Response


@dataclass(frozen=True)
class Me:
    """Who the relay takes us for, and which relay it is."""

    user: str
    scopes: tuple[str, ...]
    relay_version: str
    api_level: int
    waiting: int  # jobs of ours
    inline_limit: int  # bytes up to which a file goes as Base64


@dataclass(frozen=True)
class Workflow:
    """One line of the catalog."""

    name: str
    version: int
    title: str
    description: str
    schema_hash: str
    available: bool
    reason: str  # one sentence why it is not available


@dataclass(frozen=True)
class Explanation:
    """Why a job waits: a sentence, and a line for each host."""

    summary: str
    hosts: tuple[str, ...]
    eta: str = ""  # ISO 8601


@dataclass(frozen=True)
class Readiness:
    """Whether the relay's parts are ready: each is `ok`, or a sentence."""

    ready: bool
    redis: str
    store: str
    hosts: str
    clock_skew_s: float | None  # so far is this machine's clock ahead; None is unknown


def readiness_of(found: Response[models.Readiness], now_s: float) -> Readiness:
    """Whether all is ready; `now_s` is this machine's clock, seconds since 1970."""
    parts = found.parsed
    assert parts is not None, "any other answer raises"
    said = parsedate_to_datetime(found.headers["Date"]) if "Date" in found.headers else None
    skew = None if said is None else now_s - said.timestamp()
    return Readiness(parts.ready, parts.redis, parts.store, parts.hosts, skew)


def me_of(found: models.Me) -> Me:
    """Who we are."""
    return Me(
        user=found.user,
        scopes=tuple(found.scopes),
        relay_version=found.relay_version,
        api_level=found.api_level,
        waiting=found.waiting,
        inline_limit=found.inline_limit,
    )


def workflow_of(found: models.WorkflowSummary) -> Workflow:
    """A line of the catalog."""
    return Workflow(
        name=found.name,
        version=found.version,
        title=found.title,
        description=found.description,
        schema_hash=found.schema_hash,
        available=found.available,
        reason=found.reason or "",
    )


def form_of(found: models.PublishedWorkflow) -> Form:
    """A form, without what only the relay needs."""
    form = found.form
    return Form(
        workflow=found.name,
        version=found.version,
        schema_hash=found.schema_hash,
        title=form.title,
        description=form.description,
        inputs=tuple(_input(each) for each in form.inputs),
        params=tuple(_param(each) for each in form.params),
        outputs=tuple(_output(each) for each in form.outputs),
        groups=tuple(form.groups),
        available=found.available,
        reason=found.reason or "",
    )


def _input(found: models.FormInput) -> Input:
    return Input(
        id=found.id,
        label=found.label,
        help=found.help_,
        group=found.group,
        kind=found.kind,
        required=found.required,
        frames=found.frames,
        multiple=found.multiple,
        loader=found.loader,
    )


def _param(found: models.FormParam) -> Param:
    return Param(
        id=found.id,
        type=found.type_,
        label=found.label,
        help=found.help_,
        group=found.group,
        default=found.default,
        min=found.min_,
        max=found.max_,
        step=found.step,
        menu=tuple(found.menu),
        models=found.models,
        multiline=found.multiline,
        required=found.required,
    )


def _output(found: models.FormOutput) -> Output:
    return Output(
        id=found.id,
        label=found.label,
        help=found.help_,
        kind=found.kind,
        required=found.required,
        saver=found.saver,
    )


def job_of(found: models.Job) -> Job:
    """A job."""
    progress, error = found.progress, found.error
    return Job(
        id=found.id,
        status=found.status,
        rev=found.rev,
        phase=found.phase,
        workflow=found.workflow or "",
        workflow_version=found.workflow_version or 0,
        position=found.queue_position or 0,
        size=found.queue_size or 0,
        progress=progress.value if progress else None,
        step=(progress.message or progress.current_node_class or "") if progress else "",
        expected_s=found.expected_s,
        host=found.host or "",
        user=found.user,
        created_at=found.created_at.isoformat(),
        started_at=_moment(found.started_at),
        seconds=_seconds(found.started_at, found.completed_at),
        failure=_failure(error) if error else None,
        results=tuple(_result(each) for each in found.outputs),
        values=dict(found.values),
        metadata=dict(found.metadata.additional_properties),
        tags=tuple(found.tags),
    )


def _moment(at: datetime.datetime | None) -> str:
    return at.isoformat() if at else ""


def _seconds(start: datetime.datetime | None, end: datetime.datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None


def _failure(found: models.JobError) -> Failure:
    node, traceback = found.node_id or "", found.traceback or ""
    return Failure(found.code, for_artists(found.message), node, found.class_type or "", traceback)


def _result(found: models.Output) -> Result:
    return Result(
        id=found.id,
        name=found.name,
        kind=found.type_,
        content_type=found.content_type,
        size=found.size_bytes,
        sha256=found.sha256,
        url=found.url,
        output=found.output or "",
    )


def summary_of(found: models.JobSummary) -> Job:
    """A line of a list: without progress, place and results."""
    code = found.error_code
    return Job(
        id=found.id,
        status=found.status,
        rev=0,
        phase=found.phase,
        workflow=found.workflow or "",
        host=found.host or "",
        user=found.user,
        created_at=found.create_time.isoformat(),
        started_at=_moment(found.started_at),
        seconds=_seconds(found.started_at, found.completed_at),
        failure=Failure(code, code.replace("_", " ")) if code else None,
        metadata=dict(found.metadata.additional_properties),
        tags=tuple(found.tags),
    )


def explanation_of(found: models.JobExplanation) -> Explanation:
    """Why a job waits."""
    eta = found.eta.isoformat() if found.eta else ""
    return Explanation(found.summary, tuple(_host(each) for each in found.hosts), eta)


def _host(found: models.HostReason) -> str:
    if found.has_job:
        says = "has it"
    else:
        says = found.reason or ("can take it" if found.can_run else "cannot run it")
    return f"{found.name}: {says}"
