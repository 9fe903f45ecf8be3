"""What the core asks of a DCC: two protocols of few verbs, and the facts that go through them.

A skin implements `Dcc` once and `Node` for its node. Every method runs on the main thread, but
`Dcc.post`. None waits, but `Node.export`. A method that cannot do its work raises a PluginError;
any other exception is taken for a bug of the skin and told as one, with its traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .form import Form, Input, JsonValue, Param
from .sending import Reading, Sending

CALM = "calm"  # nothing goes on, and nothing is wrong
ACTIVE = "active"  # a run goes on
DONE = "done"
WARNING = "warning"  # it goes on, but somebody should know
ERROR = "error"

Fingerprint = tuple[frozenset[str], ...]
"""For each input what its graph is known by: it is the same as long as one of these stays. Nothing
if nobody knows."""

AS_STOCK = Reading("sRGB", premultiply=False)


@dataclass(frozen=True)
class Status:
    """What a node shows of what goes on. `mood` is one of the five words above."""

    text: str  # one line: `queued 2 of 5`, `37 %`, a sentence that says what is wrong
    mood: str = CALM
    progress: float | None = None  # 0..1; None: not known
    hint: str = ""  # what to do next, if something is wrong
    exporting: bool = False  # frames are being written: show a bar that `Node.stop_asked` reads


@dataclass(frozen=True)
class Export:
    """How an input's file is to be written: decided, and shown, before anybody is asked for it."""

    input: Input
    frame: int
    path: Path  # to write exactly there; its folder exists
    how: Sending
    channel: str = "alpha"  # of what is wired, the one that is the mask; for a mask input only


@dataclass(frozen=True)
class Picture:
    """Where the files of one output are."""

    output: str  # the form's id for it; "" if no form names it
    label: str
    kind: str  # image, video, audio, file or latent; may grow
    path: str  # forward slashes; `####` stands for the frame if there are frames
    frames: tuple[int, ...] = ()  # those that are there, ascending; () is a single file
    reading: Reading = AS_STOCK


@dataclass(frozen=True)
class Placement:
    """A result as a node shows it: one version, all of its outputs."""

    version: str  # v001
    pictures: tuple[Picture, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)  # by output id
    missing: tuple[int, ...] = ()  # frames that were asked for and are not there (yet)


class Node(Protocol):
    """One node in the scene. It is found again for each turn and never kept by the core."""

    @property
    def path(self) -> str:
        """Its full name in the scene, for people and the journal: `Group1.ComfyRelay2`."""

    # what it keeps

    def state(self) -> Mapping[str, str]:
        """The strings that `keep` wrote: empty for a new node. They are saved with the scene."""

    def keep(self, changes: Mapping[str, str], modifies: bool) -> None:
        """Write these strings, and leave the others as they are. Without undo.

        `modifies` False: the scene's modified flag stays as it was.
        """

    # what an artist set

    def value(self, param: Param, frame: int) -> JsonValue:
        """A param's value at a frame, animation evaluated, text not evaluated as code.

        A seed is text (64 bits), LoRAs a list of objects as the relay takes them.
        """

    def put(self, param: Param, value: JsonValue) -> None:
        """Set a param, as a drawn seed or a caption that becomes the prompt."""

    def reform(self, form: Form) -> None:
        """Show this form's inputs and params. Values and wires that fit are kept."""

    def option(self, name: str) -> str:
        """One of the plugin's own settings on this node, "" if it has none; see `options.py`."""

    # what goes in

    def wired(self, input: Input) -> bool:  # noqa: A002  the fixed word
        """Whether something is connected to this input."""

    def frame_range(self, input: Input) -> tuple[int, int]:  # noqa: A002  the fixed word
        """First and last frame of what is connected to this input, not the scene's."""

    def fingerprint(self) -> Fingerprint:
        """Of the graph above each input, at the current frame. Cheap."""

    def export(self, export: Export) -> Path:
        """Write one frame of an input as a file, and name it: `export.path`, or a float EXR at
        `developing.as_float` of it, of which that is made elsewhere, or for what goes as it is
        (`how.format` is file) the artist's own. This blocks. Raises ExportFailed."""

    def stop_asked(self) -> bool:
        """Whether the artist pressed Cancel in the progress bar of an export."""

    # what comes out

    def show(self, status: Status) -> None:
        """Show this: no undo, no modified flag, no viewer invalidated. In a few milliseconds."""

    def log(self, text: str) -> None:
        """Add lines to the node's log: an error in full, a traceback. Not saved."""

    def place(self, placement: Placement) -> None:
        """Show this version: set the files' paths and reload them. In a few milliseconds."""


class Dcc(Protocol):
    """The application with its open scene."""

    @property
    def interactive(self) -> bool:
        """Whether there is a user interface, and thus a main loop that runs what is posted."""

    @property
    def scene(self) -> str:
        """Path of the scene's file; "" if it was never saved."""

    @property
    def frame(self) -> int:
        """The current frame."""

    def post(self, call: Callable[[], None]) -> None:
        """Have the main loop run this once, on its next turn, and return at once.

        Called from one background thread, never from the main one, never twice before the first
        call ran, and only if `interactive`. `call` raises nothing. What a DCC does not run any
        more because it closes is lost, and nobody waits for it.
        """

    def nodes(self) -> Sequence[Node]:
        """All of our nodes in the scene, also those inside groups, in an order that stays."""

    def node(self, uid: str) -> Node | None:
        """The node whose state has this uid; None if the scene has none (any more)."""

    def busy(self) -> str:
        """Why nothing can be exported or placed now, in one sentence: it renders. "" if it can."""
