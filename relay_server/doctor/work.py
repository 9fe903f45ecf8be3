"""The jobs: what waits for nothing, and which graphs are kept from the hosts."""

from __future__ import annotations

import json
from typing import Any

from redis.asyncio import Redis

from relay_server.doctor.finding import Finding, ok, wrong
from relay_server.hosts.registry import Registry
from relay_server.jobs.dispatcher import rules_of
from relay_server.jobs.forecast import Line
from relay_server.jobs.outlook import Outlook, Picture
from relay_server.jobs.reading import Reading
from relay_server.redis_keys import Keys, text
from relay_server.settings import Settings

SHOWN = 3


async def work_found(settings: Settings, redis: Redis) -> list[Finding]:
    """Jobs that no host can take, jobs on hosts without a worker, and the quarantine."""
    registry, reading = Registry(redis, settings), Reading(redis, settings.namespace)
    picture = await Outlook(redis, registry, reading, settings, rules_of(settings)).picture()
    return [
        await _waiting(picture, settings, redis),
        *_stranded(picture, settings),
        *await _quarantine(settings, redis),
    ]


async def _waiting(picture: Picture, settings: Settings, redis: Redis) -> Finding:
    lives = {room.name for room in picture.rooms if room.state != "gone"}
    stuck = [line for line in picture.lines if not line.able & lives]
    total = sum(line.jobs for line in picture.lines)
    if not stuck:
        each = f"{total} wait, and each has a host that can take it."
        return ok("jobs", each if total else "none waits.")
    keys = Keys(settings.namespace)
    firsts = [await _first(redis, keys, line) for line in stuck[:SHOWN]]
    sample = ", ".join(first for first in firsts if first)
    count = sum(line.jobs for line in stuck)
    return wrong(
        "jobs",
        f"{count} of {total} that wait have no host that can take them, as {sample or 'some'}."
        " `comfy-relay jobs explain ID` says why, host by host.",
    )


def _stranded(picture: Picture, settings: Settings) -> list[Finding]:
    """Jobs that nobody follows."""
    return [
        wrong(f"jobs on {view.record.name}", f"{len(view.held)}, and no worker runs for it. Start"
              " it again and they go on there; else they go to another host, at the latest after"
              f" {settings.host_silence:g} s.")
        for view in picture.hosts
        if view.held and not view.alive
    ]  # fmt: skip


async def _first(redis: Redis, keys: Keys, line: Line) -> str:
    """The id of a lane's first job."""
    found: Any = await redis.zrange(keys("lane", f"{line.priority}:{line.user}:{line.needs}"), 0, 0)
    return text(found[0]) if found else ""


async def _quarantine(settings: Settings, redis: Redis) -> list[Finding]:
    held: Any = await redis.hgetall(Keys(settings.namespace)("quarantine"))
    found = []
    for graph, raw in held.items():
        workflow = json.loads(raw).get("workflow")
        of = f" of the workflow {workflow!r}" if workflow else ""
        found.append(
            wrong("quarantine", f"the graph {text(graph)}{of} is kept from the hosts, which died"
                  " while they ran it. Look at their logs, then"
                  f" `comfy-relay quarantine release {text(graph)}`.")
        )  # fmt: skip
    return found or [ok("quarantine", "no graph is kept from the hosts.")]
