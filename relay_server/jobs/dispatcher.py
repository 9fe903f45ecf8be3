"""The dispatcher: one at a time over all relays, awake on every change and once a second anyway."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import redis
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.errors import RelayError
from relay_server.hosts.registry import HostView, Registry
from relay_server.jobs.dispatch import Room, Waiting, assign
from relay_server.jobs.events import Event, Events, Listener
from relay_server.jobs.queue import wake
from relay_server.jobs.reading import Reading
from relay_server.jobs.record import Needs
from relay_server.jobs.transitions import Head, Look, Transitions, ms
from relay_server.models.jobs import TERMINAL, Phase
from relay_server.redis_keys import Keys, text
from relay_server.settings import Settings

log = logging.getLogger(__name__)


class Dispatcher:
    """Gives waiting jobs to hosts, and takes jobs from dead workers."""

    def __init__(
        self, database: Redis, rq_redis: redis.Redis, settings: Settings, events: Events
    ) -> None:
        self._redis = database
        self._rq = rq_redis
        self._settings = settings
        self._events = events
        self._keys = Keys(settings.namespace)
        self._transitions = Transitions(database, settings)
        self._reading = Reading(database, settings.namespace)
        self._registry = Registry(database, settings)
        self._token = ""
        self._leading_since: float | None = None
        self._needs: dict[str, Needs] = {}
        self._given: set[str] = set()  # jobs assigned whose waiting was not heard of yet
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="rq")  # one: RQ's calls in order

    async def run(self) -> None:
        """For ever: sweep, then wait for a change or for the next sweep."""
        with self._events.listen("*") as changes:
            while True:
                try:
                    await self._sweep()
                except (RedisError, OSError) as error:
                    self._leading_since = None
                    log.warning("dispatcher: Redis does not answer (%s)", type(error).__name__)
                await self._change(changes)

    async def step_down(self) -> None:
        """The relay stops: another may lead at once."""
        if self._token:
            await self._transitions.step_down(self._token)
            self._token = ""

    async def _change(self, changes: Listener) -> None:
        """Until something may be assigned: a job came, a slot fell free, a host changed."""
        end = time.monotonic() + self._settings.sweep_s
        while (left := end - time.monotonic()) > 0:
            events = await changes.next(left)
            news = [self._is_news(event) for event in events or ()]
            if events is None or any(news):
                return

    def _is_news(self, event: Event) -> bool:
        """Whether it may lead to an assignment. That a job waited which has a host since is old."""
        if event.job in self._given and event.phase == Phase.WAITING:
            self._given.discard(event.job)
            return False
        return event.kind == "host" or event.phase in {Phase.WAITING, Phase.OVER}

    async def _sweep(self) -> None:
        look = await self._look()
        if not self._token:
            self._leading_since = None
            return
        if self._leading_since is None:
            self._leading_since = time.monotonic()
        while look.heads and await self._assign_some(look):
            look = await self._look()
        if time.monotonic() - self._leading_since > self._patience_s:
            await self._reap_all()

    @property
    def _patience_s(self) -> float:
        """After an outage every worker gets this long to renew its lease."""
        return self._settings.lease_s + self._settings.reap_grace_s

    async def _look(self) -> Look:
        look = await self._transitions.look(self._token)
        if look.token != self._token:
            self._leading_since = None  # a new term: every worker gets time to renew its lease
        self._token = look.token
        return look

    async def _assign_some(self, look: Look) -> int:
        """One round of assignments; how many jobs got a host."""
        now = look.now_ms / 1000
        hosts = await self._registry.hosts()
        rooms = [await self._room(host) for host in hosts]
        waiting = [await self._waiting(head, now) for head in look.heads]
        slots = {host.record.name: host.record.slots for host in hosts}
        given = [
            await self._give(head.job, room.name, slots[room.name])
            for head, room in assign(waiting, rooms, now)
        ]
        return sum(given)

    async def _give(self, job_id: str, host: str, slots: int) -> bool:
        attempt = await self._transitions.assign(self._token, job_id, host, slots)
        if attempt is None:
            return False
        self._given.add(job_id)
        await self._wake(host, job_id, attempt)
        return True

    async def _wake(self, host: str, job_id: str, attempt: int) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, wake, self._rq, host, job_id, attempt)

    async def _room(self, host: HostView) -> Room:
        classes = await self._registry.classes(host.record.classes)
        return Room(
            name=host.record.name,
            up=host.up,
            free=host.record.slots - len(host.jobs),
            classes=classes.all if classes else None,
            users=host.users,
            models=await self._registry.models(host.record.models),
        )

    async def _waiting(self, head: Head, now: float) -> Waiting:
        needs = self._needs.get(head.needs) or await self._reading.needs(head.needs)
        if needs.digest == head.needs:  # what a digest stands for never changes
            self._needs[head.needs] = needs
        return Waiting(
            job=head.id,
            seq=head.seq,
            waits_s=now - head.created_ms / 1000,
            priority=head.priority,
            user=head.user,
            classes=frozenset(needs.classes),
            pinned=needs.host,
            avoid=head.avoid,
            models=frozenset(needs.models),
        )

    async def _reap_all(self) -> None:
        """Jobs whose worker is dead go on: on the same host, while it lives."""
        seconds, micros = await self._redis.time()
        now_ms = seconds * 1000 + micros // 1000
        dead: Any = await self._redis.zrange(
            self._keys("leases"), "-inf", now_ms - ms(self._settings.reap_grace_s), byscore=True
        )
        if not dead:
            return
        hosts = {host.record.name: host for host in await self._registry.hosts()}
        for job_id in map(text, dead):
            try:
                await self._reap(job_id, hosts, now_ms)
            except (RelayError, ValidationError) as error:  # one record must not stop the others
                log.error("job %s cannot be read: %s", job_id, error)

    async def _reap(self, job_id: str, hosts: dict[str, HostView], now_ms: int) -> None:
        record = await self._reading.record(job_id)
        if record is None or record.status in TERMINAL:
            await self._redis.zrem(self._keys("leases"), job_id)
            return
        host = hosts.get(record.host)
        if host is None or not host.alive:
            led_ms = ms(time.monotonic() - (self._leading_since or time.monotonic()))
            since_ms = host.record.beat_ms if host else record.updated_ms
            silent_ms = min(now_ms - since_ms, led_ms)  # what was before, nobody watched
            if record.submitted and silent_ms < ms(self._settings.host_silence):
                return  # the host may still be running it: wait for its worker to return
            await self._transitions.requeue(
                job_id, self._token, "host_silent", twice=record.submitted, avoid=True, reap=True
            )
            return
        attempt, name = await self._transitions.reap(self._token, job_id)
        if attempt:
            log.warning("job %s: its worker is lost, attempt %d on %s", job_id, attempt, name)
            await self._wake(name, job_id, attempt)
