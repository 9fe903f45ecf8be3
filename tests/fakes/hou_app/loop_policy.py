"""asyncio as Houdini leaves it: its loops run on the main thread only.

A test's relay, hosts and workers may live in the same process. They are no part of Houdini, and
have the loops that Python gives out.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OUTSIDE = ("relay_server.", "tests.rig")
WRONG = "Current thread is not the main thread"


class HoudiniLoop(asyncio.SelectorEventLoop):
    """Refuses as Houdini's does."""

    def run_forever(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(WRONG)
        super().run_forever()

    def get_task_factory(self) -> Any:
        raise NotImplementedError

    async def subprocess_exec(self, *_args: Any, **_options: Any) -> Any:
        raise NotImplementedError


class HoudiniPolicy(asyncio.DefaultEventLoopPolicy):
    """Gives out such loops."""

    def new_event_loop(self) -> Any:
        return super().new_event_loop() if _asked_from_outside() else HoudiniLoop()


def _asked_from_outside() -> bool:
    frame: Any = sys._getframe(2)
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(OUTSIDE):
            return True
        frame = frame.f_back
    return False


@contextmanager
def installed() -> Iterator[None]:
    """Inside, that is the policy."""
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(HoudiniPolicy())
    try:
        yield
    finally:
        asyncio.set_event_loop_policy(before)
