"""How long a host that does not answer is waited for, and what it is taken for then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from relay_server.hosts.comfy import ComfyHost, HostError, HostRefused, PromptRejected
from relay_server.settings import Settings
from relay_server.worker.no_result import HostGone, HostSilentTooLong

T = TypeVar("T")


class Patience:
    """Counts from the first failure in a row to the last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.renew()

    def renew(self) -> None:
        """The host answered."""
        self._since: float | None = None
        self._silent = False

    def lose(self, error: HostError) -> None:
        """The host failed once more. Raises HostGone or HostSilentTooLong when it is enough.

        Once silent is silent until it answers: a host behind a dead network first times out and
        then refuses, and is not gone for that.
        """
        now = time.monotonic()
        if self._since is None:
            self._since = now
        self._silent = self._silent or not isinstance(error, HostRefused)
        limit_s = self._settings.host_silence if self._silent else self._settings.host_gone_s
        if now - self._since >= limit_s:
            raise (HostSilentTooLong if self._silent else HostGone)(str(error)) from error


async def steady(settings: Settings, call: Callable[[], Awaitable[T]]) -> T:
    """Repeat a call that may be repeated until the host answers, or patience ends."""
    patience = Patience(settings)
    while True:
        try:
            return await call()
        except PromptRejected:
            raise
        except HostError as error:
            patience.lose(error)
            await asyncio.sleep(settings.lost_confirm_s)


async def remove(host: ComfyHost, prompt_id: str, settings: Settings) -> bool:
    """Our prompt leaves the host: stopped if it runs or waits, its history entry deleted and seen
    gone. False if the host goes on running it. Raises NoResult."""
    end = time.monotonic() + settings.host_timeout_s
    while True:
        where = await steady(settings, lambda: host.whereabouts(prompt_id))
        if not where.known:
            return True
        if time.monotonic() > end:
            return False
        if where.alive:
            await steady(settings, lambda: host.stop(prompt_id))
            await asyncio.sleep(settings.lost_confirm_s)
        else:
            await steady(settings, lambda: host.forget(prompt_id))
