"""Houdini with its open scene, as the core sees it."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import hou

from comfyrelay.keeping import KEEPS

from .definition import NAMESPACE
from .node import HoudiniNode
from .parms import text

UID = f"{KEEPS}uid"
TABLES = ("Cop", "Sop", "Top")


class HoudiniScene:
    """Implements the core's `Dcc`. Main thread, but `post`."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._ids: dict[str, int] = {}  # session id of the node that a uid was last

    @property
    def interactive(self) -> bool:
        """Whether there is a user interface, and thus an event loop."""
        return bool(hou.isUIAvailable())

    @property
    def scene(self) -> str:
        """The hip file's path; Houdini names one that was never saved too."""
        return "" if hou.hipFile.isNewFile() else str(hou.hipFile.path())

    @property
    def frame(self) -> int:
        """The current frame."""
        return int(hou.intFrame())

    def post(self, call: Callable[[], None]) -> None:
        """Any thread: nothing of Houdini is called here."""
        self._calls.put(call)

    def listen(self) -> None:
        """Have the event loop run what is posted, from now on."""
        hou.ui.addEventLoopCallback(self._turn)

    def deafen(self) -> None:
        """No more."""
        hou.ui.removeEventLoopCallback(self._turn)

    def _turn(self) -> None:
        """What stands there now; what comes meanwhile has a turn of its own."""
        for _ in range(self._calls.qsize()):
            self._calls.get_nowait()()

    def nodes(self) -> Sequence[HoudiniNode]:
        """All of ours, in whatever network."""
        return [HoudiniNode(node) for node in ours()]

    def node(self, uid: str) -> HoudiniNode | None:
        """By the hidden uid, for a session id may be another node's in another scene.

        A look at every node takes longer than a status update may.
        """
        if not uid:
            return None
        last = at(self._ids.get(uid, -1))
        if last is None or text(last, UID) != uid:
            last = next((node for node in ours() if text(node, UID) == uid), None)
        if last is None:
            self._ids.pop(uid, None)
            return None
        self._ids[uid] = last.sessionId()
        return HoudiniNode(last)

    def busy(self) -> str:
        """An export is never asked for while Houdini cooks: both need the main thread."""
        return ""


def ours() -> Sequence[hou.OpNode]:
    """Nodes that our assets made, in the order of their paths."""
    return sorted(_instances(), key=lambda node: node.path())


def _instances() -> Iterator[hou.OpNode]:
    categories = hou.nodeTypeCategories()
    for table in TABLES:
        for name, kind in categories[table].nodeTypes().items():
            if name.startswith(f"{NAMESPACE}::"):
                nodes = cast("hou.OpNodeType", kind).instances()
                yield from (node for node in map(_op, nodes) if is_ours(node))


def at(session_id: int) -> hou.OpNode | None:
    """Our node of that session id; None if there is none (any more)."""
    node = hou.nodeBySessionId(session_id)
    return _op(node) if node is not None and is_ours(_op(node)) else None


def is_ours(node: hou.OpNode) -> bool:
    """Whether one of our assets made this node."""
    return node.type().name().startswith(f"{NAMESPACE}::") and node.parm(UID) is not None


def _op(node: hou.Node) -> hou.OpNode:
    return cast("hou.OpNode", node)
