"""Cleaning while everything goes on, and killed in the middle."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from relay_server.models.jobs import Status
from relay_server.settings import Settings
from relay_server.stack import environment_of
from tests.faults.proxy import Loop
from tests.retention.house import House, opened
from tests.rig import PATIENCE_S

JOBS, RESULTS, LEFT = 40, 3, 8
LOOSE_S = 0.25


@asynccontextmanager
async def link_to(house: House) -> AsyncIterator[Settings]:
    """Settings with a slow way to the Redis of the house, through this process: when it is stalled,
    so is whoever comes that way, and never done before we could look."""
    assert house.settings.redis_url
    loop = await asyncio.to_thread(Loop)
    link = await asyncio.to_thread(loop.proxy, unquote(urlsplit(house.settings.redis_url).path))
    link.delay(0.002)
    url = f"redis://127.0.0.1:{link.port}/0"
    yield house.settings.model_copy(update={"redis_url": url, "redis_request_s": PATIENCE_S})
    await asyncio.to_thread(loop.close)


async def test_a_cleanup_killed_in_the_middle_leaves_nothing_dangling(house: House) -> None:
    plate = await house.upload()
    kept = await house.ran(plate)
    old = [await house.ran(plate, outputs=RESULTS) for _ in range(JOBS)]
    loose = [await house.upload() for _ in range(JOBS)]
    for asset in loose:
        await house.assets.delete("anna", asset.id)
    await house.age("loose", *(asset.sha256 for asset in loose))
    await house.age("ends", *(job.id for job in old))
    async with link_to(house) as settings:
        for left in (JOBS - LEFT, LEFT):
            cleanup = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "relay_server", "cleanup",
                env=environment_of(settings), stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            while await house.redis.zcard(house.key("ends")) > left + 1:
                assert cleanup.returncode is None
                await asyncio.sleep(0)
            cleanup.kill()
            await cleanup.wait()
            await house.check()
    await house.cleaner.everything()
    await house.check()
    assert {(await house.record(job.id)).status for job in old} == {Status.EXPIRED}
    assert (await house.record(kept.id)).outputs == kept.outputs
    assert not any(house.blobs.exists(asset.sha256) for asset in loose)


async def test_uploads_and_removals_of_the_same_bytes_never_lose_any(
    redis_url: str, house: House, tmp_path: Path
) -> None:
    """Two users send the same few files and delete them, again and again, while what nobody needs
    for a moment is removed at once."""
    contents = [bytes([number]) * 100 for number in range(40)]
    stop = asyncio.Event()

    async def send(user: str, rounds: int) -> None:
        for content in contents * rounds:
            began = time.monotonic()
            blob = await asyncio.to_thread(quick.blobs.put, content)
            asset = await quick.assets.create(user, blob, "image/png", None)
            if (
                time.monotonic() - began < LOOSE_S
            ):  # else they were loose for too long, by our fault
                assert quick.blobs.exists(asset.sha256)
                with quick.blobs.open(asset.sha256) as file:
                    assert file.read() == content
            await quick.assets.delete(user, asset.id)

    async def clean() -> int:
        removed = 0
        while not stop.is_set():
            removed += (await quick.cleaner.step()).counts["blobs"]
        return removed

    async with opened(redis_url, tmp_path / "quick", keep_loose_s=LOOSE_S) as quick:
        cleaning = asyncio.create_task(clean())
        await asyncio.gather(send("anna", 12), send("ben", 10))
        stop.set()
        assert await cleaning > 0
        await quick.check()


@pytest.mark.parametrize("cleaners", [3])
async def test_several_cleaners_at_once_do_what_one_does(house: House, cleaners: int) -> None:
    old = [await house.ran(outputs=RESULTS) for _ in range(LEFT)]
    await house.age("ends", *(job.id for job in old))
    tallies = await asyncio.gather(*(house.cleaner.everything() for _ in range(cleaners)))
    assert sum(tally.counts["results"] for tally in tallies) == LEFT * RESULTS
    assert sum(tally.counts["jobs"] for tally in tallies) == LEFT
    await house.check()
