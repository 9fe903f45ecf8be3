"""Redis, a blob store and all that keeps and removes things in them, without a relay."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from relay_server.blobs.assets import AssetRecord, Assets
from relay_server.blobs.blob import Digest
from relay_server.blobs.local import LocalBlobs
from relay_server.blobs.references import References
from relay_server.jobs.handed import End, Given
from relay_server.jobs.reading import Reading
from relay_server.jobs.record import Needs, NewJob, Record, StoredFile, StoredOutput
from relay_server.jobs.transitions import Transitions
from relay_server.models.jobs import Priority, Status
from relay_server.redis_connection import connect_async
from relay_server.redis_keys import Keys
from relay_server.redis_schema import check_schema
from relay_server.retention.cleaner import Cleaner
from relay_server.retention.ended import EndedJobs
from relay_server.retention.survey import Survey
from relay_server.settings import Settings

NEEDS = Needs(classes=["LoadImage"])
LONG_AGO_MS = 1_000_000_000_000  # 2001
LONG_AGO_S = 1_000_000_000


class House:
    """Everything that takes part, and short ways to what most tests begin with."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self.redis = redis
        self.settings = settings
        self.key = Keys(settings.namespace)
        self.blobs = LocalBlobs.opened(settings)
        self.assets = Assets(redis, settings)
        self.references = References(redis, settings)
        self.to = Transitions(redis, settings)
        self.reading = Reading(redis, settings.namespace)
        self.ended = EndedJobs(redis, self.blobs, settings)
        self.cleaner = Cleaner(redis, self.blobs, settings)
        self.survey = Survey(redis, self.blobs, settings)
        self.token = ""

    # what there is

    def put(self, data: bytes | None = None) -> Digest:
        """Bytes in the store that nobody refers to yet, put long ago."""
        blob = self.blobs.put(os.urandom(16) if data is None else data)
        os.utime(self.blobs.path(blob.sha256), (LONG_AGO_S, LONG_AGO_S))
        return blob

    async def upload(self, data: bytes | None = None, user: str = "anna", **more: Any) -> Any:
        """A user's asset."""
        return await self.assets.create(user, self.put(data), "image/png", "plate.png", **more)

    async def accepted(self, *inputs: AssetRecord, user: str = "anna", **changes: Any) -> str:
        """A waiting job that needs these assets."""
        job_id = str(uuid.uuid4())
        files = {each.id: StoredFile(sha256=each.sha256, suffix=".png") for each in inputs}
        key = changes.pop("key", None)
        fields: dict[str, Any] = {
            "class": Priority.SHOT, "files": files, "time_limit_s": 60, "graph_digest": "g",
            "needs": NEEDS.digest, "tags": ["plate"], "workflow": "invert", **changes,
        }  # fmt: skip
        job = NewJob(**fields)
        graph = {"1": {"class_type": "LoadImage", "inputs": {}}}
        await self.to.accept(job_id, user, job, graph, NEEDS, idempotency_key=key, secret=None)
        return job_id

    async def claimed(self, job_id: str) -> str:
        """The claim of a worker that has the job now."""
        self.token = (await self.to.look(self.token)).token
        assert await self.to.assign(self.token, [Given(job_id, 0, "gpu1", 2)])
        claimed = await self.to.claim(job_id, 1)
        assert claimed
        return claimed.claim

    async def output(self, job_id: str, data: bytes | None = None, user: str = "anna") -> Any:
        """What a worker harvests."""
        blob, id_ = self.put(data), str(uuid.uuid4())
        await self.assets.create(user, blob, "image/png", "o.png", job_id=job_id, asset_id=id_)
        return StoredOutput(
            id=id_, node_id="9", name="o.png", type="image", content_type="image/png",
            size=blob.size, sha256=blob.sha256, blake3=blob.blake3,
        )  # fmt: skip

    async def ran(self, *inputs: AssetRecord, outputs: int = 1, **changes: Any) -> Record:
        """A job that succeeded, with outputs."""
        job_id = await self.accepted(*inputs, **changes)
        claim = await self.claimed(job_id)
        user = changes.get("user", "anna")
        made = [await self.output(job_id, user=user) for _ in range(outputs)]
        await self.to.finish(job_id, claim, End(Status.SUCCEEDED, made))
        return await self.record(job_id)

    async def record(self, job_id: str) -> Record:
        record = await self.reading.record(job_id)
        assert record
        return record

    # time passes

    async def age(self, name: str, *members: str) -> None:
        """As if these stood in a sorted set since long ago."""
        for member in members:
            assert await self.redis.zadd(self.key(name), {member: LONG_AGO_MS}, xx=True, ch=True)

    async def age_records(self, *jobs: str) -> None:
        """As if the jobs had ended long ago."""
        for job in jobs:
            await self.redis.hset(self.key.job(job), "completed_ms", str(LONG_AGO_MS))
            await self.age("records", job)

    async def expire(self, *jobs: str) -> None:
        """As if the jobs had been kept long enough; cleaned."""
        await self.age("ends", *jobs)
        await self.cleaner.step()

    # what is left

    async def refs(self, sha256: str) -> set[str]:
        """Who needs these bytes."""
        found: Any = await self.redis.smembers(self.key("refs", sha256))
        return {each.decode() for each in found}

    async def is_loose(self, sha256: str) -> bool:
        return await self.redis.zscore(self.key("loose"), sha256) is not None

    async def keys(self) -> set[str]:
        """Every key in Redis."""
        return {key.decode() for key in await self.redis.keys("*")}

    async def dump(self) -> dict[str, Any]:
        """All of Redis. Not by its own DUMP: that tells hashes in any order."""
        return {key: await self._content(key) for key in await self.keys()}

    async def _content(self, key: str) -> Any:
        kind = (await self.redis.type(key)).decode()
        read: dict[str, Any] = {
            "string": self.redis.get,
            "hash": self.redis.hgetall,
            "set": self.redis.smembers,
            "list": lambda name: self.redis.lrange(name, 0, -1),
            "zset": lambda name: self.redis.zrange(name, 0, -1, withscores=True),
            "stream": self.redis.xrange,
        }
        return await read[kind](key)

    def files(self) -> dict[str, tuple[int, int]]:
        """All of the store: size and time by path."""
        paths = list(self.settings.blob_dir.rglob("*"))
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}

    async def check(self) -> None:
        """Whoever refers is there, and so is all that is referred to; nothing else is kept."""
        for sha256 in await self._named("refs"):
            for who in await self.refs(sha256):
                assert await self._refers(who, sha256), f"{who} of {sha256} is not there"
        for asset in await self._named("asset"):
            record = await self.assets.get("anna", asset)
            assert f"asset:{asset}" in await self.refs(record.sha256)
            assert await self.assets.may_use("anna", record.sha256)
            assert self.blobs.exists(record.sha256)
        for folder in self.blobs.folders():
            for path in folder.iterdir():
                assert await self.refs(path.name) or await self.is_loose(path.name)
        for job in await self._named("made"):
            assert (await self.record(job)).status is not Status.EXPIRED

    async def _named(self, kind: str) -> list[str]:
        start = self.key(kind, "")
        return [key.removeprefix(start) for key in await self.keys() if key.startswith(start)]

    async def _refers(self, who: str, sha256: str) -> bool:
        kind, _, name = who.partition(":")
        if kind == "job":
            record = await self.reading.record(name)
            return record is not None and sha256 in {f.sha256 for f in record.files.values()}
        if kind == "put":
            return bool(await self.redis.sismember(self.key("has", name, sha256), "put"))
        return bool(await self.redis.exists(self.key(kind, name)))


@asynccontextmanager
async def opened(url: str, folder: Path, **changes: Any) -> AsyncIterator[House]:
    """A house on this Redis, with a store of its own."""
    settings = Settings(data=folder, redis_url=url, **changes)
    redis = connect_async(settings, url, name="test", patient=True)
    house = House(redis, settings)
    await check_schema(redis, settings.namespace)  # as a relay that starts
    yield house
    house.blobs.close()
    await redis.aclose()
