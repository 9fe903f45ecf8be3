"""Who has had how much of the hosts, who waits too long, and what a look tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from relay_server.errors import TooMany, Unprocessable
from relay_server.jobs.handed import End
from relay_server.jobs.reasons import Reason
from relay_server.models.jobs import Priority, Status
from relay_server.redis_connection import connect_async
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.jobs.test_transitions import Records, until_dead


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    settings = Settings(data=tmp_path, lease_s=30, leader_s=30, max_waiting_per_user=2)
    server = await asyncio.to_thread(RedisServer.start, settings)
    redis = connect_async(settings, server.url, name="test", patient=True)
    yield Records(redis, settings)
    await redis.aclose()
    await asyncio.to_thread(server.stop)


async def worked(records: Records, user: str, work_ms: int, **changes: Any) -> str:
    """A job of a user that a host worked on for so long."""
    job_id = await records.accepted(user=user, **changes)
    await records.lead()
    assert await records.assign(job_id)
    claimed = await records.to.claim(job_id, 1)
    assert claimed
    times = {"start": 1000, "end": 1000 + work_ms}
    await records.to.finish(job_id, claimed.claim, End(Status.SUCCEEDED, host_times=times))
    return job_id


async def shares(records: Records) -> dict[str, int]:
    """What the heads of the lanes say of their users, in ms."""
    await records.lead()
    look = await records.to.look(records.token)
    return {head.user: head.share_ms for head in look.heads}


async def test_hosts_time_counts_and_not_the_number_of_jobs(records: Records) -> None:
    for user in ("anna", "ben"):
        await records.accepted(user=user)
    for _ in range(3):
        await worked(records, "anna", 100)
    await worked(records, "ben", 900)
    assert await shares(records) == {"anna": 300, "ben": 900}


async def test_who_comes_back_has_saved_nothing_up(records: Records) -> None:
    await records.accepted(user="anna")
    await worked(records, "anna", 5000)
    await worked(records, "ben", 100)
    await records.accepted(user="ben")
    assert await shares(records) == {"anna": 5000, "ben": 5100}


async def test_nobody_pays_for_what_the_hosts_did_while_they_were_idle(records: Records) -> None:
    await worked(records, "anna", 5000)
    await records.accepted(user="ben")
    await records.accepted(user="anna")
    await records.accepted(user="cleo")
    assert await shares(records) == {"anna": 5000, "ben": 5000, "cleo": 5000}


async def test_credit_has_an_end(records: Records) -> None:
    await records.accepted(user="stuck")
    await records.accepted(user="anna")
    await worked(records, "anna", 5 * 3600 * 1000)
    assert await shares(records) == {"anna": 18_000_000, "stuck": 16_200_000}


async def test_what_jobs_of_a_kind_take_is_learnt(records: Records) -> None:
    for took_ms in (100, 900, 200):
        await worked(records, "anna", took_ms, kind="upscale:20:18")
    await records.accepted(kind="upscale:20:18")
    await records.accepted(user="ben", kind="upscale:23:21")
    await records.lead()
    look = await records.to.look(records.token)
    assert {head.user: head.expect_ms for head in look.heads} == {"anna": 200, "ben": None}


async def test_a_job_that_no_host_takes_in_time_fails_and_says_so(records: Records) -> None:
    job_id = await records.accepted(max_wait_s=0.001)
    patient = await records.accepted(user="ben", max_wait_s=3600)
    await until_due(records)
    await records.lead()
    await records.to.give_up(records.token)
    record = await records.record(job_id)
    assert (record.status, record.error and record.error["code"]) == ("failed", "waited_too_long")
    assert (await records.record(patient)).status is Status.QUEUED


async def test_a_job_that_a_host_took_does_not_wait_any_more(records: Records) -> None:
    job_id = await records.accepted(max_wait_s=0.001)
    await records.lead()
    assert await records.assign(job_id)
    await until_dead(records, job_id)
    await records.to.give_up(records.token)
    assert (await records.record(job_id)).status is Status.QUEUED


async def test_a_user_may_have_only_so_many_waiting(records: Records) -> None:
    await records.accepted()
    await records.accepted()
    with pytest.raises(TooMany) as caught:
        await records.accepted()
    assert caught.value.code == "too_many_waiting"
    with pytest.raises(TooMany):
        await records.to.check_room("anna", None)
    await records.accepted(user="ben")


async def test_a_quarantined_graph_is_not_accepted(records: Records) -> None:
    await records.redis.hset("comfy-relay:quarantine", "deadly", "{}")
    with pytest.raises(Unprocessable) as caught:
        await records.accepted(shape="deadly")
    assert caught.value.code == "quarantined"
    await records.accepted(shape="harmless")


async def test_a_lane_says_when_it_was_served_last(records: Records) -> None:
    first = await records.accepted(**{"class": Priority.BATCH})
    await records.accepted(**{"class": Priority.BATCH})
    await records.lead()
    assert await records.assign(first)
    (head,) = (await records.to.look(records.token)).heads
    assert head.served_ms >= head.created_ms


async def until_due(records: Records) -> None:
    """Until Redis' clock has moved on by a few milliseconds."""
    began = await records.redis.time()
    while (await records.redis.time())[1] // 5000 == began[1] // 5000:
        pass


async def test_a_job_that_is_handed_back_waits_no_longer_than_it_may(records: Records) -> None:
    job_id = await records.accepted(max_wait_s=0.001)
    await records.lead()
    assert await records.assign(job_id)
    claimed = await records.to.claim(job_id, 1)
    assert claimed
    await records.to.requeue(job_id, claimed.claim, Reason.MOVED, executing=False)
    await records.to.give_up(records.token)
    assert (await records.record(job_id)).status is Status.FAILED


async def test_a_job_that_a_host_had_begun_waits_as_long_as_it_must(records: Records) -> None:
    job_id = await records.accepted(max_wait_s=0.001)
    await records.lead()
    assert await records.assign(job_id)
    claimed = await records.to.claim(job_id, 1)
    assert claimed
    await records.to.report(job_id, claimed.claim, "status", phase="executing")
    await records.to.requeue(job_id, claimed.claim, Reason.HOST_GONE)
    await records.to.give_up(records.token)
    assert (await records.record(job_id)).status is Status.QUEUED
