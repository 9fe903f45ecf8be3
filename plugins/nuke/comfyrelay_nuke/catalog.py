"""The workflow menus: filled from memory, and from the relay when it was asked. Main thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import nuke

from comfyrelay.errors import PluginError
from comfyrelay.relay import Workflow
from comfyrelay.runs import show_error

from . import gizmos
from .node import GizmoNode
from .plugin import plugin
from .quiet import unnoticed
from .scene import at, ours


def refresh(path: str = "") -> None:
    """Ask the relay; the menus show it when it answered. The node at `path` tells what fails."""
    found = plugin()
    desk = found.desk

    def show(workflows: Sequence[Workflow]) -> None:
        found.workflows = tuple(each.name for each in workflows)
        fill_menus()

    def tell(error: PluginError) -> None:
        group = at(path)
        if group is not None:
            show_error(GizmoNode(group), error)

    desk.workflows(show, tell)


def fill_menus() -> None:
    """Every node's menu: what is known, and what the node has chosen, known or not."""
    names = plugin().workflows
    for group in ours():
        if "workflow" in group.knobs():
            _fill(group, names)


def _fill(group: nuke.Group, names: Sequence[str]) -> None:
    menu = cast("Any", group["workflow"])
    chosen = GizmoNode(group).state().get("workflow", "") or gizmos.NO_WORKFLOW
    shown = [gizmos.NO_WORKFLOW, *names]
    if chosen not in shown:
        shown.insert(1, chosen)
    with unnoticed():
        if list(menu.values()) != shown:
            menu.setValues(shown)
        if menu.value() != chosen:
            menu.setValue(chosen)
