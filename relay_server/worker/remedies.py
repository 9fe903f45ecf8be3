"""What else may be tried for a job that its host could not do: a host that has what is missing."""

from __future__ import annotations

from redis.asyncio import Redis

from relay_server.hosts.registry import HostView, Registry
from relay_server.jobs.dispatch import unable
from relay_server.jobs.reading import Reading
from relay_server.jobs.reasons import Reason
from relay_server.jobs.record import Needs, Record
from relay_server.jobs.rooms import Rooms, wants_of
from relay_server.settings import Settings
from relay_server.worker.no_result import HostUnable, NoResult, OutOfMemory


def had_its_second_try(record: Record) -> bool:
    """Whether the host of a job that ran out of memory tried it twice. Each host gets two."""
    return record.tries.get(Reason.OUT_OF_MEMORY, 0) % 2 == 1


class Remedies:
    """Looks at the registered hosts. Only asked when something went wrong."""

    def __init__(self, redis: Redis, registry: Registry, settings: Settings) -> None:
        self._registry = registry
        self._reading = Reading(redis, settings.namespace)
        self._rooms = Rooms(registry, self._reading)

    async def for_missing(self, record: Record, reason: Reason) -> NoResult | None:
        """The host lacks a node or a model. None if no other host could take the job."""
        needs = await self._reading.needs(record.needs)
        other = needs.model_copy(update={"not_on": sorted({*needs.not_on, record.host})})
        return await self._elsewhere(reason, other, await self._hosts())

    async def for_memory(self, record: Record) -> NoResult | None:
        """The host ran out of memory: once more there, then on one with more, then None."""
        if not had_its_second_try(record):
            return OutOfMemory()
        hosts = await self._hosts()
        own = next((host.record for host in hosts if host.record.name == record.host), None)
        if own is None or own.info.vram_total is None:
            return None
        needs = await self._reading.needs(record.needs)
        larger = needs.model_copy(update={"more_than": own.info.vram_total})
        return await self._elsewhere(Reason.OUT_OF_MEMORY, larger, hosts)

    async def _hosts(self) -> list[HostView]:
        return [host for host in await self._registry.hosts() if not host.forgotten]

    async def _elsewhere(
        self, reason: Reason, needs: Needs, hosts: list[HostView]
    ) -> HostUnable | None:
        rooms = await self._rooms.of(hosts, now_ms=0)  # what they hold does not matter here
        if all(unable(wants_of(needs), room) for room in rooms):
            return None
        return HostUnable(reason, needs)
