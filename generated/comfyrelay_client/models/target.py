from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Target")


@_attrs_define
class Target:
    """The field of a node that an input or a param sets.

    For a param of type `loras`: a LoraLoader of the chain that the list replaces, or, as the only
    target, the loader behind whose MODEL and CLIP the chain is put. The field says nothing then.

        Attributes:
            node (str):
            field (str):
    """

    node: str
    field: str

    def to_dict(self) -> dict[str, Any]:
        node = self.node

        field = self.field

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "node": node,
                "field": field,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        node = d.pop("node")

        field = d.pop("field")

        target = cls(
            node=node,
            field=field,
        )

        return target
