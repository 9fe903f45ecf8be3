"""Assets: a user's named records over blobs, in Redis. And who may see which hash."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from relay_server.blobs.blob import Digest
from relay_server.errors import Conflict, NotFound, Unprocessable
from relay_server.models.jobs import TERMINAL, Status
from relay_server.redis_keys import Keys, text
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings

PUT = "put"  # stands among a user's records of a hash for bytes that came by `PUT blobs`
TIMES = {"created_ms", "expires_ms"}  # written by the script, by Redis' clock


class AssetRecord(BaseModel):
    """What Redis holds of an asset. Times are milliseconds since 1970."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    user: str
    sha256: str
    blake3: str
    size: int  # bytes
    content_type: str
    file_path: str | None = None
    created_ms: int
    expires_ms: int | None = None
    job_id: str | None = None
    tags: list[str] = []


def drafted(
    user: str, digest: Digest, content_type: str, file_path: str | None,
    *, job_id: str | None = None, tags: list[str] | None = None,
    expires_in: int | None = None, asset_id: str | None = None,
) -> list[Any]:  # fmt: skip
    """A new asset as the scripts take it."""
    asset = AssetRecord(
        id=asset_id or str(uuid.uuid4()),
        user=user,
        sha256=digest.sha256,
        blake3=digest.blake3,
        size=digest.size,
        content_type=content_type,
        file_path=file_path,
        created_ms=0,
        job_id=job_id,
        tags=tags or [],
    )
    record = asset.model_dump_json(exclude=TIMES)
    lives_ms = (expires_in or 0) * 1000
    size = digest.size
    return [asset.id, user, digest.sha256, digest.blake3, size, record, lives_ms, job_id]


@dataclass(frozen=True)
class Dropped:
    """What one step of `drop_unused` removed."""

    assets: int
    size: int  # bytes of the assets; other assets may be over the same ones
    grants: int
    seen: int  # how many were due, those that a job still needs among them


class Assets:
    """Reads and writes the records. What is another user's is as if it were not there."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        self._keys = Keys(settings.namespace)
        self._scripts = Scripts(redis, settings.namespace)
        self._keep_ms = round(settings.keep_assets_s * 1000)
        self._idempotency_ms = round(settings.idempotency_s * 1000)

    async def create(
        self, user: str, digest: Digest, content_type: str, file_path: str | None,
        *, job_id: str | None = None, tags: list[str] | None = None,
        expires_in: int | None = None, asset_id: str | None = None,
    ) -> AssetRecord:  # fmt: skip
        """A new asset over a blob that is in the store. From here on the user may see its hash.

        One of a job that is over meanwhile is not kept: its worker lost it, and hears so soon."""
        asset = drafted(
            user, digest, content_type, file_path,
            job_id=job_id, tags=tags, expires_in=expires_in, asset_id=asset_id,
        )  # fmt: skip
        return await self.keep(asset)

    async def keep(self, asset: Sequence[Any]) -> AssetRecord:
        """The same for one that was drafted."""
        kept = await self._scripts.run("keep_asset", *asset)
        return AssetRecord.model_validate_json(kept)

    @asynccontextmanager
    async def used_up(
        self, user: str, idempotency_key: str | None, asset_id: str
    ) -> AsyncIterator[None]:
        """Claim an upload's key, and give it back if the block fails: it may be sent again.

        Raises `idempotency_key_reuse`; its details name the asset."""
        if idempotency_key is None:
            yield
            return
        name = self._keys("idem_asset", user, idempotency_key)
        if await self._redis.set(name, asset_id, nx=True, px=self._idempotency_ms):
            try:
                yield
            except BaseException:
                await self._redis.delete(name)
                raise
            return
        other = await self._redis.get(name)
        raise Unprocessable(
            "idempotency_key_reuse",
            "This idempotency key was used before, for another upload. Use that asset, or send a"
            " new key.",
            {"asset_id": text(other) if other else None},
        )

    async def grant(self, user: str, digest: Digest) -> None:
        """The user sent these bytes as a blob and may use them."""
        await self._scripts.run("grant_blob", user, digest.sha256, digest.blake3, digest.size)

    async def used(self, user: str, sha256: str, asset_id: str = "") -> None:
        """These bytes were looked at, as an asset or by their hash: from now on they are kept as
        long as new ones. Those of a job go with the job all the same."""
        await self._scripts.run("use_bytes", asset_id, user, sha256)

    async def get(self, user: str, asset_id: str) -> AssetRecord:
        """An asset of this user. Raises NotFound."""
        asset = await self._find(asset_id)
        if asset is None or asset.user != user:
            raise NotFound(
                "not_found", f"There is no asset {asset_id!r} of yours. Check the id and the key."
            )
        return asset

    async def _find(self, asset_id: str) -> AssetRecord | None:
        raw = await self._redis.get(self._keys("asset", asset_id))
        return AssetRecord.model_validate_json(raw) if raw else None

    async def delete(self, user: str, asset_id: str) -> None:
        """Delete a record. Raises `asset_in_use` while a job that is not over needs it."""
        asset = await self.get(user, asset_id)
        uses = await self._redis.smembers(self._keys("uses", asset_id))
        jobs = [text(job) for job in uses] + ([asset.job_id] if asset.job_id else [])
        async with self._redis.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.hget(self._keys.job(job), "status")
            found = await pipe.execute() if jobs else []
        if any(status and Status(text(status)) not in TERMINAL for status in found):
            raise Conflict("asset_in_use", "The asset is still needed. Try again later.")
        await self._scripts.run("drop_asset", asset_id)

    async def drop_unused(self, most: int) -> Dropped:
        """Remove uploads that nobody used for `keep_assets_s`, and assets whose own time is over;
        at most so many of each. Those that a kept job may need again wait for its end."""
        return Dropped(*await self._scripts.run("drop_unused", self._keep_ms, most))

    async def may_use(self, user: str, sha256: str) -> bool:
        """Whether this user uploaded or received bytes of this hash."""
        return bool(await self._redis.exists(self._keys("has", user, sha256)))

    async def of_hash(self, user: str, sha256: str) -> list[AssetRecord]:
        """The user's assets over a blob."""
        members: Any = await self._redis.smembers(self._keys("has", user, sha256))
        names = [self._keys("asset", text(member)) for member in members if text(member) != PUT]
        found = await self._redis.mget(names) if names else []
        return [AssetRecord.model_validate_json(raw) for raw in found if raw]

    async def by_blake3(self, user: str, blake3: str) -> Digest | None:
        """The blob behind `blake3:<hex>`, if this user may use it."""
        raw = await self._redis.get(self._keys("blake3", blake3.removeprefix("blake3:")))
        if raw is None:
            return None
        digest = Digest(*json.loads(raw))
        return digest if await self.may_use(user, digest.sha256) else None

    async def blake3_of(self, sha256: str) -> str | None:
        """The other hash of a blob."""
        raw = await self._redis.get(self._keys("blob", sha256))
        return text(raw) if raw else None
