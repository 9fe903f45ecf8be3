"""The story of `comfy-relay doctor`: from what lies deepest to the jobs that wait."""

from __future__ import annotations

import asyncio
import os

from relay_server.doctor.finding import Finding, wrong
from relay_server.doctor.hosts import hosts_found
from relay_server.doctor.relay import keys_found, relay_found
from relay_server.doctor.storage import redis_found, schema_found, store_found, usable_redis
from relay_server.doctor.work import work_found
from relay_server.redis_connection import connect_async
from relay_server.settings import Settings


async def examined(settings: Settings, relay: str | None) -> list[Finding]:
    """Everything, in order. `relay` is its URL if it is not that of the settings. No secret is in
    what is found."""
    found = await asyncio.to_thread(redis_found, settings)
    url = await asyncio.to_thread(usable_redis, settings)
    if url is None:
        return [
            *found,
            *await store_found(settings, None),
            wrong("the rest", "cannot be looked at without Redis. Mend that first."),
        ]
    redis = connect_async(settings, url, name=f"cli-{os.getpid()}")
    try:
        return [
            *found,
            *await schema_found(settings, redis),
            *await store_found(settings, redis),
            *await keys_found(settings, redis),
            *await relay_found(settings, relay),
            *await hosts_found(settings, redis),
            *await work_found(settings, redis),
        ]
    finally:
        await redis.aclose()
