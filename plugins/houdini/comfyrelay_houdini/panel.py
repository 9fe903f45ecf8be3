"""The queue panel in a pane of Houdini, which python_panels/comfyrelay.pypanel names. Main thread;
Qt is imported when somebody opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import hou

from .plugin import plugin

if TYPE_CHECKING:
    from comfyrelay_qt.panel import QueuePanel

AROUND = 5.0  # how far the editor shows what is beside a node, which is about 1 wide


def made() -> QueuePanel:
    """The widget, for a pane."""
    from comfyrelay_qt.panel import QueuePanel

    return QueuePanel(plugin().desk, select)


def select(uid: str) -> None:
    """Show the artist the node that a job came from, if this scene has it."""
    node = plugin().scene.node(uid)
    if node is None:
        return
    with hou.undos.disabler():
        node.op.setCurrent(True, clear_all_selected=True)
    editor = hou.ui.paneTabOfType(hou.paneTabType.NetworkEditor)
    if editor is not None:
        _show(cast("hou.NetworkEditor", editor), node.op)


def _show(editor: hou.NetworkEditor, op: hou.OpNode) -> None:
    at = op.position()
    left, low = at.x() - AROUND, at.y() - AROUND
    editor.setPwd(cast("hou.Node", op.parent()))
    editor.setVisibleBounds(hou.BoundingRect(left, low, left + 2 * AROUND, low + 2 * AROUND))
