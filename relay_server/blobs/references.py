"""Which bytes may go: those that nobody refers to, after a while, and never those on their way in.

`refs:<sha256>` holds who needs the bytes: `asset:<id>`, `put:<user>` (they came by `PUT blobs`),
`job:<id>` (its inputs), `host:<name>:object_info` and `host:<name>:models`. A reference is written
by the very script that writes what refers, and goes with it; when the last one goes the hash
stands in `loose`, with the time. Bytes are removed when they were loose for `keep_loose_s`.

Why that is safe, with any number of relays and workers and a kill anywhere:

- *Bytes that are being put.* They come first and their reference second. Whoever puts bytes, new
  or known, makes the file's time young, and a young file is not removed (`removal` says how the
  two cannot pass each other). So there is `keep_loose_s` to write the reference.
- *Bytes that a client or a worker was told of and does not send.* To be told so, a user needs a
  reference, so the bytes were not loose then; a reference taken within `keep_loose_s` finds them.
- *A reference taken while the bytes are looked at.* It takes the hash out of `loose`. The file
  is young, or the two cases above hold.
- *A kill.* `loose` is left only after the bytes are gone or are referred to, so the next step
  goes on. Bytes without a reference that are not in `loose` were put by a process that died before
  it wrote one; no step looks for them, `comfy-relay cleanup` does (`Strays`).
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from relay_server.redis_keys import Keys, text
from relay_server.redis_scripts import Scripts
from relay_server.settings import Settings


class References:
    """Reads them, and forgets bytes that are gone."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        self._keys = Keys(settings.namespace)
        self._scripts = Scripts(redis, settings.namespace)
        self._keep_ms = round(settings.keep_loose_s * 1000)

    async def loose(self, most: int, skip: int = 0) -> list[str]:
        """Hashes that were loose long enough, the oldest first."""
        seconds, micros = await self._redis.time()
        until = seconds * 1000 + micros // 1000 - self._keep_ms
        found: Any = await self._redis.zrange(
            self._keys("loose"), "-inf", until, byscore=True, offset=skip, num=most
        )
        return [text(sha256) for sha256 in found]

    async def forget(self, sha256: str, *, gone: bool) -> None:
        """After a try to remove loose bytes: forget them, or look again after a while."""
        await self._scripts.run("forget_blob", sha256, gone)

    async def any(self, sha256: str) -> bool:
        """Whether anybody needs the bytes."""
        return bool(await self._redis.exists(self._keys("refs", sha256)))

    async def unknown(self, hashes: list[str]) -> list[str]:
        """Those of which Redis knows nothing at all."""
        if not hashes:
            return []
        async with self._redis.pipeline(transaction=False) as pipe:
            for sha256 in hashes:
                pipe.exists(self._keys("refs", sha256), self._keys("blob", sha256))
                pipe.zscore(self._keys("loose"), sha256)
            answers = await pipe.execute()
        pairs = zip(hashes, answers[::2], answers[1::2], strict=True)
        return [sha256 for sha256, known, loose in pairs if not known and loose is None]
