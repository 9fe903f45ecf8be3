from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="HostReason")


@_attrs_define
class HostReason:
    """One host, as a job sees it.

    Attributes:
        name (str):
        state (str):
        can_run (bool): Whether it could ever run the job, whatever it does now.
        free_slots (int):
        has_job (bool):
        reason (None | str): Why it does not take the job now.
    """

    name: str
    state: str
    can_run: bool
    free_slots: int
    has_job: bool
    reason: None | str

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state = self.state

        can_run = self.can_run

        free_slots = self.free_slots

        has_job = self.has_job

        reason: None | str
        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "state": state,
                "can_run": can_run,
                "free_slots": free_slots,
                "has_job": has_job,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = d.pop("state")

        can_run = d.pop("can_run")

        free_slots = d.pop("free_slots")

        has_job = d.pop("has_job")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        reason = _parse_reason(d.pop("reason"))

        host_reason = cls(
            name=name,
            state=state,
            can_run=can_run,
            free_slots=free_slots,
            has_job=has_job,
            reason=reason,
        )

        return host_reason
