"""Auto: what is connected or set changed, stayed so for a moment, and the node generates.

A cook never generates; a new version makes the node cook again. Main thread.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import hou

from comfyrelay.form_controls import PREFIX
from comfyrelay.orders import form_of
from comfyrelay.seeds import NEW
from comfyrelay.state import readable

from . import values
from .node import HoudiniNode
from .plugin import plugin
from .scene import at

SETTLED_S = 1.5


def watch(op: hou.OpNode) -> None:
    """Begin, or stop, as its toggle says. Houdini saves no such callback with a scene."""
    with suppress(hou.OperationFailed):  # it was not watched
        op.removeEventCallback(_events(), _changed)
    toggle = op.parm("auto")
    if toggle is not None and toggle.eval():
        op.addEventCallback(_events(), _changed)
    else:
        plugin().due.pop(op.sessionId(), None)


def _events() -> tuple[hou.EnumValue, ...]:
    kinds = hou.nodeEventType
    return (kinds.ParmTupleChanged, kinds.InputRewired, kinds.InputDataChanged)


def _changed(node: hou.OpNode, event_type: hou.EnumValue, **details: Any) -> None:
    """Something of this node, or above it."""
    if event_type == hou.nodeEventType.ParmTupleChanged and not _counts(node, details):
        return
    found = plugin()
    if not found.due:
        found.later(_look)
    found.due[node.sessionId()] = time.monotonic() + SETTLED_S


def _counts(node: hou.OpNode, details: dict[str, Any]) -> bool:
    """A parm of the form, which nobody but an artist changed: a new seed is drawn by a Generate,
    and many parms at once are a form that is made anew."""
    changed = details.get("parm_tuple")
    if changed is None or not changed.name().startswith(PREFIX):
        return False
    return not (changed.name() in _seeds(node) and values.seed_policy(node) == NEW)


def _seeds(node: hou.OpNode) -> set[str]:
    kept = readable(HoudiniNode(node))
    if kept is None or not kept.form:
        return set()
    return {f"{PREFIX}{each.id}" for each in form_of(kept).params if each.type == "seed"}


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
