"""How long a host that does not answer is waited for, and what it is taken for then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from relay_server.hosts.comfy import HostError, HostRefused, PromptRejected
from relay_server.settings import Settings

T = TypeVar("T")


class HostGone(Exception):
    """The host refused or reset every connection for too long: its process is gone."""


class HostSilentTooLong(Exception):
    """The host did not answer for so long that its jobs move; it may still be running them."""


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
