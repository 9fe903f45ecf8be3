"""The record: what each transition allows, on a real Redis."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from relay_server.errors import TooMany, Unavailable, Unprocessable
from relay_server.hosts.registry import Registry
from relay_server.jobs.handed import ClaimLost, End, Given, Look
from relay_server.jobs.reading import Reading
from relay_server.jobs.reasons import Reason
from relay_server.jobs.record import Needs, NewJob, Record
from relay_server.jobs.transitions import Transitions
from relay_server.models.jobs import Phase, Priority, Status
from relay_server.redis_connection import connect_async
from relay_server.redis_scripts import Scripts
from relay_server.redis_server import RedisServer
from relay_server.settings import Settings

NEEDS = Needs(classes=["LoadImage"])


class Records:
    """Transitions and reading, with the few steps that most tests begin with."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self.redis = redis
        self.settings = settings
        self.to = Transitions(redis, settings)
        self.reading = Reading(redis, settings.namespace)
        self.token = ""

    async def accepted(self, key: str | None = None, user: str = "anna", **changes: Any) -> str:
        """A new job's id."""
        job_id = str(uuid.uuid4())
        fields: dict[str, Any] = {
            "class": Priority.SHOT, "files": {}, "time_limit_s": 60, "graph_digest": "g",
            "needs": NEEDS.digest, **changes,
        }  # fmt: skip
        job = NewJob(**fields)
        await self.to.accept(
            job_id, user, job, {"1": {}}, NEEDS, idempotency_key=key, secret=b"sealed"
        )
        return job_id

    async def assigned(self, host: str = "gpu1") -> tuple[str, int]:
        """(id of a job that a host was given, number of the attempt)."""
        job_id = await self.accepted()
        await self.lead()
        assert await self.assign(job_id, host)
        return job_id, 1

    async def assign(self, job_id: str, host: str = "gpu1", token: str | None = None) -> bool:
        """Give a job to a host of two slots; whether it could be."""
        given = [Given(job_id, (await self.record(job_id)).attempt, host, 2)]
        return bool(await self.to.assign(self.token if token is None else token, given))

    async def claimed(self) -> tuple[str, str]:
        """(id of a job that a worker has, its claim)."""
        job_id, attempt = await self.assigned()
        claimed = await self.to.claim(job_id, attempt)
        assert claimed
        return job_id, claimed.claim

    async def lead(self) -> None:
        """Be the dispatcher."""
        self.token = (await self.to.look(self.token)).token

    async def record(self, job_id: str) -> Record:
        record = await self.reading.record(job_id)
        assert record
        return record


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    settings = Settings(data=tmp_path, lease_s=30, leader_s=30, max_waiting=3)
    server = await asyncio.to_thread(RedisServer.start, settings)
    redis = connect_async(settings, server.url, name="test", patient=True)
    yield Records(redis, settings)
    await redis.aclose()
    await asyncio.to_thread(server.stop)


async def test_a_job_is_there_as_soon_as_it_is_accepted(records: Records) -> None:
    job_id = await records.accepted()
    snapshot = await records.reading.snapshot(job_id, "anna")
    assert (snapshot.record.status, snapshot.record.phase) == (Status.QUEUED, Phase.WAITING)
    assert (snapshot.position, snapshot.queue_size) == (1, 1)


async def test_an_idempotency_key_works_once_for_each_user(records: Records) -> None:
    first = await records.accepted(key="k")
    with pytest.raises(Unprocessable) as caught:
        await records.accepted(key="k")
    assert caught.value.code == "idempotency_key_reuse"
    assert caught.value.details == {"job_id": first}
    await records.accepted(key="k", user="ben")


