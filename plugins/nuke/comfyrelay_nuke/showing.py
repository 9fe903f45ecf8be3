"""The version menu of a node. Main thread; the disk is read on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from comfyrelay import state, versions
from comfyrelay.desk import Desk
from comfyrelay.records import Found

from .knobs import NO_VERSION
from .node import GizmoNode
from .quiet import unnoticed


def list_versions(desk: Desk, node: GizmoNode) -> None:
    """Fill the menu with what is on the disk."""
    kept = desk.kept(node)
    if kept is not None and kept.uid:
        versions.found(desk, node, lambda found: _fill(desk, kept.uid, found))


def show_version(desk: Desk, node: GizmoNode, name: str) -> None:
    """Show another version of this node, and what else there is by now."""
    kept = desk.kept(node)
    if kept is not None and name not in (kept.result, NO_VERSION):
        _show(desk, kept.uid, node, name)


def show_output(desk: Desk, node: GizmoNode) -> None:
    """The version that this node shows, now with the output that was chosen."""
    kept = desk.kept(node)
    if kept is not None and kept.result:
        _show(desk, kept.uid, node, kept.result)


def _show(desk: Desk, uid: str, node: GizmoNode, name: str) -> None:
    def show(found: Sequence[Found]) -> None:
        now = desk.dcc.node(uid)
        chosen = next((each for each in found if each.folder.name == name), None)
        if now is not None and chosen is not None:
            versions.show(desk, now, chosen)

    versions.found(desk, node, show)


def _fill(desk: Desk, uid: str, found: Sequence[Found]) -> None:
    node = desk.dcc.node(uid)
    if node is None or "version" not in cast("GizmoNode", node).group.knobs():
        return
    menu = cast("Any", cast("GizmoNode", node).group["version"])
    shown = state.read(node).result
    names = [each.folder.name for each in found]
    if shown and shown not in names:
        names.insert(0, shown)
    with unnoticed():
        menu.setValues(names or [NO_VERSION])
        menu.setValue(shown or menu.values()[0])
