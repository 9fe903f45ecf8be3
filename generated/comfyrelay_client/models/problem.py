from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """One thing that stands in the way of a workflow, or that was left out of its form.

    Attributes:
        code (str): Stable, such as `unknown_class`; may grow.
        message (str): One sentence for a person.
        node (None | str): The node's id; `5:12` is node 12 in subgraph 5.
        title (None | str): The node's title.
        class_type (None | str):
        field (None | str): The node's input.
    """

    code: str
    message: str
    node: None | str
    title: None | str
    class_type: None | str
    field: None | str

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        node: None | str
        node = self.node

        title: None | str
        title = self.title

        class_type: None | str
        class_type = self.class_type

        field: None | str
        field = self.field

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "message": message,
                "node": node,
                "title": title,
                "class_type": class_type,
                "field": field,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        message = d.pop("message")

        def _parse_node(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        node = _parse_node(d.pop("node"))

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        title = _parse_title(d.pop("title"))

        def _parse_class_type(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        class_type = _parse_class_type(d.pop("class_type"))

        def _parse_field(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        field = _parse_field(d.pop("field"))

        problem = cls(
            code=code,
            message=message,
            node=node,
            title=title,
            class_type=class_type,
            field=field,
        )

        return problem
