"""Server-sent events of one job: the contract's live stream, and our own that can be replayed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from relay_server.errors import InvalidRequest, TooMany
from relay_server.jobs.events import Event, Listener
from relay_server.jobs.reading import Snapshot
from relay_server.jobs.record import StoredOutput
from relay_server.models.jobs import TERMINAL, Progress, Status, StatusEvent
from relay_server.web.answers import output_answer
from relay_server.web.jobs import checked_id
from relay_server.web.relay import Call

POSITION_S = 1.0  # a job that waits is asked for its place this often


async def contract(call: Call) -> web.StreamResponse:
    """`GET /api/v2/jobs/{id}/events`: the state now, then what changes, until it is over."""
    job_id = checked_id(call)
    snapshot = await call.relay.reading.snapshot(job_id, call.user)
    async with _stream(call) as response:
        with call.relay.events.listen(job_id) as listener:
            teller = _Teller(call, response)
            await teller.tell(snapshot, preview=True)
            while snapshot.record.status not in TERMINAL:
                events = await _heard(listener, call, snapshot)
                if events is None:
                    await response.write(b": still here\n\n")
                preview = any(event.kind == "preview" for event in events or ())
                snapshot = await call.relay.reading.snapshot(job_id, call.user)
                await teller.tell(snapshot, preview=preview)
    return response


async def _heard(listener: Listener, call: Call, snapshot: Snapshot) -> list[Event] | None:
    """What happened; None if nothing did for a while. A waiting job is looked at more often."""
    waiting = snapshot.position is not None
    pause = POSITION_S if waiting else call.relay.settings.keepalive_s
    return await listener.next(pause)


class _Teller:
    """Says what differs from what it said before. Each event is a whole snapshot of its kind, so
    one that is skipped is no loss."""

    def __init__(self, call: Call, response: web.StreamResponse) -> None:
        self._call = call
        self._response = response
        self._status: StatusEvent | None = None
        self._progress: dict[str, object] | None = None
        self._progressed = 0.0
        self._outputs: set[str] = set()

    async def tell(self, snapshot: Snapshot, *, preview: bool) -> None:
        record = snapshot.record
        over = record.status in TERMINAL
        parts = [self._output(output, snapshot) for output in record.outputs]
        if not over:
            status = StatusEvent(status=record.status, queue_position=snapshot.position)
            parts.insert(0, self._said_status(status))
            parts.append(self._said_progress(snapshot))
            if preview:
                parts.append(await self._preview(record.id))
        else:
            parts.append(self._said_status(StatusEvent(status=record.status)))
        if data := b"".join(parts):
            await self._response.write(data)

    def _said_status(self, status: StatusEvent) -> bytes:
        if status == self._status:
            return b""
        self._status = status
        return frame("status", status.model_dump_json())

    def _said_progress(self, snapshot: Snapshot) -> bytes:
        progress = snapshot.record.progress
        due = time.monotonic() - self._progressed
        if progress is None or progress == self._progress:
            return b""
        if due < self._call.relay.settings.contract_progress_s:
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
    snapshot = await call.relay.reading.snapshot(job_id, call.user)
    last = _last_event(call)
    async with _stream(call) as response:
        with call.relay.events.listen(job_id) as listener:
            over = False
            while not over:
                missed = listener.take_missed() or last == ""
                if missed:
                    events = [event async for event in call.relay.events.since(job_id, last or "0")]
                else:
                    events = await listener.next(call.relay.settings.keepalive_s) or []
                fresh = [event for event in events if _after(event.id, last or "0")]
                last = fresh[-1].id if fresh else last or "0"
                over = any(_is_last(event) for event in fresh)
                data = b"".join([await _replay_frame(call, event) for event in fresh])
                await response.write(data or b": still here\n\n")
                if not fresh and not over:
                    snapshot = await call.relay.reading.snapshot(job_id, call.user)
                    over = snapshot.record.status in TERMINAL and not missed
    return response


async def _replay_frame(call: Call, event: Event) -> bytes:
    data = event.data
    if event.kind == "preview":
        preview = await asyncio.to_thread(call.relay.blobs.get_preview, event.job)
        if preview is None:
            return b""
        data = preview.decode()
    return f"id: {event.id}\n".encode() + frame(event.kind, data)


def _is_last(event: Event) -> bool:
    return event.kind == "status" and Status(json.loads(event.data)["status"]) in TERMINAL


def _last_event(call: Call) -> str:
    last = call.request.headers.get("Last-Event-ID", "")
    if last and not all(part.isdecimal() for part in last.split("-")):
        raise InvalidRequest("invalid_request", "Last-Event-ID is not one of this stream's.")
    return last


def _after(entry_id: str, last: str) -> bool:
    return _number(entry_id) > _number(last)


def _number(entry_id: str) -> tuple[int, int]:
    head, _, tail = entry_id.partition("-")
    return int(head), int(tail or 0)


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
    finally:
        relay.streams[call.user] -= 1
