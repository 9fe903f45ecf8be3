from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="JobWorkflow")


@_attrs_define
class JobWorkflow:
    """The graph behind a job, in the shape that `POST /api/v2/jobs` takes.

    Attributes:
        workflow (Any): A JSON object, verbatim.
        format_ (str): Always `api`. Default: 'api'.
    """

    workflow: Any
    format_: str = "api"

    def to_dict(self) -> dict[str, Any]:
        workflow = self.workflow

        format_ = self.format_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "workflow": workflow,
                "format": format_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        workflow = d.pop("workflow")

        format_ = d.pop("format")

        job_workflow = cls(
            workflow=workflow,
            format_=format_,
        )

        return job_workflow
