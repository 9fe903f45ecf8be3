from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Asset")


@_attrs_define
class Asset:
    """One asset. Fetch its bytes at `url`.

    Attributes:
        id (str):
        hash_ (None | str): `blake3:<hex>`.
        sha256 (str):
        size_bytes (int):
        content_type (str):
        file_path (None | str):
        created_new (bool): False if the relay already had these bytes. Default: True.
        created_at (datetime.datetime):
        url (str):
        url_expires_at (datetime.datetime):
        expires_at (datetime.datetime | None):
        job_id (None | str): The job that made it; none for an upload.
    """

    id: str
    hash_: None | str
    sha256: str
    size_bytes: int
    content_type: str
    file_path: None | str
    created_at: datetime.datetime
    url: str
    url_expires_at: datetime.datetime
    expires_at: datetime.datetime | None
    job_id: None | str
    created_new: bool = True

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        hash_: None | str
        hash_ = self.hash_

        sha256 = self.sha256

        size_bytes = self.size_bytes

        content_type = self.content_type

        file_path: None | str
        file_path = self.file_path

        created_new = self.created_new

        created_at = self.created_at.isoformat()

        url = self.url

        url_expires_at = self.url_expires_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        job_id: None | str
        job_id = self.job_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "hash": hash_,
                "sha256": sha256,
                "size_bytes": size_bytes,
                "content_type": content_type,
                "file_path": file_path,
                "created_new": created_new,
                "created_at": created_at,
                "url": url,
                "url_expires_at": url_expires_at,
                "expires_at": expires_at,
                "job_id": job_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_hash_(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        hash_ = _parse_hash_(d.pop("hash"))

        sha256 = d.pop("sha256")

        size_bytes = d.pop("size_bytes")

        content_type = d.pop("content_type")

        def _parse_file_path(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        file_path = _parse_file_path(d.pop("file_path"))

        created_new = d.pop("created_new")

        created_at = datetime.datetime.fromisoformat(
            d.pop("created_at").replace("Z", "+00:00")
        )

        url = d.pop("url")

        url_expires_at = datetime.datetime.fromisoformat(
            d.pop("url_expires_at").replace("Z", "+00:00")
        )

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(
                    data.replace("Z", "+00:00")
                )

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        job_id = _parse_job_id(d.pop("job_id"))

        asset = cls(
            id=id,
            hash_=hash_,
            sha256=sha256,
            size_bytes=size_bytes,
            content_type=content_type,
            file_path=file_path,
            created_new=created_new,
            created_at=created_at,
            url=url,
            url_expires_at=url_expires_at,
            expires_at=expires_at,
            job_id=job_id,
        )

        return asset
