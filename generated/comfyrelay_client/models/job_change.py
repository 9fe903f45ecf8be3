from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.priority import Priority

T = TypeVar("T", bound="JobChange")


@_attrs_define
class JobChange:
    """What may be changed of a job.

    Attributes:
        priority (Priority): The classes of jobs, first to last.
    """

    priority: Priority

    def to_dict(self) -> dict[str, Any]:
        priority = self.priority.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "priority": priority,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        priority = Priority(d.pop("priority"))

        job_change = cls(
            priority=priority,
        )

        return job_change
