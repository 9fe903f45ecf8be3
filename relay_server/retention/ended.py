"""Jobs that are over: kept whole for `keep_jobs_s`, then as small records for `keep_records_s`."""

from __future__ import annotations

import asyncio
from typing import Any

from redis.asyncio import Redis

from relay_server.blobs.local import LocalBlobs
from relay_server.errors import Conflict
from relay_server.jobs.record import Record
from relay_server.models.jobs import TERMINAL
from relay_server.redis_keys import Keys, text
from relay_server.redis_scripts import Scripts
from relay_server.retention.tally import Tally
from relay_server.settings import Settings

MOST_RESULTS = 100  # of one job that go in one script


class EndedJobs:
    """Expires jobs and forgets records. Every step is a script of its own and may be repeated, so
    a kill between two of them is mended by the next round."""

    def __init__(self, redis: Redis, blobs: LocalBlobs, settings: Settings) -> None:
        self._redis = redis
        self._blobs = blobs
        self._keys = Keys(settings.namespace)
        self._scripts = Scripts(redis, settings.namespace)
        self._keep_records_ms = round(settings.keep_records_s * 1000)

    async def to_expire(self, most: int, skip: int = 0) -> list[str]:
        """Jobs that were kept long enough, the oldest first."""
        return await self._due("ends", 0, most, skip)

    async def to_forget(self, most: int, skip: int = 0) -> list[str]:
        """Records that were, too."""
        return await self._due("records", self._keep_records_ms, most, skip)

    async def expire(self, job_id: str, *, at_once: bool = False) -> Tally:
        """The job is expired, and its results go, a few at a time."""
        done, said = Tally(), "more"
        while said == "more":
            said, count, size = await self._scripts.run("expire_job", job_id, MOST_RESULTS, at_once)
            done.add("results", count, size)
        if said == "done":
            await asyncio.to_thread(self._blobs.drop_preview, job_id)
            done.add("jobs", 1)
        return done

    async def forget(self, job_id: str) -> Tally:
        """The small record goes."""
        done = Tally()
        done.add("records", await self._scripts.run("forget_job", job_id, self._keep_records_ms))
        return done

    async def delete(self, record: Record) -> None:
        """Everything of the job goes now. Raises `job_not_over`."""
        if record.status not in TERMINAL:
            raise Conflict(
                "job_not_over", "The job is not over yet. Cancel it first, then delete it."
            )
        await self.expire(record.id, at_once=True)
        await self._scripts.run("forget_job", record.id, 0)

    async def _due(self, name: str, kept_ms: int, most: int, skip: int) -> list[str]:
        seconds, micros = await self._redis.time()
        until = seconds * 1000 + micros // 1000 - kept_ms
        found: Any = await self._redis.zrange(
            self._keys(name), "-inf", until, byscore=True, offset=skip, num=most
        )
        return [text(job_id) for job_id in found]
