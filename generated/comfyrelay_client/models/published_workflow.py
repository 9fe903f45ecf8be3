from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.form import Form


T = TypeVar("T", bound="PublishedWorkflow")


@_attrs_define
class PublishedWorkflow:
    """A workflow of the catalog with its form.

    Attributes:
        name (str):
        version (int):
        digest (str): sha256 over graph and form.
        published_at (datetime.datetime):
        form (Form): Everything that a workflow asks for and gives back, in the order to show it.
        needs (list[str]): Node classes that the graph uses.
        missing (list[str]): Those that no host has.
    """

    name: str
    version: int
    digest: str
    published_at: datetime.datetime
    form: Form
    needs: list[str]
    missing: list[str]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        digest = self.digest

        published_at = self.published_at.isoformat()

        form = self.form.to_dict()

        needs = self.needs

        missing = self.missing

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "version": version,
                "digest": digest,
                "published_at": published_at,
                "form": form,
                "needs": needs,
                "missing": missing,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.form import Form  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        digest = d.pop("digest")

        published_at = datetime.datetime.fromisoformat(
            d.pop("published_at").replace("Z", "+00:00")
        )

        form = Form.from_dict(d.pop("form"))

        needs = cast(list[str], d.pop("needs"))

        missing = cast(list[str], d.pop("missing"))

        published_workflow = cls(
            name=name,
            version=version,
            digest=digest,
            published_at=published_at,
            form=form,
            needs=needs,
            missing=missing,
        )

        return published_workflow
