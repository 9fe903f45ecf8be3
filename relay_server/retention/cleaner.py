"""The cleaner: one at a time over all relays, a few things of each kind at a time."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.blobs.assets import Assets
from relay_server.blobs.local import STALE_S, LocalBlobs
from relay_server.blobs.references import References
from relay_server.errors import NotFound, RelayError
from relay_server.redis_keys import Keys, text
from relay_server.retention.ended import EndedJobs
from relay_server.retention.tally import Tally
from relay_server.settings import Settings

log = logging.getLogger(__name__)

MOST = 50  # of each kind in one step
SWEEP_S = 3600.0  # temporary files are looked for this often
LEADS = 10  # steps that may be late before another relay cleans


class Cleaner:
    """Removes what was kept long enough. Nothing it does is harmed by a second one doing the same:
    the lock only saves work."""

    def __init__(self, redis: Redis, blobs: LocalBlobs, settings: Settings) -> None:
        self._redis = redis
        self._blobs = blobs
        self._settings = settings
        self._lock = Keys(settings.namespace)("cleaner")
        self._token = secrets.token_hex(8)
        self._jobs = EndedJobs(redis, blobs, settings)
        self._assets = Assets(redis, settings)
        self._references = References(redis, settings)
        self._swept = time.monotonic()

    async def run(self) -> None:
        """For ever: a step, then a pause."""
        while True:
            await asyncio.sleep(self._settings.clean_s)
            try:
                if await self._leads():
                    await self._turn()
            except (RedisError, OSError, RelayError) as error:
                log.warning("cleaner: nothing removed now (%s)", error)

    async def _leads(self) -> bool:
        lease_ms = round(1000 * (LEADS * self._settings.clean_s + self._settings.lease_s))
        if await self._redis.set(self._lock, self._token, nx=True, px=lease_ms):
            return True
        owner = await self._redis.get(self._lock)
        if owner is None or text(owner) != self._token:
            return False
        return bool(await self._redis.pexpire(self._lock, lease_ms))

    async def _turn(self) -> None:
        done = await self.step()
        if time.monotonic() - self._swept > SWEEP_S:
            self._swept = time.monotonic()
            done.merge(await self.sweep())
        if not done.is_empty:
            log.info("removed: %s", ", ".join(f"{n} {kind}" for kind, n in done.counts.items()))

    async def step(self) -> Tally:
        """A few of everything that is due, in the order in which one frees the next."""
        done = Tally()
        for job_id in done.saw(await self._jobs.to_expire(MOST)):
            done.merge(await self._jobs.expire(job_id))
        for job_id in done.saw(await self._jobs.to_forget(MOST)):
            done.merge(await self._jobs.forget(job_id))
        dropped = await self._assets.drop_unused(MOST)
        done.seen += dropped.seen
        done.add("uploads", dropped.assets, dropped.size)
        done.add("grants", dropped.grants)
        for sha256 in done.saw(await self._references.loose(MOST)):
            await self._remove_loose(sha256, done)
        return done

    async def _remove_loose(self, sha256: str, done: Tally) -> None:
        idle_s, size, gone = self._settings.keep_loose_s, 0, False
        if not await self._references.any(sha256):
            size, gone = await asyncio.to_thread(self._removed, sha256, idle_s)
        await self._references.forget(sha256, gone=gone)
        if gone:
            done.add("blobs", 1, size)

    def _removed(self, sha256: str, idle_s: float) -> tuple[int, bool]:
        """Bytes of the blob, and whether it is gone now."""
        try:
            size = self._blobs.size(sha256)
        except NotFound:
            return 0, True
        return size, self._blobs.delete(sha256, idle_s=idle_s)

    async def sweep(self) -> Tally:
        """What kills left beside the blobs, more than a day ago."""
        done = Tally()
        for _, size in await asyncio.to_thread(self._blobs.sweep):
            done.add("leftovers", 1, size)
        return done

    async def everything(self) -> Tally:
        """All that is due, and the strays. For the command line; works beside running relays."""
        done = await self.sweep()
        while (step := await self.step()).seen:
            done.merge(step)
        async for sha256, size in strays(self._blobs, self._references):
            if await asyncio.to_thread(self._blobs.delete, sha256, idle_s=STALE_S):
                done.add("strays", 1, size)
        return done


async def strays(blobs: LocalBlobs, references: References) -> AsyncIterator[tuple[str, int]]:
    """(sha256, bytes) of what processes put a day ago, and died before they said whose it is."""
    for folder in await asyncio.to_thread(lambda: list(blobs.folders())):
        old = dict(await asyncio.to_thread(blobs.old, folder, STALE_S))
        for sha256 in await references.unknown(list(old)):
            yield sha256, old[sha256]
