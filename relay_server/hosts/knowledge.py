"""What the web side knows of all hosts, without asking them: read from registry and blob store."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

from relay_server.blobs.local import LocalBlobs
from relay_server.errors import NotFound
from relay_server.hosts.registry import HostView, Registry
from relay_server.workflows.known import HostKnowledge, HostSaid, Known, together
from relay_server.workflows.object_info import ObjectInfo

__all__ = ["HostKnowledge", "Knowledge", "Known"]

log = logging.getLogger(__name__)

KNOWN_S = 0.5  # what hosts have changes rarely; not asked for at every submission

Seen = tuple[tuple[str, str, str, bool], ...]  # name, object_info, models and up of every host


class Knowledge:
    """The hosts of the last `host_memory_s` together, kept until something changes."""

    def __init__(self, registry: Registry, blobs: LocalBlobs) -> None:
        self._registry = registry
        self._blobs = blobs
        self._known = Known()
        self._seen: Seen = ()
        self._until = 0.0
        self._lock = asyncio.Lock()
        self._read: dict[str, Any] = {}  # what the blobs in use hold, by digest
        self._union: tuple[frozenset[str], ObjectInfo] = (frozenset(), ObjectInfo({}))
        self._gone: set[str] = set()  # blobs that were warned of

    async def current(self) -> Known:
        """All that is known. The very same object until something changes; the registry is looked
        at once in KNOWN_S, and nothing is read unless a digest is new."""
        if time.monotonic() < self._until:
            return self._known
        async with self._lock:
            if time.monotonic() >= self._until:
                await self._look()
                self._until = time.monotonic() + KNOWN_S
        return self._known

    async def _look(self) -> None:
        seen = _seen([host for host in await self._registry.hosts() if not host.forgotten])
        if seen != self._seen:
            self._known, complete = await asyncio.to_thread(self._put_together, seen)
            self._seen = seen if complete else ()  # else looked for again

    def _put_together(self, seen: Seen) -> tuple[Known, bool]:
        """What these hosts said, and whether all of it could be read. In a thread."""
        blobs = {blob for _, info, models, _ in seen for blob in (info, models) if blob}
        read = {blob: self._content(blob) for blob in blobs}
        self._read = {blob: content for blob, content in read.items() if content is not None}
        self._gone &= blobs
        found = [host for host in seen if {*host[1:3]} <= {*self._read, ""}]
        said = [
            HostSaid(name, self._read[info], self._read.get(models, {}), up)
            for name, info, models, up in found
        ]
        infos = frozenset(info for _, info, _, _ in found)
        known = together(said, _digest(found), self._union[1] if infos == self._union[0] else None)
        self._union = (infos, known.info)
        return known, len(found) == len(seen)

    def _content(self, blob: str) -> Any:
        """The JSON of a blob; None, and one warning, if it cannot be read."""
        if blob in self._read:
            return self._read[blob]
        try:
            with self._blobs.open(blob) as file:
                content = json.load(file)
        except (NotFound, OSError, ValueError) as error:
            if blob not in self._gone:
                log.warning("what a host said cannot be read (%s); it is left out", error)
            self._gone.add(blob)
            return None
        self._gone.discard(blob)
        return content if isinstance(content, dict) else {}


def _seen(hosts: Sequence[HostView]) -> Seen:
    """Hosts that have told of themselves."""
    return tuple(
        (host.record.name, host.record.object_info, host.record.models, host.up)
        for host in hosts
        if host.record.object_info
    )


def _digest(seen: Sequence[tuple[str, str, str, bool]]) -> str:
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32] if seen else ""
