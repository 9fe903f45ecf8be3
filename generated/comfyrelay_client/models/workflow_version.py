from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="WorkflowVersion")


@_attrs_define
class WorkflowVersion:
    """One line of the list of versions.

    Attributes:
        version (int):
        digest (str):
        schema_hash (str):
        title (str):
        published_at (datetime.datetime):
        published_by (str):
        withdrawn (bool):
    """

    version: int
    digest: str
    schema_hash: str
    title: str
    published_at: datetime.datetime
    published_by: str
    withdrawn: bool

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        digest = self.digest

        schema_hash = self.schema_hash

        title = self.title

        published_at = self.published_at.isoformat()

        published_by = self.published_by

        withdrawn = self.withdrawn

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "version": version,
                "digest": digest,
                "schema_hash": schema_hash,
                "title": title,
                "published_at": published_at,
                "published_by": published_by,
                "withdrawn": withdrawn,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        version = d.pop("version")

        digest = d.pop("digest")

        schema_hash = d.pop("schema_hash")

        title = d.pop("title")

        published_at = datetime.datetime.fromisoformat(
            d.pop("published_at").replace("Z", "+00:00")
        )

        published_by = d.pop("published_by")

        withdrawn = d.pop("withdrawn")

        workflow_version = cls(
            version=version,
            digest=digest,
            schema_hash=schema_hash,
            title=title,
            published_at=published_at,
            published_by=published_by,
            withdrawn=withdrawn,
        )

        return workflow_version
