from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """Who the relay takes you for, and which relay this is.

    Attributes:
        user (str):
        scopes (list[str]):
        relay_version (str):
        api_level (int):
        waiting (int): Your jobs that wait.
        inline_limit (int): Bytes up to which a file may go as Base64.
    """

    user: str
    scopes: list[str]
    relay_version: str
    api_level: int
    waiting: int
    inline_limit: int

    def to_dict(self) -> dict[str, Any]:
        user = self.user

        scopes = self.scopes

        relay_version = self.relay_version

        api_level = self.api_level

        waiting = self.waiting

        inline_limit = self.inline_limit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "user": user,
                "scopes": scopes,
                "relay_version": relay_version,
                "api_level": api_level,
                "waiting": waiting,
                "inline_limit": inline_limit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        user = d.pop("user")

        scopes = cast(list[str], d.pop("scopes"))

        relay_version = d.pop("relay_version")

        api_level = d.pop("api_level")

        waiting = d.pop("waiting")

        inline_limit = d.pop("inline_limit")

        me = cls(
            user=user,
            scopes=scopes,
            relay_version=relay_version,
            api_level=api_level,
            waiting=waiting,
            inline_limit=inline_limit,
        )

        return me
