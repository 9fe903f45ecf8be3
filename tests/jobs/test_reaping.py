"""What the dispatcher does with jobs whose lease is dead, on a real Redis."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from relay_server.hosts.registry import Registry
from relay_server.jobs.dispatcher import Dispatcher
from relay_server.jobs.events import Events
from relay_server.jobs.queue import under_namespace
from relay_server.redis_connection import connect, connect_async
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.jobs.test_transitions import Records

PATIENCE_S = 30.0


async def test_a_job_that_no_slot_takes_moves_to_another_host(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, lease_s=1, reap_grace_s=0.1, sweep_s=0.05)
    server = await asyncio.to_thread(RedisServer.start, settings)
    redis = connect_async(settings, server.url, name="test")
    rq = under_namespace(connect(settings, server.url, name="test"), settings.namespace)
    records, registry = Records(redis, settings), Registry(redis, settings)
    dispatcher = Dispatcher(redis, rq, settings, Events(redis, settings.namespace))
    job_id, end = await records.accepted(), time.monotonic() + PATIENCE_S
    running = asyncio.create_task(dispatcher.run())
    try:
        # Their supervisors live, and none of their slots does.
        while "gpu2" not in (await _hosts_before(records, job_id)):
            assert time.monotonic() < end
            for name in ("gpu1", "gpu2"):
                await registry.register(name, name, url=f"http://{name}", state="up")
            await asyncio.sleep(0.05)
    finally:
        while not running.done():
            running.cancel()
            await asyncio.wait({running}, timeout=1)
        await redis.aclose()
        rq.close()
        await asyncio.to_thread(server.stop)


async def _hosts_before(records: Records, job_id: str) -> list[str]:
    """The hosts that did not take the job."""
    attempts = (await records.reading.snapshot(job_id, "anna")).attempts
    assert {each["reason"] for each in attempts} <= {"not_taken"}
    return [each["host"] for each in attempts]
