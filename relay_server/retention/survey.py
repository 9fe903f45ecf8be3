"""What a cleaning would remove first, without removing anything. For the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from redis.asyncio import Redis

from relay_server.blobs.local import LocalBlobs
from relay_server.blobs.references import References
from relay_server.errors import NotFound
from relay_server.redis_keys import Keys, text
from relay_server.retention.cleaner import strays
from relay_server.retention.ended import EndedJobs
from relay_server.retention.tally import Tally
from relay_server.settings import Settings

PAGE = 500


class Survey:
    """Counts what is due, step by step in the order of `Cleaner.step`."""

    def __init__(self, redis: Redis, blobs: LocalBlobs, settings: Settings) -> None:
        self._redis = redis
        self._blobs = blobs
        self._settings = settings
        self._keys = Keys(settings.namespace)
        self._jobs = EndedJobs(redis, blobs, settings)
        self._references = References(redis, settings)
        self._now_ms = 0
        self._ending: set[str] = set()  # jobs that would let go of their inputs

    async def due(self) -> Tally:
        """What `Cleaner.everything` would remove now."""
        seconds, micros = await self._redis.time()
        self._now_ms = seconds * 1000 + micros // 1000
        done = Tally()
        async for job_id in _pages(self._jobs.to_expire):
            await self._expired(job_id, done)
        async for _ in _pages(self._jobs.to_forget):
            done.add("records", 1)
        await self._uploads(done)
        async for sha256 in _pages(self._references.loose):
            await self._loose(sha256, done)
        for _, size in await asyncio.to_thread(self._blobs.stale):
            done.add("leftovers", 1, size)
        async for _, size in strays(self._blobs, self._references):
            done.add("strays", 1, size)
        return done

    async def _expired(self, job_id: str, done: Tally) -> None:
        self._ending.add(job_id)
        done.add("jobs", 1)
        completed: Any = await self._redis.hget(self._keys.job(job_id), "completed_ms")
        if int(completed or 0) <= self._now_ms - round(1000 * self._settings.keep_records_s):
            done.add("records", 1)
        for asset in await self._redis.smembers(self._keys("made", job_id)):
            if not await self._redis.exists(self._keys("uses", text(asset))):
                done.add("results", 1, await self._size(text(asset)))

    async def _uploads(self, done: Tally) -> None:
        unused_ms = self._now_ms - round(1000 * self._settings.keep_assets_s)
        parked: Any = await self._redis.smembers(self._keys("assets_parked"))
        unused = await self._until("assets_used", unused_ms) + [text(each) for each in parked]
        for asset in unused:
            uses: Any = await self._redis.smembers(self._keys("uses", asset))
            if {text(job) for job in uses} <= self._ending:
                done.add("uploads", 1, await self._size(asset))
        for asset in await self._until("assets_end", self._now_ms):
            done.add("uploads", 1, await self._size(asset))
        done.add("grants", len(await self._until("grants_used", unused_ms)))

    async def _until(self, name: str, until_ms: int) -> list[str]:
        found: Any = await self._redis.zrange(self._keys(name), "-inf", until_ms, byscore=True)
        return [text(each) for each in found]

    async def _size(self, asset: str) -> int:
        raw: Any = await self._redis.get(self._keys("asset", asset))
        return int(json.loads(raw)["size"]) if raw else 0

    async def _loose(self, sha256: str, done: Tally) -> None:
        if await self._references.any(sha256):
            return
        try:
            size = await asyncio.to_thread(self._blobs.size, sha256)
        except NotFound:
            done.add("blobs", 1)
            return
        if await asyncio.to_thread(self._blobs.is_idle, sha256, self._settings.keep_loose_s):
            done.add("blobs", 1, size)


async def _pages(due: Callable[[int, int], Awaitable[list[str]]]) -> AsyncIterator[str]:
    skip = 0
    while page := await due(PAGE, skip):
        for each in page:
            yield each
        skip += len(page)
