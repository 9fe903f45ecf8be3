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

from . import state
from .dcc import Dcc, Node, Status
from .errors import PluginError
from .filling import Gap, gap as gap_of
from .follow import Wanted, follow, is_open
from .form import Form, Param
from .generate import Wish, generate
from .journal import Entry, Journal
from .pool import EXIT_S
from .relay import Relay, Workflow
from .runs import BEING_CANCELED, Run, show_error
from .settings import Settings, read_settings
from .threads import Threads

Heard = Callable[[Status], None]
"""Called with each line of a blocking run, on a background thread."""
Chosen = Callable[[Form], None]
Failed = Callable[[PluginError], None]

PATIENCE_S = 600.0  # of a blocking run with a relay that does not answer
WITHOUT_IT = "Another workflow was chosen; the node waits no more for what was sent before."
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
        self._choices: dict[str, object] = {}  # the newest of each node

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

    def generate(self, node: Node, frames: str = "", gap: Gap | None = None) -> Run | None:
        """Begin; the first frame is exported at once. None: the node says why it cannot be."""
        kept = self._owned(node)
        if kept is None:
            return None
        self._note_lost(node, kept)
        return self.threads.start(generate, kept.uid, Wish(self, frames, gap))

    def generate_blocking(
        self, node: Node, frames: str = "", heard: Heard = lambda status: None
    ) -> None:
        """Do it all now. Ctrl-C cancels. Raises PluginError."""
        self.threads.run_blocking(generate, self._own(node).uid, Wish(self, frames), heard)

    def fetch(self, node: Node, again: Sequence[Entry] = (), into: str = "") -> Run | None:
        """Get what the last Generate made, or makes: after a crash, or if its files are gone.

        `again` is sent again, under its own key, if nobody knows of its job. `into`: folder of the
        version that has it, if one is known. What goes on for the node is on its way to it, and is
        left alone.
        """
        uid = self.claimed(node)
        if uid is None:
            return None
        run = self.threads.running(uid)
        if run is not None and not run.ended:
            return run
        wish = Wanted(self, {each.frame: each for each in again}, into)
        return self.threads.start(follow, uid, wish)

    def fetch_blocking(self, node: Node, heard: Heard = lambda status: None) -> None:
        """The same, now. Raises PluginError."""
        self.threads.run_blocking(follow, self._own(node).uid, Wanted(self), heard)

    def cancel(self, node: Node) -> None:
        """Ask for the end of the node's jobs; it says `canceling` until they ended."""
        kept = self.kept(node)
        if kept is None:
            return
        run = self.threads.running(kept.uid)
        if run is None and is_open(kept):
            run = self.fetch(node)
        if run is not None:
            run.cancel()
            if not run.ended:  # else its last words are on their way
                node.show(BEING_CANCELED)

    def fill(self, node: Node, then: Callable[[], None] = lambda: None) -> None:
        """Generate what is missing of the version that the node shows, with that version's values.
        While something goes on for the node, nothing happens."""
        kept = self.kept(node)
        if kept is None:
            return
        run = self.threads.running(kept.uid)
        if run is not None and not run.ended:
            return
        uid, folder = kept.uid, kept.folder

        def begin(found: Gap) -> None:
            now = self.dcc.node(uid)
            if now is not None and found.frames:
                self.generate(now, gap=found)
            elif now is not None:
                now.show(Status("Nothing is missing."))
            then()

        self.threads.aside(lambda: self._gap(folder), begin, self.teller(uid))

    def fill_blocking(self, node: Node, heard: Heard = lambda status: None) -> None:
        """The same, now; no error if nothing is missing. Raises PluginError."""
        kept = self._own(node)
        found = self.threads.blocking(lambda: self._gap(kept.folder))
        if found.frames:
            self.threads.run_blocking(generate, kept.uid, Wish(self, gap=found), heard)

    def _gap(self, folder: str) -> Gap:
        return gap_of(self.settings().template(), folder)

    # the workflow

    def workflows(self, then: Callable[[Sequence[Workflow]], None], failed: Failed) -> None:
        """The catalog, for a menu."""
        self.threads.aside(lambda: self.relay().workflows(), then, failed)

    def choose(
        self,
        node: Node,
        workflow: str,
        version: int | None = None,
        then: Chosen = lambda form: None,
        failed: Failed = lambda error: None,
    ) -> None:
        """Fetch a workflow's form and show it on the node, unless another is chosen meanwhile.
        Another workflow than before outdates what goes on; the same with new menus does not."""
        uid = self.claimed(node)
        if uid is None:
            return
        mine = self._choices[uid] = object()

        def show(form: Form) -> None:
            now = self.dcc.node(uid)
            if now is not None and self._choices.get(uid) is mine:
                self._reform(now, form)
                then(form)

        def tell(error: PluginError) -> None:
            if self._choices.get(uid) is mine:
                self.teller(uid)(error)
                failed(error)

        self.threads.aside(lambda: self.relay().form(workflow, version), show, tell)

    def choose_blocking(self, node: Node, workflow: str, version: int | None = None) -> Form:
        """The same, now. Raises PluginError."""
        self._own(node)
        form = self.threads.blocking(lambda: self.relay().form(workflow, version))
        self._reform(node, form)
        return form

    def _reform(self, node: Node, form: Form) -> None:
        kept = state.owned(node)
        changed = replace(
            kept,
            workflow=form.workflow,
            version=str(form.version),
            schema_hash=form.schema_hash,
            form=form.to_text(),
        )
        if (kept.workflow, kept.version) != (changed.workflow, changed.version):
            if self.threads.running(kept.uid) is not None:
                node.show(Status(WITHOUT_IT))
            self.threads.outdate(kept.uid)
            changed = state.without_job(changed)
        state.write(node, changed)
        node.reform(form)

    # texts

    def use_as_prompt(self, node: Node, text: str, param: Param) -> None:
        """Put a text that came out, as a caption, into a param."""
        node.put(param, text)

    # the node's own state

    def kept(self, node: Node) -> state.State | None:
        """What the node keeps; None: it is newer than we are, and says so."""
        try:
            return state.read(node)
        except PluginError as error:
            show_error(node, error)
            return None

    def claimed(self, node: Node) -> str | None:
        """The node's uid, a new one if it had none; None: it is newer than we are, or cannot be
        written to, and says so."""
        kept = self._owned(node)
        return None if kept is None else kept.uid

    def _owned(self, node: Node) -> state.State | None:
        try:
            return self._own(node)
        except PluginError as error:
            show_error(node, error)
            return None

    def _own(self, node: Node) -> state.State:
        """The node's state, under a uid that no other has: a script may have made a copy, and
        nobody heard of it yet. Raises NodeChanged."""
        uid = state.read(node).uid
        first = self.dcc.node(uid) if uid else None
        return state.owned(node) if first is None or first.path == node.path else state.copied(node)

    def _note_lost(self, node: Node, kept: state.State) -> None:
        """Generate again while a job is on its way: it goes on, and nobody waits for it. One that
        was canceled still ends."""
        run = self.threads.running(kept.uid)
        if is_open(kept) and kept.jobs and not (run and run.canceled.is_set()):
            jobs = ", ".join(kept.job_ids.values())
            node.log(f"Another Generate came; this goes on in the queue without the node: {jobs}")

    def teller(self, uid: str) -> Callable[[PluginError], None]:
        """Shows an error of an errand on its node."""

        def tell(error: PluginError) -> None:
            node = self.dcc.node(uid)
            if node is not None:
                show_error(node, error)

        return tell

    def close(self, limit_s: float = EXIT_S) -> bool:
        """The application closes; whether all threads ended within the limit."""
        ended = self.threads.close(limit_s)
        if self._relay is not None:
            self._relay.close()
        if self._journal is not None:
            self._journal.close()
        return ended
