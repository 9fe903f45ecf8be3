"""Redis, its data, and the blob store."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

from redis import RedisError
from redis.asyncio import Redis

from relay_server.blobs.local import LocalBlobs
from relay_server.doctor.finding import Finding, note, ok, wrong
from relay_server.errors import RelayError
from relay_server.jobs.record import SCHEMA
from relay_server.redis_connection import probe
from relay_server.redis_keys import Keys, text
from relay_server.redis_server import OLDEST, PING_S, durability_problem, find_running
from relay_server.settings import MB, Settings

LITTLE = 1024 * MB  # bytes that are too few
SKEW_S = 5.0


def redis_found(settings: Settings) -> list[Finding]:
    """Whether it answers, is new enough, and keeps what it was told. Blocks."""
    url = find_running(settings)
    if url is None:
        return [
            wrong("Redis", f"none runs for {settings.data_dir}. Start `comfy-relay serve`, or set"
                  " COMFY_RELAY_REDIS_URL."),
        ]  # fmt: skip
    try:
        problem = durability_problem(url)
        with probe(url, wait_s=PING_S) as client:
            version = str(client.info("server")["redis_version"])
    except (RelayError, RedisError) as error:
        return [wrong("Redis", getattr(error, "message", type(error).__name__))]
    whose = "its own" if settings.redis_url is None else "not the relay's own"
    found = [ok("Redis", f"answers, {whose}, version {version}.")]
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        found = [wrong("Redis", f"{version} is too old; install {'.'.join(map(str, OLDEST))}.")]
    durable = ok("durability", "AOF is on, and nothing is evicted.")
    return [*found, wrong("durability", problem) if problem else durable]


def usable_redis(settings: Settings) -> str | None:
    """The URL of a Redis that answers, or None. Blocks."""
    url = find_running(settings)
    if url is None:
        return None
    try:
        with probe(url, wait_s=PING_S) as client:
            client.ping()
    except (RedisError, ValueError):
        return None
    return url


async def schema_found(settings: Settings, redis: Redis) -> list[Finding]:
    """Whether the records are of this version, and whether the clocks agree."""
    there = int(await redis.get(Keys(settings.namespace)("schema")) or 0)
    seconds, micros = await redis.time()
    skew_s = time.time() - seconds - micros / 1e6
    found = [
        ok("records", f"schema {there or SCHEMA}, as this version writes it.")
        if there <= SCHEMA
        else wrong("records", f"are of a newer Comfy Relay (schema {there}, this one knows"
                   f" {SCHEMA}). Update this one.")
    ]  # fmt: skip
    return [*found, clock_found("this machine's clock", skew_s)]


def clock_found(subject: str, skew_s: float) -> Finding:
    """How far a clock is from Redis'. Nothing depends on it but what people compare."""
    if abs(skew_s) <= SKEW_S:
        return ok(subject, "agrees with Redis'.")
    way = "ahead of" if skew_s > 0 else "behind"
    return note(
        subject,
        f"is {abs(skew_s):.0f} s {way} Redis'. No job minds, but times in logs differ: let NTP set"
        " it.",
    )


async def store_found(settings: Settings, redis: Redis | None) -> list[Finding]:
    """Whether the blob store takes files, has room, and is the relay's."""
    folder = settings.blob_dir
    found = await asyncio.to_thread(_store, folder)
    token = await redis.get(Keys(settings.namespace)("store_probe")) if redis else None
    if token and found[0].verdict == "ok":
        same = await asyncio.to_thread(LocalBlobs(folder).read_probe, text(token))
        if not same:
            found.append(
                wrong("blob store", f"{folder} is not the relay's. Mount the relay's folder here"
                      " and set COMFY_RELAY_BLOBS to it.")
            )  # fmt: skip
    return found


def _store(folder: Path) -> list[Finding]:
    if folder.exists() and not folder.is_dir():
        return [wrong("blob store", f"{folder} is no folder. Set COMFY_RELAY_BLOBS to one.")]
    if not folder.is_dir():
        return [
            wrong("blob store", f"{folder} is not there. Start `comfy-relay serve`, or set"
                  " COMFY_RELAY_BLOBS."),
        ]  # fmt: skip
    try:
        with LocalBlobs(folder).spool() as spool:
            spool.write(b"doctor")
            spool.finish()
        free = shutil.disk_usage(folder).free
    except (OSError, RelayError) as error:
        said = getattr(error, "message", None) or f"{folder} cannot be written: {error}."
        return [wrong("blob store", said)]
    room = f"{free / 1024 / MB:.1f} GB free on the disk of {folder}"
    if free < LITTLE:
        return [
            wrong("blob store", f"only {room}. Make room, or keep less: see `comfy-relay cleanup`"
                  " and COMFY_RELAY_KEEP_JOBS_S."),
        ]  # fmt: skip
    return [ok("blob store", f"takes files; {room}.")]
