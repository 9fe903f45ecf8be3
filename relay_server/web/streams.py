"""Server-sent events of one job: the contract's live stream, and our own that can be replayed."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web
from redis.exceptions import RedisError

from relay_server.errors import InvalidRequest, RelayError, TooMany
from relay_server.jobs.events import Event, entry_number
from relay_server.jobs.record import Snapshot, StoredOutput
from relay_server.models.jobs import TERMINAL, Progress, StatusEvent
from relay_server.web.answers import output_answer
from relay_server.web.jobs import checked_id
from relay_server.web.relay import Call

log = logging.getLogger(__name__)

POSITION_S = 1.0  # a job that waits is asked for its place this often
KEEPALIVE = b": still here\n\n"
ENTRY = re.compile(r"\d{1,19}(-\d{1,19})?", re.ASCII)


async def contract(call: Call) -> web.StreamResponse:
    """`GET /api/v2/jobs/{id}/events`: the state now, then what changes, until it is over."""
    job_id = checked_id(call)
    await call.relay.reading.snapshot(job_id, call.user)  # a stranger gets no stream
    async with _stream(call) as response:
        # Listen first, then read: a change between the two is heard twice and not missed.
        with call.relay.events.listen(job_id) as listener:
            teller = _Teller(call, response)
            snapshot = await call.relay.reading.snapshot(job_id, call.user)
            await teller.tell(snapshot, preview=True)
            while snapshot.record.status not in TERMINAL and not _left(call):
                events = await listener.next(teller.pause_s(snapshot))
                preview = any(event.kind == "preview" for event in events or ())
                snapshot = await call.relay.reading.snapshot(job_id, call.user)
                await teller.tell(snapshot, preview=preview)
    return response


def _left(call: Call) -> bool:
    """Whether the client closed the connection, or the relay stops. A write would notice the
    first, but the next may be far."""
    transport = call.request.transport
    return call.relay.events.closed or transport is None or transport.is_closing()


class _Teller:
    """Says what differs from what it said before. Each event is a whole snapshot of its kind, so
    one that is skipped is no loss."""

    def __init__(self, call: Call, response: web.StreamResponse) -> None:
        self._call = call
        self._response = response
        self._status: StatusEvent | None = None
        self._progress: dict[str, object] | None = None
        self._progressed = 0.0
        self._wrote = time.monotonic()
        self._outputs: set[str] = set()

    def pause_s(self, snapshot: Snapshot) -> float:
        """How long to wait for news. A waiting job is asked for its place, and a progress that was
        held back is told when it is due."""
        settings, now = self._call.relay.settings, time.monotonic()
        pauses = [self._wrote + settings.keepalive_s - now]
        if snapshot.position is not None:
            pauses.append(POSITION_S)
        if snapshot.record.progress not in (None, self._progress):
            pauses.append(self._progressed + settings.contract_progress_s - now)
        return max(0.0, min(pauses))

    async def tell(self, snapshot: Snapshot, *, preview: bool) -> None:
        record = snapshot.record
        over = record.status in TERMINAL
        status = StatusEvent(status=record.status, queue_position=snapshot.position)
        parts = [self._output(output, snapshot) for output in record.outputs]
        parts.append(self._said_progress(snapshot, at_once=over))
        if preview and not over:
            parts.append(await self._preview(record.id))
        # The last status ends the stream; any other comes first.
        parts.insert(len(parts) if over else 0, self._said_status(status))
        data = b"".join(parts)
        if not data and time.monotonic() - self._wrote >= self._call.relay.settings.keepalive_s:
            data = KEEPALIVE
        if data:
            self._wrote = time.monotonic()
            await self._response.write(data)

    def _said_status(self, status: StatusEvent) -> bytes:
        if status == self._status:
            return b""
        self._status = status
        return frame("status", status.model_dump_json())

    def _said_progress(self, snapshot: Snapshot, *, at_once: bool) -> bytes:
        progress = snapshot.record.progress
        due = time.monotonic() - self._progressed
        if progress is None or progress == self._progress:
            return b""
        if due < self._call.relay.settings.contract_progress_s and not at_once:
            return b""
        self._progress, self._progressed = progress, time.monotonic()
        return frame("progress", Progress.model_validate(progress).model_dump_json())

    def _output(self, output: StoredOutput, snapshot: Snapshot) -> bytes:
        if output.id in self._outputs:
            return b""
        self._outputs.add(output.id)
        answer = output_answer(output, snapshot.record, self._call.base_url)
        return frame("output", answer.model_dump_json())

    async def _preview(self, job_id: str) -> bytes:
        data = await asyncio.to_thread(self._call.relay.blobs.get_preview, job_id)
        return frame("preview", data.decode()) if data else b""


async def replayed(call: Call) -> web.StreamResponse:
    """`GET /relay/v1/jobs/{id}/events`: every change with its id, from `Last-Event-ID` on."""
    job_id = checked_id(call)
    await call.relay.reading.snapshot(job_id, call.user)  # a stranger gets no stream
    last = _last_event(call)
    async with _stream(call) as response:
        with call.relay.events.listen(job_id) as listener:
            over, kept = await _kept(call, job_id, last)
            while True:
                told = entry_number(last)
                events = [event for event in kept if event.number > told]
                last = events[-1].id if events else last
                data = b"".join([await _replay_frame(call, event) for event in _lasting(events)])
                await response.write(data or KEEPALIVE)
                if over or any(event.is_last for event in events) or _left(call):
                    return response
                heard = await listener.next(call.relay.settings.keepalive_s)
                if heard is None or listener.take_missed():
                    over, kept = await _kept(call, job_id, last)
                else:
                    kept = heard


async def _kept(call: Call, job_id: str, last: str) -> tuple[bool, list[Event]]:
    """Whether the job is over, and the events after `last`. In this order: if it is over, they end
    with its last one."""
    snapshot = await call.relay.reading.snapshot(job_id, call.user)
    events = [event async for event in call.relay.events.since(job_id, last)]
    return snapshot.record.status in TERMINAL, events


def _lasting(events: list[Event]) -> list[Event]:
    """Without the previews that a newer one replaced: only one picture is kept."""
    newest = [event for event in events if event.kind == "preview"][-1:]
    return [event for event in events if event.kind != "preview" or event in newest]


async def _replay_frame(call: Call, event: Event) -> bytes:
    if event.kind != "preview":
        return event.frame
    preview = await asyncio.to_thread(call.relay.blobs.get_preview, event.job)
    return replace(event, data=preview.decode()).frame if preview else b""


def _last_event(call: Call) -> str:
    last = call.request.headers.get("Last-Event-ID") or "0"
    if not ENTRY.fullmatch(last):
        raise InvalidRequest("invalid_request", "Last-Event-ID is not one of this stream's.")
    return last


def frame(kind: str, data: str) -> bytes:
    """One event on the wire. `data` is JSON on one line."""
    return f"event: {kind}\ndata: {data}\n\n".encode()


@asynccontextmanager
async def _stream(call: Call) -> AsyncIterator[web.StreamResponse]:
    """An open event stream; at most so many for each user."""
    relay = call.relay
    if relay.streams[call.user] >= relay.settings.max_streams:
        raise TooMany(
            "too_many_streams",
            f"{relay.settings.max_streams} event streams are open already. Close one, or poll the"
            " job instead.",
            retry_after_s=5,
        )
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    )
    relay.streams[call.user] += 1
    try:
        await response.prepare(call.request)
        yield response
        await response.write_eof()
    except ConnectionResetError:
        return  # the client left
    except (RelayError, RedisError) as error:
        # Too late for an error answer. A stream that ends early is one that clients connect again.
        if not response.prepared:
            raise
        log.warning("an event stream ends early: %s", error)
        await response.write_eof()
    finally:
        relay.streams[call.user] -= 1
