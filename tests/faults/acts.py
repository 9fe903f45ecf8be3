"""What an act is: one fault of one part, a row of the matrix."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from .judge import Allowed
from .parts import Parts
from .phases import PHASES

Deed = Callable[[Parts], None]

MIND = Allowed()
AGAIN = Allowed(may_run_twice="the host did not survive")
FORGOTTEN = Allowed(may_run_twice="the host forgot it")
AWAY = Allowed(may_run_twice="no worker could reach the host within its time")
AWAY_SAID = Allowed(may_run_twice=AWAY.may_run_twice, says_so=True)
SHORT_SILENCE = (("host_silence", 3.0),)


def nothing(parts: Parts) -> None:
    """What the host was told is all."""


@dataclass(frozen=True)
class Act:
    """One fault of one part."""

    part: str
    fault: str
    do: Deed = nothing
    """When the jobs are in their phase; and what the operating system or an admin then does."""
    before: tuple[str, ...] = ()
    """Faults that the host is told before the jobs come."""
    told: tuple[str, ...] = ()
    """Faults that the host is told when they are in their phase."""
    allowed: Allowed = MIND
    phases: tuple[str, ...] = PHASES
    shorter_than: str = "host_silence"
    """The setting that it must not outlast; on a slow machine it may, and then a job moves."""
    breaks: bool = False
    """Whether the host needs to be started again afterwards."""
    settings: tuple[tuple[str, float], ...] = ()
    """Of the relay and its workers, where the usual short ones do not fit."""

    @property
    def row(self) -> str:
        """The name of its row."""
        return f"{self.part}: {self.fault}"


def pause(seconds: float) -> None:
    """A fault lasts so long; nothing is waited for."""
    threading.Event().wait(seconds)
