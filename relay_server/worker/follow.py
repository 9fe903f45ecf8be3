"""Follow a prompt to its end: the websocket wakes us, the queue and the history decide."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from relay_server.blobs.local import LocalBlobs
from relay_server.hosts.comfy import ComfyHost, HostError, Whereabouts
from relay_server.hosts.messages import Message, Picture
from relay_server.hosts.progress import Meter
from relay_server.hosts.socket import Heard, Interruption
from relay_server.settings import Settings
from relay_server.worker.lease import Lease
from relay_server.worker.no_result import HandedBack, PromptLost
from relay_server.worker.patience import Patience
from relay_server.worker.reporter import Reporter

WEBSOCKET_OUTPUT = "SaveImageWebsocket"
_ENDS = {"execution_error", "execution_interrupted"}


class Follower:
    """Follows one prompt. `pictures` are the outputs that came over the websocket only."""

    def __init__(
        self,
        host: ComfyHost,
        lease: Lease,
        blobs: LocalBlobs,
        graph: dict[str, Any],
        settings: Settings,
    ) -> None:
        self._host = host
        self._lease = lease
        self._settings = settings
        self.meter = Meter(graph)
        self._reporter = Reporter(lease, blobs, settings)
        self._executing_since = lease.executing_since
        self._stop_again = 0.0  # when the host is asked again to stop
        self._taken_out = False
        self._seen_waiting = False
        self.accepted = False  # the host said that it took the prompt
        self.pictures: list[tuple[str, Picture]] = []  # (node, picture)
        self.missed_pictures = False

    @property
    def may_execute(self) -> bool:
        """Whether the host executes the prompt, or may have begun since it was asked last."""
        begun = self._executing_since is not None
        return begun or (self.accepted and not self._seen_waiting)

    def be_deaf(self) -> None:
        """What the host says of the prompt is not heard (any more): only polling tells."""
        self.missed_pictures = True
        self._reporter.deaf()

    async def follow(self, heard: asyncio.Queue[Heard]) -> dict[str, Any] | None:
        """The history entry of the prompt; None if it was canceled before it ran. Raises NoResult:
        PromptLost, HandedBack, HostGone, HostSilentTooLong."""
        self._lease.wake = lambda: heard.put_nowait(Interruption.WAKE)
        patience = Patience(self._settings)
        absent = 0
        async with self._reporter:
            over = not self._must_leave() and await self._next_hint(heard)
            while True:
                self._lease.check()
                where = await self._asked(patience, over)
                if where is None:
                    continue
                if where.entry is not None:
                    return where.entry
                self._note(where)
                absent = 0 if where.alive else absent + 1
                if absent > 1:
                    self._check_absent()
                    return None
                over = await self._next_hint(heard, hurry=absent > 0)

    def _check_absent(self) -> None:
        """The host does not have the prompt: by our own doing, or it lost it. Returns if the job
        was canceled."""
        if self._lease.cancel_asked:
            return
        if self._taken_out and self._lease.back_asked:
            raise HandedBack(self._lease.back_asked)
        raise PromptLost

    async def _asked(self, patience: Patience, over: bool) -> Whereabouts | None:
        """The truth, after a request to stop or to leave if one is due; None if the host does not
        answer.

        If the prompt seems over, the history alone is asked first: an entry there is proof."""
        try:
            if self._must_stop():
                await self._stop()
            elif self._lease.back_asked and self._executing_since is None:
                await self._host.take_out(self._lease.job_id)
                self._taken_out = True
            entry = await self._host.history(self._lease.job_id) if over else None
            where = Whereabouts(alive=False, entry=entry)
            if entry is None:
                where = await self._host.whereabouts(self._lease.job_id)
        except HostError as error:
            patience.lose(error)
            await asyncio.sleep(self._settings.lost_confirm_s)
            return None
        patience.renew()
        return where

    def _note(self, where: Whereabouts) -> None:
        """What the truth means for us."""
        if where.running:
            self._began()
        self._seen_waiting = where.alive and not where.running

    async def _stop(self) -> None:
        """Ask the host to stop, not too often: a request that comes as the prompt ends might hit
        the next one on older hosts."""
        now = time.monotonic()
        if now < self._stop_again:
            return
        first = not self._stop_again
        pause_s = self._settings.lost_confirm_s if first else self._settings.poll_s
        await self._host.stop(self._lease.job_id)
        self._stop_again = now + pause_s
        if first:
            await self._lease.report(stopping=1)

    def _must_stop(self) -> bool:
        """Whether the host is to stop the prompt: somebody asked, or its time is over."""
        if self._left_s() <= 0:
            self._lease.timed_out = True
        return self._lease.cancel_asked or self._lease.timed_out

    def _must_leave(self) -> bool:
        return self._must_stop() or self._lease.back_asked is not None

    def _left_s(self) -> float:
        """How long the prompt may still execute."""
        limit_s = self._lease.time_limit_s
        if not limit_s or self._executing_since is None:
            return limit_s or float("inf")
        return limit_s - (time.monotonic() - self._executing_since)

    async def _next_hint(self, heard: asyncio.Queue[Heard], *, hurry: bool = False) -> bool:
        """Until there is a reason to ask the host: the prompt seems over (then True), a cancel was
        asked, the connection was lost, or it has been a while."""
        hurry = hurry or self._must_leave()
        pause = self._settings.lost_confirm_s if hurry else self._settings.poll_s
        if not hurry:
            pause = min(pause, self._left_s())
        end = asyncio.get_running_loop().time() + pause
        while True:
            # The limit is on listening alone: a call to Redis that is cancelled half-way may
            # take the cancellation for its own, and swallow it.
            try:
                async with asyncio.timeout_at(end):
                    said = await heard.get()
            except TimeoutError:
                return False
            if self._hear(said):
                return isinstance(said, Message)

    def _hear(self, said: Heard) -> bool:
        """Take in what the host said; True if it is time to ask."""
        if isinstance(said, Interruption):
            if said is Interruption.LOST and not self.missed_pictures:
                self.be_deaf()
            return True
        if isinstance(said, Picture):
            self._see(said)
            return False
        if said.type == "execution_start":
            self._began()
        if self.meter.hear(said):
            self._reporter.progress = self.meter.progress()
        return _is_end(said)

    def _began(self) -> None:
        """The host executes the prompt, by its word or by its queue: its time limit begins."""
        self._lease.keep()
        if self._executing_since is None:
            self._executing_since = time.monotonic()
            self._reporter.executing()

    def _see(self, picture: Picture) -> None:
        node = picture.node or self.meter.node or ""
        if self.meter.class_of(node) == WEBSOCKET_OUTPUT:
            self.pictures.append((node, picture))
        else:
            self._reporter.preview = (node, picture)


def _is_end(said: Message) -> bool:
    """`execution_success` comes before the history entry is there; `executing` of no node after."""
    if said.type == "executing":
        return said.data.get("node") is None
    return said.type in _ENDS
