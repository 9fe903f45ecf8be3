"""The workflow menus: filled from memory, and from the relay when it was asked. Main thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import nuke

from comfyrelay import state
from comfyrelay.errors import PluginError
from comfyrelay.relay import Workflow
from comfyrelay.runs import show_error

from . import gizmos
from .knobs import NO_WORKFLOW
from .node import GizmoNode
from .plugin import plugin
from .quiet import unnoticed
from .scene import at, ours


def refresh(paths: Sequence[str] = ()) -> None:
    """Ask the relay; the menus show it when it answered. The nodes at `paths` tell what fails."""
    found = plugin()
    desk = found.desk

    def show(workflows: Sequence[Workflow]) -> None:
        found.workflows = {each.name: each.version for each in workflows}
        fill_menus()

    def tell(error: PluginError) -> None:
        for group in filter(None, map(at, paths)):
            show_error(GizmoNode(group), error)

    desk.workflows(show, tell)


def choose(node: GizmoNode, name: str) -> None:
    """Have the node show a workflow; its own gizmo keeps the version that it was made with.

    If that fails, the menu goes back to what the node has, and the node says why.
    """
    kept = plugin().desk.kept(node)
    if kept is None:
        fill_menu(node)
        return
    version = None if gizmos.WORKFLOW in node.group.knobs() else int(kept.version or 0) or None
    fill = lambda _: fill_menus()  # noqa: E731  whichever way it went
    plugin().desk.choose(node, name, version, then=fill, failed=fill)


def chosen(node: GizmoNode) -> str:
    """The workflow that an artist wants on this node, also while it is on its way; "" if none."""
    knob = node.group.knobs().get(gizmos.WORKFLOW)
    name = "" if knob is None else str(cast("Any", knob).value())
    return name if name not in ("", NO_WORKFLOW) else node.state().get("workflow", "")


def fill_menus() -> None:
    """Every node's."""
    for group in ours():
        fill_menu(GizmoNode(group))


def fill_menu(node: GizmoNode) -> None:
    """A node's menu: what is known, and what the node has chosen, known or not."""
    if gizmos.WORKFLOW in node.group.knobs():
        known = list(plugin().workflows)
        _fill(node.group, known, node.state().get("workflow", "") or NO_WORKFLOW)
    describe(node)


def describe(node: GizmoNode) -> None:
    """Have a node say what its workflow is, and which file goes for each input."""
    kept = state.readable(node)
    if kept is not None:
        node.describe(plugin().workflows.get(kept.workflow, 0))


def _fill(group: nuke.Group, names: Sequence[str], chosen: str) -> None:
    menu = cast("Any", group[gizmos.WORKFLOW])
    shown = [NO_WORKFLOW, *names]
    if chosen not in shown:
        shown.insert(1, chosen)
    with unnoticed():
        if list(menu.values()) != shown:
            menu.setValues(shown)
        if menu.value() != chosen:
            menu.setValue(chosen)
