"""Nuke with its open script, as the core sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import nuke

from comfyrelay.keeping import KEEPS

from .node import GizmoNode

UID = f"{KEEPS}uid"


class NukeScene:
    """Implements the core's `Dcc`. Main thread, but `post`."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}  # where the node of a uid was last, by full name

    @property
    def interactive(self) -> bool:
        """Whether there is a GUI, and thus a main loop."""
        return bool(nuke.GUI)

    @property
    def scene(self) -> str:
        """The script's path; Nuke names one that was never saved `Root`."""
        name = str(nuke.root().name())
        return "" if name == "Root" else name

    @property
    def frame(self) -> int:
        """The current frame."""
        return int(nuke.frame())

    def post(self, call: Callable[[], None]) -> None:
        """From a background thread only: on the main one Nuke would hang."""
        nuke.executeInMainThread(call)

    def nodes(self) -> Sequence[GizmoNode]:
        """All of ours, also inside other groups."""
        return [GizmoNode(group) for group in ours()]

    def node(self, uid: str) -> GizmoNode | None:
        """By the hidden uid, wherever the node was moved or renamed to.

        A look at every group of a large script takes longer than a status update may.
        """
        if not uid:
            return None
        last = at(self._paths.get(uid, ""))
        if last is not None and _uid(last) == uid:
            return GizmoNode(last)
        found = next((group for group in ours() if _uid(group) == uid), None)
        if found is None:
            self._paths.pop(uid, None)
            return None
        self._paths[uid] = found.fullName()
        return GizmoNode(found)

    def busy(self) -> str:
        """Nuke renders: nothing else may be executed meanwhile."""
        return "Nuke is rendering, so nothing can be exported." if nuke.executing() else ""


def ours() -> Sequence[nuke.Group]:
    """Groups that one of our gizmos made, by their hidden knob, whatever group is open."""
    with nuke.root():
        groups = cast("Any", nuke).allNodes("Group", recurseGroups=True)
    return [group for group in groups if is_ours(group)]


def at(path: str) -> nuke.Group | None:
    """Our node of that full name, as `Group1.ComfyRelay2`; None if there is none."""
    with nuke.root():
        node = nuke.toNode(path) if path else None
    return cast("nuke.Group", node) if node is not None and is_ours(node) else None


def _uid(node: nuke.Node) -> str:
    return str(node[UID].value())


def is_ours(node: nuke.Node) -> bool:
    """Whether one of our gizmos made this node."""
    return node.knob(UID) is not None  # knobs() makes an object of each that a node has
