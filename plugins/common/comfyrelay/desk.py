"""What a skin holds: one DCC, its threads, its journal and its relay, and a verb for each button.

Made when there is something to do, on the main thread; every verb is called there. Nothing here
waits, but the verbs with `blocking` in their name.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from . import offers, state
from .dcc import CALM, Dcc, Node, Status
from .errors import PluginError
from .follow import Wanted, follow, is_open
from .form import Form, Param
from .generate import Wish, generate
from .job import Job
from .journal import Journal
from .offers import Offer
from .records import Found, versions
from .relay import Relay
from .runs import Run
from .settings import Settings, read_settings
from .state import State
from .threads import Threads

PATIENCE_S = 600.0  # of a blocking run with a relay that does not answer
SUBMIT_S = 3.0  # before a run says that the relay does not answer


class Desk:
    """Everything that one open DCC needs."""

    def __init__(
        self,
        dcc: Dcc,
        settings: Callable[[], Settings] = read_settings,
        threads: Threads | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.dcc = dcc
        self.threads = threads or Threads(dcc)
        self.patience_s = patience_s
        self.session = uuid.uuid4().hex  # of the open scene
        self._read_settings = settings
        self._lock = threading.Lock()
        self._settings: Settings | None = None
        self._relay: Relay | None = None
        self._journal: Journal | None = None

    # what stories use; any thread

    def settings(self) -> Settings:
        """As they were when they were first needed. Raises SettingsError."""
        with self._lock:
            if self._settings is None:
                self._settings = self._read_settings()
            return self._settings

    def relay(self) -> Relay:
        """The one that the settings name."""
        settings = self.settings()
        with self._lock:
            if self._relay is None:
                self._relay = Relay(settings, self.threads.refuse_main, SUBMIT_S)
            return self._relay

    @property
    def journal(self) -> Journal:
        """What was sent from this machine."""
        folder = Path(self.settings().folder) / "journal"
        with self._lock:
            if self._journal is None:
                self._journal = Journal(folder)
            return self._journal

    @property
    def exports(self) -> Path:
        """Folder for what is on its way to the relay."""
        return Path(self.settings().folder) / "exports"

    # buttons

    def generate(self, node: Node, frames: str = "") -> Run:
        """Begin; the first frame is exported at once."""
        return self.threads.start(generate, self._uid(node), Wish(self, frames))

    def generate_blocking(
        self, node: Node, frames: str = "", heard: Callable[[Status], None] = lambda s: None
    ) -> None:
        """Do it all now. Ctrl-C cancels. Raises PluginError."""
        self.threads.run_blocking(generate, self._uid(node), Wish(self, frames), heard)
