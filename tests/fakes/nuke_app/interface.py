"""What the artist sees and clicks: menus, dialogs, progress bars, buttons, panels."""

from __future__ import annotations

from typing import Any

from .controls import PyScript_Knob
from .session import NotModelled, breach, current, model, refuse_other_thread


class Buttons:
    """Buttons that are running. A script executes them; a hand does `NukeApp.click`."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._running: list[Any] = []

    def execute(self, knob: Any) -> None:
        self._running.append(knob)
        try:
            with self.app.callbacks.context("button", knob._node, knob):
                if self.app.group_of_button == "inside" and hasattr(knob._node, "begin"):
                    self.app.groups.append(knob._node)
                self._run(knob)
        finally:
            self._running.pop()

    def _run(self, knob: Any) -> None:
        node = knob._node
        if isinstance(knob, PyScript_Knob) and knob._text:
            self.app.run_python(knob._text)
        elif (node._class, knob._name) == ("Read", "reload"):
            self.app.renderer.reload(node)
        elif (node._class, knob._name) == ("Write", "Render"):
            raise NotModelled("the Render button")

    def is_running(self, knob: Any) -> bool:
        return knob in self._running


@model("ViewerWindow")
class ViewerWindow:
    """What shows a Viewer node, and which view of the script."""

    def __init__(self, app: Any, node: Any) -> None:
        self._app, self._viewer = app, node

    def node(self) -> Any:
        return self._viewer

    def view(self) -> str:
        views: list[str] = self._app.root_node._knobs["views"]._views()
        return self._app.seen_view if self._app.seen_view in views else views[0]

    def setView(self, view: str) -> None:
        self._app.seen_view = view


@model("MenuItem")
class MenuItem:
    def __init__(self, name: str, command: Any = None, shortcut: str = "") -> None:
        self._text, self._command, self._keys = name, command, shortcut
        self._runs = False

    def name(self) -> str:
        return self._text

    def script(self) -> Any:
        return self._command

    def shortcut(self) -> str:
        return self._keys

    def invoke(self) -> None:
        """As a click: a text is Python."""
        self._runs = True
        try:
            if isinstance(self._command, str):
                current().run_python(self._command)
            elif self._command is not None:
                self._command()
        finally:
            self._runs = False

    def setEnabled(self, enabled: bool, recursive: bool = False) -> None:
        self._enabled = enabled


@model("Menu")
class Menu(MenuItem):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._items: dict[str, MenuItem] = {}

    def addCommand(
        self, name: str, command: Any = None, shortcut: str = "", icon: str = "",
        tooltip: str = "", index: int = -1, readonly: bool = False,
    ) -> MenuItem:  # fmt: skip
        menu, _, last = name.rpartition("/")
        inside = self.addMenu(menu) if menu else self
        item = MenuItem(last, command, shortcut)
        inside._items[last] = item
        return item

    def addMenu(self, name: str, icon: str = "", tooltip: str = "", index: int = -1) -> Any:
        first, _, rest = name.partition("/")
        menu = self._items.setdefault(first, Menu(first))
        assert isinstance(menu, Menu)
        return menu.addMenu(rest) if rest else menu

    def addSeparator(self, **_options: Any) -> None:
        self._items[f"-{len(self._items)}"] = MenuItem("-")

    def items(self) -> list[MenuItem]:
        return list(self._items.values())

    def findItem(self, name: str) -> Any:
        first, _, rest = name.partition("/")
        found = self._items.get(first)
        return found.findItem(rest) if rest and isinstance(found, Menu) else found

    def menu(self, name: str) -> Any:
        found = self.findItem(name)
        return found if isinstance(found, Menu) else None

    def removeItem(self, name: str) -> None:
        self._items.pop(name, None)

    def clearMenu(self) -> None:
        if any(item._runs for item in self._items.values()):
            raise breach(
                RuntimeError(f"the menu {self._text} went while an item of it was running")
            )
        self._items.clear()


class Dialogs:
    """Modal dialogs. They are answered by `answers` and kept in `shown`."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.shown: list[tuple[str, str]] = []  # kind, text
        self.answers: list[Any] = []

    def show(self, kind: str, text: str, without: Any) -> Any:
        if not self.app.gui:
            self.app.printed.append(text)
            return without
        self.shown.append((kind, text))
        return self.answers.pop(0) if self.answers else without

    def message(self, prompt: str) -> None:
        self.show("message", prompt, None)

    def ask(self, prompt: str) -> bool:
        return bool(self.show("ask", prompt, False))

    def getFilename(self, message: str, *_args: Any, **_options: Any) -> Any:
        return self.show("getFilename", message, None)

    def getInput(self, prompt: str, default: str = "") -> Any:
        return self.show("getInput", prompt, None)


@model("ProgressTask", any_thread=("setProgress", "setMessage", "isCancelled"))
class ProgressTask:
    """A progress bar, for as long as the object lives. Its methods may be called anywhere."""

    def __init__(self, title: str = "") -> None:
        app = current()
        refuse_other_thread("ProgressTask")
        app.need_interface("ProgressTask")
        self._title, self._progress, self._message = title, 0, ""
        self._app = app
        app.progress.add(self)

    def setProgress(self, i: int) -> None:
        if not isinstance(i, int):
            raise TypeError(f"setProgress takes a whole number, not {i!r}")
        self._progress = i

    def setMessage(self, s: str) -> None:
        self._message = s

    def isCancelled(self) -> bool:
        return bool(self._app.cancel_progress)


class Environment:
    """nuke.env."""

    def __init__(self, app: Any) -> None:
        major, minor, release = app.numbers
        self._values: dict[str, Any] = {
            "gui": app.gui,
            "interactive": app.gui,
            "indie": app.indie,
            "nc": False,
            "nukex": False,
            "studio": False,
            "hiero": False,
            "ple": False,
            "LINUX": True,
            "MACOS": False,
            "WIN32": False,
            "64bit": True,
            "numCPUs": 2,
            "threads": 2,
            "ExecutablePath": "/usr/local/Nuke/Nuke",
            "NukeVersionMajor": major,
            "NukeVersionMinor": minor,
            "NukeVersionRelease": release,
            "NukeVersionString": f"{major}.{minor}v{release}",
            "PluginExt": "so",
        }

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def keys(self) -> list[str]:
        return list(self._values)
