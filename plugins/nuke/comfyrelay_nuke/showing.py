"""The version menu: what lies in the node's folder, and showing another. Main thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from comfyrelay import placing, records, state
from comfyrelay.dcc import Placement
from comfyrelay.desk import Desk
from comfyrelay.orders import form_of

from . import gizmos
from .node import GizmoNode
from .quiet import unnoticed


def list_versions(desk: Desk, node: GizmoNode) -> None:
    """Fill the menu with what is on the disk; off the main thread it is looked for."""
    kept = state.read(node)
    if not kept.folder:
        return
    holder = Path(kept.folder).parent
    desk.threads.aside(
        lambda: records.versions(desk.settings().template(), holder),
        lambda found: _fill(desk, kept.uid, found),
    )


def _fill(desk: Desk, uid: str, found: Sequence[records.Found]) -> None:
    node = desk.dcc.node(uid)
    if node is None:
        return
    group = cast("GizmoNode", node).group
    menu = cast("Any", group["version"])
    shown = state.read(node).result
    names = [each.folder.name for each in found]
    if shown and shown not in names:
        names.insert(0, shown)
    with unnoticed():
        menu.setValues(names or [gizmos.NO_VERSION])
        menu.setValue(shown or menu.values()[0])


def show_version(desk: Desk, node: GizmoNode, name: str) -> None:
    """Show another version of this node."""
    kept = state.read(node)
    if not kept.folder or name in (kept.result, gizmos.NO_VERSION):
        return
    form, uid = form_of(kept), kept.uid
    holder = Path(kept.folder).parent

    def read() -> tuple[str, Placement] | None:
        every = records.versions(desk.settings().template(), holder)
        one = next((each for each in every if each.folder.name == name), None)
        if one is None or one.version is None:
            return None
        frames = one.plan.frames if one.plan else ()
        return str(one.folder), placing.placement(one.version, form, frames, bool(kept.alpha))

    def show(found: tuple[str, Placement] | None) -> None:
        now = desk.dcc.node(uid)
        if now is not None and found is not None:
            folder, placement = found
            now.place(placement)
            state.write(now, replace(state.read(now), result=placement.version, folder=folder))

    desk.threads.aside(read, show)
