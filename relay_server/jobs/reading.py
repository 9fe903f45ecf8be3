"""Reading records: one job, its place in the queue, pages of jobs, figures."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from relay_server.errors import InvalidRequest, NotFound
from relay_server.jobs.record import Needs, Record, Snapshot, from_flat, from_hash
from relay_server.models.jobs import Status
from relay_server.redis_keys import Keys, metadata_digest, tag_digest, text, workflow_digest
from relay_server.redis_scripts import Scripts

EVERYBODY = "*"
"""In place of a user; no login is like that."""
CHUNK = 200
MOST_CHECKED = 2000  # jobs that one page looks at
_Entry = tuple[int, str]  # ms of creation, id
_CURSOR = re.compile(r"([0-9]{1,16})\.([0-9a-f-]{36})")  # ms of creation, id


@dataclass(frozen=True)
class Figures:
    """What `/metrics` counts."""

    waiting: int
    leased: int
    counts: dict[str, int]
    ended: dict[str, int]  # attempts that ended without a result, by reason


@dataclass(frozen=True)
class Filter:
    """Which jobs; empty is any."""

    tag: str | None = None
    workflow: str | None = None
    metadata: Sequence[tuple[str, str]] = ()
    status: Status | None = None
    after_ms: float | None = None  # created later than this
    before_ms: float | None = None

    @property
    def lists(self) -> list[str]:
        """Digests of the lists that hold them."""
        found = [metadata_digest(*pair) for pair in self.metadata]
        found += [tag_digest(self.tag)] if self.tag is not None else []
        return found + ([workflow_digest(self.workflow)] if self.workflow is not None else [])

    @property
    def is_free(self) -> bool:
        """Whether nothing but the time is asked."""
        return self.status is None and not self.lists

    def fits(self, row: Sequence[bytes | None]) -> bool:
        """Whether a record's status, workflow, tags and metadata are as wanted."""
        status, workflow, tags, metadata = (text(value or b"") for value in row)
        pairs = json.loads(metadata or "{}")
        return (
            (self.status is None or status == self.status)
            and (self.workflow is None or workflow == self.workflow)
            and (self.tag is None or self.tag in json.loads(tags or "[]"))
            and all(pairs.get(key) == value for key, value in self.metadata)
        )


