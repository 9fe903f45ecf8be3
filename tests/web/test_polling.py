"""What a long poll takes for one change."""

from __future__ import annotations

import asyncio
import time

from relay_server.jobs.events import Event, Listener
from relay_server.web.jobs import settled

LONG_S = 30.0


def status(phase: str) -> Event:
    return Event("1-1", "a job", 1, "status", f'{{"phase": "{phase}"}}')


async def test_what_follows_a_change_is_waited_for_until_the_job_is_over() -> None:
    changes = Listener()
    changes.give(status("on_host"))
    waiting = asyncio.ensure_future(settled(changes, LONG_S))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    began = time.monotonic()
    changes.give(status("over"))
    assert await waiting
    assert time.monotonic() - began < LONG_S / 2


async def test_nothing_followed() -> None:
    assert not await settled(Listener(), 0.01)


async def test_a_change_of_long_ago_is_not_waited_on() -> None:
    changes = Listener()
    changes.give(status("on_host"))
    assert not await settled(changes, -1)
