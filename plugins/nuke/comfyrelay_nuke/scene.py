"""Nuke with its open script, as the core sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import nuke

from . import gizmos
from .node import GizmoNode

UID = f"{gizmos.KEEPS}uid"


class NukeScene:
    """Implements the core's `Dcc`. Main thread, but `post`."""

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
        """By the hidden uid, wherever the node was moved or renamed to."""
        for group in ours():
            if uid and str(group[UID].value()) == uid:
                return GizmoNode(group)
        return None

    def busy(self) -> str:
        """Nuke renders: nothing else may be executed meanwhile."""
        return "Nuke is rendering." if nuke.executing() else ""


def ours() -> Sequence[nuke.Group]:
    """Groups that one of our gizmos made, by their hidden knob."""
    groups = cast("Any", nuke).allNodes("Group", recurseGroups=True)
    return [group for group in groups if UID in group.knobs()]


def is_ours(node: nuke.Node) -> bool:
    """Whether one of our gizmos made this node."""
    return UID in node.knobs()
