from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Quarantined")


@_attrs_define
class Quarantined:
    """A graph that brought hosts down and is kept from them.

    Attributes:
        graph (str): Digest of the graph, its seeds and files aside.
        since (datetime.datetime | None):
        details (Any): A JSON object, verbatim.
    """

    graph: str
    since: datetime.datetime | None
    details: Any

    def to_dict(self) -> dict[str, Any]:
        graph = self.graph

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        details = self.details

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "graph": graph,
                "since": since,
                "details": details,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        graph = d.pop("graph")

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(
                    data.replace("Z", "+00:00")
                )

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        since = _parse_since(d.pop("since"))

        details = d.pop("details")

        quarantined = cls(
            graph=graph,
            since=since,
            details=details,
        )

        return quarantined
