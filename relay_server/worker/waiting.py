"""Waiting for something, but not for ever."""

from __future__ import annotations

import asyncio


async def came(event: asyncio.Event, wait_s: float) -> bool:
    """Whether the event is set, now or within `wait_s`."""
    try:
        async with asyncio.timeout(wait_s):
            return await event.wait()
    except TimeoutError:
        return False
