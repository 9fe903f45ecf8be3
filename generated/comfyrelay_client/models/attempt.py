from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Attempt")


@_attrs_define
class Attempt:
    """One assignment of the job to a host, and how it ended.

    Attributes:
        number (int):
        host (str):
        started_at (datetime.datetime):
        ended_at (datetime.datetime | None):
        reason (None | str): Why it ended without a result: host_gone, host_silent, host_forgot, host_stuck,
            host_removed, worker_lost, not_taken, out_of_memory, node_missing, model_missing, moved, drained, quarantined;
            may grow.
        may_have_run_twice (bool):  Default: False.
    """

    number: int
    host: str
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    reason: None | str
    may_have_run_twice: bool = False

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        host = self.host

        started_at = self.started_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        reason: None | str
        reason = self.reason

        may_have_run_twice = self.may_have_run_twice

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "number": number,
                "host": host,
                "started_at": started_at,
                "ended_at": ended_at,
                "reason": reason,
                "may_have_run_twice": may_have_run_twice,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        host = d.pop("host")

        started_at = datetime.datetime.fromisoformat(
            d.pop("started_at").replace("Z", "+00:00")
        )

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(
                    data.replace("Z", "+00:00")
                )

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        reason = _parse_reason(d.pop("reason"))

        may_have_run_twice = d.pop("may_have_run_twice")

        attempt = cls(
            number=number,
            host=host,
            started_at=started_at,
            ended_at=ended_at,
            reason=reason,
            may_have_run_twice=may_have_run_twice,
        )

        return attempt
