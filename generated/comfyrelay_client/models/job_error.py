from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="JobError")


@_attrs_define
class JobError:
    """Why a job failed.

    Attributes:
        code (str):
        message (str):
        node_id (None | str):
        class_type (None | str):
        traceback (None | str):
        details (Any | None):
    """

    code: str
    message: str
    node_id: None | str
    class_type: None | str
    traceback: None | str
    details: Any | None

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        node_id: None | str
        node_id = self.node_id

        class_type: None | str
        class_type = self.class_type

        traceback: None | str
        traceback = self.traceback

        details: Any | None
        details = self.details

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "message": message,
                "node_id": node_id,
                "class_type": class_type,
                "traceback": traceback,
                "details": details,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        message = d.pop("message")

        def _parse_node_id(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        node_id = _parse_node_id(d.pop("node_id"))

        def _parse_class_type(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        class_type = _parse_class_type(d.pop("class_type"))

        def _parse_traceback(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        traceback = _parse_traceback(d.pop("traceback"))

        def _parse_details(data: object) -> Any | None:
            if data is None:
                return data
            return cast("Any | None", data)

        details = _parse_details(d.pop("details"))

        job_error = cls(
            code=code,
            message=message,
            node_id=node_id,
            class_type=class_type,
            traceback=traceback,
            details=details,
        )

        return job_error
