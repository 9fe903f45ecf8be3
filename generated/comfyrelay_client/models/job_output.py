from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Output")


@_attrs_define
class Output:
    """A file or text that came out. It is an asset of the same id.

    Attributes:
        node_id (str):
        name (str):
        type_ (str): image, video, audio, text, file or latent.
        content_type (str):
        size_bytes (int):
        id (str):
        hash_ (None | str):
        sha256 (str):
        output (None | str): The form's id for it, if a form names it.
        url (str):
        url_expires_at (datetime.datetime):
        job_id (str):
    """

    node_id: str
    name: str
    type_: str
    content_type: str
    size_bytes: int
    id: str
    hash_: None | str
    sha256: str
    output: None | str
    url: str
    url_expires_at: datetime.datetime
    job_id: str

    def to_dict(self) -> dict[str, Any]:
        node_id = self.node_id

        name = self.name

        type_ = self.type_

        content_type = self.content_type

        size_bytes = self.size_bytes

        id = self.id

        hash_: None | str
        hash_ = self.hash_

        sha256 = self.sha256

        output: None | str
        output = self.output

        url = self.url

        url_expires_at = self.url_expires_at.isoformat()

        job_id = self.job_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "node_id": node_id,
                "name": name,
                "type": type_,
                "content_type": content_type,
                "size_bytes": size_bytes,
                "id": id,
                "hash": hash_,
                "sha256": sha256,
                "output": output,
                "url": url,
                "url_expires_at": url_expires_at,
                "job_id": job_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        node_id = d.pop("node_id")

        name = d.pop("name")

        type_ = d.pop("type")

        content_type = d.pop("content_type")

        size_bytes = d.pop("size_bytes")

        id = d.pop("id")

        def _parse_hash_(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        hash_ = _parse_hash_(d.pop("hash"))

        sha256 = d.pop("sha256")

        def _parse_output(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        output = _parse_output(d.pop("output"))

        url = d.pop("url")

        url_expires_at = datetime.datetime.fromisoformat(
            d.pop("url_expires_at").replace("Z", "+00:00")
        )

        job_id = d.pop("job_id")

        job_output = cls(
            node_id=node_id,
            name=name,
            type_=type_,
            content_type=content_type,
            size_bytes=size_bytes,
            id=id,
            hash_=hash_,
            sha256=sha256,
            output=output,
            url=url,
            url_expires_at=url_expires_at,
            job_id=job_id,
        )

        return job_output