async def test_a_submission_that_is_sent_twice_is_one_job(records: Records) -> None:
    job_id = str(uuid.uuid4())
    fields: dict[str, Any] = {
        "class": Priority.SHOT, "files": {}, "time_limit_s": 1, "graph_digest": "g",
        "needs": NEEDS.digest,
    }  # fmt: skip
    answers = [
        await records.to.accept(
            job_id, "anna", NewJob(**fields), {}, NEEDS, idempotency_key="once", secret=None
        )
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert await records.redis.zcard("comfy-relay:waiting") == 1


async def test_a_job_that_waits_alone_comes_with_what_the_dispatcher_goes_by(
    records: Records,
) -> None:
    await records.lead()

    async def look_with(token: str) -> Look | None:
        job = NewJob(
            **{"class": Priority.SHOT}, needs=NEEDS.digest, time_limit_s=1, graph_digest="g"
        )
        job_id = str(uuid.uuid4())
        accepted = await records.to.accept(
            job_id, "anna", job, {}, NEEDS, idempotency_key=None, secret=None, token=token
        )
        return accepted.look

    await records.redis.sadd("comfy-relay:hosts", "gpu1")
    await records.redis.hset("comfy-relay:host:gpu1", "slots", "2")
    alone = await look_with(records.token)
    again = await records.to.look(records.token)
    assert alone
    assert replace(alone, now_ms=0) == replace(again, now_ms=0)
    assert len(alone.heads) == 1
    assert await look_with(records.token) is None  # the first one waits too
    await records.assign(alone.heads[0].id)
    await records.assign((await records.to.look(records.token)).heads[0].id)
    assert await look_with("another") is None
    assert await look_with("") is None


async def test_a_full_queue_takes_nothing_and_keeps_nothing(records: Records) -> None:
    for _ in range(3):
        await records.accepted()
    keys = set(await records.redis.keys("*"))
    with pytest.raises(TooMany):
        await records.accepted(key="fourth")
    assert set(await records.redis.keys("*")) == keys


async def test_an_attempt_is_claimed_once(records: Records) -> None:
    job_id, attempt = await records.assigned()
    claims = await asyncio.gather(*(records.to.claim(job_id, attempt) for _ in range(5)))
    assert sum(claim is not None for claim in claims) == 1


async def test_an_old_attempt_cannot_be_claimed(records: Records) -> None:
    job_id, attempt = await records.assigned()
    await until_dead(records, job_id)
    again, host = await records.to.reap(records.token, job_id)
    assert (again, host) == (attempt + 1, "gpu1")
    assert await records.to.claim(job_id, attempt) is None
    assert await records.to.claim(job_id, again)


async def test_a_host_gets_no_more_than_its_slots(records: Records) -> None:
    await records.assigned()
    await records.assigned()
    third = await records.accepted()
    assert not await records.assign(third)


async def test_a_dispatcher_without_the_lock_assigns_nothing(records: Records) -> None:
    job_id = await records.accepted()
    await records.lead()
    assert (await records.to.look("another")).token == ""
    assert not await records.assign(job_id, token="another")


async def test_a_worker_that_lost_its_claim_can_write_nothing(records: Records) -> None:
    job_id, claim = await records.claimed()
    await until_dead(records, job_id)
    attempt, _ = await records.to.reap(records.token, job_id)
    assert await records.to.claim(job_id, attempt)
    before = await records.record(job_id)
    for write in (
        records.to.report(job_id, claim, "status", phase="executing"),
        records.to.finish(job_id, claim, End(Status.SUCCEEDED)),
        records.to.requeue(job_id, claim, "host_gone"),
        records.to.renew(job_id, claim),
    ):
        with pytest.raises(ClaimLost):
            await write
    assert await records.record(job_id) == before


async def test_running_begins_when_the_host_begins(records: Records) -> None:
    job_id, claim = await records.claimed()
    await records.to.report(job_id, claim, "status", phase="on_host", submitted=1)
    assert (await records.record(job_id)).status is Status.QUEUED
    await records.to.report(job_id, claim, "status", phase="executing")
    record = await records.record(job_id)
    assert record.status is Status.RUNNING
    assert record.started_ms


async def test_the_end_frees_the_slot_and_forgets_the_secret(records: Records) -> None:
    job_id, claim = await records.claimed()
    await records.to.finish(job_id, claim, End(Status.SUCCEEDED))
    assert (await records.record(job_id)).phase is Phase.OVER
    assert not await records.redis.zcard("comfy-relay:host:gpu1:jobs")
    assert not await records.redis.exists(f"comfy-relay:secret:{job_id}")
    assert not await records.redis.zcard("comfy-relay:leases")


async def test_a_job_goes_back_to_its_old_place(records: Records) -> None:
    job_id, claim = await records.claimed()
    later = await records.accepted()
    await records.to.requeue(job_id, claim, "host_gone", avoid=True)
    snapshot = await records.reading.snapshot(job_id, "anna")
    assert (snapshot.position, snapshot.queue_size) == (1, 2)
    assert snapshot.record.avoid == "gpu1,"
    assert snapshot.attempts[0]["reason"] == "host_gone"
    assert (await records.reading.snapshot(later, "anna")).position == 2


async def test_a_host_that_was_left_with_the_prompt_adopts_it_when_it_gets_the_job_back(
    records: Records,
) -> None:
    job_id, claim = await records.claimed()
    await records.to.report(job_id, claim, "status", phase="on_host", submitted=1)
    await records.to.requeue(job_id, claim, "host_silent", twice=True, avoid=True)
    assert not (await records.record(job_id)).submitted
    await records.lead()
    await records.assign(job_id)
    assert (await records.record(job_id)).submitted


async def test_a_waiting_job_is_canceled_at_once(records: Records) -> None:
    job_id = await records.accepted()
    assert await records.to.cancel(job_id) == "canceled"
    assert (await records.to.look("")).heads == []


async def test_an_assigned_job_that_nobody_claimed_is_canceled_at_once(records: Records) -> None:
    job_id, attempt = await records.assigned()
    assert await records.to.cancel(job_id) == "canceled"
    assert await records.to.claim(job_id, attempt) is None


async def test_a_claimed_job_is_canceling_and_never_queued_again(records: Records) -> None:
    job_id, claim = await records.claimed()
    assert await records.to.cancel(job_id) == "canceling"
    assert await records.to.renew(job_id, claim) is Status.CANCELING
    await records.to.requeue(job_id, claim, "host_gone")
    assert (await records.record(job_id)).status is Status.CANCELED


async def test_a_job_that_ended_before_its_cancel_keeps_its_end(records: Records) -> None:
    job_id, claim = await records.claimed()
    await records.to.cancel(job_id)
    await records.to.finish(job_id, claim, End(Status.SUCCEEDED))
    assert (await records.record(job_id)).status is Status.SUCCEEDED


async def test_every_change_raises_rev_and_stands_in_the_stream(records: Records) -> None:
    job_id, claim = await records.claimed()
    await records.to.report(job_id, claim, "progress", "{}", progress="{}")
    await records.to.finish(job_id, claim, End(Status.SUCCEEDED))
    stream: Any = await records.redis.xrange(f"comfy-relay:events:{job_id}")
    assert [int(fields[b"rev"]) for _, fields in stream] == [1, 2, 3, 4, 5]
    assert (await records.record(job_id)).rev == 5


async def test_a_record_of_a_newer_relay_is_refused(records: Records) -> None:
    job_id = await records.accepted()
    await records.redis.hset(f"comfy-relay:job:{job_id}", "schema", "99")
    with pytest.raises(Unavailable) as caught:
        await records.reading.record(job_id)
    assert caught.value.code == "version_skew"


async def until_dead(records: Records, job_id: str) -> None:
    """The job's lease is over, as if its worker had been silent for so long."""
    await records.redis.hset(f"comfy-relay:job:{job_id}", "lease_ms", "1")
    await records.lead()


async def executing(records: Records, host: str, job_id: str | None = None, **job: Any) -> str:
    """The id of a job that executes on a host."""
    job_id = job_id or await records.accepted(**job)
    await records.lead()
    assert await records.assign(job_id, host)
    claimed = await records.to.claim(job_id, (await records.record(job_id)).attempt)
    assert claimed
    await records.to.report(job_id, claimed.claim, "status", phase="executing", submitted=1)
    return job_id


async def host_dies(records: Records, job_id: str) -> Record:
    """The host of an executing job is gone; the record afterwards."""
    claim = (await records.record(job_id)).claim
    await records.to.requeue(job_id, claim, "host_gone", avoid=True)
    return await records.record(job_id)


async def poisonous(records: Records, shape: str) -> str:
    """A job that two hosts died of."""
    job_id = await executing(records, "gpu1", shape=shape)
    assert (await host_dies(records, job_id)).status is Status.QUEUED
    await executing(records, "gpu2", job_id)
    after = await host_dies(records, job_id)
    assert after.error
    assert after.error["code"] == "poison_suspected"
    return job_id


async def test_a_job_that_two_hosts_die_of_fails(records: Records) -> None:
    job_id = await poisonous(records, "s")
    attempts = (await records.reading.snapshot(job_id, "anna")).attempts
    assert [(each["host"], each["reason"]) for each in attempts] == [
        ("gpu1", "host_gone"),
        ("gpu2", "host_gone"),
    ]


async def test_two_jobs_of_one_graph_that_hosts_die_of_keep_the_graph_from_hosts(
    records: Records,
) -> None:
    first = await poisonous(records, "s")
    waiting = await records.accepted(shape="s")
    second = await poisonous(records, "s")
    found = json.loads(await records.redis.hget("comfy-relay:quarantine", "s") or "{}")
    assert sorted(found["jobs"]) == sorted([first, second])
    assert sorted(found["hosts"]) == ["gpu1", "gpu2"]
    with pytest.raises(Unprocessable, match="kept from them"):
        await records.accepted(shape="s")
    await records.lead()
    assert await records.assign(waiting)
    assert await records.to.claim(waiting, 1) is None
    record = await records.record(waiting)
    assert record.error
    assert (record.status, record.error["code"]) == (Status.FAILED, "quarantined")
    assert not await records.redis.zcard("comfy-relay:host:gpu1:jobs")


async def test_a_planned_restart_of_a_host_counts_for_nothing(records: Records) -> None:
    registry = Registry(records.redis, records.settings)
    await registry.register("gpu1", "s", url="http://gpu1", state="up")
    job_id = await executing(records, "gpu1")
    await registry.register("gpu1", "s", url="http://gpu1", state="draining")
    await registry.unregister("gpu1", "s")
    await registry.register("gpu1", "s2", url="http://gpu1", state="up")
    after = await host_dies(records, job_id)
    assert (after.deaths, after.tries) == ("", {})


async def test_a_host_that_an_admin_drained_did_not_die_of_its_job(records: Records) -> None:
    registry = Registry(records.redis, records.settings)
    await registry.register("gpu1", "s", url="http://gpu1", state="up")
    job_id = await executing(records, "gpu1")
    await registry.ask("gpu1", "draining", "a new card")
    assert (await host_dies(records, job_id)).deaths == ""


async def test_the_only_host_may_lose_a_job_three_times(records: Records) -> None:
    job_id = await records.accepted()
    for _ in range(2):
        await executing(records, "gpu1", job_id)
        assert (await host_dies(records, job_id)).status is Status.QUEUED
    await executing(records, "gpu1", job_id)
    after = await host_dies(records, job_id)
    assert after.error
    assert (after.error["code"], after.tries) == ("host_gone", {"host_gone": 3})


async def test_a_job_that_ten_workers_die_of_fails_and_its_prompt_is_stopped(
    records: Records,
) -> None:
    job_id, attempt = await records.assigned()
    for _ in range(10):
        assert await records.to.claim(job_id, attempt)
        await until_dead(records, job_id)
        attempt, _ = await records.to.reap(records.token, job_id)
    record = await records.record(job_id)
    assert record.error
    assert (attempt, record.error["code"]) == (0, "worker_error")
    assert await records.redis.sismember("comfy-relay:left_at:gpu1", job_id)
    assert not await records.redis.zcard("comfy-relay:host:gpu1:jobs")


async def test_a_job_that_is_in_the_lane_again_is_not_reaped(records: Records) -> None:
    job_id, claim = await records.claimed()
    await until_dead(records, job_id)
    await records.to.requeue(job_id, claim, Reason.MOVED)  # late, and not reaped yet
    before = await records.record(job_id)
    assert await records.to.reap(records.token, job_id) == (0, "")
    await records.to.requeue(job_id, records.token, Reason.HOST_SILENT, avoid=True, reap=True)
    assert await records.record(job_id) == before
    assert not await records.redis.zcard("comfy-relay:leases")


async def test_the_prompt_of_a_canceled_job_is_stopped_when_a_removed_host_is_back(
    records: Records,
) -> None:
    job_id = await executing(records, "gpu1")
    assert await records.to.cancel(job_id) == "canceling"
    registry = Registry(records.redis, records.settings)
    await registry.register("gpu1", "sup", url="http://gpu1", state="up")
    await registry.unregister("gpu1", "sup")
    assert await registry.remove("gpu1") == "ok"
    assert (await records.record(job_id)).status is Status.CANCELED
    assert await records.redis.sismember("comfy-relay:left_at:gpu1", job_id)


async def test_a_wake_up_that_comes_late_does_not_take_a_job_out_of_the_lane(
    records: Records,
) -> None:
    job_id, attempt = await records.assigned()
    await until_dead(records, job_id)
    await records.to.requeue(job_id, records.token, Reason.HOST_SILENT, avoid=True, reap=True)
    assert await records.to.claim(job_id, attempt) is None
    assert (await records.record(job_id)).phase is Phase.WAITING
    assert await records.assign(job_id, "gpu2")


async def test_an_assignment_does_not_bring_a_removed_host_back(records: Records) -> None:
    job_id = await records.accepted()
    await records.lead()
    assert await records.to.assign(records.token, [Given(job_id, 0, "gpu1", 2, warm="a")])
    registry = Registry(records.redis, records.settings)
    assert not await registry.ask("gpu1", "paused", "")
    assert await registry.remove("gpu1") == "unknown"


async def test_a_job_that_needs_another_host_waits_in_another_lane(records: Records) -> None:
    job_id, claim = await records.claimed()
    other = Needs(classes=["LoadImage"], not_on=["gpu1"])
    await records.to.requeue(job_id, claim, "node_missing", needs=other)
    head = (await records.to.look(records.token)).heads[0]
    assert (head.id, head.needs) == (job_id, other.digest)
    assert await records.reading.needs(other.digest) == other


async def test_the_same_worker_may_try_again_on_the_same_host(records: Records) -> None:
    job_id = await executing(records, "gpu1")
    claim = (await records.record(job_id)).claim
    assert await records.to.again(job_id, claim, 1, Reason.OUT_OF_MEMORY) == 2
    record = await records.record(job_id)
    assert (record.phase, record.submitted, record.claim) == (Phase.ASSIGNED, False, claim)
    assert await records.redis.zcard("comfy-relay:host:gpu1:jobs") == 1
    await records.to.finish(job_id, claim, End(Status.SUCCEEDED))
    attempts = (await records.reading.snapshot(job_id, "anna")).attempts
    assert [each.get("reason") for each in attempts] == ["out_of_memory", None]


async def test_a_second_try_that_is_told_twice_is_one_attempt(records: Records) -> None:
    job_id = await executing(records, "gpu1")
    claim = (await records.record(job_id)).claim
    for _ in range(2):
        assert await records.to.again(job_id, claim, 1, Reason.OUT_OF_MEMORY) == 2
    assert (await records.record(job_id)).tries == {"out_of_memory": 1}
    assert len((await records.reading.snapshot(job_id, "anna")).attempts) == 1


async def test_a_job_is_not_claimed_where_its_last_prompt_is_being_stopped(
    records: Records,
) -> None:
    job_id = await executing(records, "gpu1")
    assert (await host_dies(records, job_id)).left_on == "gpu1,"
    scripts = Scripts(records.redis, "comfy-relay")
    assert await scripts.run("clear", "gpu1", job_id, 60_000) == "stop"
    await records.lead()
    assert await records.assign(job_id, "gpu1")
    assert not (await records.record(job_id)).submitted
    assert await records.to.claim(job_id, 2) is None


async def test_a_prompt_is_left_alone_on_the_host_that_got_its_job_back(records: Records) -> None:
    job_id = await executing(records, "gpu1")
    await host_dies(records, job_id)
    await records.lead()
    assert await records.assign(job_id, "gpu1")
    scripts = Scripts(records.redis, "comfy-relay")
    assert await scripts.run("clear", "gpu1", job_id, 60_000) == "keep"
    assert (await records.record(job_id)).submitted
