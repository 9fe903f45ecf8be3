"""The workflows: what menus remember of the relay, and the choice of one. Main thread."""

from __future__ import annotations

from collections.abc import Sequence

import hou

from comfyrelay import state
from comfyrelay.errors import PluginError
from comfyrelay.relay import Workflow
from comfyrelay.runs import show_error

from . import menus
from .node import HoudiniNode
from .parms import put, quietly, text
from .plugin import plugin


def refresh(told: HoudiniNode | None = None) -> None:
    """Ask the relay; menus have it when it answered. `told` says what fails."""
    found = plugin()
    uid = "" if told is None else found.desk.claimed(told)

    def keep(workflows: Sequence[Workflow]) -> None:
        found.newest = {each.name: each.version for each in workflows}
        menus.MEMORY.workflows = tuple(found.newest)
        for node in found.scene.nodes():
            describe(node)

    def tell(error: PluginError) -> None:
        node = found.scene.node(uid or "")
        if node is not None:
            show_error(node, error)

    found.desk.workflows(keep, tell)


def choose(node: HoudiniNode, name: str) -> None:
    """Have the node show a workflow; an asset of its own keeps the version it was made of.

    If that fails, the menu goes back to what the node has, and the node says why.
    """
    found = plugin()
    kept = found.desk.kept(node)
    if kept is None:
        return
    version = None if node.takes_any else int(kept.version or 0) or None
    uid = found.desk.claimed(node)

    def back(error: PluginError) -> None:
        now = found.scene.node(uid or "")
        if now is not None:
            with quietly():
                put(now.op, "workflow", now.state().get("workflow", ""))

    found.desk.choose(node, name, version, failed=back)


def choose_now(op: hou.OpNode, name: str) -> None:
    """The same for scripts, also without a user interface: waits until its parms are there.
    Raises PluginError."""
    plugin().desk.choose_blocking(HoudiniNode(op), name)


def chosen(node: HoudiniNode) -> str:
    """The workflow that an artist wants on this node, also while it is on its way; "" if none."""
    return text(node.op, "workflow") or node.state().get("workflow", "")


def describe(node: HoudiniNode) -> None:
    """Have a node say what its workflow is, and which file goes for each input."""
    kept = state.readable(node)
    if kept is not None:
        node.describe(plugin().newest.get(kept.workflow, 0))
