"""Assets and raw uploads: kept since their last use, and while a kept job may need them."""

from __future__ import annotations

import pytest

from relay_server.errors import Conflict, NotFound
from tests.retention.house import LONG_AGO_MS, House


async def is_there(house: House, asset_id: str) -> bool:
    try:
        await house.assets.get("anna", asset_id)
    except NotFound:
        return False
    return True


async def test_an_upload_that_nobody_used_for_long_goes(house: House) -> None:
    old, young = await house.upload(), await house.upload()
    await house.age("assets_used", old.id)
    tally = await house.cleaner.step()
    assert (tally.counts["uploads"], tally.sizes["uploads"]) == (1, old.size)
    assert (await is_there(house, old.id), await is_there(house, young.id)) == (False, True)
    assert await house.is_loose(old.sha256)
    assert not await house.assets.may_use("anna", old.sha256)


async def test_reading_an_upload_is_using_it(house: House) -> None:
    by_id, by_hash, not_used = [await house.upload() for _ in range(3)]
    await house.age("assets_used", by_id.id, by_hash.id, not_used.id)
    await house.assets.used("anna", by_id.sha256, by_id.id)
    await house.assets.used("anna", by_hash.sha256)
    await house.cleaner.step()
    assert await is_there(house, by_id.id)
    assert await is_there(house, by_hash.id)
    assert not await is_there(house, not_used.id)


async def test_submitting_an_upload_is_using_it(house: House) -> None:
    asset = await house.upload()
    await house.age("assets_used", asset.id)
    await house.accepted(asset)
    score = await house.redis.zscore(house.key("assets_used"), asset.id)
    assert score is not None
    assert score > LONG_AGO_MS


async def test_what_a_job_needs_stays_until_the_job_is_expired(house: House) -> None:
    asset = await house.upload()
    first, second = await house.ran(asset), await house.ran(asset)
    await house.age("assets_used", asset.id)
    for job in (first, second):
        await house.cleaner.step()
        assert await is_there(house, asset.id)
        await house.expire(job.id)
    assert not await is_there(house, asset.id)
    await house.cleaner.step()
    assert await house.is_loose(asset.sha256)
    assert not await house.redis.exists(house.key("assets_parked"))


async def test_what_a_waiting_job_needs_stays(house: House) -> None:
    asset = await house.upload()
    await house.accepted(asset)
    await house.age("assets_used", asset.id)
    await house.cleaner.step()
    assert await is_there(house, asset.id)
    assert len(await house.refs(asset.sha256)) == 2


async def test_the_time_that_a_client_set_is_kept_to(house: House) -> None:
    asset = await house.upload(expires_in=60)
    assert asset.expires_ms == asset.created_ms + 60_000
    await house.assets.used("anna", asset.sha256, asset.id)
    assert (await house.cleaner.step()).is_empty
    await house.age("assets_end", asset.id)
    await house.cleaner.step()
    assert not await is_there(house, asset.id)


async def test_a_job_keeps_the_bytes_of_an_asset_that_ended(house: House) -> None:
    asset = await house.upload(expires_in=60)
    job_id = await house.accepted(asset)
    await house.age("assets_end", asset.id)
    await house.cleaner.step()
    assert await house.refs(asset.sha256) == {f"job:{job_id}"}
    assert not await house.is_loose(asset.sha256)


async def test_a_raw_upload_goes_like_an_asset(house: House) -> None:
    old, used, young = house.put(), house.put(), house.put()
    for blob in (old, used, young):
        await house.assets.grant("anna", blob)
    await house.age("grants_used", f"anna:{old.sha256}", f"anna:{used.sha256}")
    await house.assets.used("anna", used.sha256)
    tally = await house.cleaner.step()
    assert tally.counts["grants"] == 1
    may = [await house.assets.may_use("anna", blob.sha256) for blob in (old, used, young)]
    assert may == [False, True, True]
    assert await house.is_loose(old.sha256)


async def test_one_of_two_users_bytes_stay_for_the_other(house: House) -> None:
    mine, theirs = await house.upload(b"same"), await house.upload(b"same", user="ben")
    await house.assets.delete("anna", mine.id)
    assert await house.refs(mine.sha256) == {f"asset:{theirs.id}"}
    assert not await house.assets.may_use("anna", mine.sha256)
    assert not await house.is_loose(mine.sha256)


async def test_an_asset_in_use_is_not_deleted_and_later_it_is(house: House) -> None:
    asset = await house.upload()
    job_id = await house.accepted(asset)
    with pytest.raises(Conflict):
        await house.assets.delete("anna", asset.id)
    await house.to.cancel(job_id)
    await house.assets.delete("anna", asset.id)
    assert await house.refs(asset.sha256) == {f"job:{job_id}"}  # it may be run again
    await house.expire(job_id)
    assert await house.is_loose(asset.sha256)


async def test_an_output_harvested_again_with_other_bytes_lets_the_first_go(house: House) -> None:
    job_id = await house.accepted()
    first, second = house.put(), house.put()
    for blob in (first, second):
        await house.assets.create(
            "anna", blob, "image/png", "o.png", job_id=job_id, asset_id="same"
        )
    assert await house.is_loose(first.sha256)
    assert await house.refs(second.sha256) == {"asset:same"}
    assert not await house.assets.may_use("anna", first.sha256)


async def test_a_refused_submission_needs_nothing(house: House) -> None:
    asset = await house.upload()
    await house.accepted(key="once")
    before = await house.dump()
    with pytest.raises(Exception, match="used before"):
        await house.accepted(asset, key="once")
    assert await house.dump() == before
