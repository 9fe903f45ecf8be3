"""Our entries in a host's history, deleted when their jobs are over."""

from __future__ import annotations

import asyncio
import logging

from relay_server.hosts.comfy import ComfyHost, HostError
from relay_server.settings import Settings
from relay_server.worker.waiting import came

log = logging.getLogger(__name__)

MOST = 32


class HistoryBroom:
    """Deletes many at once and never on the way of a job. The newest stays: who looks at the host
    sees what we did last."""

    def __init__(self, host: ComfyHost, settings: Settings) -> None:
        self._host = host
        self._every_s = settings.history_s
        self._over: list[str] = []
        self._many = asyncio.Event()

    def add(self, prompt_id: str) -> None:
        """A job is over, and nobody will ask the host for it again."""
        self._over.append(prompt_id)
        if len(self._over) > MOST:
            self._many.set()

    async def run(self) -> None:
        """For ever: after a while, or when there are many."""
        while True:
            await came(self._many, self._every_s)
            self._many.clear()
            await self._sweep()

    async def _sweep(self) -> None:
        due = self._over[:-1]
        if not due:
            return
        try:
            await self._host.forget(*due)
        except HostError as error:  # a host that is gone has forgotten them anyway
            log.debug("history entries stay for now (%s)", error)
            del self._over[:-MOST]
            return
        del self._over[: len(due)]
