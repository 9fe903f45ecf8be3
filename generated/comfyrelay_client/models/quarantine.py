from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.quarantined import Quarantined


T = TypeVar("T", bound="Quarantine")


@_attrs_define
class Quarantine:
    """All of them.

    Attributes:
        graphs (list[Quarantined]):
    """

    graphs: list[Quarantined]

    def to_dict(self) -> dict[str, Any]:
        graphs = []
        for graphs_item_data in self.graphs:
            graphs_item = graphs_item_data.to_dict()
            graphs.append(graphs_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "graphs": graphs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quarantined import Quarantined  # noqa: PLC0415

        d = dict(src_dict)
        graphs = []
        _graphs = d.pop("graphs")
        for graphs_item_data in _graphs:
            graphs_item = Quarantined.from_dict(graphs_item_data)

            graphs.append(graphs_item)

        quarantine = cls(
            graphs=graphs,
        )

        return quarantine
