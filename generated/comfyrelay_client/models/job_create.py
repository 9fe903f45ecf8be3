from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.priority import Priority
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extra_data import ExtraData


T = TypeVar("T", bound="JobCreate")


@_attrs_define
class JobCreate:
    """A graph in ComfyUI's API format.

    Attributes:
        workflow (Any): A JSON object, verbatim.
        priority (Priority | Unset): The classes of jobs, first to last.
        tags (list[str] | Unset):
        metadata (Any | None | Unset): At most 16 pairs of strings.
        host (None | str | Unset): Only on this host.
        max_wait (float | None | Unset): Seconds; the job fails if no host took it by then.
        extra_data (ExtraData | None | Unset):
        webhook_url (Any | None | Unset): Reserved; refused if present.
        inputs (Any | None | Unset): Reserved; refused if present.
    """

    workflow: Any
    priority: Priority | Unset = UNSET
    tags: list[str] | Unset = UNSET
    metadata: Any | None | Unset = UNSET
    host: None | str | Unset = UNSET
    max_wait: float | None | Unset = UNSET
    extra_data: ExtraData | None | Unset = UNSET
    webhook_url: Any | None | Unset = UNSET
    inputs: Any | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.extra_data import ExtraData  # noqa: PLC0415

        workflow = self.workflow

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

        webhook_url: Any | None | Unset
        if isinstance(self.webhook_url, Unset):
            webhook_url = UNSET
        else:
            webhook_url = self.webhook_url

        inputs: Any | None | Unset
        if isinstance(self.inputs, Unset):
            inputs = UNSET
        else:
            inputs = self.inputs

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "workflow": workflow,
            }
        )
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
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        if inputs is not UNSET:
            field_dict["inputs"] = inputs

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.extra_data import ExtraData  # noqa: PLC0415

        d = dict(src_dict)
        workflow = d.pop("workflow")

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

        def _parse_webhook_url(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("Any | None | Unset", data)

        webhook_url = _parse_webhook_url(d.pop("webhook_url", UNSET))

        def _parse_inputs(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("Any | None | Unset", data)

        inputs = _parse_inputs(d.pop("inputs", UNSET))

        job_create = cls(
            workflow=workflow,
            priority=priority,
            tags=tags,
            metadata=metadata,
            host=host,
            max_wait=max_wait,
            extra_data=extra_data,
            webhook_url=webhook_url,
            inputs=inputs,
        )

        return job_create
