"""One attempt of one job on one host: claim, adopt or submit, follow, harvest."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from relay_server.blobs.assets import Assets
from relay_server.blobs.local import LocalBlobs
from relay_server.errors import Unavailable
from relay_server.hosts.comfy import ComfyHost, HostError, PromptRejected
from relay_server.hosts.registry import Registry
from relay_server.hosts.socket import HostSocket
from relay_server.jobs.record import Record
from relay_server.jobs.secrets import Sealer
from relay_server.jobs.transitions import Claimed, ClaimLost, End, Transitions
from relay_server.models.jobs import Progress, Status
from relay_server.redis_keys import Keys
from relay_server.settings import Settings
from relay_server.worker import prompt
from relay_server.worker.follow import Follower, PromptLost
from relay_server.worker.harvest import Harvest
from relay_server.worker.lease import Lease
from relay_server.worker.patience import HostGone, HostSilentTooLong, steady
from relay_server.worker.reporter import SOON_S
from relay_server.worker.spelling import Spelling
from relay_server.worker.verdict import JobFailed, host_times, is_unlike_known, verdict

log = logging.getLogger(__name__)

MAX_LOST = 3
"""A prompt that its hosts forgot this often is not tried again."""


REASONS = {HostSilentTooLong: "host_silent", HostGone: "host_gone", PromptLost: "host_forgot"}
"""Why an attempt ended without a result, as the record says it."""


class AttemptRunner:
    """What a slot needs for its attempts; lives as long as its process."""

    def __init__(
        self,
        redis: Redis,
        blobs: LocalBlobs,
        host: ComfyHost,
        socket: HostSocket,
        settings: Settings,
    ) -> None:
        self._redis = redis
        self._blobs = blobs
        self._host = host
        self._socket = socket
        self._settings = settings
        self._keys = Keys(settings.namespace)
        self._transitions = Transitions(redis, settings)
        self._assets = Assets(redis, settings)
        self._registry = Registry(redis, settings)
        self._spelling = Spelling(self._registry, blobs)
        self._sealer = Sealer(settings)
        self._leases: dict[str, Lease] = {}

    def hear_cancel(self, job_id: str) -> None:
        """A command came: if the job is ours, cancel it."""
        if lease := self._leases.get(job_id):
            lease.ask_cancel()

    def hand_back(self) -> None:
        """The process stops: let go of every job, so that the next worker continues it."""
        for lease in self._leases.values():
            lease.let_go()

    async def run(self, job_id: str, attempt: int) -> None:
        """The whole attempt. Never raises for anything that happens to the job or the host."""
        claimed = await self._transitions.claim(job_id, attempt)
        if claimed is None:
            return
        lease = Lease(self._transitions, claimed.record, claimed.claim, self._settings)
        self._leases[job_id] = lease
        try:
            async with lease:
                await self._run_claimed(claimed, lease)
        except ClaimLost as lost:
            log.info("job %s: not this worker's any more (%s)", job_id, lost)
        except RedisError as error:
            log.error("job %s: left to the next attempt (%s)", job_id, error)
        finally:
            del self._leases[job_id]

    async def _run_claimed(self, claimed: Claimed, lease: Lease) -> None:
        """From the claim to the terminal state, or back to the queue."""
        try:
            end = await self._to_the_end(claimed, lease)
        except (HostSilentTooLong, HostGone, PromptLost) as away:
            if not isinstance(away, PromptLost) or claimed.record.lost + 1 < MAX_LOST:
                await self._requeue(lease, away)
                return
            end = End(Status.FAILED, error=_forgotten())
        except (JobFailed, Unavailable) as failed:
            end = _failure(failed)
        except (ClaimLost, RedisError):
            raise  # without Redis nothing can be written: the next attempt adopts the prompt
        except Exception:
            log.exception("job %s: the attempt failed", lease.job_id)
            end = End(Status.FAILED, error=_unexpected())
        await self._transitions.finish(lease.job_id, lease.claim, end)
        await asyncio.to_thread(self._blobs.drop_preview, lease.job_id)

    async def _requeue(self, lease: Lease, away: Exception) -> None:
        reason = REASONS[type(away)]
        log.warning("job %s: %s, back to the queue", lease.job_id, reason)
        twice = isinstance(away, HostSilentTooLong)
        await self._transitions.requeue(lease.job_id, lease.claim, reason, twice=twice, avoid=True)

    async def _to_the_end(self, claimed: Claimed, lease: Lease) -> End:
        """Adopt or submit, follow, judge, harvest."""
        record, graph = claimed.record, claimed.graph
        follower = Follower(self._host, lease, self._blobs, graph, self._settings)
        with self._socket.listen(record.id) as heard:
            if await self._adopt(record):
                follower.missed_pictures = True
            elif lease.cancel_asked:
                return End(Status.CANCELED)
            else:
                await self._submit(claimed, lease)
            entry = await follower.follow(heard)
        if entry is None:
            return End(Status.CANCELED)
        status, error = verdict(entry, lease)
        if status is Status.SUCCEEDED:
            follower.meter.complete()
        progress = follower.meter.progress()
        harvest = Harvest(self._host, self._blobs, self._assets, lease, record, self._settings)
        try:
            await self._harvest(harvest.run(entry, graph, follower, status), lease, progress)
        except JobFailed as failed:
            failed.outputs = harvest.outputs  # what came before is kept
            raise
        return End(status, harvest.outputs, error, harvest.untold, host_times(entry), progress)

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

    async def _adopt(self, record: Record) -> bool:
        """Whether an earlier attempt submitted the prompt and this host knows it. Asked twice."""
        if not record.submitted:
            return False
        if await self._knows(record.id):
            return True
        await asyncio.sleep(self._settings.lost_confirm_s)
        return await self._knows(record.id)

    async def _knows(self, prompt_id: str) -> bool:
        where = await steady(self._settings, lambda: self._host.whereabouts(prompt_id))
        return where.known

    async def _submit(self, claimed: Claimed, lease: Lease) -> None:
        """Upload what the graph names, write down that we are about to submit, and submit."""
        record, graph, settings = claimed.record, claimed.graph, self._settings
        if record.attempt > 1:
            await steady(settings, lambda: self._host.forget(record.id))
        names = await steady(
            settings, lambda: prompt.upload_files(self._host, self._blobs, graph, record.files)
        )
        executed = prompt.executed(graph, names, record.id)
        executed = await self._spelling.applied(executed, record.host)
        extra = self._extra_data(claimed.secret)
        client_id = await self._socket.ready_id()
        if lease.cancel_asked:
            return
        await asyncio.gather(
            self._redis.set(self._keys("executed", record.id), json.dumps(executed)),
            lease.report("status", phase="on_host", submitted=1),
        )
        try:
            answer = await self._host.submit(executed, record.id, client_id, extra)
        except PromptRejected as rejected:
            await self._learn_again(rejected.body, record.host)
            raise JobFailed.rejected(rejected.body, graph) from rejected
        except HostError as error:
            # The host may have it all the same: following finds out.
            log.warning("job %s: submitting failed (%s)", record.id, error)
            return
        if answer.get("node_errors"):
            await steady(settings, lambda: self._host.stop(record.id))
            await self._learn_again(answer, record.host)
            raise JobFailed.rejected(answer, graph)

    async def _learn_again(self, refused: dict[str, Any], host: str) -> None:
        if is_unlike_known(refused):
            await self._registry.ask_to_learn(host)

    def _extra_data(self, sealed: str) -> dict[str, str]:
        extra = self._sealer.open(sealed) if sealed else None
        if sealed and extra is None:
            raise JobFailed(
                "worker_error",
                "This worker cannot read the job's partner key. Give relay and workers the same"
                " COMFY_RELAY_SECRET, or the same blob folder.",
            )
        if not extra and self._settings.partner_key:
            return {"api_key_comfy_org": self._settings.partner_key}
        return extra or {}


def _failure(failed: JobFailed | Unavailable) -> End:
    """The end of a job with a reason of its own; what came before it is kept."""
    if isinstance(failed, JobFailed):
        return End(Status.FAILED, failed.outputs, failed.error)
    return End(Status.FAILED, error={"code": failed.code, "message": failed.message})


def _forgotten() -> dict[str, Any]:
    return {
        "code": "host_gone",
        "message": f"Hosts took the prompt and forgot it, {MAX_LOST} times. Look at their logs"
        " before you submit the job again.",
    }


def _unexpected() -> dict[str, Any]:
    return {
        "code": "worker_error",
        "message": "The worker failed in a way that it did not expect. Its log has the details;"
        " submit the job again.",
    }
