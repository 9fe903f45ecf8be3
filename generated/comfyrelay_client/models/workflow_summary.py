from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.model_file import ModelFile


T = TypeVar("T", bound="WorkflowSummary")


@_attrs_define
class WorkflowSummary:
    """One line of the catalog.

    Attributes:
        name (str):
        version (int):
        title (str):
        description (str):
        schema_hash (str): Changes when the form does, live menus aside.
        available (bool): False: no host can run it; `reason` says why.
        reason (None | str): One sentence: what is missing.
        missing (list[str]): Node classes that no host has.
        missing_models (list[ModelFile]): Models that no host has.
    """

    name: str
    version: int
    title: str
    description: str
    schema_hash: str
    available: bool
    reason: None | str
    missing: list[str]
    missing_models: list[ModelFile]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        title = self.title

        description = self.description

        schema_hash = self.schema_hash

        available = self.available

        reason: None | str
        reason = self.reason

        missing = self.missing

        missing_models = []
        for missing_models_item_data in self.missing_models:
            missing_models_item = missing_models_item_data.to_dict()
            missing_models.append(missing_models_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "version": version,
                "title": title,
                "description": description,
                "schema_hash": schema_hash,
                "available": available,
                "reason": reason,
                "missing": missing,
                "missing_models": missing_models,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_file import ModelFile  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        title = d.pop("title")

        description = d.pop("description")

        schema_hash = d.pop("schema_hash")

        available = d.pop("available")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        reason = _parse_reason(d.pop("reason"))

        missing = cast(list[str], d.pop("missing"))

        missing_models = []
        _missing_models = d.pop("missing_models")
        for missing_models_item_data in _missing_models:
            missing_models_item = ModelFile.from_dict(missing_models_item_data)

            missing_models.append(missing_models_item)

        workflow_summary = cls(
            name=name,
            version=version,
            title=title,
            description=description,
            schema_hash=schema_hash,
            available=available,
            reason=reason,
            missing=missing,
            missing_models=missing_models,
        )

        return workflow_summary
