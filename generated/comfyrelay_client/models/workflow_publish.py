from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="WorkflowPublish")


@_attrs_define
class WorkflowPublish:
    """A workflow, as ComfyUI saved it. Either `workflow` or `picture`.

    Attributes:
        workflow (Any | None | Unset): ComfyUI's UI format (Save) or API format (Export).
        picture (None | str | Unset): Base64 of a PNG or WEBP that ComfyUI saved, with its workflow.
        form (Any | None | Unset): A form file, as schemas/workflow-form.schema.json describes it.
        title (None | str | Unset): Over that of the form.
        description (None | str | Unset): Over that of the form.
    """

    workflow: Any | None | Unset = UNSET
    picture: None | str | Unset = UNSET
    form: Any | None | Unset = UNSET
    title: None | str | Unset = UNSET
    description: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        workflow: Any | None | Unset
        if isinstance(self.workflow, Unset):
            workflow = UNSET
        else:
            workflow = self.workflow

        picture: None | str | Unset
        if isinstance(self.picture, Unset):
            picture = UNSET
        else:
            picture = self.picture

        form: Any | None | Unset
        if isinstance(self.form, Unset):
            form = UNSET
        else:
            form = self.form

        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if workflow is not UNSET:
            field_dict["workflow"] = workflow
        if picture is not UNSET:
            field_dict["picture"] = picture
        if form is not UNSET:
            field_dict["form"] = form
        if title is not UNSET:
            field_dict["title"] = title
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_workflow(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("Any | None | Unset", data)

        workflow = _parse_workflow(d.pop("workflow", UNSET))

        def _parse_picture(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        picture = _parse_picture(d.pop("picture", UNSET))

        def _parse_form(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("Any | None | Unset", data)

        form = _parse_form(d.pop("form", UNSET))

        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        title = _parse_title(d.pop("title", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        description = _parse_description(d.pop("description", UNSET))

        workflow_publish = cls(
            workflow=workflow,
            picture=picture,
            form=form,
            title=title,
            description=description,
        )

        return workflow_publish
