"""Whether what a node shows was made of what is connected and set now. Main thread.

It is decided when something changed, never in a cook, and told in the node's info, in a label, and,
if an artist wants so, by the node's colour, which is given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from math import isclose

import hou

from comfyrelay.state import State

from . import items
from .assets import COLOURS, FRESH, NOT_GENERATED
from .parms import allowed, put, quietly, text

MADE = "made of what is connected and set"
STALE = "stale: what is connected or set changed since"

INFO = "nodeinfo_comfyrelay_result"  # Houdini shows such user data in a node's info
CHANGED = "comfyrelay_changed"  # what a change has outdated
OWN = "comfyrelay_colour"  # the node's own colour, while it has one of ours

Colour = tuple[float, float, float]
PAINT: dict[str, Colour] = {NOT_GENERATED: (0.24, 0.35, 0.47), STALE: (0.78, 0.51, 0.24)}


def outdated_by_a_change(kept: State) -> Set[str]:
    """What a change of the node outdates: the version that it shows, and what is on its way."""
    return {kept.folder, kept.key} - {""}


def changed(op: hou.OpNode, outdated: Iterable[str], kept: State) -> None:
    """Something that counts did, and outdates this. Raises PluginError if the node is locked."""
    with quietly(), allowed(op):
        op.setUserData(CHANGED, "\n".join(sorted(outdated)))
    items.forget(op)
    tell(op, kept)


def tell(op: hou.OpNode, kept: State) -> None:
    """Say how it is, if it is another; a node without a result of its own, as one of work items,
    has nothing to say. Raises PluginError if the node is locked."""
    if op.parm(FRESH) is None:
        return
    words = _words(op, kept)
    with quietly(), allowed(op):
        if text(op, FRESH) != words:
            put(op, FRESH, words)
        if op.userData(INFO) != words:
            op.setUserData(INFO, words)
        wants = op.parm(COLOURS)
        _paint(op, PAINT.get(words) if wants is not None and wants.eval() else None)


def _words(op: hou.OpNode, kept: State) -> str:
    if not kept.result:
        return NOT_GENERATED
    outdated = str(op.userData(CHANGED) or "").split("\n")
    return STALE if {kept.folder, kept.result_key} - {""} & {*outdated} else MADE


def _paint(op: hou.OpNode, wanted: Colour | None) -> None:
    """None is its own colour. One that an artist chose meanwhile is its own from then on."""
    own, now = op.userData(OWN), op.color().rgb()
    if own is None and wanted is None:
        return
    if own is None or not any(_same(now, each) for each in PAINT.values()):
        own = " ".join(map(repr, now))
    if wanted is None:
        op.destroyUserData(OWN)
    else:
        op.setUserData(OWN, own)
    shown = wanted or [float(part) for part in own.split()]
    if not _same(now, shown):
        op.setColor(hou.Color(tuple(shown)))


def _same(one: Iterable[float], other: Iterable[float]) -> bool:
    """Houdini may keep less digits."""
    return all(isclose(a, b, abs_tol=0.001) for a, b in zip(one, other))
