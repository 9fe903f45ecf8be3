"""The names of everything the relay keeps in Redis, all under one namespace."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Keys:
    """Key names. The Lua scripts build the same ones; see `lua/common.lua`."""

    namespace: str

    def __call__(self, *parts: str) -> str:
        return ":".join((self.namespace, *parts))

    def job(self, job_id: str) -> str:
        """The record: a hash."""
        return self("job", job_id)

    def host(self, name: str) -> str:
        """A host's registration: a hash."""
        return self("host", name)


def text(raw: bytes | str) -> str:
    """What Redis answers, as text. Our connections answer bytes; their types say either."""
    return raw if isinstance(raw, str) else raw.decode()


def metadata_digest(key: str, value: str) -> str:
    """Names the list of jobs that carry one pair of metadata."""
    return hashlib.sha256(f"{key}\0{value}".encode()).hexdigest()[:32]


def tag_digest(tag: str) -> str:
    """The same for one tag. No pair of metadata has an empty key."""
    return metadata_digest("", f"tag\0{tag}")


def workflow_digest(name: str) -> str:
    """The same for one published workflow."""
    return metadata_digest("", f"workflow\0{name}")
