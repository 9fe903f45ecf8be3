from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ExtraData")


@_attrs_define
class ExtraData:
    """Keys of partner nodes. Encrypted at rest, forgotten at the end of the job.

    Attributes:
        api_key_comfy_org (None | str | Unset):
    """

    api_key_comfy_org: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        api_key_comfy_org: None | str | Unset
        if isinstance(self.api_key_comfy_org, Unset):
            api_key_comfy_org = UNSET
        else:
            api_key_comfy_org = self.api_key_comfy_org

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if api_key_comfy_org is not UNSET:
            field_dict["api_key_comfy_org"] = api_key_comfy_org

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_api_key_comfy_org(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        api_key_comfy_org = _parse_api_key_comfy_org(d.pop("api_key_comfy_org", UNSET))

        extra_data = cls(
            api_key_comfy_org=api_key_comfy_org,
        )

        return extra_data
