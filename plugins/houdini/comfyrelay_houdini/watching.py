"""What is connected to a node, or set on it, changes: its result is stale, and Auto begins.

Houdini tells of it in callbacks, perhaps while it cooks; what follows has a turn of its own. Main
thread.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import hou

from comfyrelay import state
from comfyrelay.errors import PluginError
from comfyrelay.form_controls import PREFIX
from comfyrelay.orders import form_of
from comfyrelay.seeds import NEW

from . import auto, fresh, items, values
from .node import HoudiniNode
from .parms import is_quiet
from .plugin import plugin
from .scene import at

SENT = frozenset({
    values.PICTURE, "mask_channel", "send_alpha", "depth", "fit", "reuse", "input_tag",
    "output_tag",
})  # fmt: skip
"""Parms beside the form's that change what is sent, or what a work item gets."""


def watch(op: hou.OpNode) -> None:
    """From now on. Houdini saves no such callback with a scene."""
    with suppress(hou.OperationFailed):  # it was not watched
        op.removeEventCallback(_events(), _changed)
    op.addEventCallback(_events(), _changed)


def _events() -> tuple[hou.EnumValue, ...]:
    kinds = hou.nodeEventType
    return (kinds.ParmTupleChanged, kinds.InputRewired, kinds.InputDataChanged)


def _changed(node: hou.OpNode, event_type: hou.EnumValue, **details: Any) -> None:
    """Something of this node, or above it."""
    if is_quiet() or not (
        _counts(node, details)
        if event_type == hou.nodeEventType.ParmTupleChanged
        else not items.has_any(node)  # of what is above those, PDG knows
    ):
        return
    if items.has_any(node) and not items.cooking(node):
        items.forget(node)  # at once, for a script may cook them next
        return
    kept = state.readable(HoudiniNode(node))
    if kept is None:
        return
    found, number = plugin(), node.sessionId()
    if not found.changed:
        found.later(_tell)
    found.changed.setdefault(number, set()).update(fresh.outdated_by_a_change(kept))
    auto.changed(node)


def _counts(node: hou.OpNode, details: dict[str, Any]) -> bool:
    """A parm of the form, which nobody but an artist changed: a new seed is drawn by a Generate,
    and many parms at once are a form that is made anew."""
    changed = details.get("parm_tuple")
    if changed is None or not (changed.name().startswith(PREFIX) or changed.name() in SENT):
        return False
    return not (changed.name() in _seeds(node) and values.seed_policy(node) == NEW)


def _seeds(node: hou.OpNode) -> set[str]:
    kept = state.readable(HoudiniNode(node))
    if kept is None or not kept.form:
        return set()
    return {f"{PREFIX}{each.id}" for each in form_of(kept).params if each.type == "seed"}


def _tell() -> None:
    """What was shown when it changed is stale. A locked node cannot say so. Work items that cook
    are asked again when that is over."""
    found = plugin()
    changed, found.changed = found.changed, {}
    for number, outdated in changed.items():
        op = at(number)
        kept = None if op is None else state.readable(HoudiniNode(op))
        if op is not None and items.cooking(op):
            found.changed[number] = outdated
        elif op is not None and kept is not None:
            with suppress(PluginError):
                fresh.changed(op, outdated, kept)
    if found.changed:
        found.later(_tell)
