from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Withdrawal")


@_attrs_define
class Withdrawal:
    """Versions that cannot be used for new jobs any more. Their jobs stay readable.

    Attributes:
        name (str):
        withdrawn (list[int]):
    """

    name: str
    withdrawn: list[int]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        withdrawn = self.withdrawn

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "withdrawn": withdrawn,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        withdrawn = cast(list[int], d.pop("withdrawn"))

        withdrawal = cls(
            name=name,
            withdrawn=withdrawn,
        )

        return withdrawal
