"""The versions of a node. Main thread; the disk is read on another."""

from __future__ import annotations

from collections.abc import Sequence

from comfyrelay import versions
from comfyrelay.records import Found

from . import menus
from .node import HoudiniNode
from .plugin import plugin


def list_versions(node: HoudiniNode) -> None:
    """Have the menu know what is on the disk."""
    desk = plugin().desk
    kept = desk.kept(node)
    if kept is not None and kept.uid:
        versions.found(desk, node, lambda found: _remember(kept.uid, found))


def show_version(node: HoudiniNode, name: str) -> None:
    """Show another version of this node, and know what else there is by now."""
    desk = plugin().desk
    kept = desk.kept(node)
    if kept is None or name in ("", kept.result):
        return

    def show(found: Sequence[Found]) -> None:
        _remember(kept.uid, found)
        now = desk.dcc.node(kept.uid)
        chosen = next((each for each in found if each.folder.name == name), None)
        if now is not None and chosen is not None:
            versions.show(desk, now, chosen)

    versions.found(desk, node, show)


def _remember(uid: str, found: Sequence[Found]) -> None:
    menus.MEMORY.versions[uid] = tuple(each.folder.name for each in found)
