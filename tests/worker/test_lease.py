"""A worker that slept through its lease finds out before it submits."""

from __future__ import annotations

import time

import pytest

from relay_server.jobs.handed import ClaimLost
from relay_server.worker.lease import Lease, Withdrawn
from tests.jobs.test_transitions import Records, records, until_dead

__all__ = ["records"]


async def leased(records: Records, age_s: float) -> Lease:
    """The lease of a worker that claimed its attempt so long ago, by its own clock."""
    job_id, attempt = await records.assigned()
    claimed = await records.to.claim(job_id, attempt)
    assert claimed
    return Lease(records.to, claimed, records.settings, time.monotonic() - age_s)


async def test_a_claim_that_another_worker_took_is_found_out(records: Records) -> None:
    lease = await leased(records, age_s=3600)
    await until_dead(records, lease.job_id)
    attempt, _ = await records.to.reap(records.token, lease.job_id)
    assert await records.to.claim(lease.job_id, attempt)
    with pytest.raises(ClaimLost):
        await lease.confirm()


async def test_an_old_claim_that_nobody_took_is_renewed(records: Records) -> None:
    lease = await leased(records, age_s=3600)
    await lease.confirm()
    lease.check_asked()


async def test_a_cancel_is_seen_when_a_claim_is_confirmed(records: Records) -> None:
    lease = await leased(records, age_s=3600)
    await records.to.cancel(lease.job_id)
    await lease.confirm()
    with pytest.raises(Withdrawn):
        lease.check_asked()


async def test_what_a_dead_claim_wrote_keeps_nobody_from_taking_the_job(records: Records) -> None:
    lease = await leased(records, age_s=3600)
    await until_dead(records, lease.job_id)
    await lease.report(submitted=1)  # not reaped yet, so it may write
    attempt, _ = await records.to.reap(records.token, lease.job_id)
    assert await records.to.claim(lease.job_id, attempt)
    with pytest.raises(ClaimLost):
        await lease.confirm()
