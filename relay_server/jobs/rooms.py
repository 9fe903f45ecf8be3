"""Hosts and jobs as the rules of dispatch see them, from what Redis holds."""

from __future__ import annotations

from relay_server.hosts.registry import Held, HostView, Registry
from relay_server.jobs.dispatch import Holding, Room, Wants
from relay_server.jobs.reading import Reading
from relay_server.jobs.record import Needs
from relay_server.models.jobs import Phase

WORKING = frozenset({Phase.EXECUTING, Phase.HARVESTING})
MOST = 4096  # kinds of needs kept in memory


class Rooms:
    """Makes rooms of hosts. What a digest stands for never changes, so it is read once."""

    def __init__(self, registry: Registry, reading: Reading) -> None:
        self._registry = registry
        self._reading = reading
        self._wants: dict[str, Wants] = {}

    async def of(self, hosts: list[HostView], now_ms: int) -> list[Room]:
        """The hosts, as rooms."""
        return [await self._room(host, now_ms) for host in hosts]

    async def _room(self, host: HostView, now_ms: int) -> Room:
        record = host.record
        classes = await self._registry.classes(record.classes)
        return Room(
            name=record.name,
            state=host.state,
            free=record.slots - len(host.held),
            classes=classes.all if classes else None,
            models=await self._registry.models(record.models),
            held=tuple([await self._holding(held, now_ms) for held in host.held]),
            warm=frozenset(record.warm.splitlines()),
            memory=record.info.vram_total,
            reason=host.reason,
        )

    async def _holding(self, held: Held, now_ms: int) -> Holding:
        left_ms = None
        if held.expect_ms:
            done_ms = now_ms - held.executing_ms if held.executing_ms else 0
            left_ms = max(0, held.expect_ms - done_ms)
        return Holding(
            job=held.job,
            user=held.user,
            wants=await self.wants(held.needs),
            priority=held.priority,
            workflow=held.workflow,
            left_s=None if left_ms is None else left_ms / 1000,
            executing=held.phase in WORKING,
            since_s=(now_ms - held.assigned_ms) / 1000,
        )

    async def wants(self, digest: str) -> Wants:
        """What a digest of needs stands for."""
        found = self._wants.get(digest)
        if found is None:
            needs = await self._reading.needs(digest)
            found = wants_of(needs)
            if needs.digest == digest:
                if len(self._wants) >= MOST:
                    self._wants.clear()
                self._wants[digest] = found
        return found


def wants_of(needs: Needs) -> Wants:
    """The same, to be compared with a host."""
    return Wants(
        classes=frozenset(needs.classes),
        models=frozenset(needs.models),
        pinned=needs.host,
        not_on=frozenset(needs.not_on),
        more_than=needs.more_than,
        limited=needs.limited,
        limit=needs.limit,
    )
