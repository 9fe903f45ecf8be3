from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.job_summary_metadata import JobSummaryMetadata


T = TypeVar("T", bound="JobSummary")


@_attrs_define
class JobSummary:
    """One line of the list of jobs.

    Attributes:
        id (str):
        status (str):
        phase (str):
        create_time (datetime.datetime):
        update_time (datetime.datetime):
        started_at (datetime.datetime | None):
        completed_at (datetime.datetime | None):
        priority (str):
        error_code (None | str): Why it failed.
        workflow (None | str):
        host (None | str):
        user (str):
        tags (list[str]):
        metadata (JobSummaryMetadata):
    """

    id: str
    status: str
    phase: str
    create_time: datetime.datetime
    update_time: datetime.datetime
    started_at: datetime.datetime | None
    completed_at: datetime.datetime | None
    priority: str
    error_code: None | str
    workflow: None | str
    host: None | str
    user: str
    tags: list[str]
    metadata: JobSummaryMetadata

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status = self.status

        phase = self.phase

        create_time = self.create_time.isoformat()

        update_time = self.update_time.isoformat()

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

        priority = self.priority

        error_code: None | str
        error_code = self.error_code

        workflow: None | str
        workflow = self.workflow

        host: None | str
        host = self.host

        user = self.user

        tags = self.tags

        metadata = self.metadata.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "status": status,
                "phase": phase,
                "create_time": create_time,
                "update_time": update_time,
                "started_at": started_at,
                "completed_at": completed_at,
                "priority": priority,
                "error_code": error_code,
                "workflow": workflow,
                "host": host,
                "user": user,
                "tags": tags,
                "metadata": metadata,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_summary_metadata import JobSummaryMetadata  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = d.pop("status")

        phase = d.pop("phase")

        create_time = datetime.datetime.fromisoformat(
            d.pop("create_time").replace("Z", "+00:00")
        )

        update_time = datetime.datetime.fromisoformat(
            d.pop("update_time").replace("Z", "+00:00")
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

        priority = d.pop("priority")

        def _parse_error_code(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        error_code = _parse_error_code(d.pop("error_code"))

        def _parse_workflow(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        workflow = _parse_workflow(d.pop("workflow"))

        def _parse_host(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        host = _parse_host(d.pop("host"))

        user = d.pop("user")

        tags = cast(list[str], d.pop("tags"))

        metadata = JobSummaryMetadata.from_dict(d.pop("metadata"))

        job_summary = cls(
            id=id,
            status=status,
            phase=phase,
            create_time=create_time,
            update_time=update_time,
            started_at=started_at,
            completed_at=completed_at,
            priority=priority,
            error_code=error_code,
            workflow=workflow,
            host=host,
            user=user,
            tags=tags,
            metadata=metadata,
        )

        return job_summary
