"""The hold of a worker on a job: renewed by a heartbeat, lost without a word."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from redis.exceptions import RedisError

from relay_server.jobs.handed import Claimed, ClaimLost
from relay_server.jobs.reasons import MAX_MOVES, Reason
from relay_server.jobs.transitions import Transitions
from relay_server.models.jobs import Status
from relay_server.settings import Settings
from relay_server.worker.waiting import came

log = logging.getLogger(__name__)

T = TypeVar("T")


class LetGo(ClaimLost):
    """This process stops: the next worker goes on."""


class Withdrawn(Exception):
    """Nothing was submitted yet, and the job is to be canceled or given back."""


class Lease:
    """Use as `async with`. The block is cancelled, and ClaimLost raised, when the claim is lost:
    then neither job nor host may be touched any more."""

    def __init__(
        self, transitions: Transitions, claimed: Claimed, settings: Settings, held_at: float
    ) -> None:
        """`held_at` is the monotonic time before it was claimed: the answer may be old news."""
        record = claimed.record
        self.job_id = record.id
        self.user = record.user
        self.claim = claimed.claim
        self.time_limit_s = record.time_limit_s
        self.executing_since: float | None = None  # by our own monotonic clock
        if record.executing_ms is not None:
            executed_s = (claimed.now_ms - record.executing_ms) / 1000
            self.executing_since = time.monotonic() - executed_s
        self.cancel_asked = False
        self.back_asked: Reason | None = None
        self.timed_out = False
        self.wake: Callable[[], None] = lambda: None
        self._transitions = transitions
        self._body: asyncio.Task[Any] | None = None
        self._every_s = settings.heartbeat_s
        self._lease_s = settings.lease_s
        self._moves = record.tries.get(Reason.MOVED, 0)
        self._held_at = held_at
        self._lost: ClaimLost | None = None
        self._asked = asyncio.Event()
        self._ended = asyncio.Event()
        if record.status is Status.CANCELING:
            self.ask_cancel()

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
            raise self._lost

    async def _beat(self) -> None:
        """Renew until the block ends. Never cancelled: it would be in the middle of a renewal."""
        while not await came(self._ended, self._every_s):
            try:
                await self._renew()
            except ClaimLost as lost:
                self._end(lost)
                return
            except (RedisError, OSError) as error:
                log.warning("job %s: no heartbeat (%s)", self.job_id, type(error).__name__)

    async def _renew(self) -> None:
        began = time.monotonic()
        if await self._transitions.renew(self.job_id, self.claim) is Status.CANCELING:
            self.ask_cancel()
        self._held_at = began

    # whether the job is still ours

    def check(self) -> None:
        """Raises ClaimLost if the claim is known to be lost."""
        if self._lost:
            raise self._lost

    async def confirm(self) -> None:
        """Before what cannot be undone: the claim held within the last lease, so that nobody else
        can have it. A process that was frozen for long finds out here. Raises ClaimLost."""
        while time.monotonic() - self._held_at > self._lease_s:
            await self._renew()
        self.check()

    async def report(self, kind: str = "", data: str = "", **fields: Any) -> None:
        """Write to the record under this claim. Raises ClaimLost. It renews nothing: a claim that
        is dead and not reaped yet may be lost right behind it."""
        await self._transitions.report(self.job_id, self.claim, kind, data, **fields)

    # what is asked of us meanwhile

    def ask_cancel(self) -> None:
        """The job is to be canceled; wakes whoever follows it."""
        if not self.cancel_asked:
            self.cancel_asked = True
            self._asked.set()
            self.wake()

    def ask_back(self, reason: Reason) -> None:
        """The job is better off in the queue, if it does not execute yet."""
        moved_enough = reason is Reason.MOVED and self._moves >= MAX_MOVES
        if self.back_asked is None and not moved_enough:
            self.back_asked = reason
            self._asked.set()
            self.wake()

    def keep(self) -> None:
        """Too late to give the job back: the host executes it."""
        self.back_asked = None
        if not self.cancel_asked:
            self._asked.clear()

    def check_asked(self) -> None:
        """Raises Withdrawn if the job is to be canceled or given back."""
        if self.cancel_asked or self.back_asked:
            raise Withdrawn

    async def unless_asked(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of some work on the host alone, broken off when the job is to be canceled or
        given back: then Withdrawn is raised. Never for a call to Redis, which must not be broken
        off."""
        working = asyncio.ensure_future(work)
        asked = asyncio.ensure_future(self._asked.wait())
        try:
            await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise Withdrawn
            return working.result()
        finally:
            working.cancel()
            asked.cancel()
            await asyncio.gather(working, asked, return_exceptions=True)

    def let_go(self) -> None:
        """Stop here; the lease ends by itself and the next worker continues."""
        self._end(LetGo("let go"))

    def _end(self, why: ClaimLost) -> None:
        self._lost = why
        if self._body is not None and not self._ended.is_set():
            self._body.cancel()
        self.wake()
