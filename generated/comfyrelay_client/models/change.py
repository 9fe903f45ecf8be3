from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Change")


@_attrs_define
class Change:
    """One difference between two versions.

    Attributes:
        where (str): Such as `params.steps.default` or `node 3 (KSampler).cfg`.
        before (None | str): As JSON; none: it is new.
        after (None | str): As JSON; none: it is gone.
    """

    where: str
    before: None | str
    after: None | str

    def to_dict(self) -> dict[str, Any]:
        where = self.where

        before: None | str
        before = self.before

        after: None | str
        after = self.after

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "where": where,
                "before": before,
                "after": after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        where = d.pop("where")

        def _parse_before(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        before = _parse_before(d.pop("before"))

        def _parse_after(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        after = _parse_after(d.pop("after"))

        change = cls(
            where=where,
            before=before,
            after=after,
        )

        return change
