from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="PreviewEvent")


@_attrs_define
class PreviewEvent:
    """`preview` on an event stream: a JPEG.

    Attributes:
        node_id (str):
        content_type (str):
        data_base64 (str):
    """

    node_id: str
    content_type: str
    data_base64: str

    def to_dict(self) -> dict[str, Any]:
        node_id = self.node_id

        content_type = self.content_type

        data_base64 = self.data_base64

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "node_id": node_id,
                "content_type": content_type,
                "data_base64": data_base64,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        node_id = d.pop("node_id")

        content_type = d.pop("content_type")

        data_base64 = d.pop("data_base64")

        preview_event = cls(
            node_id=node_id,
            content_type=content_type,
            data_base64=data_base64,
        )

        return preview_event
