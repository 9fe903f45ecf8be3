"""Records as the models that clients read, with links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from relay_server.blobs.assets import AssetRecord
from relay_server.jobs.record import Record, Snapshot, StoredOutput
from relay_server.models.assets import Asset
from relay_server.models.common import moment
from relay_server.models.jobs import (
    Attempt,
    Job,
    JobError,
    JobSummary,
    JobUrls,
    Output,
    Progress,
)
from relay_server.operations import V2

URL_LIVES = timedelta(hours=1)
"""Said of every link. Ours do not really expire before their asset; clients may rely on this."""


def asset_answer(asset: AssetRecord, base_url: str, *, created_new: bool = False) -> Asset:
    """An asset as clients see it."""
    return Asset(
        id=asset.id,
        hash=f"blake3:{asset.blake3}",
        sha256=asset.sha256,
        size_bytes=asset.size,
        content_type=asset.content_type,
        file_path=asset.file_path,
        created_new=created_new,
        created_at=moment(asset.created_ms),
        url=content_url(base_url, asset.id),
        url_expires_at=_url_expires(),
        expires_at=moment(asset.expires_ms) if asset.expires_ms else None,
        job_id=asset.job_id,
    )


def _url_expires() -> datetime:
    return datetime.now(UTC) + URL_LIVES  # every answer carries a fresh link


def content_url(base_url: str, asset_id: str) -> str:
    """Where an asset's bytes are."""
    return f"{base_url}{V2}/assets/{asset_id}/content"


def output_answer(output: StoredOutput, record: Record, base_url: str) -> Output:
    """An output as clients see it."""
    return Output(
        node_id=output.node_id,
        name=output.name,
        type=output.type,
        content_type=output.content_type,
        size_bytes=output.size,
        id=output.id,
        hash=f"blake3:{output.blake3}",
        sha256=output.sha256,
        output=output.output,
        url=content_url(base_url, output.id),
        url_expires_at=_url_expires(),
        job_id=record.id,
    )


def job_answer(snapshot: Snapshot, base_url: str, keep_ms: int, done_ms: int | None = None) -> Job:
    """A job as clients see it. `keep_ms` is how long a job that is not over would be kept,
    `done_ms` when it will probably be done."""
    record = snapshot.record
    self_url = f"{base_url}{V2}/jobs/{record.id}"
    return Job(
        id=record.id,
        status=record.status,
        phase=record.phase,
        rev=record.rev,
        created_at=moment(record.created_ms),
        started_at=_moment(record.started_ms),
        completed_at=_moment(record.completed_ms),
        expires_at=moment(record.expires_ms or record.created_ms + keep_ms),
        queue_position=snapshot.position,
        queue_size=snapshot.queue_size,
        eta=_moment(done_ms),
        expected_s=None if snapshot.expect_ms is None else snapshot.expect_ms / 1000,
        progress=Progress.model_validate(record.progress) if record.progress else None,
        outputs=[output_answer(output, record, base_url) for output in record.outputs],
        error=JobError.model_validate(record.error) if record.error else None,
        metrics=_metrics(record),
        urls=JobUrls(
            self=self_url,
            events=f"{self_url}/events",
            cancel=f"{self_url}/cancel",
            workflow=f"{self_url}/workflow",
        ),
        host=record.host or None,
        attempts=[_attempt(raw) for raw in snapshot.attempts],
        ended_as=record.ended_as,
        result_hashes=record.result_hashes or [output.sha256 for output in record.outputs],
        user=record.user,
        priority=record.priority,
        workflow=record.workflow,
        workflow_version=record.workflow_version,
        values=record.values,
        tags=record.tags,
        metadata=record.metadata,
        retry_of=record.retry_of,
        create_time=moment(record.created_ms),
        update_time=moment(record.updated_ms),
    )


def summary_answer(record: Record) -> JobSummary:
    """A line of the list of jobs."""
    return JobSummary(
        id=record.id,
        status=record.status,
        phase=record.phase,
        create_time=moment(record.created_ms),
        update_time=moment(record.updated_ms),
        started_at=_moment(record.started_ms),
        completed_at=_moment(record.completed_ms),
        priority=record.priority,
        error_code=record.error["code"] if record.error else None,
        workflow=record.workflow,
        host=record.host or None,
        user=record.user,
        tags=record.tags,
        metadata=record.metadata,
    )


def _attempt(raw: dict[str, Any]) -> Attempt:
    return Attempt(
        number=raw["number"],
        host=raw["host"],
        started_at=moment(raw["started_ms"]),
        ended_at=_moment(raw.get("ended_ms")),
        reason=raw.get("reason"),
        may_have_run_twice=bool(raw.get("may_have_run_twice")),
    )


def _metrics(record: Record) -> dict[str, int | None]:
    started, completed = record.started_ms, record.completed_ms
    return {
        "queue_ms": started - record.created_ms if started else None,
        "execution_ms": completed - started if started and completed else None,
    }


def _moment(ms: int | None) -> Any:
    return moment(ms) if ms else None
