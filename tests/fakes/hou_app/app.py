"""One session of Houdini, and what a test does with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes import modules
from tests.fakes.pdg_app import Graph

from . import interface, loop_policy, module, running_code, session
from .assets import Assets
from .callbacks import Callbacks
from .changes import Changes
from .cooking import Cooking
from .evaluation import Evaluation
from .hip import Hip
from .main_loop import PATIENCE_S, MainLoop
from .op_nodes import OpNode
from .packages import Packages
from .panes import Panes
from .population import Population
from .rendering import Rendering
from .types import Types

NETWORKS = ("obj", "out", "img", "tasks")


class HouApp(Evaluation):
    """One session. `hda_path` are folders of libraries, as HOUDINI_PATH's otls; `package_path`
    folders of package files, as HOUDINI_PACKAGE_DIR.

    What the real application does is not known everywhere; what may be either way is an argument:
    `post_from_threads` says whether hou.ui.postEventCallback may be called off the main thread,
    `session_ids` whether a new scene counts them anew ("reused") or goes on ("fresh"),
    `load_begins` whether a load tells of the "clear" first or of the "load",
    `deleted_on_clear` whether clearing runs OnDeleted and BeingDeleted,
    `change_without_undo` whether a change with undo off leaves the scene "saved" or "unsaved",
    `parm_dirties` whether "all" parms of an asset make it cook again or only "referenced" ones,
    `layer_rows` which row of a layer's elements is the first, the "bottom" or the "top" one,
    `pdg_slots` how many work items cook at once.
    """

    def __init__(
        self,
        gui: bool = True,
        hda_path: tuple[Path, ...] = (),
        package_path: tuple[Path, ...] = (),
        version: tuple[int, int, int] = (21, 0, 512),
        post_from_threads: bool = False,
        session_ids: str = "reused",
        load_begins: str = "clear",
        deleted_on_clear: bool = True,
        change_without_undo: str = "unsaved",
        parm_dirties: str = "all",
        layer_rows: str = "bottom",
        pdg_slots: int = 4,
    ) -> None:
        super().__init__()
        self.gui, self.version = gui, version
        self.hda_path, self.package_path = list(hda_path), list(package_path)
        self.post_from_threads, self.session_ids = post_from_threads, session_ids
        self.load_begins, self.deleted_on_clear = load_begins, deleted_on_clear
        self.change_without_undo, self.parm_dirties = change_without_undo, parm_dirties
        self.layer_rows, self.pdg_slots = layer_rows, pdg_slots
        self.thread = threading.get_ident()
        self.errors: list[str] = []  # tracebacks that Houdini only prints
        self.load_errors: list[str] = []
        self.breaches: list[Exception] = []  # what would have crashed, hung or been undefined
        self.resolution = (64, 36)  # of what has no size of its own
        self.variables: dict[str, str] = {}
        self.clipboard = ""
        self.operations: list[Any] = []  # InterruptableOperations that run
        self.press_escape = False
        self.closing = False
        self.readers: dict[int, Any] = {}  # by thread of PDG: the work item whose parms it may read
        self._loading, self._last_id = 0, 0
        self._make_parts()

    def _make_parts(self) -> None:
        self.callbacks = Callbacks(self)
        self.changes = Changes(self)
        self.cooking = Cooking(self)
        self.rendering = Rendering(self)
        self.main_loop = MainLoop(self)
        self.dialogs = interface.Dialogs()
        self.types = Types(self)
        self.assets = Assets(self)
        self.population = Population(self)
        self.hip = Hip(self)
        self.pdg = Graph(self, self.pdg_slots)
        self.new_scene()
        self.panes = Panes(self)
        self.module = module.module(self)

    # What a test does.

    @contextmanager
    def installed(self) -> Iterator[Any]:
        """Be the `hou` that is imported, with packages and libraries, and asyncio as Houdini
        leaves it.

        Leaving is a crash: nothing is called any more, and the plugin's packages are forgotten, as
        a new process would. `quit` ends the session as the artist does. At the end nothing may
        stand in `breaches`, `errors` and `load_errors`: a test that wants something there takes it
        out.
        """
        names: dict[str, Any] = {"hou": self.module, "pdg": self.pdg.module}
        names["hdefereval"] = self.main_loop.hdefereval() if self.gui else None
        with modules.imported_as(names), session.running(self), loop_policy.installed(), (
            Packages(self).loaded(self.package_path)
        ):  # fmt: skip
            for folder in self.hda_path:
                self.assets.install_folder(folder)
            try:
                yield self.module
            finally:
                self.pdg.cancelCook()
                self.pdg.join()
        assert not self._wrong(), self.problems()

    def pump(self) -> int:
        return self.main_loop.pump()

    def pump_until(self, condition: Any, timeout_s: float = PATIENCE_S) -> None:
        self.main_loop.pump_until(condition, timeout_s)

    def node(self, path: str) -> Any:
        return self.root._node_at(path)

    def click(self, node: Any, name: str) -> None:
        """The artist presses a button. An exception is shown, as Houdini does, and kept."""
        button = self._usable(node, name)
        self.main_loop.run(button.pressButton, f"click {name}")

    def enter(self, node: Any, name: str, value: Any) -> None:
        """The artist changes a parm: its callback runs too, which `set` does not do."""
        parm = self._usable(node, name)
        self.main_loop.run(lambda: parm.set(value), f"enter {name}")
        self.main_loop.run(parm.pressButton, f"callback of {name}")

    def _usable(self, node: Any, name: str) -> Any:
        parm = node._parms[name]
        assert parm.isVisible(), f"{name} is hidden"
        assert not parm.isDisabled(), f"{name} is grey"
        return parm

    def copy(self, node: Any) -> Any:
        """The artist copies a node and pastes it beside."""
        (made,) = self.population.copy([node], node._parent)
        return made

    def undo(self) -> None:
        self.changes.undo()

    def save(self, path: Path) -> None:
        self.hip.save(str(path))

    def open(self, path: Path) -> None:
        """The artist opens a scene. What the load warned of is told in `load_errors`."""
        self.hip.load(str(path))
        self.load_errors += self.hip.warnings

    def close(self) -> None:
        self.hip.clear()

    def quit(self) -> None:
        """The artist ends Houdini."""
        self.closing = True
        self.close()

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
        return [*map(repr, self.breaches), *self.errors, *self.load_errors]

    # What the parts of the application do.

    def new_scene(self) -> None:
        if self.session_ids == "reused":
            self._last_id = 0
        self.root = OpNode(self, None, "", self.types.root)
        for name in NETWORKS:
            manager = self.types.categories["Manager"]._types[name]
            self.root._children.append(OpNode(self, self.root, name, manager))
        self.changes.undo_stack.clear()
        self.changes.unsaved = False

    def next_session_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def is_main_thread(self) -> bool:
        return threading.get_ident() == self.thread

    @property
    def loading(self) -> bool:
        """Nodes are read: nobody is told of their changes."""
        return self._loading > 0

    @contextmanager
    def while_loading(self) -> Iterator[None]:
        self._loading += 1
        try:
            yield
        finally:
            self._loading -= 1

    def python_names(self) -> dict[str, Any]:
        return {"hou": self.module}

    def run_python(self, source: str, names: dict[str, Any], where: str) -> None:
        running_code.run(source, {**self.python_names(), **names}, where)

    def run_body(self, source: str, names: dict[str, Any], where: str) -> Any:
        return running_code.value_of(source, names, where)
