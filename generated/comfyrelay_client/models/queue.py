from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.queue_host import QueueHost
    from ..models.queue_row import QueueRow
    from ..models.queue_total import QueueTotal


T = TypeVar("T", bound="Queue")


@_attrs_define
class Queue:
    """What waits and what runs, as of a second ago.

    Attributes:
        totals (list[QueueTotal]):
        users (list[QueueRow]): You; for an admin everybody.
        hosts (list[QueueHost]):
    """

    totals: list[QueueTotal]
    users: list[QueueRow]
    hosts: list[QueueHost]

    def to_dict(self) -> dict[str, Any]:
        totals = []
        for totals_item_data in self.totals:
            totals_item = totals_item_data.to_dict()
            totals.append(totals_item)

        users = []
        for users_item_data in self.users:
            users_item = users_item_data.to_dict()
            users.append(users_item)

        hosts = []
        for hosts_item_data in self.hosts:
            hosts_item = hosts_item_data.to_dict()
            hosts.append(hosts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "totals": totals,
                "users": users,
                "hosts": hosts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.queue_host import QueueHost  # noqa: PLC0415
        from ..models.queue_row import QueueRow  # noqa: PLC0415
        from ..models.queue_total import QueueTotal  # noqa: PLC0415

        d = dict(src_dict)
        totals = []
        _totals = d.pop("totals")
        for totals_item_data in _totals:
            totals_item = QueueTotal.from_dict(totals_item_data)

            totals.append(totals_item)

        users = []
        _users = d.pop("users")
        for users_item_data in _users:
            users_item = QueueRow.from_dict(users_item_data)

            users.append(users_item)

        hosts = []
        _hosts = d.pop("hosts")
        for hosts_item_data in _hosts:
            hosts_item = QueueHost.from_dict(hosts_item_data)

            hosts.append(hosts_item)

        queue = cls(
            totals=totals,
            users=users,
            hosts=hosts,
        )

        return queue
