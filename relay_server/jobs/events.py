"""Events of all jobs: one reader of the Redis stream per process, any number of listeners."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.redis_keys import Keys

log = logging.getLogger(__name__)

BACKLOG = 256  # events a slow listener may lag behind; then the oldest is dropped
BLOCK_MS = 1000
MAX_EVENTS = 10_000  # in the stream of all jobs, about; the scripts say the same
KEYS = "keys"
"""The kind of event that tells of a key made or revoked."""
WAITING = '{"phase": "waiting"}'
PAUSE_S = 0.003
"""One change often follows another at once, and a thousand jobs make thousands a second: asking for
each of them would cost more than all else."""
RETRY_S = 0.5


@dataclass(frozen=True)
class Event:
    """One change. `job` is empty for a host's change. `data` is JSON."""

    id: str
    job: str
    rev: int
    kind: str
    data: str

    # Kept once read: a hundred listeners of one job share the event.

    @cached_property
    def phase(self) -> str:
        """The phase that a status tells; empty for other kinds."""
        return str(json.loads(self.data)["phase"]) if self.kind == "status" else ""

    @property
    def is_last(self) -> bool:
        """Whether with this one the job is over."""
        return self.phase == "over"

    @cached_property
    def number(self) -> tuple[int, int]:
        """The id, to be compared."""
        return entry_number(self.id)

    @cached_property
    def frame(self) -> bytes:
        """The event on the wire, with its id."""
        return f"id: {self.id}\nevent: {self.kind}\ndata: {self.data}\n\n".encode()


STOP = Event("", "", 0, "stop", "")


class Listener:
    """What one listener has not read yet."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue(BACKLOG)
        self._missed = False

    def give(self, event: Event) -> None:
        """A new event; the oldest is dropped if the listener is that far behind."""
        if self._queue.full():
            self._queue.get_nowait()
            self._missed = True
        self._queue.put_nowait(event)

    def take_missed(self) -> bool:
        """Whether events were dropped since this was last asked."""
        missed, self._missed = self._missed, False
        return missed

    async def next(self, wait_s: float) -> list[Event] | None:
        """All events that came; None if none came in time. None came either if the relay stops,
        but then it returns at once with an empty list."""
        try:
            async with asyncio.timeout(wait_s):
                events = [await self._queue.get()]
        except TimeoutError:
            return None
        while not self._queue.empty():
            events.append(self._queue.get_nowait())
        return [event for event in events if event is not STOP]


class Events:
    """Start `run` once per process; then listen."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self._keys = Keys(namespace)
        self.closed = False
        self.keys_changed = 0  # how often, as far as was heard
        self._listeners: dict[str, set[Listener]] = defaultdict(set)

    async def run(self) -> None:
        """Read the stream for ever. Survives an outage of Redis; what was missed then is in the
        records, which every listener reads again when it wakes."""
        last = "$"
        while True:
            try:
                if last == "$":
                    last = await self._newest()
                    self.keys_changed += 1  # what came before was not heard
                answer: Any = await self._redis.xread(
                    {self._keys("events"): last}, count=500, block=BLOCK_MS
                )
            except (RedisError, OSError) as error:
                log.warning("events: Redis does not answer (%s)", type(error).__name__)
                self.keys_changed += 1  # the stream may be cut before it is read on
                await asyncio.sleep(RETRY_S)
                continue
            for _, entries in answer:
                for entry_id, fields in entries:
                    last = entry_id.decode()
                    self._give(_event(entry_id, fields))
            await asyncio.sleep(PAUSE_S)

    async def _newest(self) -> str:
        newest: Any = await self._redis.xrevrange(self._keys("events"), count=1)
        return newest[0][0].decode() if newest else "0-0"

    def _give(self, event: Event) -> None:
        self.keys_changed += event.kind == KEYS
        for name in (event.job, "*"):
            for listener in self._listeners.get(name, ()):
                listener.give(event)

    def close(self) -> None:
        """The relay stops: whoever listens is woken, and should end."""
        self.closed = True
        for listener in set().union(*self._listeners.values()):
            listener.give(STOP)

    def hurry(self) -> None:
        """A job was accepted in this very process: who waits for any job need not wait for the
        news to come back from Redis."""
        for listener in self._listeners.get("*", ()):
            listener.give(Event("", "", 0, "status", WAITING))

    @contextmanager
    def listen(self, job_id: str) -> Iterator[Listener]:
        """The events of one job (`*`: of all) for as long as the block lasts."""
        listener = Listener()
        self._listeners[job_id].add(listener)
        try:
            yield listener
        finally:
            self._listeners[job_id].discard(listener)
            if not self._listeners[job_id]:
                del self._listeners[job_id]

    async def since(self, job_id: str, entry_id: str) -> AsyncIterator[Event]:
        """The events of a job after `entry_id`, as far as they are kept."""
        stream = self._keys("events", job_id)
        entries: Any = await self._redis.xrange(stream, min=f"({entry_id}")
        for found, fields in entries:
            yield _event(found, fields, job_id)


def entry_number(entry_id: str) -> tuple[int, int]:
    """A stream's entry id as numbers."""
    head, _, tail = entry_id.partition("-")
    return int(head), int(tail or 0)


def _event(entry_id: bytes, fields: dict[bytes, bytes], job_id: str = "") -> Event:
    text = {name.decode(): value.decode() for name, value in fields.items()}
    return Event(
        entry_id.decode(), text.get("job", job_id), int(text["rev"]), text["kind"], text["data"]
    )
