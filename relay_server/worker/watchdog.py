"""What is wrong with a host although it answers. The supervisor alone says so, to the registry.

Two troubles: a prompt that does not stop, and a queue that does not move. Both end by themselves
when the host is restarted or works again. What was left on a host while it was away is stopped
here too.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.hosts.comfy import ComfyHost, HostError, HostQueue
from relay_server.hosts.registry import Registry
from relay_server.jobs.reasons import Reason
from relay_server.jobs.transitions import Transitions, ms
from relay_server.models.jobs import Phase
from relay_server.redis_keys import Keys
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings
from relay_server.worker.no_result import NoResult
from relay_server.worker.patience import remove

log = logging.getLogger(__name__)

DEAF_TIMES = 3
"""A prompt whose events nobody hears may be in one long node: it gets this much more time."""
MINUTES_FROM_S = 120.0


@dataclass(frozen=True)
class Had:
    """A job that the host has, as its record says."""

    job: str
    phase: str
    progress: str  # as its slot heard it last
    deaf: bool  # its slot hears nothing of it
    stopping_ms: int | None  # since when the host is asked to stop it


@dataclass(frozen=True)
class Seen:
    """What Redis says at one beat."""

    now_ms: int
    had: tuple[Had, ...]
    left: tuple[str, ...]  # jobs that moved away while the host had their prompts


class Watchdog:
    """Watches one host. `see`, then `look` if the host answers."""

    def __init__(self, host: ComfyHost, name: str, redis: Redis, settings: Settings) -> None:
        self._host = host
        self._name = name
        self._redis = redis
        self._settings = settings
        self._keys = Keys(settings.namespace)
        self._scripts = Scripts(redis, settings.namespace)
        self._registry = Registry(redis, settings)
        self._transitions = Transitions(redis, settings)
        self._told: str | None = None  # the trouble that the registry knows; None: not known
        self._rested: object = None  # what did not change since `_moved_at`
        self._moved_at = time.monotonic()
        self._found_stuck = ""
        self._clearing: asyncio.Task[None] | None = None

    async def see(self) -> Seen:
        """What Redis says of the host."""
        now, held, left = await self._scripts.run("watch", self._name)
        return Seen(int(now), tuple(map(_had, held)), tuple(left))

    def host_was_away(self) -> None:
        """It did not answer: when it does, its queue counts as moved."""
        self._rested = None
        self._found_stuck = ""

    async def look(self, seen: Seen) -> None:
        """Compare with what the host does. Raises HostError if it does not answer."""
        queue = await self._host.queue() if seen.had else HostQueue(frozenset(), frozenset())
        trouble = self._unstoppable(seen, queue) or self._stuck(seen, queue)
        if trouble != self._told:
            await self._registry.set_trouble(self._name, trouble)
            if trouble or self._told:
                log.warning("host %s: %s", self._name, trouble or "no trouble any more")
            self._told = trouble
        if trouble:
            await self._hand_back(seen, queue)
        if seen.left and (self._clearing is None or self._clearing.done()):
            self._clearing = asyncio.create_task(self._clear(seen.left))

    def _unstoppable(self, seen: Seen, queue: HostQueue) -> str:
        """Whether a prompt runs on although the host was asked to stop it."""
        for each in seen.had:
            late = each.stopping_ms is not None and (
                seen.now_ms - each.stopping_ms > 1000 * self._settings.cancel_s
            )
            if late and each.job in queue.running:
                return (
                    f"it does not stop job {each.job}: restart ComfyUI on {self._name};"
                    " the job stays canceling until then"
                )
        return ""

    def _stuck(self, seen: Seen, queue: HostQueue) -> str:
        """Whether nothing moves: neither what runs nor what is heard of it. What we ourselves put
        into the queue or take out of it is no movement, so a host once found stuck stays so."""
        ours = [each for each in seen.had if each.job in queue.running]
        now = time.monotonic()
        rested = (queue.running, tuple((each.job, each.progress) for each in ours))
        if rested != self._rested:
            self._rested, self._moved_at, self._found_stuck = rested, now, ""
        waits = not queue.running and any(each.job in queue.pending for each in seen.had)
        limit_s = self._settings.stuck_s * (DEAF_TIMES if any(e.deaf for e in ours) else 1)
        if not ours and not waits and not self._is_doubted(now, queue):
            # Nothing of ours is there, or somebody else's prompt runs, of which we hear nothing.
            self._moved_at, self._found_stuck = now, ""
        elif not self._found_stuck and now - self._moved_at >= limit_s:
            self._found_stuck = (
                f"its queue has not moved for {_span(limit_s)}: restart ComfyUI on {self._name}"
            )
        return self._found_stuck

    def _is_doubted(self, now: float, queue: HostQueue) -> bool:
        """A stuck host whose jobs were all handed back gets another chance after a while: it may
        have been restarted between two looks."""
        rests_s = now - self._moved_at
        return (
            bool(self._found_stuck) and not queue.running and rests_s < 2 * self._settings.stuck_s
        )

    async def _hand_back(self, seen: Seen, queue: HostQueue) -> None:
        """Others may run what only waits here."""
        for each in seen.had:
            if each.phase != Phase.EXECUTING and each.job not in queue.running:
                await self._transitions.ask_back(self._name, each.job, Reason.HOST_STUCK)

    async def _clear(self, left: tuple[str, ...]) -> None:
        """Stop what was left here, unless the host got the job back. Only by id."""
        for job_id in left:
            try:
                await self._clear_one(job_id)
            except (HostError, NoResult, RedisError, OSError) as error:
                log.warning("job %s: not stopped on %s yet (%s)", job_id, self._name, error)
                return

    async def _clear_one(self, job_id: str) -> None:
        may_take_ms = ms(3 * self._settings.host_timeout_s)
        if await self._scripts.run("clear", self._name, job_id, may_take_ms) == "keep":
            return
        if await remove(self._host, job_id, self._settings):
            async with self._redis.pipeline() as pipe:
                pipe.srem(self._keys("left_at", self._name), job_id)
                pipe.delete(self._keys("clearing", self._name, job_id))
                await pipe.execute()


def _had(row: list[str]) -> Had:
    job, phase, progress, deaf, stopping = row
    return Had(job, phase, progress, bool(deaf), int(stopping) if stopping else None)


def _span(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= MINUTES_FROM_S else f"{seconds:g} s"
