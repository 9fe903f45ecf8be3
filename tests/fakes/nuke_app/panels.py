"""nukescripts.panels: widgets of Qt in panes, as far as they are opened."""

from __future__ import annotations

from types import ModuleType
from typing import Any


class Panel:
    """A panel around a widget, which is made when a pane shows it."""

    def __init__(self, app: Any, widget: str) -> None:
        self._app, self._widget = app, widget

    def addToPane(self, pane: Any) -> Panel:
        if pane is None:
            raise ValueError("no pane")
        made = eval(self._widget, {"nuke": self._app.module})  # none of the plugin's names
        self._app.opened.append(made())
        return self


def module(app: Any) -> ModuleType:
    made = ModuleType("nukescripts.panels", "A fake.")

    def registerWidgetAsPanel(widget: str, name: str, id: str, create: bool = False) -> Any:
        app.need_interface("registerWidgetAsPanel")
        app.panels.append((widget, name, id))
        panes = app.module.menu("Pane")
        panes.addCommand(name, lambda: Panel(app, widget).addToPane("here"))
        return Panel(app, widget) if create else None

    made.registerWidgetAsPanel = registerWidgetAsPanel  # type: ignore[attr-defined]
    return made
