from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ModelFile")


@_attrs_define
class ModelFile:
    """A model by kind and name.

    Attributes:
        kind (str): checkpoints, loras, vae, ...
        name (str): With `/` between folders, whatever the host uses.
    """

    kind: str
    name: str

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        name = d.pop("name")

        model_file = cls(
            kind=kind,
            name=name,
        )

        return model_file
