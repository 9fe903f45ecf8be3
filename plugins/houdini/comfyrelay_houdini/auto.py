"""Auto: what is connected or set changed, stayed so for a moment, and the node generates.

A cook never generates; a new version makes the node cook again. Main thread.
"""

from __future__ import annotations

import time

import hou

from comfyrelay.state import readable

from .node import HoudiniNode
from .plugin import plugin
from .scene import at

SETTLED_S = 1.5


def changed(op: hou.OpNode) -> None:
    """Something that counts did: if its toggle is on, it generates a moment later."""
    if not _is_on(op):
        return
    found = plugin()
    if not found.due:
        found.later(_look)
    found.due[op.sessionId()] = time.monotonic() + SETTLED_S


def switched(op: hou.OpNode) -> None:
    """On or off; what waits is forgotten if it is off."""
    if not _is_on(op):
        plugin().due.pop(op.sessionId(), None)


def _is_on(op: hou.OpNode) -> bool:
    toggle = op.parm("auto")
    return toggle is not None and bool(toggle.eval())


def _look() -> None:
    """Each turn, as long as something is due. What still goes on for a node is waited for."""
    found = plugin()
    for session_id, when in list(found.due.items()):
        op = at(session_id)
        if op is None:
            del found.due[session_id]
        elif time.monotonic() >= when and not _is_busy(op):
            del found.due[session_id]
            found.desk.generate(HoudiniNode(op))
    if found.due:
        found.later(_look)


def _is_busy(op: hou.OpNode) -> bool:
    kept = readable(HoudiniNode(op))
    return kept is not None and plugin().desk.threads.running(kept.uid) is not None
