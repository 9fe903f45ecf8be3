from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.model_file import ModelFile


T = TypeVar("T", bound="HostFit")


@_attrs_define
class HostFit:
    """Whether a host can run a workflow, and what it lacks if not.

    Attributes:
        host (str):
        can_run (bool):
        missing_classes (list[str]):
        missing_models (list[ModelFile]):
    """

    host: str
    can_run: bool
    missing_classes: list[str]
    missing_models: list[ModelFile]

    def to_dict(self) -> dict[str, Any]:
        host = self.host

        can_run = self.can_run

        missing_classes = self.missing_classes

        missing_models = []
        for missing_models_item_data in self.missing_models:
            missing_models_item = missing_models_item_data.to_dict()
            missing_models.append(missing_models_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "host": host,
                "can_run": can_run,
                "missing_classes": missing_classes,
                "missing_models": missing_models,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_file import ModelFile  # noqa: PLC0415

        d = dict(src_dict)
        host = d.pop("host")

        can_run = d.pop("can_run")

        missing_classes = cast(list[str], d.pop("missing_classes"))

        missing_models = []
        _missing_models = d.pop("missing_models")
        for missing_models_item_data in _missing_models:
            missing_models_item = ModelFile.from_dict(missing_models_item_data)

            missing_models.append(missing_models_item)

        host_fit = cls(
            host=host,
            can_run=can_run,
            missing_classes=missing_classes,
            missing_models=missing_models,
        )

        return host_fit
