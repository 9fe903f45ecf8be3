"""The queue panel in a pane of Nuke. GUI only; Qt is imported when somebody opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import nuke
import nukescripts

from .plugin import plugin
from .quiet import unnoticed

if TYPE_CHECKING:
    from comfyrelay_qt.panel import QueuePanel

    from .node import GizmoNode

NAME, ID = "Comfy Relay Queue", "comfyrelay.queue"
BESIDE = "Properties.1"
WIDGET = f"__import__({__name__!r}, fromlist=['made']).made"
"""Python that Nuke evaluates where none of our names is known; it keeps it in layouts too."""


def register() -> None:
    """In the menu of every pane, and in layouts that are saved."""
    nukescripts.panels.registerWidgetAsPanel(WIDGET, NAME, ID)


def show() -> None:
    """From the menu: in the pane of the properties."""
    opened = nukescripts.panels.registerWidgetAsPanel(WIDGET, NAME, ID, True)
    opened.addToPane(cast("Any", nuke).getPaneFor(BESIDE))


def made() -> QueuePanel:
    """The widget, for a pane."""
    from comfyrelay_qt.panel import QueuePanel

    return QueuePanel(plugin().desk, select)


def select(uid: str) -> None:
    """Show the artist the node that a job came from, if this script has it."""
    node = cast("GizmoNode | None", plugin().desk.dcc.node(uid)) if uid else None
    if node is None:
        return
    with unnoticed(), cast("Any", node.group).parent():
        for each in nuke.selectedNodes():
            each.setSelected(False)
        node.group.setSelected(True)
        nuke.zoomToFitSelected()
