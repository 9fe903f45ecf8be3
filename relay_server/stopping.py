"""How a process is told to stop: by SIGTERM or SIGINT, at any time from its very start."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Run `work`, which the first signal cancels, so that it ends on its way out what it began.
    Later signals do not break that off. Whoever has a better answer to signals replaces this."""
    task = asyncio.current_task()
    assert task is not None
    cancels = [task.cancel]

    def told() -> None:
        if cancels:
            cancels.pop()()

    on_signal(told)
    return await work


async def stop_asked() -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    on_signal(stop.set)
    await stop.wait()


def on_signal(told: Callable[[], Any]) -> None:
    """Call this, and nothing else, whenever a signal asks the process to stop. A loop beside the
    main thread hears no signals."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, told)


async def to_the_end(work: Awaitable[T]) -> T:
    """The result of `work`, which goes on to its end although the caller is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
