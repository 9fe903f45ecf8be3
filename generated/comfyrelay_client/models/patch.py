from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Patch")


@_attrs_define
class Patch:
    """One value of one node, set past the form.

    Attributes:
        field (str):
        value (Any): Any JSON value.
        node (None | str | Unset): The node's id.
        title (None | str | Unset): Or its title, if only one node has it.
        class_type (None | str | Unset): The class that the node must have.
    """

    field: str
    value: Any
    node: None | str | Unset = UNSET
    title: None | str | Unset = UNSET
    class_type: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field = self.field

        value = self.value

        node: None | str | Unset
        if isinstance(self.node, Unset):
            node = UNSET
        else:
            node = self.node

        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        class_type: None | str | Unset
        if isinstance(self.class_type, Unset):
            class_type = UNSET
        else:
            class_type = self.class_type

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "field": field,
                "value": value,
            }
        )
        if node is not UNSET:
            field_dict["node"] = node
        if title is not UNSET:
            field_dict["title"] = title
        if class_type is not UNSET:
            field_dict["class_type"] = class_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        field = d.pop("field")

        value = d.pop("value")

        def _parse_node(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        node = _parse_node(d.pop("node", UNSET))

        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        title = _parse_title(d.pop("title", UNSET))

        def _parse_class_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        class_type = _parse_class_type(d.pop("class_type", UNSET))

        patch = cls(
            field=field,
            value=value,
            node=node,
            title=title,
            class_type=class_type,
        )

        return patch