class Reading:
    """Reads records. `NotFound` for what is not there and for what is another user's."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self._keys = Keys(namespace)
        self._scripts = Scripts(redis, namespace)

    async def record(self, job_id: str) -> Record | None:
        """The record, or None if there is none."""
        raw: Any = await self._redis.hgetall(self._keys.job(job_id))
        return from_hash(raw) if raw else None

    async def snapshot(self, job_id: str, user: str) -> Snapshot:
        """A job of this user, or of EVERYBODY, whole."""
        found = await self._scripts.run("snapshot", job_id, user)
        if not found:
            raise not_found("job", job_id)
        now_ms, flat, attempts, *place, expect_ms = found
        position, size, before = (None if number < 0 else number for number in place)
        return Snapshot(
            record=from_flat(flat),
            attempts=[json.loads(line) for line in attempts],
            position=position,
            queue_size=size,
            before=before,
            expect_ms=int(expect_ms) if expect_ms else None,
            now_ms=now_ms,
        )

    async def graph(self, job_id: str, *, executed: bool) -> dict[str, Any] | None:
        """The graph as submitted or as executed; None if there is none (yet)."""
        raw = await self._redis.get(self._keys("executed" if executed else "graph", job_id))
        return json.loads(raw) if raw else None

    async def page(
        self, user: str, wanted: Filter, limit: int, cursor: str | None
    ) -> tuple[list[Record], str | None]:
        """Jobs of a user or of EVERYBODY, newest first, and the cursor of the next page if there
        is one.

        The first filter that has a list names it, the others are checked on it, on so many jobs
        at most: a page may be short, or even empty, and yet not be the last.
        """
        lists = wanted.lists
        listed = bool(lists) and user != EVERYBODY
        name = self._keys("jobs_with", user, lists[0]) if listed else self._keys("jobs_of", user)
        below, looked_at = _position(cursor), 0
        count = limit + 1 if wanted.is_free else max(limit + 1, CHUNK)
        found: list[_Entry] = []
        while True:
            batch = await self._before(name, wanted, below, count)
            found += await self._matching(batch, wanted)
            below = batch[-1] if batch else below
            looked_at += len(batch)
            if len(found) > limit:
                found, below, more = found[:limit], found[limit - 1], True
                break
            more = len(batch) == count
            if not more or looked_at >= MOST_CHECKED:
                break
        records = await self._records(found)
        return records, f"{below[0]}.{below[1]}" if more and below else None

    async def _before(
        self, name: str, wanted: Filter, below: _Entry | None, count: int
    ) -> list[_Entry]:
        """The next jobs of a list under a position; jobs of one millisecond go by id."""
        top = "+inf" if wanted.before_ms is None else f"({wanted.before_ms}"
        if below is not None and (wanted.before_ms is None or below[0] < wanted.before_ms):
            top = str(below[0])
        end = "-inf" if wanted.after_ms is None else f"({wanted.after_ms}"
        entries: list[_Entry] = []
        skip = 0
        while len(entries) < count:
            raw: Any = await self._redis.zrange(
                name, top, end, desc=True, byscore=True, offset=skip, num=count, withscores=True
            )
            page = [(int(score), text(id_)) for id_, score in raw]
            entries += [entry for entry in page if below is None or entry < below]
            if len(raw) < count:
                break
            skip += len(raw)
        return entries[:count]

    async def _matching(self, entries: list[_Entry], wanted: Filter) -> list[_Entry]:
        if not entries or wanted.is_free:
            return entries
        async with self._redis.pipeline(transaction=False) as pipe:
            for _, id_ in entries:
                pipe.hmget(self._keys.job(id_), ["status", "workflow", "tags", "metadata"])
            rows = await pipe.execute()
        return [entry for entry, row in zip(entries, rows, strict=True) if wanted.fits(row)]

    async def _records(self, entries: list[_Entry]) -> list[Record]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for _, id_ in entries:
                pipe.hgetall(self._keys.job(id_))
            return [from_hash(raw) for raw in await pipe.execute() if raw]

    async def live(self, user: str, wanted: Filter) -> AsyncIterator[list[str]]:
        """The user's jobs that are not over and match, some at a time."""
        last = "-inf"
        while True:
            raw: Any = await self._redis.zrange(
                self._keys("live_of", user), last, "+inf", byscore=True, offset=0, num=CHUNK,
                withscores=True,
            )  # fmt: skip
            if not raw:
                return
            last = f"({int(raw[-1][1])}"
            entries = [(int(score), text(id_)) for id_, score in raw]
            yield [id_ for _, id_ in await self._matching(entries, wanted)]

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
            pipe.hgetall(self._keys("ended"))
            waiting, leased, *counts, ended = await pipe.execute()
        counted = dict(zip(names, (int(count or 0) for count in counts), strict=True))
        by_reason = {text(reason): int(count) for reason, count in ended.items()}
        return Figures(waiting, leased, counted, by_reason)


def not_found(kind: str, name: str) -> NotFound:
    """The one answer for what is not there and for what is another user's."""
    return NotFound("not_found", f"There is no {kind} {name!r} of yours. Check the id and the key.")


def graph_gone(job_id: str) -> NotFound:
    """The answer for the graph of a job that is expired."""
    return NotFound(
        "not_found",
        f"The graph of the job {job_id} is no longer kept, only its record. Submit it anew.",
    )


def _position(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    match = _CURSOR.fullmatch(cursor)
    if not match:
        raise InvalidRequest(
            "invalid_cursor", "This cursor is not one of this relay's. Start without a cursor."
        )
    return int(match[1]), match[2]
