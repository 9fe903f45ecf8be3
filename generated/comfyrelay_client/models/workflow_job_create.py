from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.priority import Priority
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extra_data import ExtraData
    from ..models.patch import Patch
    from ..models.workflow_job_create_inputs import WorkflowJobCreateInputs


T = TypeVar("T", bound="WorkflowJobCreate")


@_attrs_define
class WorkflowJobCreate:
    """Values for a published workflow's form. This is the plugins' door.

    Attributes:
        priority (Priority | Unset): The classes of jobs, first to last.
        tags (list[str] | Unset):
        metadata (Any | None | Unset): At most 16 pairs of strings.
        host (None | str | Unset): Only on this host.
        max_wait (float | None | Unset): Seconds; the job fails if no host took it by then.
        extra_data (ExtraData | None | Unset):
        params (Any | Unset): Values by param id.
        inputs (WorkflowJobCreateInputs | Unset): Files by input id; a list for an input with `frames`, in their order.
        patches (list[Patch] | Unset):
        version (int | None | Unset): Of the workflow; none is the newest.
    """

    priority: Priority | Unset = UNSET
    tags: list[str] | Unset = UNSET
    metadata: Any | None | Unset = UNSET
    host: None | str | Unset = UNSET
    max_wait: float | None | Unset = UNSET
    extra_data: ExtraData | None | Unset = UNSET
    params: Any | Unset = UNSET
    inputs: WorkflowJobCreateInputs | Unset = UNSET
    patches: list[Patch] | Unset = UNSET
    version: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.extra_data import ExtraData  # noqa: PLC0415

        priority: str | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = self.priority.value

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        metadata: Any | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        else:
            metadata = self.metadata

        host: None | str | Unset
        if isinstance(self.host, Unset):
            host = UNSET
        else:
            host = self.host

        max_wait: float | None | Unset
        if isinstance(self.max_wait, Unset):
            max_wait = UNSET
        else:
            max_wait = self.max_wait

        extra_data: dict[str, Any] | None | Unset
        if isinstance(self.extra_data, Unset):
            extra_data = UNSET
        elif isinstance(self.extra_data, ExtraData):
            extra_data = self.extra_data.to_dict()
        else:
            extra_data = self.extra_data

        params = self.params

        inputs: dict[str, Any] | Unset = UNSET
        if not isinstance(self.inputs, Unset):
            inputs = self.inputs.to_dict()

        patches: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.patches, Unset):
            patches = []
            for patches_item_data in self.patches:
                patches_item = patches_item_data.to_dict()
                patches.append(patches_item)

        version: int | None | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if priority is not UNSET:
            field_dict["priority"] = priority
        if tags is not UNSET:
            field_dict["tags"] = tags
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if host is not UNSET:
            field_dict["host"] = host
        if max_wait is not UNSET:
            field_dict["max_wait"] = max_wait
        if extra_data is not UNSET:
            field_dict["extra_data"] = extra_data
        if params is not UNSET:
            field_dict["params"] = params
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if patches is not UNSET:
            field_dict["patches"] = patches
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.extra_data import ExtraData  # noqa: PLC0415
        from ..models.patch import Patch  # noqa: PLC0415
        from ..models.workflow_job_create_inputs import WorkflowJobCreateInputs  # noqa: PLC0415

        d = dict(src_dict)
        _priority = d.pop("priority", UNSET)
        priority: Priority | Unset
        if isinstance(_priority, Unset):
            priority = UNSET
        else:
            priority = Priority(_priority)

        tags = cast(list[str], d.pop("tags", UNSET))

        def _parse_metadata(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("Any | None | Unset", data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_host(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        host = _parse_host(d.pop("host", UNSET))

        def _parse_max_wait(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("float | None | Unset", data)

        max_wait = _parse_max_wait(d.pop("max_wait", UNSET))

        def _parse_extra_data(data: object) -> ExtraData | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                extra_data_type_0 = ExtraData.from_dict(data)

                return extra_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("ExtraData | None | Unset", data)

        extra_data = _parse_extra_data(d.pop("extra_data", UNSET))

        params = d.pop("params", UNSET)

        _inputs = d.pop("inputs", UNSET)
        inputs: WorkflowJobCreateInputs | Unset
        if isinstance(_inputs, Unset):
            inputs = UNSET
        else:
            inputs = WorkflowJobCreateInputs.from_dict(_inputs)

        _patches = d.pop("patches", UNSET)
        patches: list[Patch] | Unset = UNSET
        if _patches is not UNSET:
            patches = []
            for patches_item_data in _patches:
                patches_item = Patch.from_dict(patches_item_data)

                patches.append(patches_item)

        def _parse_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        version = _parse_version(d.pop("version", UNSET))

        workflow_job_create = cls(
            priority=priority,
            tags=tags,
            metadata=metadata,
            host=host,
            max_wait=max_wait,
            extra_data=extra_data,
            params=params,
            inputs=inputs,
            patches=patches,
            version=version,
        )

        return workflow_job_create
