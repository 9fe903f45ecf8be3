"""Panes: the network editor, and Python panels as `*.pypanel` files bring them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .items import BoundingRect
from .session import model

_ATTRIBUTES = {"name", "label", "icon", "showNetworkNavigationBar", "help_url"}
_INSIDE = {"script", "includeInPaneTabMenu", "includeInToolbarMenu", "help"}
_MAKERS = ("onCreateInterface", "createInterface")


@model("NetworkEditor")
class NetworkEditor:
    """The network that the artist looks at, and which part of it."""

    def __init__(self, app: Any) -> None:
        self._app, self._bounds = app, BoundingRect(0.0, 0.0, 1.0, 1.0)
        self._pwd: Any = None

    def pwd(self) -> Any:
        is_there = self._pwd is not None and self._pwd._alive
        return self._pwd if is_there else self._app.root

    def setPwd(self, node: Any) -> None:
        self._pwd = node

    def visibleBounds(self) -> BoundingRect:
        return self._bounds

    def setVisibleBounds(
        self, bounds: BoundingRect, transition_time: float = 0.0, max_scale: float = 0.0,
        set_center_when_scale_rejected: bool = False,
    ) -> None:  # fmt: skip
        self._bounds = bounds


class Panes:
    """What is open, and what the menu of a pane offers."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.editors = [NetworkEditor(app)]
        self.menu: dict[str, str] = {}  # the script of each panel, by its label
        self._names: set[str] = set()

    def install_folder(self, folder: Path) -> None:
        """As HOUDINI_PATH/python_panels."""
        for file in sorted(Path(folder).glob("*.pypanel")):
            self._install(file)

    def _install(self, file: Path) -> None:
        document = ElementTree.parse(file).getroot()
        interfaces = document.findall("interface")
        if document.tag != "pythonPanelDocument" or not interfaces:
            self.app.load_errors.append(f"{file.name}: there is no panel in it")
        for interface in interfaces:
            unknown = {*interface.keys()} - _ATTRIBUTES | {each.tag for each in interface} - _INSIDE
            if unknown or interface.get("name") in self._names:
                wrong = ", ".join(sorted(unknown)) or interface.get("name", "")
                self.app.load_errors.append(f"{file.name}: {wrong} is unknown, or there already")
            self._names.add(interface.get("name", ""))
            if interface.find("includeInPaneTabMenu") is not None:
                self.menu[interface.get("label", "")] = interface.findtext("script") or ""

    def open(self, label: str) -> Any:
        """The artist chooses a panel from the menu of a pane; its widget."""
        names = {**self.app.python_names(), "kwargs": {"paneTab": None}}
        code = compile(self.menu[label].strip() + "\n", f"<panel {label}>", "exec")
        exec(code, names)
        makers = [names[name] for name in _MAKERS if name in names]
        assert makers, f"the panel {label} has no {_MAKERS[0]}()"
        made: list[Any] = []
        self.app.main_loop.run(lambda: made.append(makers[0]()), f"panel {label}")
        assert made, self.app.problems()
        return made[0]
