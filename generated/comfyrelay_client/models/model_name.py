from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ModelName")


@_attrs_define
class ModelName:
    """A model, and who has it.

    Attributes:
        name (str): With `/` between folders, whatever the host uses.
        hosts (list[str]): Names of the hosts that have it.
    """

    name: str
    hosts: list[str]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        hosts = self.hosts

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "hosts": hosts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        hosts = cast(list[str], d.pop("hosts"))

        model_name = cls(
            name=name,
            hosts=hosts,
        )

        return model_name
