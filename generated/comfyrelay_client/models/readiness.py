from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Readiness")


@_attrs_define
class Readiness:
    """`/readyz`: what is ready and what is not, each `ok` or a sentence.

    Attributes:
        ready (bool):
        redis (str):
        store (str):
        hosts (str):
    """

    ready: bool
    redis: str
    store: str
    hosts: str

    def to_dict(self) -> dict[str, Any]:
        ready = self.ready

        redis = self.redis

        store = self.store

        hosts = self.hosts

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ready": ready,
                "redis": redis,
                "store": store,
                "hosts": hosts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ready = d.pop("ready")

        redis = d.pop("redis")

        store = d.pop("store")

        hosts = d.pop("hosts")

        readiness = cls(
            ready=ready,
            redis=redis,
            store=store,
            hosts=hosts,
        )

        return readiness
