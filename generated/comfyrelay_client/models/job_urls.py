from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="JobUrls")


@_attrs_define
class JobUrls:
    """Links to follow.

    Attributes:
        self_ (str):
        events (str):
        cancel (str):
        workflow (str):
    """

    self_: str
    events: str
    cancel: str
    workflow: str

    def to_dict(self) -> dict[str, Any]:
        self_ = self.self_

        events = self.events

        cancel = self.cancel

        workflow = self.workflow

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "self": self_,
                "events": events,
                "cancel": cancel,
                "workflow": workflow,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        self_ = d.pop("self")

        events = d.pop("events")

        cancel = d.pop("cancel")

        workflow = d.pop("workflow")

        job_urls = cls(
            self_=self_,
            events=events,
            cancel=cancel,
            workflow=workflow,
        )

        return job_urls
