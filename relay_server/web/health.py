"""Alive, ready, and figures."""

from __future__ import annotations

import asyncio

from aiohttp import web
from redis.exceptions import RedisError

from relay_server.errors import RelayError
from relay_server.models.hosts import Health, Readiness
from relay_server.web.metrics import page
from relay_server.web.relay import Call, Reply

OK = "ok"


async def alive(call: Call) -> Health:
    """`GET /healthz`: the loop turns."""
    del call
    return Health(status=OK)


async def ready(call: Call) -> Reply:
    """`GET /readyz`: really asks. Hosts that are away do not make the relay unready: jobs wait."""
    redis, hosts = OK, "no host was ever registered; start one with `comfy-relay worker --host URL`"
    try:
        await call.relay.redis.ping()
        views = await call.relay.registry.hosts()
        if views:
            away = [view.record.name for view in views if not view.up]
            hosts = f"not up: {', '.join(away)}" if away else OK
    except (RedisError, OSError):
        redis, hosts = "Redis does not answer", "unknown"
    store = await asyncio.to_thread(_store, call)
    state = Readiness(ready=redis == OK and store == OK, redis=redis, store=store, hosts=hosts)
    return Reply(200 if state.ready else 503, state)


def _store(call: Call) -> str:
    """Write and remove a file, as an upload would."""
    try:
        with call.relay.blobs.spool() as spool:
            spool.write(b"ready?")
            spool.finish()
    except (OSError, RelayError) as error:
        return f"the blob store takes no file ({error})"
    return OK


async def metrics(call: Call) -> web.Response:
    """`GET /metrics`."""
    figures = await call.relay.reading.figures()
    picture = await call.relay.outlook.picture()
    text = await asyncio.to_thread(page, figures, picture, leads=call.relay.dispatcher.leads)
    return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4"})
