from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.asked_state import AskedState
from ..types import UNSET, Unset

T = TypeVar("T", bound="HostChange")


@_attrs_define
class HostChange:
    """`draining` takes no more jobs, ends the one it runs and gives back what only waits;
    `paused` takes no more and keeps what it has; `up` takes jobs again.

        Attributes:
            state (AskedState): What an admin may ask of a host.
            reason (str | Unset): For the people who wait. Default: ''.
    """

    state: AskedState
    reason: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        state = self.state.value

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "state": state,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = AskedState(d.pop("state"))

        reason = d.pop("reason", UNSET)

        host_change = cls(
            state=state,
            reason=reason,
        )

        return host_change
