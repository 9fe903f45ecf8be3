from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.attempt import Attempt
    from ..models.job_error import JobError
    from ..models.job_metadata import JobMetadata
    from ..models.job_metrics import JobMetrics
    from ..models.job_output import Output
    from ..models.job_urls import JobUrls
    from ..models.progress import Progress


T = TypeVar("T", bound="Job")


@_attrs_define
class Job:
    """One job. The contract's fields, and those that the relay adds.

    Attributes:
        id (str):
        status (str): queued, running, canceling; over: succeeded, canceled, failed, expired.
        phase (str): waiting, assigned, on_host, executing, harvesting or over.
        rev (int): Rises with every change; `after=` waits for the next.
        created_at (datetime.datetime):
        started_at (datetime.datetime | None):
        completed_at (datetime.datetime | None):
        expires_at (datetime.datetime):
        queue_position (int | None): 1 is next; none once it has started.
        queue_size (int | None):
        eta (datetime.datetime | None): When it will probably be done; none is unknown, as right after a submit.
        expected_s (float | None): Seconds that jobs of its kind take on a host: the median of the last.
        progress (None | Progress):
        outputs (list[Output]):
        error (JobError | None):
        metrics (JobMetrics):
        urls (JobUrls): Links to follow.
        host (None | str):
        attempts (list[Attempt]):
        ended_as (None | str): What an expired job was: succeeded, ...
        result_hashes (list[str]): The sha256 of each output, also of those that are gone.
        user (str):
        priority (str):
        workflow (None | str): Name of the published workflow, if one.
        workflow_version (int | None):
        values (Any): Every param as it was used.
        tags (list[str]):
        metadata (JobMetadata):
        retry_of (None | str): The job that this one runs again.
        create_time (datetime.datetime):
        update_time (datetime.datetime):
    """

    id: str
    status: str
    phase: str
    rev: int
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    completed_at: datetime.datetime | None
    expires_at: datetime.datetime
    queue_position: int | None
    queue_size: int | None
    eta: datetime.datetime | None
    expected_s: float | None
    progress: None | Progress
    outputs: list[Output]
    error: JobError | None
    metrics: JobMetrics
    urls: JobUrls
    host: None | str
    attempts: list[Attempt]
    ended_as: None | str
    result_hashes: list[str]
    user: str
    priority: str
    workflow: None | str
    workflow_version: int | None
    values: Any
    tags: list[str]
    metadata: JobMetadata
    retry_of: None | str
    create_time: datetime.datetime
    update_time: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_error import JobError  # noqa: PLC0415
        from ..models.progress import Progress  # noqa: PLC0415

        id = self.id

        status = self.status

        phase = self.phase

        rev = self.rev

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        completed_at: None | str
        if isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        expires_at = self.expires_at.isoformat()

        queue_position: int | None
        queue_position = self.queue_position

        queue_size: int | None
        queue_size = self.queue_size

        eta: None | str
        if isinstance(self.eta, datetime.datetime):
            eta = self.eta.isoformat()
        else:
            eta = self.eta

        expected_s: float | None
        expected_s = self.expected_s

        progress: dict[str, Any] | None
        if isinstance(self.progress, Progress):
            progress = self.progress.to_dict()
        else:
            progress = self.progress

        outputs = []
        for outputs_item_data in self.outputs:
            outputs_item = outputs_item_data.to_dict()
            outputs.append(outputs_item)

        error: dict[str, Any] | None
        if isinstance(self.error, JobError):
            error = self.error.to_dict()
        else:
            error = self.error

        metrics = self.metrics.to_dict()

        urls = self.urls.to_dict()

        host: None | str
        host = self.host

        attempts = []
        for attempts_item_data in self.attempts:
            attempts_item = attempts_item_data.to_dict()
            attempts.append(attempts_item)

        ended_as: None | str
        ended_as = self.ended_as

        result_hashes = self.result_hashes

        user = self.user

        priority = self.priority

        workflow: None | str
        workflow = self.workflow

        workflow_version: int | None
        workflow_version = self.workflow_version

        values = self.values

        tags = self.tags

        metadata = self.metadata.to_dict()

        retry_of: None | str
        retry_of = self.retry_of

        create_time = self.create_time.isoformat()

        update_time = self.update_time.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "status": status,
                "phase": phase,
                "rev": rev,
                "created_at": created_at,
                "started_at": started_at,
                "completed_at": completed_at,
                "expires_at": expires_at,
                "queue_position": queue_position,
                "queue_size": queue_size,
                "eta": eta,
                "expected_s": expected_s,
                "progress": progress,
                "outputs": outputs,
                "error": error,
                "metrics": metrics,
                "urls": urls,
                "host": host,
                "attempts": attempts,
                "ended_as": ended_as,
                "result_hashes": result_hashes,
                "user": user,
                "priority": priority,
                "workflow": workflow,
                "workflow_version": workflow_version,
                "values": values,
                "tags": tags,
                "metadata": metadata,
                "retry_of": retry_of,
                "create_time": create_time,
                "update_time": update_time,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt import Attempt  # noqa: PLC0415
        from ..models.job_error import JobError  # noqa: PLC0415
        from ..models.job_metadata import JobMetadata  # noqa: PLC0415
        from ..models.job_metrics import JobMetrics  # noqa: PLC0415
        from ..models.job_output import Output  # noqa: PLC0415
        from ..models.job_urls import JobUrls  # noqa: PLC0415
        from ..models.progress import Progress  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = d.pop("status")

        phase = d.pop("phase")

        rev = d.pop("rev")

        created_at = datetime.datetime.fromisoformat(
            d.pop("created_at").replace("Z", "+00:00")
        )

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(
                    data.replace("Z", "+00:00")
                )

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_completed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_at_type_0 = datetime.datetime.fromisoformat(
                    data.replace("Z", "+00:00")
                )

                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        completed_at = _parse_completed_at(d.pop("completed_at"))

        expires_at = datetime.datetime.fromisoformat(
            d.pop("expires_at").replace("Z", "+00:00")
        )

        def _parse_queue_position(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        queue_position = _parse_queue_position(d.pop("queue_position"))

        def _parse_queue_size(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        queue_size = _parse_queue_size(d.pop("queue_size"))

        def _parse_eta(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                eta_type_0 = datetime.datetime.fromisoformat(
                    data.replace("Z", "+00:00")
                )

                return eta_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        eta = _parse_eta(d.pop("eta"))

        def _parse_expected_s(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        expected_s = _parse_expected_s(d.pop("expected_s"))

        def _parse_progress(data: object) -> None | Progress:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                progress_type_0 = Progress.from_dict(data)

                return progress_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Progress", data)

        progress = _parse_progress(d.pop("progress"))

        outputs = []
        _outputs = d.pop("outputs")
        for outputs_item_data in _outputs:
            outputs_item = Output.from_dict(outputs_item_data)

            outputs.append(outputs_item)

        def _parse_error(data: object) -> JobError | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = JobError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("JobError | None", data)

        error = _parse_error(d.pop("error"))

        metrics = JobMetrics.from_dict(d.pop("metrics"))

        urls = JobUrls.from_dict(d.pop("urls"))

        def _parse_host(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        host = _parse_host(d.pop("host"))

        attempts = []
        _attempts = d.pop("attempts")
        for attempts_item_data in _attempts:
            attempts_item = Attempt.from_dict(attempts_item_data)

            attempts.append(attempts_item)

        def _parse_ended_as(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        ended_as = _parse_ended_as(d.pop("ended_as"))

        result_hashes = cast(list[str], d.pop("result_hashes"))

        user = d.pop("user")

        priority = d.pop("priority")

        def _parse_workflow(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        workflow = _parse_workflow(d.pop("workflow"))

        def _parse_workflow_version(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        workflow_version = _parse_workflow_version(d.pop("workflow_version"))

        values = d.pop("values")

        tags = cast(list[str], d.pop("tags"))

        metadata = JobMetadata.from_dict(d.pop("metadata"))

        def _parse_retry_of(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        retry_of = _parse_retry_of(d.pop("retry_of"))

        create_time = datetime.datetime.fromisoformat(
            d.pop("create_time").replace("Z", "+00:00")
        )

        update_time = datetime.datetime.fromisoformat(
            d.pop("update_time").replace("Z", "+00:00")
        )

        job = cls(
            id=id,
            status=status,
            phase=phase,
            rev=rev,
            created_at=created_at,
            started_at=started_at,
            completed_at=completed_at,
            expires_at=expires_at,
            queue_position=queue_position,
            queue_size=queue_size,
            eta=eta,
            expected_s=expected_s,
            progress=progress,
            outputs=outputs,
            error=error,
            metrics=metrics,
            urls=urls,
            host=host,
            attempts=attempts,
            ended_as=ended_as,
            result_hashes=result_hashes,
            user=user,
            priority=priority,
            workflow=workflow,
            workflow_version=workflow_version,
            values=values,
            tags=tags,
            metadata=metadata,
            retry_of=retry_of,
            create_time=create_time,
            update_time=update_time,
        )

        return job
