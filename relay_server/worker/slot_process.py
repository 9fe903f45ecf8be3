"""The process of a slot, as its supervisor holds it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import uuid
from collections.abc import Awaitable, Callable

from relay_server.settings import Settings

log = logging.getLogger(__name__)


class SlotProcess:
    """One slot of the host, started again whenever it is not running."""

    def __init__(
        self, name: str, url: str, settings: Settings, ended: Callable[[str], Awaitable[None]]
    ) -> None:
        """`ended` is told the id of a slot that ended by itself."""
        # With our process id: a slot that is slow to start must still see that we are gone.
        self._arguments = ["-m", "relay_server.worker.slot", name, url, str(os.getpid())]
        self._settings = settings
        self._ended = ended
        self._id = ""
        self._process: asyncio.subprocess.Process | None = None

    async def ensure(self) -> None:
        """Start the process unless it runs; returns when it takes jobs, or has failed."""
        if self._process and self._process.returncode is None:
            return
        if self._process:
            log.warning("a slot ended with %s and is started again", self._process.returncode)
            await self._ended(self._id)
        self._id = uuid.uuid4().hex
        assert self._settings.redis_url is not None
        # In the environment, not in the arguments: the URL may hold a password.
        environment = {**os.environ, "COMFY_RELAY_REDIS_URL": self._settings.redis_url}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._arguments,
            self._id,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        await self._process.stdout.readline()  # `ready`, or the end of a process that failed

    async def stop(self, hurry: asyncio.Event) -> None:
        """Let it hand back what only waits and end what it executes; at the end of that time, or
        in a hurry, it lets go of its job. Kill it if it does not end."""
        if self._process is None or self._process.returncode is not None:
            return
        ended = asyncio.ensure_future(self._process.wait())
        if self._settings.drain_s and not hurry.is_set():
            self._process.send_signal(signal.SIGTERM)
            hurried = asyncio.ensure_future(hurry.wait())
            await asyncio.wait(
                {ended, hurried},
                timeout=self._settings.drain_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            hurried.cancel()
        if not ended.done():
            self._process.send_signal(signal.SIGINT)
            await asyncio.wait({ended}, timeout=self._settings.stop_s)
        if not ended.done():
            self._process.kill()
        await ended
