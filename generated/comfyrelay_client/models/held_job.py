from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="HeldJob")


@_attrs_define
class HeldJob:
    """A job that a host has. Whose it is, and which, is told its user and admins.

    Attributes:
        id (None | str):
        user (None | str):
        workflow (None | str):
        priority (str):
        phase (str):
        since (datetime.datetime):
    """

    id: None | str
    user: None | str
    workflow: None | str
    priority: str
    phase: str
    since: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        user: None | str
        user = self.user

        workflow: None | str
        workflow = self.workflow

        priority = self.priority

        phase = self.phase

        since = self.since.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "user": user,
                "workflow": workflow,
                "priority": priority,
                "phase": phase,
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        id = _parse_id(d.pop("id"))

        def _parse_user(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        user = _parse_user(d.pop("user"))

        def _parse_workflow(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        workflow = _parse_workflow(d.pop("workflow"))

        priority = d.pop("priority")

        phase = d.pop("phase")

        since = datetime.datetime.fromisoformat(d.pop("since").replace("Z", "+00:00"))

        held_job = cls(
            id=id,
            user=user,
            workflow=workflow,
            priority=priority,
            phase=phase,
            since=since,
        )

        return held_job
