"""Graphs that brought hosts down: which there are, and letting one run again."""

from __future__ import annotations

import json
from typing import Any

from relay_server.errors import NotFound
from relay_server.models.common import moment
from relay_server.models.hosts import Quarantine, Quarantined
from relay_server.redis_keys import Keys, text
from relay_server.web.relay import Call, Reply


async def listing(call: Call) -> Quarantine:
    """`GET /relay/v1/quarantine`."""
    raw: Any = await call.relay.redis.hgetall(_name(call))
    found = {text(graph): json.loads(kept) for graph, kept in raw.items()}
    return Quarantine(graphs=[_graph(graph, found[graph]) for graph in sorted(found)])


async def release(call: Call) -> Reply:
    """`DELETE /relay/v1/quarantine/{graph}`."""
    graph = call.path["graph"]
    async with call.relay.redis.pipeline(transaction=True) as pipe:
        pipe.hdel(_name(call), graph)
        pipe.delete(_name(call, "poison", graph))  # it begins with a clean sheet
        released, _ = await pipe.execute()
    if not released:
        raise NotFound(
            "not_found",
            f"No graph {graph[:80]!r} is in quarantine. `GET /relay/v1/quarantine` lists them.",
        )
    return Reply(204, None)


def _name(call: Call, *parts: str) -> str:
    return Keys(call.relay.settings.namespace)(*(parts or ("quarantine",)))


def _graph(graph: str, kept: Any) -> Quarantined:
    details = kept if isinstance(kept, dict) else {"reason": str(kept)}
    since_ms = details.pop("at_ms", None)
    return Quarantined(
        graph=graph, since=moment(int(since_ms)) if since_ms else None, details=details
    )
