"""What the dispatcher does with jobs whose lease is dead, on a real Redis."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from relay_server.hosts.registry import Registry
from relay_server.jobs.dispatcher import Dispatcher
from relay_server.jobs.events import Events
from relay_server.jobs.queue import under_namespace
from relay_server.redis_connection import connect, connect_async, probe
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.jobs.test_transitions import Records
from tests.rig import PATIENCE_S


@asynccontextmanager
async def dispatching(settings: Settings) -> AsyncIterator[tuple[Records, RedisServer]]:
    """A dispatcher at work, on a Redis of its own."""
    server = await asyncio.to_thread(RedisServer.start, settings)
    redis = connect_async(settings, server.url, name="dispatcher")
    rq = under_namespace(connect(settings, server.url, name="rq"), settings.namespace)
    own = connect_async(settings, server.url, name="test", patient=True)
    dispatcher = Dispatcher(redis, rq, settings, Events(own, settings.namespace))
    running = asyncio.create_task(dispatcher.run())
    try:
        yield Records(own, settings), server
    finally:
        while not running.done():
            running.cancel()
            await asyncio.wait({running}, timeout=1)
        await redis.aclose()
        await own.aclose()
        rq.close()
        await asyncio.to_thread(server.stop)


async def test_a_job_that_no_slot_takes_moves_to_another_host(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, lease_s=1, reap_grace_s=0.1, sweep_s=0.05)
    async with dispatching(settings) as (records, _):
        job_id = await records.accepted()
        # Their supervisors live, and none of their slots does.
        await until_ended(records, job_id, "not_taken", "gpu1", "gpu2")


async def test_hiccups_of_redis_keep_no_job_from_leaving_a_dead_worker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(
        data=tmp_path, lease_s=4, reap_grace_s=0.1, sweep_s=0.05, leader_s=0.6, redis_request_s=1
    )
    async with dispatching(settings) as (records, server):
        job_id = await records.accepted()
        with probe(server.url, wait_s=PATIENCE_S) as client:
            pid = int(client.info("server")["process_id"])

        async def hiccup() -> None:
            """Redis is silent until the dispatcher has noticed. Never for a whole lease."""
            caplog.clear()
            os.kill(pid, signal.SIGSTOP)
            await until(noticed)
            os.kill(pid, signal.SIGCONT)

        async def noticed() -> bool:
            return "Redis does not answer" in caplog.text

        async def claimed() -> bool:
            return await records.to.claim(job_id, 1) is not None

        await registered(records, "gpu1")
        await until(claimed)
        await until_ended(records, job_id, "worker_lost", "gpu1", meanwhile=hiccup)


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the dispatcher does."""
    end = time.monotonic() + PATIENCE_S
    while not await check():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


async def nothing() -> None:
    """All is well."""


async def until_ended(
    records: Records,
    job_id: str,
    reason: str,
    *hosts: str,
    meanwhile: Callable[[], Awaitable[None]] = nothing,
) -> None:
    """Until attempts on all these hosts, whose supervisors live, have ended for that reason."""
    end = time.monotonic() + PATIENCE_S
    ended: set[str] = set()
    while not ended >= set(hosts):
        assert time.monotonic() < end
        await registered(records, *hosts)
        attempts = (await records.reading.snapshot(job_id, "anna")).attempts
        assert {each["reason"] for each in attempts} <= {reason}
        ended = {each["host"] for each in attempts}
        await asyncio.sleep(0.05)
        await meanwhile()


async def registered(records: Records, *hosts: str) -> None:
    """A heartbeat of each of these hosts."""
    registry = Registry(records.redis, records.settings)
    for name in hosts:
        await registry.register(name, name, url=f"http://{name}", state="up")
