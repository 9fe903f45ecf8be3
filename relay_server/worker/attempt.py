"""One attempt of one job on one host: claim, adopt or submit, follow, harvest."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.blobs.assets import Assets
from relay_server.blobs.local import LocalBlobs
from relay_server.errors import Unavailable
from relay_server.hosts.comfy import ComfyHost, HostError
from relay_server.hosts.registry import Registry
from relay_server.hosts.socket import HostSocket
from relay_server.jobs.handed import Claimed, ClaimLost, End
from relay_server.jobs.reasons import Reason
from relay_server.jobs.transitions import Transitions
from relay_server.models.jobs import Phase, Progress, Status
from relay_server.settings import Settings
from relay_server.worker.ends import failure, unexpected, withdrawn
from relay_server.worker.follow import Follower
from relay_server.worker.harvest import Harvest
from relay_server.worker.history import HistoryBroom
from relay_server.worker.lease import Lease, LetGo, Withdrawn
from relay_server.worker.no_result import (
    HostGone,
    NoResult,
    OutOfMemory,
    PromptLost,
)
from relay_server.worker.patience import remove, steady
from relay_server.worker.remedies import Remedies, had_its_second_try
from relay_server.worker.reporter import SOON_S
from relay_server.worker.submission import Submission
from relay_server.worker.verdict import JobFailed, host_times, over_time, verdict

log = logging.getLogger(__name__)

BEGUN = (Phase.EXECUTING, Phase.HARVESTING)


@dataclass(frozen=True)
class SlotId:
    """A slot of a host: the name of the host, and what this process calls itself."""

    host: str
    id: str


class AttemptRunner:
    """What a slot needs for its attempts; lives as long as its process."""

    def __init__(
        self,
        redis: Redis,
        blobs: LocalBlobs,
        host: ComfyHost,
        socket: HostSocket,
        slot: SlotId,
        settings: Settings,
    ) -> None:
        self._blobs = blobs
        self._slot = slot
        self._host = host
        self._socket = socket
        self._settings = settings
        self._transitions = Transitions(redis, settings)
        self._assets = Assets(redis, settings)
        registry = Registry(redis, settings)
        self._remedies = Remedies(redis, registry, settings)
        self._submission = Submission(
            redis, blobs, host, socket, registry, self._remedies, settings
        )
        self.broom = HistoryBroom(host, settings)
        self._leases: dict[str, Lease] = {}

    def hear_cancel(self, job_id: str) -> None:
        """A command came: if the job is ours, cancel it."""
        if lease := self._leases.get(job_id):
            lease.ask_cancel()

    def hear_hand_back(self, job_id: str, reason: Reason) -> None:
        """A command came: if the job is ours and only waits, give it back to the queue."""
        if lease := self._leases.get(job_id):
            lease.ask_back(reason)

    def drain(self) -> None:
        """The process is to stop soon: give back what only waits, let the rest end."""
        for lease in self._leases.values():
            lease.ask_back(Reason.DRAINED)

    def let_go(self) -> None:
        """The process stops: let go of every job, so that the next worker continues it."""
        for lease in self._leases.values():
            lease.let_go()

    async def run(self, job_id: str, attempt: int) -> None:
        """The whole attempt. Never raises for anything that happens to the job or the host."""
        began = time.monotonic()
        try:
            claimed = await self._transitions.claim(job_id, attempt, self._slot.id)
            if claimed is not None:
                await self._hold(claimed, began)
        except LetGo:
            await self._transitions.abandon(self._slot.host, self._slot.id)
        except ClaimLost as lost:
            log.info("job %s: not this worker's any more (%s)", job_id, lost)
        except RedisError as error:
            log.error("job %s: left to the next attempt (%s)", job_id, error)

    async def _hold(self, claimed: Claimed, held_at: float) -> None:
        """Run it under its lease, within reach of commands. Raises ClaimLost."""
        lease = Lease(self._transitions, claimed, self._settings, held_at)
        self._leases[lease.job_id] = lease
        try:
            async with lease:
                await self._run_claimed(claimed, lease)
        finally:
            del self._leases[lease.job_id]

    async def _run_claimed(self, claimed: Claimed, lease: Lease) -> None:
        """From the claim to the terminal state, or back to the queue."""
        try:
            end = await self._to_the_end(claimed, lease)
        except OutOfMemory:
            await self._run_again(claimed, lease)
            return
        except NoResult as ending:
            if not (lease.timed_out and isinstance(ending, PromptLost | HostGone)):
                await self._requeue(lease, ending)
                return
            end = End(Status.FAILED, error=over_time(lease.time_limit_s))
        except (JobFailed, Unavailable) as failed:
            end = failure(failed)
        except (ClaimLost, RedisError):
            raise  # without Redis nothing can be written: the next attempt adopts the prompt
        except Exception:
            log.exception("job %s: the attempt failed", lease.job_id)
            await self._stop(lease.job_id)
            end = End(Status.FAILED, error=unexpected())
        await self._finish(lease, end)

    async def _stop(self, job_id: str) -> None:
        """Nobody follows the prompt any more: the host need not go on with it."""
        try:
            await self._host.stop(job_id)
        except HostError as error:
            log.warning("job %s: it may run on (%s)", job_id, error)

    async def _finish(self, lease: Lease, end: End) -> None:
        await self._transitions.finish(lease.job_id, lease.claim, end)
        self.broom.add(lease.job_id)
        await asyncio.to_thread(self._blobs.drop_preview, lease.job_id)

    async def _requeue(self, lease: Lease, ending: NoResult) -> None:
        log.warning("job %s: %s, back to the queue", lease.job_id, ending.reason)
        await self._transitions.requeue(
            lease.job_id,
            lease.claim,
            ending.reason,
            twice=ending.twice,
            avoid=ending.avoid,
            executing=ending.executing,
            needs=ending.needs,
        )

    async def _run_again(self, claimed: Claimed, lease: Lease) -> None:
        """Once more on this host, as an attempt that replaces the one which ended."""
        log.warning("job %s: out of memory, once more", lease.job_id)
        record = claimed.record
        attempt = await self._transitions.again(
            lease.job_id, lease.claim, record.attempt, Reason.OUT_OF_MEMORY
        )
        if attempt is None:
            await self._finish(lease, End(Status.CANCELED))
            return
        times = record.tries.get(Reason.OUT_OF_MEMORY, 0)
        changes = {
            "attempt": attempt,
            "submitted": False,
            "phase": Phase.ASSIGNED,
            "tries": {**record.tries, Reason.OUT_OF_MEMORY: times + 1},
        }
        lease.executing_since = None
        again = replace(claimed, record=record.model_copy(update=changes))
        await self._run_claimed(again, lease)

    async def _to_the_end(self, claimed: Claimed, lease: Lease) -> End:
        """Adopt or submit, follow, judge, harvest."""
        follower = Follower(self._host, lease, self._blobs, claimed.graph, self._settings)
        with self._socket.listen(lease.job_id) as heard:
            try:
                await self._adopt_or_submit(claimed, lease, follower)
            except Withdrawn:
                return withdrawn(lease)
            try:
                entry = await follower.follow(heard)
            except NoResult as ending:
                ending.executing = follower.may_execute
                raise
        if entry is None:
            return End(Status.CANCELED)
        status, error = verdict(entry, lease)
        if error and error["code"] == "out_of_memory" and not lease.cancel_asked:
            remedy = await self._remedies.for_memory(claimed.record)
            if remedy:
                raise remedy
        return await self._harvested(claimed, lease, follower, entry, End(status, error=error))

    async def _harvested(
        self,
        claimed: Claimed,
        lease: Lease,
        follower: Follower,
        entry: dict[str, Any],
        end: End,
    ) -> End:
        """The end with all that the prompt made. Raises JobFailed if something is not there."""
        if end.status is Status.SUCCEEDED:
            follower.meter.complete()
        progress = follower.meter.progress()
        harvest = Harvest(
            self._host, self._blobs, self._assets, lease, claimed.record, self._settings
        )
        running = harvest.run(entry, claimed.graph, follower, end.status)
        try:
            await self._harvest(running, lease, progress)
        except JobFailed as failed:
            await harvest.tell()
            failed.outputs = harvest.outputs  # what came before is kept
            raise
        except NoResult as ending:
            ending.executing = False
            raise
        return replace(
            end,
            outputs=harvest.outputs,
            untold=harvest.untold,
            host_times=host_times(entry),
            progress=progress,
        )

    async def _adopt_or_submit(self, claimed: Claimed, lease: Lease, follower: Follower) -> None:
        """Either way the host has the prompt, or following finds that it does not. Raises Withdrawn
        if it has not and the job is to be canceled or given back."""
        if await self._adopt(claimed):
            follower.be_deaf()
            return
        lease.check_asked()
        if not self._socket.connected.is_set():
            follower.be_deaf()
        follower.accepted = await self._submission.submit(claimed, lease)

    async def _adopt(self, claimed: Claimed) -> bool:
        """Whether this host has the prompt from an earlier attempt. The first one need not ask.

        An attempt that replaces one which ended makes room for itself instead."""
        record = claimed.record
        if record.attempt == 1:
            return False
        if had_its_second_try(record) and not record.submitted:
            await steady(self._settings, self._host.free)
            await remove(self._host, record.id, self._settings)
            return False
        if await self._knows(record.id):
            return True
        if not record.submitted:
            return False
        await asyncio.sleep(self._settings.lost_confirm_s)
        if await self._knows(record.id):
            return True
        if record.phase in BEGUN:
            raise PromptLost
        return False

    async def _knows(self, prompt_id: str) -> bool:
        where = await steady(self._settings, lambda: self._host.whereabouts(prompt_id))
        return where.known

    async def _harvest(
        self, harvest: Coroutine[Any, Any, None], lease: Lease, progress: Progress
    ) -> None:
        """To its end; the record says so if it takes a while."""
        task = asyncio.ensure_future(harvest)
        try:
            done, _ = await asyncio.wait({task}, timeout=SOON_S)
            if not done:
                text = progress.model_dump_json()
                await lease.report("status", phase="harvesting", progress=text)
            await task
        finally:
            while not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=SOON_S)
