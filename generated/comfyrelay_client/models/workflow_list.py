from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.refused_file import RefusedFile
    from ..models.workflow_summary import WorkflowSummary


T = TypeVar("T", bound="WorkflowList")


@_attrs_define
class WorkflowList:
    """The catalog, by name, and the files of the watched folder that are not in it.

    Attributes:
        workflows (list[WorkflowSummary]):
        refused (list[RefusedFile]):
    """

    workflows: list[WorkflowSummary]
    refused: list[RefusedFile]

    def to_dict(self) -> dict[str, Any]:
        workflows = []
        for workflows_item_data in self.workflows:
            workflows_item = workflows_item_data.to_dict()
            workflows.append(workflows_item)

        refused = []
        for refused_item_data in self.refused:
            refused_item = refused_item_data.to_dict()
            refused.append(refused_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "workflows": workflows,
                "refused": refused,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.refused_file import RefusedFile  # noqa: PLC0415
        from ..models.workflow_summary import WorkflowSummary  # noqa: PLC0415

        d = dict(src_dict)
        workflows = []
        _workflows = d.pop("workflows")
        for workflows_item_data in _workflows:
            workflows_item = WorkflowSummary.from_dict(workflows_item_data)

            workflows.append(workflows_item)

        refused = []
        _refused = d.pop("refused")
        for refused_item_data in _refused:
            refused_item = RefusedFile.from_dict(refused_item_data)

            refused.append(refused_item)

        workflow_list = cls(
            workflows=workflows,
            refused=refused,
        )

        return workflow_list
