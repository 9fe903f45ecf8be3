from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Blob")


@_attrs_define
class Blob:
    """Bytes, named by their sha256.

    Attributes:
        sha256 (str):
        hash_ (str): `blake3:<hex>`.
        size_bytes (int):
        created_new (bool):
    """

    sha256: str
    hash_: str
    size_bytes: int
    created_new: bool

    def to_dict(self) -> dict[str, Any]:
        sha256 = self.sha256

        hash_ = self.hash_

        size_bytes = self.size_bytes

        created_new = self.created_new

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "sha256": sha256,
                "hash": hash_,
                "size_bytes": size_bytes,
                "created_new": created_new,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sha256 = d.pop("sha256")

        hash_ = d.pop("hash")

        size_bytes = d.pop("size_bytes")

        created_new = d.pop("created_new")

        blob = cls(
            sha256=sha256,
            hash_=hash_,
            size_bytes=size_bytes,
            created_new=created_new,
        )

        return blob
