from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="JobsCanceled")


@_attrs_define
class JobsCanceled:
    """What became of them.

    Attributes:
        canceled (int): Over at once: no host had them.
        canceling (int): Their hosts are being told.
        jobs (list[str]): Their ids; at most a thousand.
    """

    canceled: int
    canceling: int
    jobs: list[str]

    def to_dict(self) -> dict[str, Any]:
        canceled = self.canceled

        canceling = self.canceling

        jobs = self.jobs

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "canceled": canceled,
                "canceling": canceling,
                "jobs": jobs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        canceled = d.pop("canceled")

        canceling = d.pop("canceling")

        jobs = cast(list[str], d.pop("jobs"))

        jobs_canceled = cls(
            canceled=canceled,
            canceling=canceling,
            jobs=jobs,
        )

        return jobs_canceled
