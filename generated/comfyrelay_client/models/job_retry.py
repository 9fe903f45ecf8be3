from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.priority import Priority
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extra_data import ExtraData


T = TypeVar("T", bound="JobRetry")


@_attrs_define
class JobRetry:
    """Run a job again. What is left out is as it was; a partner key is never kept.

    Attributes:
        priority (None | Priority | Unset):
        extra_data (ExtraData | None | Unset):
    """

    priority: None | Priority | Unset = UNSET
    extra_data: ExtraData | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.extra_data import ExtraData  # noqa: PLC0415

        priority: None | str | Unset
        if isinstance(self.priority, Unset):
            priority = UNSET
        elif isinstance(self.priority, Priority):
            priority = self.priority.value
        else:
            priority = self.priority

        extra_data: dict[str, Any] | None | Unset
        if isinstance(self.extra_data, Unset):
            extra_data = UNSET
        elif isinstance(self.extra_data, ExtraData):
            extra_data = self.extra_data.to_dict()
        else:
            extra_data = self.extra_data

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if priority is not UNSET:
            field_dict["priority"] = priority
        if extra_data is not UNSET:
            field_dict["extra_data"] = extra_data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.extra_data import ExtraData  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_priority(data: object) -> None | Priority | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                priority_type_0 = Priority(data)

                return priority_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Priority | Unset", data)

        priority = _parse_priority(d.pop("priority", UNSET))

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

        job_retry = cls(
            priority=priority,
            extra_data=extra_data,
        )

        return job_retry
