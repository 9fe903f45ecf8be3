"""What menu scripts answer: only what is in memory, for Houdini asks whenever it draws a menu."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from comfyrelay.keeping import KEEPS

NONE = ("", "(none)")
CHOOSE = ("", "(choose)")


class Memory:
    """What is known. Main thread only."""

    def __init__(self) -> None:
        self.workflows: tuple[str, ...] = ()
        self.versions: dict[str, tuple[str, ...]] = {}  # by a node's uid, newest first

    def know(self, uid: str, version: str) -> None:
        """One more result of a node; the disk is looked at elsewhere."""
        known = self.versions.get(uid, ())
        if version and version not in known:
            self.versions[uid] = (version, *known)


MEMORY = Memory()


def workflow_menu(node: Any, memory: Memory = MEMORY) -> Sequence[str]:
    """Every workflow, and the node's own, known or not; token and label by turns."""
    return _flat(CHOOSE, _kept(node, "workflow"), memory.workflows)


def version_menu(node: Any, memory: Memory = MEMORY) -> Sequence[str]:
    """Every result of this node, and the one that it shows."""
    return _flat(NONE, _kept(node, "result"), memory.versions.get(_kept(node, "uid"), ()))


def _kept(node: Any, name: str) -> str:
    parm = node.parm(f"{KEEPS}{name}")
    return "" if parm is None else str(parm.unexpandedString())


def _flat(nothing: tuple[str, str], own: str, known: Iterable[str]) -> Sequence[str]:
    """What the node has comes first if nobody knows of it (any more)."""
    names = [*known]
    if own and own not in names:
        names.insert(0, own)
    return [*nothing, *(word for name in names for word in (name, name))]
