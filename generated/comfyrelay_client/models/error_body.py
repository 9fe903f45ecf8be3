from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ErrorBody")


@_attrs_define
class ErrorBody:
    """What went wrong, and what to do next.

    Attributes:
        code (str): Stable; see the list of codes in the document's description.
        message (str): One sentence for a person.
        details (Any | None):
    """

    code: str
    message: str
    details: Any | None

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        details: Any | None
        details = self.details

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "message": message,
                "details": details,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        message = d.pop("message")

        def _parse_details(data: object) -> Any | None:
            if data is None:
                return data
            return cast("Any | None", data)

        details = _parse_details(d.pop("details"))

        error_body = cls(
            code=code,
            message=message,
            details=details,
        )

        return error_body
