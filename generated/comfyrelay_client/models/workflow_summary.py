from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="WorkflowSummary")


@_attrs_define
class WorkflowSummary:
    """One line of the catalog.

    Attributes:
        name (str):
        version (int):
        title (str):
        description (str):
        missing (list[str]): Node classes that no host has; empty: it can run.
    """

    name: str
    version: int
    title: str
    description: str
    missing: list[str]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        title = self.title

        description = self.description

        missing = self.missing

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "version": version,
                "title": title,
                "description": description,
                "missing": missing,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        title = d.pop("title")

        description = d.pop("description")

        missing = cast(list[str], d.pop("missing"))

        workflow_summary = cls(
            name=name,
            version=version,
            title=title,
            description=description,
            missing=missing,
        )

        return workflow_summary
