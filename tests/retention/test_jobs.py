"""Jobs that are over: whole, then small, then gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from relay_server.errors import Conflict, NotFound, Unprocessable
from relay_server.jobs.handed import ClaimLost, End
from relay_server.jobs.reading import Filter
from relay_server.models.jobs import Status
from tests.retention.house import House


async def test_a_job_that_was_kept_long_enough_is_a_small_record(house: House) -> None:
    plate = await house.upload()
    job = await house.ran(plate, outputs=2, metadata={"shot": "sh010"}, values={"seed": 7})
    await house.expire(job.id)
    left = await house.record(job.id)
    assert (left.status, left.ended_as) == (Status.EXPIRED, Status.SUCCEEDED)
    assert left.result_hashes == [output.sha256 for output in job.outputs]
    assert (left.values, left.tags, left.metadata) == ({"seed": 7}, ["plate"], {"shot": "sh010"})
    assert (left.workflow, left.graph_digest, left.host) == ("invert", "g", "gpu1")
    assert (left.created_ms, left.completed_ms) == (job.created_ms, job.completed_ms)
    assert left.outputs == []
    assert left.files == {}
    assert await house.reading.graph(job.id, executed=False) is None


async def test_its_results_go_and_the_bytes_are_let_go(house: House) -> None:
    job = await house.ran()
    await house.expire(job.id)
    (output,) = job.outputs
    with pytest.raises(NotFound):
        await house.assets.get("anna", output.id)
    assert not await house.assets.may_use("anna", output.sha256)
    assert await house.is_loose(output.sha256)
    assert house.blobs.exists(output.sha256)  # for a while


async def test_it_still_stands_in_the_lists(house: House) -> None:
    job = await house.ran(metadata={"shot": "sh010"})
    await house.expire(job.id)
    for wanted in (
        Filter(), Filter(tag="plate"), Filter(workflow="invert"),
        Filter(metadata=(("shot", "sh010"),)), Filter(status=Status.EXPIRED),
    ):  # fmt: skip
        found, _ = await house.reading.page("anna", wanted, 10, None)
        assert [record.id for record in found] == [job.id]


async def test_a_record_that_was_kept_long_enough_leaves_nothing(house: House) -> None:
    before = await house.keys()
    job = await house.ran(await house.upload(), metadata={"shot": "sh010"}, key="once")
    await house.expire(job.id)
    await house.age_records(job.id)
    await house.cleaner.step()
    assert await house.reading.record(job.id) is None
    left = {key for key in await house.keys() if job.id in key} - before
    assert left == set()
    lists = (house.key("jobs_of", ""), house.key("jobs_with", ""))
    assert not [key for key in await house.keys() if key.startswith(lists)]


async def test_what_is_not_due_stays(house: House) -> None:
    job = await house.ran(await house.upload())
    dump = await house.dump()
    assert (await house.cleaner.step()).is_empty
    assert await house.dump() == dump
    await house.expire(job.id)
    await house.cleaner.step()
    assert (await house.record(job.id)).status is Status.EXPIRED


async def test_a_job_that_runs_again_is_not_expired(house: House) -> None:
    job = await house.ran()
    await house.redis.hset(house.key.job(job.id), "status", "queued")
    await house.expire(job.id)
    assert (await house.record(job.id)).status is Status.QUEUED
    assert (await house.assets.get("anna", job.outputs[0].id)).sha256 == job.outputs[0].sha256


async def test_many_results_go_a_few_at_a_time(house: House) -> None:
    job = await house.ran(outputs=120)
    await house.age("ends", job.id)
    tally = await house.cleaner.step()
    assert (tally.counts["jobs"], tally.counts["results"]) == (1, 120)
    assert not await house.redis.exists(house.key("made", job.id))


async def test_a_kill_between_two_scripts_is_mended_by_the_next_round(house: House) -> None:
    job = await house.ran(outputs=120)
    await house.age("ends", job.id)
    said = await house.cleaner._jobs._scripts.run("expire_job", job.id, 50, False)
    assert said[0] == "more"
    assert (await house.record(job.id)).status is Status.EXPIRED
    await house.cleaner.step()
    assert not await house.redis.exists(house.key("made", job.id))
    assert await house.redis.zscore(house.key("ends"), job.id) is None
    assert len((await house.record(job.id)).result_hashes) == 120


async def test_an_error_keeps_its_code_and_sentence(house: House) -> None:
    job_id = await house.accepted()
    claim = await house.claimed(job_id)
    error = {"code": "node_execution_error", "message": "It failed.", "traceback": "x" * 5000}
    await house.to.finish(job_id, claim, End(Status.FAILED, error=error))
    await house.expire(job_id)
    record = await house.record(job_id)
    assert record.ended_as is Status.FAILED
    assert record.error == {"code": "node_execution_error", "message": "It failed."}


async def test_outputs_that_no_record_names_go_too(house: House) -> None:
    job_id = await house.accepted()
    claim = await house.claimed(job_id)
    lost = await house.output(job_id)  # its worker died before it told
    await house.to.finish(job_id, claim, End(Status.SUCCEEDED))
    await house.expire(job_id)
    with pytest.raises(NotFound):
        await house.assets.get("anna", lost.id)


async def test_a_worker_that_lost_the_job_brings_no_result_back(house: House) -> None:
    job_id = await house.accepted()
    claim = await house.claimed(job_id)
    await house.to.finish(job_id, claim, End(Status.SUCCEEDED))
    late = [await house.output(job_id)]
    await house.expire(job_id)
    late.append(await house.output(job_id))
    for output in late:
        with pytest.raises(NotFound):
            await house.assets.get("anna", output.id)
        assert await house.refs(output.sha256) == set()
    with pytest.raises(ClaimLost):
        await house.to.report(job_id, claim, "status", phase="executing")


async def test_an_output_that_is_the_input_of_a_kept_job_stays_with_it(house: House) -> None:
    first = await house.ran()
    asset = await house.assets.get("anna", first.outputs[0].id)
    second = await house.ran(asset)
    await house.expire(first.id)
    assert await house.assets.get("anna", asset.id) == asset
    await house.age("assets_used", asset.id)
    await house.cleaner.step()
    assert await house.assets.get("anna", asset.id) == asset
    await house.expire(second.id)
    await house.cleaner.step()
    with pytest.raises(NotFound):
        await house.assets.get("anna", asset.id)


async def test_an_idempotency_key_lives_as_long_as_the_record(house: House) -> None:
    job = await house.ran(key="once")
    assert await house.redis.ttl(house.key("idem", "anna", "once")) == -1
    await house.expire(job.id)
    with pytest.raises(Unprocessable, match=job.id):
        await house.accepted(key="once")


async def test_and_at_least_for_its_own_time(house: House) -> None:
    job = await house.ran(key="once")
    await house.ended.delete(job)
    with pytest.raises(Unprocessable, match=job.id):
        await house.accepted(key="once")
    left_s = await house.redis.ttl(house.key("idem", "anna", "once"))
    assert 86_400 < left_s <= house.settings.idempotency_s


async def test_a_deleted_job_is_gone_with_its_results(house: House) -> None:
    plate = await house.upload()
    job = await house.ran(plate, outputs=3, metadata={"shot": "sh010"})
    house.blobs.put_preview(job.id, b"preview")
    await house.ended.delete(job)
    assert await house.reading.record(job.id) is None
    assert await house.reading.page("anna", Filter(), 10, None) == ([], None)
    assert not any(job.id in key for key in await house.keys())
    for output in job.outputs:
        assert await house.is_loose(output.sha256)
    assert await house.refs(plate.sha256) == {f"asset:{plate.id}"}
    assert house.blobs.get_preview(job.id) is None


async def test_an_expired_job_can_be_deleted(house: House) -> None:
    job = await house.ran()
    await house.expire(job.id)
    await house.ended.delete(await house.record(job.id))
    assert await house.reading.record(job.id) is None
    assert await house.redis.zscore(house.key("records"), job.id) is None


async def test_a_job_that_is_not_over_cannot_be_deleted(house: House) -> None:
    job_id = await house.accepted()
    with pytest.raises(Conflict) as caught:
        await house.ended.delete(await house.record(job_id))
    assert caught.value.code == "job_not_over"


async def test_an_expired_job_says_so_in_its_stream(house: House) -> None:
    job = await house.ran()
    await house.expire(job.id)
    stream: Any = await house.redis.xrange(house.key("events", job.id))
    told = [json.loads(fields[b"data"]) for _, fields in stream]
    assert told == [{"status": "expired", "phase": "over"}]
    assert (await house.record(job.id)).rev == job.rev + 1
