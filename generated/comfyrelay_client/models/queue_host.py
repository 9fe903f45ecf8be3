from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="QueueHost")


@_attrs_define
class QueueHost:
    """What a host does.

    Attributes:
        name (str):
        state (str):
        executing (int):
        waiting (int): Jobs that it has, and that wait there.
        free_slots (int):
    """

    name: str
    state: str
    executing: int
    waiting: int
    free_slots: int

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state = self.state

        executing = self.executing

        waiting = self.waiting

        free_slots = self.free_slots

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "state": state,
                "executing": executing,
                "waiting": waiting,
                "free_slots": free_slots,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = d.pop("state")

        executing = d.pop("executing")

        waiting = d.pop("waiting")

        free_slots = d.pop("free_slots")

        queue_host = cls(
            name=name,
            state=state,
            executing=executing,
            waiting=waiting,
            free_slots=free_slots,
        )

        return queue_host
