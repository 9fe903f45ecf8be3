"""Whether the data in Redis is of a version that this process can read."""

from __future__ import annotations

from redis.asyncio import Redis

from relay_server.errors import StartupError
from relay_server.jobs.record import SCHEMA
from relay_server.redis_keys import Keys
from relay_server.redis_scripts import Scripts


async def check_schema(redis: Redis, namespace: str) -> None:
    """Note the schema of this process as the newest. Raises StartupError if a newer relay was
    here: its records would be read wrongly."""
    newer = await Scripts(redis, namespace).run("schema", SCHEMA)
    if newer:
        raise StartupError(
            "version_skew",
            f"This Redis holds data of a newer Comfy Relay (schema {newer}, this one knows"
            f" {SCHEMA}). Update this one, or give it a namespace of its own"
            " (COMFY_RELAY_NAMESPACE).",
        )


async def is_used(redis: Redis, namespace: str) -> bool:
    """Whether a relay ever ran on this Redis, or a key was made for one that will."""
    keys = Keys(namespace)
    return bool(await redis.exists(keys("schema"), keys("keys")))
