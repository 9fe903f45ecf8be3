from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Lora")


@_attrs_define
class Lora:
    """A LoRA and how much of it.

    Attributes:
        name (str): As `GET /relay/v1/models/loras` lists it.
        strength_model (float | Unset):  Default: 1.0.
        strength_clip (float | None | Unset): None: as `strength_model`.
    """

    name: str
    strength_model: float | Unset = 1.0
    strength_clip: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        strength_model = self.strength_model

        strength_clip: float | None | Unset
        if isinstance(self.strength_clip, Unset):
            strength_clip = UNSET
        else:
            strength_clip = self.strength_clip

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if strength_model is not UNSET:
            field_dict["strength_model"] = strength_model
        if strength_clip is not UNSET:
            field_dict["strength_clip"] = strength_clip

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        strength_model = d.pop("strength_model", UNSET)

        def _parse_strength_clip(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("float | None | Unset", data)

        strength_clip = _parse_strength_clip(d.pop("strength_clip", UNSET))

        lora = cls(
            name=name,
            strength_model=strength_model,
            strength_clip=strength_clip,
        )

        return lora
