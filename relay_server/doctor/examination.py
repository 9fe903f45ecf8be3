"""The story of `comfy-relay doctor`: from what lies deepest to the jobs that wait."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable

from relay_server.doctor.finding import Finding, note, wrong
from relay_server.doctor.hosts import hosts_found
from relay_server.doctor.relay import keys_found, relay_found
from relay_server.doctor.storage import redis_found, schema_found, store_found, usable_redis
from relay_server.doctor.work import work_found
from relay_server.redis_connection import connect_async
from relay_server.settings import Settings, unknown


async def examined(
    settings: Settings, relay: str | None, environment: Iterable[str]
) -> list[Finding]:
    """Everything, in order. `relay` is its URL if it is not that of the settings; of the
    environment only the names count. No secret is in what is found."""
    found = [*_strangers(environment), *await asyncio.to_thread(redis_found, settings)]
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
            *await relay_found(settings, relay, os.environ.get("COMFY_RELAY_KEY")),
            *await hosts_found(settings, redis),
            *await work_found(settings, redis),
        ]
    finally:
        await redis.aclose()


def _strangers(environment: Iterable[str]) -> list[Finding]:
    return [
        note(name, f"is no setting, and nothing reads it.{f' Is {meant} meant?' if meant else ''}")
        for name, meant in unknown(environment)
    ]
