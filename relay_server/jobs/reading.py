"""Reading records: one job, its place in the queue, pages of jobs, figures."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from relay_server.errors import InvalidRequest, NotFound
from relay_server.jobs.record import Needs, Record, Snapshot, from_hash
from relay_server.models.jobs import Phase, Status
from relay_server.redis_keys import Keys, metadata_digest

_CURSOR = re.compile(r"([0-9]{1,16})\.([0-9a-f-]{36})")  # ms of creation, id


@dataclass(frozen=True)
class Figures:
    """What `/metrics` counts."""

    waiting: int
    leased: int
    counts: dict[str, int]


class Reading:
    """Reads records. `NotFound` for what is not there and for what is another user's."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self._keys = Keys(namespace)

    async def record(self, job_id: str) -> Record | None:
        """The record, or None if there is none."""
        raw: Any = await self._redis.hgetall(self._keys.job(job_id))
        return from_hash(raw) if raw else None

    async def snapshot(self, job_id: str, user: str) -> Snapshot:
        """A job of this user, whole."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(self._keys.job(job_id))
            pipe.lrange(self._keys("attempts", job_id), 0, -1)
            raw, attempts = await pipe.execute()
        if not raw or raw.get(b"user") != user.encode():
            raise not_found("job", job_id)
        record = from_hash(raw)
        position = size = None
        if record.status is Status.QUEUED and record.phase is Phase.WAITING:
            position, size = await self._place(record)
        return Snapshot(record, [json.loads(line) for line in attempts], position, size)

    async def _place(self, record: Record) -> tuple[int | None, int]:
        queue = self._keys("waiting", record.priority, record.needs)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrank(queue, record.id)
            pipe.zcard(queue)
            rank, size = await pipe.execute()
        return (None if rank is None else rank + 1), size

    async def graph(self, job_id: str, *, executed: bool) -> dict[str, Any] | None:
        """The graph as submitted or as executed; None if there is none (yet)."""
        raw = await self._redis.get(self._keys("executed" if executed else "graph", job_id))
        return json.loads(raw) if raw else None

    async def page(
        self, user: str, filters: Sequence[tuple[str, str]], limit: int, cursor: str | None
    ) -> tuple[list[Record], str | None]:
        """Jobs of a user, newest first, and the cursor of the next page if there is one.

        With several filters the first names the list and the others are checked on it, so the
        page may be short; it is followed until it is full or the list ends.
        """
        name = self._keys("jobs_of", user)
        if filters:
            name = self._keys("jobs_with", user, metadata_digest(*filters[0]))
        below = _position(cursor)
        found: list[Record] = []
        while True:
            batch = await self._before(name, below, limit + 1)
            for record in batch:
                if all(record.metadata.get(key) == value for key, value in filters):
                    found.append(record)
                below = (record.created_ms, record.id)
            if len(found) > limit:
                last = found[limit - 1]
                return found[:limit], f"{last.created_ms}.{last.id}"
            if len(batch) <= limit:
                return found, None

    async def _before(self, name: str, below: tuple[int, str] | None, count: int) -> list[Record]:
        """The next jobs of a list under a position; jobs of one millisecond go by id."""
        top = "+inf" if below is None else str(below[0])
        ids: list[str] = []
        skip = 0
        while len(ids) < count:
            raw: Any = await self._redis.zrange(
                name, top, "-inf", desc=True, byscore=True, offset=skip, num=count, withscores=True
            )
            ids += [
                id_.decode()
                for id_, score in raw
                if below is None or (int(score), id_.decode()) < below
            ]
            if len(raw) < count:
                break
            skip += len(raw)
        async with self._redis.pipeline(transaction=False) as pipe:
            for id_ in ids[:count]:
                pipe.hgetall(self._keys.job(id_))
            return [from_hash(raw) for raw in await pipe.execute() if raw]

    async def needs(self, digest: str) -> Needs:
        """What a digest of needs stands for."""
        raw = await self._redis.get(self._keys("needs", digest))
        return Needs.model_validate_json(raw) if raw else Needs(classes=[])

    async def waiting_of(self, user: str) -> int:
        """How many jobs of a user wait."""
        return int(await self._redis.zcard(self._keys("waiting_of", user)))

    async def figures(self) -> Figures:
        """Counts over all users."""
        names = ["submitted", "succeeded", "failed", "canceled"]
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zcard(self._keys("waiting"))
            pipe.zcard(self._keys("leases"))
            for name in names:
                pipe.get(self._keys("count", name))
            waiting, leased, *counts = await pipe.execute()
        counted = dict(zip(names, (int(count or 0) for count in counts), strict=True))
        return Figures(waiting, leased, counted)


def not_found(kind: str, name: str) -> NotFound:
    """The one answer for what is not there and for what is another user's."""
    return NotFound("not_found", f"There is no {kind} {name!r} of yours. Check the id and the key.")


def _position(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    match = _CURSOR.fullmatch(cursor)
    if not match:
        raise InvalidRequest(
            "invalid_cursor", "This cursor is not one of this relay's. Start without a cursor."
        )
    return int(match[1]), match[2]
