"""What all prompts of a host share, and how one of them can be ended."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from .cache import NodeCache
from .folders import Folders
from .node import NodeClass
from .options import SimOptions
from .runs import Runs
from .seam import Seam
from .sockets import Sockets


class Interrupted(Exception):
    """A client wants the running prompt to end."""


class HostStopped(BaseException):
    """The host stops; whatever runs is left as it is."""


class Interrupt:
    """The one flag by which a running prompt is ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = False

    def want(self, wanted: bool = True) -> None:
        """Raise or lower the flag."""
        with self._lock:
            self._wanted = wanted

    @property
    def wanted(self) -> bool:
        """Whether the flag is up."""
        return self._wanted

    def check(self) -> None:
        """Lower the flag and raise Interrupted, if it was up."""
        with self._lock:
            wanted, self._wanted = self._wanted, False
        if wanted:
            raise Interrupted


@dataclass
class Workshop:
    """What all prompts of a host share."""

    options: SimOptions
    folders: Folders
    classes: dict[str, NodeClass]
    sockets: Sockets
    seam: Seam
    runs: Runs
    session: str
    """Random per start of the host."""
    cache: NodeCache = field(default_factory=NodeCache)
    interrupt: Interrupt = field(default_factory=Interrupt)
    stopping: threading.Event = field(default_factory=threading.Event)
    client_id: str | None = None
    """Of the prompt that runs, or that ran last; None if it had none."""
    current_node: str | None = None
    """The node that runs; None between prompts."""

    def wait(self, seconds: float) -> None:
        """Spend time as if working. Raises HostStopped."""
        if self.stopping.wait(seconds):
            raise HostStopped
