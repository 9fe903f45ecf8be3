from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.jobs_cancel_metadata import JobsCancelMetadata


T = TypeVar("T", bound="JobsCancel")


@_attrs_define
class JobsCancel:
    """Which jobs to cancel: those that match everything that is given, or all.

    Attributes:
        tag (None | str | Unset):
        workflow (None | str | Unset):
        metadata (JobsCancelMetadata | Unset):
        user (None | str | Unset): Another's jobs: admins only.
        all_ (bool | Unset): Really all; instead of a filter. Default: False.
    """

    tag: None | str | Unset = UNSET
    workflow: None | str | Unset = UNSET
    metadata: JobsCancelMetadata | Unset = UNSET
    user: None | str | Unset = UNSET
    all_: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        tag: None | str | Unset
        if isinstance(self.tag, Unset):
            tag = UNSET
        else:
            tag = self.tag

        workflow: None | str | Unset
        if isinstance(self.workflow, Unset):
            workflow = UNSET
        else:
            workflow = self.workflow

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        user: None | str | Unset
        if isinstance(self.user, Unset):
            user = UNSET
        else:
            user = self.user

        all_ = self.all_

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if tag is not UNSET:
            field_dict["tag"] = tag
        if workflow is not UNSET:
            field_dict["workflow"] = workflow
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if user is not UNSET:
            field_dict["user"] = user
        if all_ is not UNSET:
            field_dict["all"] = all_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.jobs_cancel_metadata import JobsCancelMetadata  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_tag(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        tag = _parse_tag(d.pop("tag", UNSET))

        def _parse_workflow(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        workflow = _parse_workflow(d.pop("workflow", UNSET))

        _metadata = d.pop("metadata", UNSET)
        metadata: JobsCancelMetadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = JobsCancelMetadata.from_dict(_metadata)

        def _parse_user(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        user = _parse_user(d.pop("user", UNSET))

        all_ = d.pop("all", UNSET)

        jobs_cancel = cls(
            tag=tag,
            workflow=workflow,
            metadata=metadata,
            user=user,
            all_=all_,
        )

        return jobs_cancel
