from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.model_kind import ModelKind


T = TypeVar("T", bound="ModelKinds")


@_attrs_define
class ModelKinds:
    """All models, by kind.

    Attributes:
        kinds (list[ModelKind]):
    """

    kinds: list[ModelKind]

    def to_dict(self) -> dict[str, Any]:
        kinds = []
        for kinds_item_data in self.kinds:
            kinds_item = kinds_item_data.to_dict()
            kinds.append(kinds_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kinds": kinds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_kind import ModelKind  # noqa: PLC0415

        d = dict(src_dict)
        kinds = []
        _kinds = d.pop("kinds")
        for kinds_item_data in _kinds:
            kinds_item = ModelKind.from_dict(kinds_item_data)

            kinds.append(kinds_item)

        model_kinds = cls(
            kinds=kinds,
        )

        return model_kinds
