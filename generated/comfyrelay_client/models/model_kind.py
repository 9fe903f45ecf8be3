from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.model_name import ModelName


T = TypeVar("T", bound="ModelKind")


@_attrs_define
class ModelKind:
    """All models of a kind.

    Attributes:
        kind (str): checkpoints, loras, vae, controlnet, upscale_models, ...
        models (list[ModelName]):
    """

    kind: str
    models: list[ModelName]

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        models = []
        for models_item_data in self.models:
            models_item = models_item_data.to_dict()
            models.append(models_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "models": models,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_name import ModelName  # noqa: PLC0415

        d = dict(src_dict)
        kind = d.pop("kind")

        models = []
        _models = d.pop("models")
        for models_item_data in _models:
            models_item = ModelName.from_dict(models_item_data)

            models.append(models_item)

        model_kind = cls(
            kind=kind,
            models=models,
        )

        return model_kind
