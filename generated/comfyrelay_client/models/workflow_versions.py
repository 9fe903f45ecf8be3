from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.workflow_version import WorkflowVersion


T = TypeVar("T", bound="WorkflowVersions")


@_attrs_define
class WorkflowVersions:
    """All versions of a workflow, newest first.

    Attributes:
        name (str):
        versions (list[WorkflowVersion]):
    """

    name: str
    versions: list[WorkflowVersion]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        versions = []
        for versions_item_data in self.versions:
            versions_item = versions_item_data.to_dict()
            versions.append(versions_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "versions": versions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.workflow_version import WorkflowVersion  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        versions = []
        _versions = d.pop("versions")
        for versions_item_data in _versions:
            versions_item = WorkflowVersion.from_dict(versions_item_data)

            versions.append(versions_item)

        workflow_versions = cls(
            name=name,
            versions=versions,
        )

        return workflow_versions
