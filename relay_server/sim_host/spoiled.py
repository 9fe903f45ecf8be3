"""Answers that go wrong on their way: slow, stalled, reset."""

from __future__ import annotations

import asyncio
import socket
import struct
from pathlib import Path

from aiohttp import web

PACE_S = 0.05
TRICKLE = 200  # bytes at a time


def reset(request: web.Request) -> web.StreamResponse:
    """Break the connection so that the client sees a reset. What is returned goes nowhere."""
    if request.transport is not None:
        raw = request.transport.get_extra_info("socket")
        if raw is not None and raw.family in (socket.AF_INET, socket.AF_INET6):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response(status=500)


async def slowed(
    request: web.Request, answer: web.StreamResponse, kb_s: float
) -> web.StreamResponse:
    """The same answer, in small pieces."""
    body = await _body(answer)
    piece = max(1, round(kb_s * 1000 * PACE_S))
    paced = await _begun(request, answer, len(body))
    for start in range(0, len(body), piece):
        await paced.write(body[start : start + piece])
        await asyncio.sleep(PACE_S)
    await paced.write_eof()
    return paced


async def trickled(
    request: web.Request, answer: web.StreamResponse, until: asyncio.Event
) -> web.StreamResponse:
    """The same answer, hardly moving until the event comes."""
    body = await _body(answer)
    paced = await _begun(request, answer, len(body))
    sent = 0
    while sent < len(body) and not until.is_set():
        await paced.write(body[sent : sent + TRICKLE])
        sent += TRICKLE
        await held(until, PACE_S)
    await paced.write(body[sent:])
    await paced.write_eof()
    return paced


async def stalled(
    request: web.Request, answer: web.StreamResponse, until: asyncio.Event, seconds: float
) -> web.StreamResponse:
    """Half of the answer, then nothing for a while, then a reset."""
    body = await _body(answer)
    paced = await _begun(request, answer, len(body))
    await paced.write(body[: len(body) // 2])
    await held(until, seconds)
    reset(request)
    return paced


async def held(until: asyncio.Event, seconds: float) -> None:
    """Do nothing until the event comes, or time is over."""
    waiting = asyncio.ensure_future(until.wait())
    await asyncio.wait({waiting}, timeout=seconds)
    waiting.cancel()


async def _body(answer: web.StreamResponse) -> bytes:
    if isinstance(answer, web.FileResponse):
        return await asyncio.to_thread(Path(answer._path).read_bytes)
    assert isinstance(answer, web.Response)
    assert isinstance(answer.body, bytes)
    return answer.body


async def _begun(request: web.Request, answer: web.StreamResponse, size: int) -> web.StreamResponse:
    paced = web.StreamResponse(status=answer.status, headers=answer.headers)
    paced.content_length = size
    await paced.prepare(request)
    return paced
