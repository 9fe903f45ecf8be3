from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.host_reason import HostReason


T = TypeVar("T", bound="JobExplanation")


@_attrs_define
class JobExplanation:
    """The answer to "why is my job waiting?".

    Attributes:
        id (str):
        status (str):
        phase (str):
        summary (str): One sentence for the person.
        waits_s (float | None): Since it was submitted, while it waits.
        queue_position (int | None):
        queue_size (int | None):
        ahead_own (int): Your jobs that will probably get a host first.
        ahead_others (int): The same of others.
        eta (datetime.datetime | None): When it will probably be done; none is unknown.
        expected_s (float | None): What jobs of its kind take on a host; none once it is over.
        priority (str):
        counts_as (str): Its class with ageing: interactive, shot, batch, or `first`, before them all.
        limit (None | str): The limit that keeps it waiting.
        waits_for (None | str): The busy host whose loaded checkpoint it waits for.
        host (None | str): The host that has it.
        hosts (list[HostReason]): Empty once it is over.
    """

    id: str
    status: str
    phase: str
    summary: str
    waits_s: float | None
    queue_position: int | None
    queue_size: int | None
    ahead_own: int
    ahead_others: int
    eta: datetime.datetime | None
    expected_s: float | None
    priority: str
    counts_as: str
    limit: None | str
    waits_for: None | str
    host: None | str
    hosts: list[HostReason]

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status = self.status

        phase = self.phase

        summary = self.summary

        waits_s: float | None
        waits_s = self.waits_s

        queue_position: int | None
        queue_position = self.queue_position

        queue_size: int | None
        queue_size = self.queue_size

        ahead_own = self.ahead_own

        ahead_others = self.ahead_others

        eta: None | str
        if isinstance(self.eta, datetime.datetime):
            eta = self.eta.isoformat()
        else:
            eta = self.eta

        expected_s: float | None
        expected_s = self.expected_s

        priority = self.priority

        counts_as = self.counts_as

        limit: None | str
        limit = self.limit

        waits_for: None | str
        waits_for = self.waits_for

        host: None | str
        host = self.host

        hosts = []
        for hosts_item_data in self.hosts:
            hosts_item = hosts_item_data.to_dict()
            hosts.append(hosts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "status": status,
                "phase": phase,
                "summary": summary,
                "waits_s": waits_s,
                "queue_position": queue_position,
                "queue_size": queue_size,
                "ahead_own": ahead_own,
                "ahead_others": ahead_others,
                "eta": eta,
                "expected_s": expected_s,
                "priority": priority,
                "counts_as": counts_as,
                "limit": limit,
                "waits_for": waits_for,
                "host": host,
                "hosts": hosts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.host_reason import HostReason  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = d.pop("status")

        phase = d.pop("phase")

        summary = d.pop("summary")

        def _parse_waits_s(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        waits_s = _parse_waits_s(d.pop("waits_s"))

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

        ahead_own = d.pop("ahead_own")

        ahead_others = d.pop("ahead_others")

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

        priority = d.pop("priority")

        counts_as = d.pop("counts_as")

        def _parse_limit(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        limit = _parse_limit(d.pop("limit"))

        def _parse_waits_for(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        waits_for = _parse_waits_for(d.pop("waits_for"))

        def _parse_host(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        host = _parse_host(d.pop("host"))

        hosts = []
        _hosts = d.pop("hosts")
        for hosts_item_data in _hosts:
            hosts_item = HostReason.from_dict(hosts_item_data)

            hosts.append(hosts_item)

        job_explanation = cls(
            id=id,
            status=status,
            phase=phase,
            summary=summary,
            waits_s=waits_s,
            queue_position=queue_position,
            queue_size=queue_size,
            ahead_own=ahead_own,
            ahead_others=ahead_others,
            eta=eta,
            expected_s=expected_s,
            priority=priority,
            counts_as=counts_as,
            limit=limit,
            waits_for=waits_for,
            host=host,
            hosts=hosts,
        )

        return job_explanation
