from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="StatusEvent")


@_attrs_define
class StatusEvent:
    """`status` on an event stream.

    Attributes:
        status (str):
        queue_position (int | None):
    """

    status: str
    queue_position: int | None

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        queue_position: int | None
        queue_position = self.queue_position

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "queue_position": queue_position,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = d.pop("status")

        def _parse_queue_position(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        queue_position = _parse_queue_position(d.pop("queue_position"))

        status_event = cls(
            status=status,
            queue_position=queue_position,
        )

        return status_event
