"""The hold of a worker on a job: renewed by a heartbeat, lost without a word."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from redis.exceptions import RedisError

from relay_server.jobs.record import Record
from relay_server.jobs.transitions import ClaimLost, Transitions
from relay_server.models.jobs import Status
from relay_server.settings import Settings
from relay_server.worker.waiting import came

log = logging.getLogger(__name__)


class Lease:
    """Use as `async with`. The block is cancelled, and ClaimLost raised, when the claim is lost:
    then neither job nor host may be touched any more."""

    def __init__(
        self, transitions: Transitions, record: Record, claim: str, settings: Settings
    ) -> None:
        self.job_id = record.id
        self.user = record.user
        self.claim = claim
        self.time_limit_s = record.time_limit_s
        self.cancel_asked = record.status is Status.CANCELING
        self.timed_out = False
        self.wake: Callable[[], None] = lambda: None
        self._transitions = transitions
        self._body: asyncio.Task[Any] | None = None
        self._every_s = settings.heartbeat_s
        self._lost: str | None = None
        self._ended = asyncio.Event()

    async def __aenter__(self) -> Lease:
        self._body = asyncio.current_task()
        self._heart = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        await self._heart
        if kind is asyncio.CancelledError and self._lost:
            assert self._body is not None
            self._body.uncancel()
            raise ClaimLost(self._lost)

    async def _beat(self) -> None:
        """Renew until the block ends. Never cancelled: it would be in the middle of a renewal."""
        while not await came(self._ended, self._every_s):
            try:
                if await self._transitions.renew(self.job_id, self.claim) is Status.CANCELING:
                    self.ask_cancel()
            except ClaimLost as lost:
                self._end(str(lost))
                return
            except (RedisError, OSError) as error:
                log.warning("job %s: no heartbeat (%s)", self.job_id, type(error).__name__)

    def check(self) -> None:
        """Raises ClaimLost if the claim is known to be lost."""
        if self._lost:
            raise ClaimLost(self._lost)

    def ask_cancel(self) -> None:
        """The job is to be canceled; wakes whoever follows it."""
        if not self.cancel_asked:
            self.cancel_asked = True
            self.wake()

    def let_go(self) -> None:
        """Stop here; the lease ends by itself and the next worker continues."""
        self._end("let go")

    def _end(self, why: str) -> None:
        self._lost = why
        if self._body is not None and not self._ended.is_set():
            self._body.cancel()
        self.wake()

    async def report(self, kind: str = "", data: str = "", **fields: Any) -> None:
        """Write to the record under this claim. Raises ClaimLost."""
        await self._transitions.report(self.job_id, self.claim, kind, data, **fields)
