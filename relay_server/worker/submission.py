"""A prompt on its way to its host: files uploaded, names put in, written down, submitted."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from redis.asyncio import Redis

from relay_server.blobs.local import LocalBlobs
from relay_server.hosts.comfy import ComfyHost, HostError, PromptRejected
from relay_server.hosts.registry import Registry
from relay_server.hosts.socket import HostSocket
from relay_server.jobs.handed import Claimed
from relay_server.jobs.record import Record
from relay_server.jobs.secrets import Sealer
from relay_server.models.jobs import Phase
from relay_server.redis_keys import Keys
from relay_server.settings import Settings
from relay_server.worker import prompt
from relay_server.worker.lease import Lease
from relay_server.worker.patience import remove, steady
from relay_server.worker.remedies import Remedies
from relay_server.worker.spelling import Spelling
from relay_server.worker.verdict import JobFailed, is_unlike_known, missing_here

log = logging.getLogger(__name__)


class Submission:
    """Submits the prompts of one slot."""

    def __init__(
        self,
        redis: Redis,
        blobs: LocalBlobs,
        host: ComfyHost,
        socket: HostSocket,
        registry: Registry,
        remedies: Remedies,
        settings: Settings,
    ) -> None:
        self._redis = redis
        self._blobs = blobs
        self._host = host
        self._socket = socket
        self._registry = registry
        self._remedies = remedies
        self._settings = settings
        self._keys = Keys(settings.namespace)
        self._spelling = Spelling(blobs)
        self._sealer = Sealer(settings)

    async def submit(self, claimed: Claimed, lease: Lease) -> bool:
        """Bring what the graph names, write down that we are about to submit, and submit. False if
        the answer was lost: the host may have the prompt all the same.

        Raises Withdrawn before anything is submitted, JobFailed, HostUnable, or that the host is
        away."""
        record, graph = claimed.record, claimed.graph
        names = await lease.unless_asked(
            steady(
                self._settings,
                lambda: prompt.upload_files(self._host, self._blobs, graph, record.files),
            )
        )
        executed = prompt.executed(graph, names, record.id)
        executed = await self._spelling.applied(executed, claimed.models)
        extra = self._extra_data(claimed.secret)
        client_id = await self._socket.ready_id()
        lease.check_asked()
        if record.phase is not Phase.ON_HOST:
            await lease.report("status", phase=Phase.ON_HOST, submitted=1)
        await lease.confirm()
        writing = asyncio.ensure_future(
            self._redis.set(self._keys("executed", record.id), json.dumps(executed))
        )
        try:
            answer = await self._host.submit(executed, record.id, client_id, extra)
        except PromptRejected as rejected:
            await self._refuse(rejected.body, record, executed)
        except HostError as error:
            # The host may have it all the same: following finds out.
            log.warning("job %s: submitting failed (%s)", record.id, error)
            return False
        else:
            if answer.get("node_errors"):
                await remove(self._host, record.id, self._settings)
                await self._refuse(answer, record, executed)
        finally:
            await writing
        return True

    async def _refuse(self, said: dict[str, Any], record: Record, executed: dict[str, Any]) -> None:
        """The host refused the prompt. Raises HostUnable if another host may take it, else
        JobFailed."""
        if is_unlike_known(said):
            await self._registry.ask_to_learn(record.host)
        missing = missing_here(said, executed)
        if missing and (other := await self._remedies.for_missing(record, missing)):
            raise other
        raise JobFailed.rejected(said, executed)

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
