"""The dispatcher: one at a time over all relays, awake on every change and once a second anyway."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import redis
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.errors import RelayError
from relay_server.hosts.registry import HostRecord, HostView, Registry
from relay_server.jobs.dispatch import Room, Rules, Waiting, assign, moves
from relay_server.jobs.events import Event, Events, Listener
from relay_server.jobs.handed import Given, Head, Look
from relay_server.jobs.queue import in_namespace, wake, wake_commands
from relay_server.jobs.reading import Reading
from relay_server.jobs.reasons import Reason
from relay_server.jobs.rooms import Rooms
from relay_server.jobs.transitions import Transitions, ms
from relay_server.models.jobs import TERMINAL, Phase
from relay_server.redis_keys import Keys, text
from relay_server.settings import Settings

log = logging.getLogger(__name__)


ASK_AGAIN_S = 5.0
"""A job that was asked back and is still there is asked back again after this long."""


class Dispatcher:
    """Gives waiting jobs to hosts, takes them back where another host is better, and takes jobs
    from dead workers."""

    def __init__(
        self, database: Redis, rq_redis: redis.Redis, settings: Settings, events: Events
    ) -> None:
        self._redis = database
        self._rq = rq_redis
        self._settings = settings
        self._rules = rules_of(settings)
        self._events = events
        self._keys = Keys(settings.namespace)
        self._transitions = Transitions(database, settings)
        self._reading = Reading(database, settings.namespace)
        self._registry = Registry(database, settings)
        self._rooms = Rooms(self._registry, self._reading)
        self._token = ""
        self._seen_already: Look | None = None
        self._leads = False
        self._heard_ms = 0  # when Redis answered a sweep last, by its own clock
        self._watched_ms = 0  # it leads since then, and Redis was never away for long
        self._tidied = 0.0
        self._left = 0  # jobs that still waited after the last look
        self._given: set[str] = set()  # jobs assigned whose waiting was not heard of yet
        self._asked_back: dict[str, float] = {}  # job -> when

    async def run(self) -> None:
        """For ever: sweep, then wait for a change or for the next sweep."""
        with self._events.listen("*") as changes:
            while True:
                try:
                    await self._sweep()
                except (RedisError, OSError) as error:
                    self._leads = False
                    log.warning("dispatcher: Redis does not answer (%s)", type(error).__name__)
                await self._change(changes)

    @property
    def leads(self) -> bool:
        """Whether this is the one dispatcher now."""
        return self._leads

    @property
    def token(self) -> str:
        """What proves it; empty if it is not."""
        return self._token

    def hurry(self, look: Look | None = None) -> None:
        """A job was accepted in this very process, and need not wait for the news of it to come
        back from Redis, nor for a look if one came with it. A job that comes after it makes the
        look an old one."""
        self._seen_already = look
        self._events.hurry()

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
        freed = event.phase == Phase.OVER and self._left > 0
        return event.kind == "host" or event.phase == Phase.WAITING or freed

    async def _sweep(self) -> None:
        look, self._seen_already = self._seen_already, None
        if look is None or look.token != self._token:
            look = await self._look(always=False)
        self._leads = bool(self._token)
        if not self._leads:
            return
        self._watch(look.now_ms)
        self._left = look.waiting
        while look.heads:
            given = await self._assign_some(look)
            self._left = look.waiting - given
            if not given or not self._left:
                break
            look = await self._look(always=False)
        if time.monotonic() - self._tidied >= self._settings.sweep_s:
            self._tidied = time.monotonic()
            await self._tidy()

    def _watch(self, now_ms: int) -> None:
        """Redis answers. After a whole lease without it every worker gets time to renew its own. A
        shorter hiccup does not count: where they are many, no dead worker would ever be found.
        Redis' clock tells, for leases end by it, also while this machine sleeps."""
        if now_ms - self._heard_ms > ms(self._settings.lease_s):
            self._watched_ms = now_ms
        self._heard_ms = max(now_ms, self._heard_ms)

    async def _tidy(self) -> None:
        """What need not follow every change at once."""
        self._given.clear()  # of jobs that had waited before, nothing is heard
        await self._transitions.give_up(self._token)
        await self._move_some(await self._look(always=True))
        await self._reap_all()

    @property
    def _patience_s(self) -> float:
        """After an outage every worker gets this long to renew its lease."""
        return self._settings.lease_s + self._settings.reap_grace_s

    async def _look(self, *, always: bool) -> Look:
        look = await self._transitions.look(self._token, always=always)
        if look.token not in (self._token, _next(self._token)):
            self._watched_ms = look.now_ms  # a new term: the same time for every worker
        self._token = look.token
        return look

    async def _assign_some(self, look: Look) -> int:
        """One round of assignments; how many jobs got a host."""
        waiting, rooms, hosts = await self._seen(look)
        pairs = assign(waiting, rooms, self._rules)
        given = [self._given_to(head, hosts[room.name].record) for head, room in pairs]
        jobs = await self._transitions.assign(self._token, given)
        self._given |= set(jobs)
        return len(jobs)

    def _given_to(self, head: Waiting, host: HostRecord) -> Given:
        wakes = wake_commands(self._rq, host.name, head.job, head.attempt + 1)
        return Given(
            job=head.job,
            attempt=head.attempt,
            host=host.name,
            slots=host.slots,
            expect_ms=round(1000 * (head.expect_s or 0)),
            warm="\n".join(sorted(head.wants.heavy)),
            wakes=[in_namespace(command, self._settings.namespace) for command in wakes],
        )

    async def _seen(self, look: Look) -> tuple[list[Waiting], list[Room], dict[str, HostView]]:
        """What waits, and the hosts, as the rules see them."""
        hosts = self._registry.views(look.now_ms, look.hosts)
        rooms = await self._rooms.of(hosts, look.now_ms)
        waiting = [await self._waiting(head, look.now_ms) for head in look.heads]
        return waiting, rooms, {host.record.name: host for host in hosts}

    async def _move_some(self, look: Look) -> None:
        """Ask workers for jobs back that are better off in the queue."""
        waiting, rooms, _ = await self._seen(look)
        now = time.monotonic()
        recent = {job: at for job, at in self._asked_back.items() if now - at < ASK_AGAIN_S}
        self._asked_back = recent
        where = {held.job: room.name for room in rooms for held in room.held}
        for held in moves(waiting, rooms, self._rules, self._settings.move_after_s):
            if held.job not in recent:
                recent[held.job] = now
                await self._transitions.ask_back(where[held.job], held.job)

    async def _waiting(self, head: Head, now_ms: int) -> Waiting:
        return Waiting(
            job=head.id,
            seq=head.seq,
            waits_s=(now_ms - head.created_ms) / 1000,
            priority=head.priority,
            user=head.user,
            wants=await self._rooms.wants(head.needs),
            unserved_s=(now_ms - max(head.created_ms, head.served_ms)) / 1000,
            avoid=head.avoid,
            workflow=head.workflow,
            share_s=head.share_ms / 1000,
            expect_s=None if head.expect_ms is None else head.expect_ms / 1000,
            attempt=head.attempt,
        )

    async def _reap_all(self) -> None:
        """Jobs whose worker is dead go on: on the same host, while it lives. Those that a slot
        abandoned at once; others when every living worker has had time to renew its lease."""
        seconds, micros = await self._redis.time()
        now_ms = seconds * 1000 + micros // 1000
        watched_s = (now_ms - self._watched_ms) / 1000
        due_ms = now_ms - ms(self._settings.reap_grace_s) if watched_s > self._patience_s else 0
        dead: Any = await self._redis.zrange(self._keys("leases"), "-inf", due_ms, byscore=True)
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
            since_ms = host.record.beat_ms if host else record.updated_ms
            silent_ms = now_ms - max(since_ms, self._watched_ms)  # before, nobody watched
            if record.submitted and silent_ms < ms(self._settings.host_silence):
                return  # the host may still be running it: wait for its worker to return
            await self._transitions.requeue(
                job_id,
                self._token,
                Reason.WORKER_LOST if record.claim or record.submitted else Reason.NOT_TAKEN,
                twice=record.submitted,
                avoid=True,
                reap=True,
            )
            return
        if not record.claim and not record.submitted:
            # No slot of the host took it for a whole lease, and the host cannot have it.
            await self._transitions.requeue(
                job_id, self._token, Reason.NOT_TAKEN, avoid=True, reap=True
            )
            return
        attempt, name = await self._transitions.reap(self._token, job_id)
        if attempt:
            log.warning("job %s: its worker is lost, attempt %d on %s", job_id, attempt, name)
            await asyncio.to_thread(wake, self._rq, name, job_id, attempt)


def _next(token: str) -> str:
    """What the relay that led gets if nobody led since: its term ran out while Redis stood."""
    return str(int(token) + 1) if token else ""


def rules_of(settings: Settings) -> Rules:
    """What the studio set, for the rules of dispatch."""
    return Rules(settings.ageing_s, settings.affinity_s, settings.max_held_per_user)
