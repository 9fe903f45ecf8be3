from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.form import Form
    from ..models.host_fit import HostFit
    from ..models.model_file import ModelFile
    from ..models.problem import Problem


T = TypeVar("T", bound="WorkflowInspection")


@_attrs_define
class WorkflowInspection:
    """What publishing would do, or what stands in its way.

    Attributes:
        publishable (bool):
        format_ (str): ui or api: what was found.
        problems (list[Problem]): What stands in the way; all at once.
        notes (list[Problem]): What was left out of the form, and why.
        form (Form | None):
        values_schema (Any | None):
        workflow (Any | None): The graph in API format.
        digest (None | str):
        schema_hash (None | str):
        needs (list[str]):
        models (list[ModelFile]):
        hosts (list[HostFit]):
    """

    publishable: bool
    format_: str
    problems: list[Problem]
    notes: list[Problem]
    form: Form | None
    values_schema: Any | None
    workflow: Any | None
    digest: None | str
    schema_hash: None | str
    needs: list[str]
    models: list[ModelFile]
    hosts: list[HostFit]

    def to_dict(self) -> dict[str, Any]:
        from ..models.form import Form  # noqa: PLC0415

        publishable = self.publishable

        format_ = self.format_

        problems = []
        for problems_item_data in self.problems:
            problems_item = problems_item_data.to_dict()
            problems.append(problems_item)

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        form: dict[str, Any] | None
        if isinstance(self.form, Form):
            form = self.form.to_dict()
        else:
            form = self.form

        values_schema: Any | None
        values_schema = self.values_schema

        workflow: Any | None
        workflow = self.workflow

        digest: None | str
        digest = self.digest

        schema_hash: None | str
        schema_hash = self.schema_hash

        needs = self.needs

        models = []
        for models_item_data in self.models:
            models_item = models_item_data.to_dict()
            models.append(models_item)

        hosts = []
        for hosts_item_data in self.hosts:
            hosts_item = hosts_item_data.to_dict()
            hosts.append(hosts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "publishable": publishable,
                "format": format_,
                "problems": problems,
                "notes": notes,
                "form": form,
                "values_schema": values_schema,
                "workflow": workflow,
                "digest": digest,
                "schema_hash": schema_hash,
                "needs": needs,
                "models": models,
                "hosts": hosts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.form import Form  # noqa: PLC0415
        from ..models.host_fit import HostFit  # noqa: PLC0415
        from ..models.model_file import ModelFile  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415

        d = dict(src_dict)
        publishable = d.pop("publishable")

        format_ = d.pop("format")

        problems = []
        _problems = d.pop("problems")
        for problems_item_data in _problems:
            problems_item = Problem.from_dict(problems_item_data)

            problems.append(problems_item)

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = Problem.from_dict(notes_item_data)

            notes.append(notes_item)

        def _parse_form(data: object) -> Form | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                form_type_0 = Form.from_dict(data)

                return form_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("Form | None", data)

        form = _parse_form(d.pop("form"))

        def _parse_values_schema(data: object) -> Any | None:
            if data is None:
                return data
            return cast("Any | None", data)

        values_schema = _parse_values_schema(d.pop("values_schema"))

        def _parse_workflow(data: object) -> Any | None:
            if data is None:
                return data
            return cast("Any | None", data)

        workflow = _parse_workflow(d.pop("workflow"))

        def _parse_digest(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        digest = _parse_digest(d.pop("digest"))

        def _parse_schema_hash(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        schema_hash = _parse_schema_hash(d.pop("schema_hash"))

        needs = cast(list[str], d.pop("needs"))

        models = []
        _models = d.pop("models")
        for models_item_data in _models:
            models_item = ModelFile.from_dict(models_item_data)

            models.append(models_item)

        hosts = []
        _hosts = d.pop("hosts")
        for hosts_item_data in _hosts:
            hosts_item = HostFit.from_dict(hosts_item_data)

            hosts.append(hosts_item)

        workflow_inspection = cls(
            publishable=publishable,
            format_=format_,
            problems=problems,
            notes=notes,
            form=form,
            values_schema=values_schema,
            workflow=workflow,
            digest=digest,
            schema_hash=schema_hash,
            needs=needs,
            models=models,
            hosts=hosts,
        )

        return workflow_inspection
