from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.form import Form
    from ..models.host_fit import HostFit
    from ..models.model_file import ModelFile


T = TypeVar("T", bound="PublishedWorkflow")


@_attrs_define
class PublishedWorkflow:
    """A version of a workflow with its form.

    Attributes:
        name (str):
        version (int):
        digest (str): sha256 over graph and form.
        schema_hash (str): Changes when the form does, live menus aside.
        published_at (datetime.datetime):
        published_by (str):
        withdrawn (bool):
        form (Form): Everything that a workflow asks for and gives back, in the order to show it.
        values_schema (Any): JSON Schema of `params` of a job.
        needs (list[str]): Node classes that the graph uses.
        models (list[ModelFile]): Models that the graph names outside the form.
        available (bool): False: no host can run it; `reason` says why.
        reason (None | str): One sentence: what is missing.
        hosts (list[HostFit]):
        missing (list[str]): Node classes that no host has.
        missing_models (list[ModelFile]): Models that no host has.
    """

    name: str
    version: int
    digest: str
    schema_hash: str
    published_at: datetime.datetime
    published_by: str
    withdrawn: bool
    form: Form
    values_schema: Any
    needs: list[str]
    models: list[ModelFile]
    available: bool
    reason: None | str
    hosts: list[HostFit]
    missing: list[str]
    missing_models: list[ModelFile]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        digest = self.digest

        schema_hash = self.schema_hash

        published_at = self.published_at.isoformat()

        published_by = self.published_by

        withdrawn = self.withdrawn

        form = self.form.to_dict()

        values_schema = self.values_schema

        needs = self.needs

        models = []
        for models_item_data in self.models:
            models_item = models_item_data.to_dict()
            models.append(models_item)

        available = self.available

        reason: None | str
        reason = self.reason

        hosts = []
        for hosts_item_data in self.hosts:
            hosts_item = hosts_item_data.to_dict()
            hosts.append(hosts_item)

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
                "digest": digest,
                "schema_hash": schema_hash,
                "published_at": published_at,
                "published_by": published_by,
                "withdrawn": withdrawn,
                "form": form,
                "values_schema": values_schema,
                "needs": needs,
                "models": models,
                "available": available,
                "reason": reason,
                "hosts": hosts,
                "missing": missing,
                "missing_models": missing_models,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.form import Form  # noqa: PLC0415
        from ..models.host_fit import HostFit  # noqa: PLC0415
        from ..models.model_file import ModelFile  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        digest = d.pop("digest")

        schema_hash = d.pop("schema_hash")

        published_at = datetime.datetime.fromisoformat(
            d.pop("published_at").replace("Z", "+00:00")
        )

        published_by = d.pop("published_by")

        withdrawn = d.pop("withdrawn")

        form = Form.from_dict(d.pop("form"))

        values_schema = d.pop("values_schema")

        needs = cast(list[str], d.pop("needs"))

        models = []
        _models = d.pop("models")
        for models_item_data in _models:
            models_item = ModelFile.from_dict(models_item_data)

            models.append(models_item)

        available = d.pop("available")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        reason = _parse_reason(d.pop("reason"))

        hosts = []
        _hosts = d.pop("hosts")
        for hosts_item_data in _hosts:
            hosts_item = HostFit.from_dict(hosts_item_data)

            hosts.append(hosts_item)

        missing = cast(list[str], d.pop("missing"))

        missing_models = []
        _missing_models = d.pop("missing_models")
        for missing_models_item_data in _missing_models:
            missing_models_item = ModelFile.from_dict(missing_models_item_data)

            missing_models.append(missing_models_item)

        published_workflow = cls(
            name=name,
            version=version,
            digest=digest,
            schema_hash=schema_hash,
            published_at=published_at,
            published_by=published_by,
            withdrawn=withdrawn,
            form=form,
            values_schema=values_schema,
            needs=needs,
            models=models,
            available=available,
            reason=reason,
            hosts=hosts,
            missing=missing,
            missing_models=missing_models,
        )

        return published_workflow
