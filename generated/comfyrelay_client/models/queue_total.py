from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="QueueTotal")


@_attrs_define
class QueueTotal:
    """What all users have, of one class.

    Attributes:
        priority (str):
        waiting (int):
        on_hosts (int):
    """

    priority: str
    waiting: int
    on_hosts: int

    def to_dict(self) -> dict[str, Any]:
        priority = self.priority

        waiting = self.waiting

        on_hosts = self.on_hosts

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "priority": priority,
                "waiting": waiting,
                "on_hosts": on_hosts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        priority = d.pop("priority")

        waiting = d.pop("waiting")

        on_hosts = d.pop("on_hosts")

        queue_total = cls(
            priority=priority,
            waiting=waiting,
            on_hosts=on_hosts,
        )

        return queue_total
