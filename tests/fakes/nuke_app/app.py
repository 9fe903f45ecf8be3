"""One session of Nuke, and what a test does with it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes import modules

from . import interface, knob_sets, module, plugins, ranges, session
from .callbacks import Callbacks
from .changes import Changes
from .formats import Format, format_from
from .groups import Root
from .knobs import FLAGS, Knob
from .main_loop import PATIENCE_S, MainLoop
from .population import Population
from .rendering import Renderer
from .scripts import Scripts
from .session import NotModelled
from .writing import Writer


class NukeApp:
    """One session. `plugin_path` are folders as NUKE_PATH has them, the first searched first.

    What the real application does is not known everywhere; what may be either way is an argument:
    `group_on_create` says whether a Group's onCreate runs "before" or "after" its inner nodes are
    read, `disabled_write` whether executing a disabled Write "refuses" or "writes",
    `post_from_main` whether executeInMainThread may be called on the main thread, `op_hashes`
    whether a node's hashes are those of the current "frame", of the "graph" alone, or of all "ops",
    which are one for the current frame and one for what was rendered last,
    `frame_in_tcl` what stands for the frame in `[value Read1.file]` ("%04d" or "####"),
    `cancelled` what a canceled render raises, `group_of_button` whether the current group is
    the one that a group's button is "inside" of, or the one "around" it.
    """

    def __init__(
        self,
        gui: bool = True,
        plugin_path: tuple[Path, ...] = (),
        version: str = "15.1v3",
        group_on_create: str = "after",
        disabled_write: str = "refuses",
        post_from_main: bool = False,
        op_hashes: str = "frame",
        frame_in_tcl: str = "%04d",
        cancelled: str = "RuntimeError",
        group_of_button: str = "inside",
        indie: bool = False,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self.gui, self.indie, self.arguments = gui, indie, list(arguments)
        major, _, rest = version.partition(".")
        minor, _, release = rest.partition("v")
        self.numbers = int(major), int(minor), int(release)
        self.version = f"{major}.{minor} v{release}"
        self.group_on_create, self.disabled_write = group_on_create, disabled_write
        self.post_from_main, self.op_hashes = post_from_main, op_hashes
        self.frame_in_tcl, self.cancelled = frame_in_tcl, cancelled
        self.group_of_button = group_of_button
        self.plugin_path = list(plugin_path)
        self.thread = threading.get_ident()
        self.errors: list[str] = []  # tracebacks that Nuke only prints
        self.load_errors: list[str] = []
        self.breaches: list[Exception] = []  # what would have crashed, hung or been undefined
        self.printed: list[str] = []
        self.favorites: dict[str, str] = {}
        self.panels: list[tuple[Any, ...]] = []  # what was registered
        self.opened: list[Any] = []  # widgets in panes
        self.looked_at: list[str] = []  # nodes that the node graph was moved to
        self.progress: weakref.WeakSet[Any] = weakref.WeakSet()
        self.cancel_progress = False
        self.seen_view = ""  # in the viewer's window
        self.clipboard = ""
        self.loading = False
        self._reading: Any = None
        self.menus: dict[str, interface.Menu] = {}
        self.defaults: dict[str, str] = {}
        self.did_not_start = ""
        self.starting: list[Path] = []  # folders whose files are running
        self._make_parts()

    def _make_parts(self) -> None:
        self.groups: list[Any] = []
        self.callbacks = Callbacks(self)
        self.changes = Changes(self)
        self.population = Population(self)
        self.main_loop = MainLoop(self)
        self.dialogs = interface.Dialogs(self)
        self.buttons = interface.Buttons(self)
        self.renderer = Renderer(self)
        self.scripts = Scripts(self)
        self.writer = Writer(self)
        self.formats = [format_from(text) for text in knob_sets.FORMATS]
        self.module = module.module(self)
        self.nukescripts = module.nukescripts(self)
        self.root_node = self._new_root()

    # What a test does.

    @contextmanager
    def installed(self, start: bool = True) -> Iterator[Any]:
        """Be the `nuke` that is imported, and run the startup files.

        Leaving is a crash: nothing is called any more, and the plugin's packages are forgotten, as
        a new process would. `quit` ends the session as the artist does. At the end nothing may
        stand in `breaches`, `errors`, `load_errors` and `did_not_start`: a test that wants
        something there takes it out.
        """
        with modules.imported_as({"nuke": self.module, **self.nukescripts}), session.running(self):
            if start:
                self.start()
            yield self.module
        assert not self._wrong(), self.problems()

    def start(self) -> None:
        """Run init.py of every folder of the plugin path, then menu.py if there is a GUI."""
        plugins.run_startup_files(self)

    def pump(self) -> int:
        return self.main_loop.pump()

    def pump_until(self, condition: Any, timeout_s: float = PATIENCE_S) -> None:
        self.main_loop.pump_until(condition, timeout_s)

    def node(self, name: str) -> Any:
        return self.root_node._child(name)

    def click(self, node: Any, knob: str) -> None:
        """The artist presses a button. An exception is shown, as Nuke does, and kept."""
        button = node._knobs[knob]
        assert button.visible(), f"{knob} is hidden"
        assert button.enabled(), f"{knob} is grey"
        self.main_loop.run(lambda: self.buttons.execute(button), f"click {knob}")

    def rendering(self) -> Any:
        """Inside, the artist's own render is running."""
        return self.renderer.rendering()

    def undo(self) -> None:
        self.changes.undo()

    def open(self, path: Path) -> None:
        """The artist opens a script: the one before is closed."""
        self.close()
        self.scripts.open(Path(path))
        self.callbacks.run("onScriptLoad", self.root_node)

    def close(self) -> None:
        """The artist closes the script. Its nodes are gone, each after its onDestroy."""
        self.callbacks.run("onScriptClose", self.root_node)
        self.clear()

    def quit(self) -> None:
        """The artist ends Nuke."""
        self.close()

    def clear(self) -> None:
        for node in reversed(self.root_node._all_nodes(deep=True)):
            self.callbacks.run("onDestroy", node)
            node._alive = False
        self.root_node._alive = False
        self.root_node = self._new_root()
        self.changes.undo_stack.clear()

    def save(self, path: Path) -> None:
        self.root_node._knobs["name"]._text = Path(path).as_posix()
        self.callbacks.run("onScriptSave", self.root_node)
        Path(path).write_text(self.writer.script(), encoding="utf-8")
        self.root_node._modified = False

    @contextmanager
    def breaking(self, error: type[Exception]) -> Iterator[None]:
        """Inside, the test does on purpose what a plugin never may."""
        before = len(self.breaches)
        try:
            yield
        except error:
            assert isinstance(self.breaches[before], error)
        else:
            raise AssertionError(f"no {error.__name__}")
        finally:
            del self.breaches[before:]

    def problems(self) -> str:
        """What went wrong so far, to be shown when a test fails."""
        return "\n".join(self._wrong()) or "no errors"

    def _wrong(self) -> list[str]:
        told = [*map(repr, self.breaches), *self.errors, *self.load_errors]
        return [*told, self.did_not_start] if self.did_not_start else told

    # What the parts of the application do.

    @property
    def frame(self) -> float:
        rendering = self.renderer.frame
        return self.root_node._knobs["frame"]._curves[0].value if rendering is None else rendering

    @property
    def group(self) -> Any:
        """Where new nodes go, and where names are looked up."""
        return self.groups[-1] if self.groups else self.root_node

    def is_main_thread(self) -> bool:
        return threading.get_ident() == self.thread

    def need_interface(self, where: str) -> None:
        if not self.gui:
            raise RuntimeError(f"{where} needs the GUI")

    def knob_changed(self, knob: Any) -> None:
        node = knob._node
        self.renderer.knob_changed(knob)
        inside = self.callbacks.is_running("knobChanged", node)
        if not inside or knob.getFlag(FLAGS["KNOB_CHANGED_RECURSIVE"]):
            self.callbacks.run("knobChanged", node, knob)

    def knob_was_read(self, knob: Any) -> None:
        """A value from a script. Without a GUI, knobChanged runs for it."""
        self.renderer.knob_changed(knob)
        if self._reading is not None and not self.gui:
            self.callbacks.run("knobChanged", knob._node, knob)

    def pseudo_knob_changed(self, node: Any, name: str) -> None:
        pseudo = Knob(name)
        pseudo._node = node
        self.callbacks.run("knobChanged", node, pseudo)

    def refuse_root_while_loading(self) -> None:
        if self.loading and self.callbacks.contexts:
            raise ValueError(session.DETACHED)

    @contextmanager
    def while_loading(self) -> Iterator[None]:
        self.loading = True
        try:
            yield
        finally:
            self.loading = False

    @contextmanager
    def while_reading(self, node: Any) -> Iterator[None]:
        before, self._reading = self._reading, node
        try:
            yield
        finally:
            self._reading = before

    def run_python(self, source: str) -> None:
        """Code of a knob or a menu, in the namespace of the Script Editor."""
        exec(compile(source, "<knob>", "exec"), {"nuke": self.module, "__name__": "__main__"})

    def run_python_expression(self, source: str, node: Any) -> Any:
        with self.callbacks.context("expression", node):
            return eval(source, {"nuke": self.module})

    @property
    def proxy_scale(self) -> float:
        """What sizes are multiplied by: 1 unless proxy mode is on."""
        knobs = self.root_node._knobs
        return float(knobs["proxy_scale"]._curves[0].value) if knobs["proxy"].value() else 1.0

    def format(self, width: int, height: int) -> Any:
        """The known format of that size, or one without a name."""
        known = [made for made in self.formats if made._size == (width, height)]
        return known[0] if known else Format(width, height)

    def info(self, x: int, y: int, right: int, top: int) -> Any:
        return ranges.Info(x, y, right - x, top - y)

    def frame_range(self, first: int, last: int) -> Any:
        return ranges.FrameRange(first, last, 1)

    def _new_root(self) -> Any:
        root = Root(self)
        root._knobs["name"]._text = ""
        return root


__all__ = ["NotModelled", "NukeApp"]
