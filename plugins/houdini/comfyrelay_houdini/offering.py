"""Results that no node of the scene knows of, for it was never saved after them. Main thread.

A node that made one says so; what has no node any more is told in the status bar, and any node that
made nothing yet may take it. Get result attaches; nothing is attached by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import hou

from comfyrelay import scenes, state
from comfyrelay.dcc import WARNING, Status
from comfyrelay.offers import Offer

from .node import HoudiniNode
from .parms import text
from .plugin import plugin
from .scene import UID, at


def offer(offers: Sequence[Offer]) -> None:
    """Say what was found."""
    found = plugin()
    found.offers = list(offers)
    for node in found.scene.nodes():
        kept = state.readable(node)
        count = sum(kept is not None and each.uid == kept.uid for each in offers)
        if count:
            node.show(Status(f"found {_results(count)}: press Get result", WARNING))
    lost = _without_node()
    if lost:
        hou.ui.setStatusMessage(
            f"Comfy Relay found {_results(len(lost))} of nodes that this scene does not have: press"
            " Get result on a new Comfy Relay node.",
            hou.severityType.Warning,
        )


def take(op: hou.OpNode) -> bool:
    """Attach what was found of this node, else what its artist chooses; whether there was one."""
    own = next((each for each in plugin().offers if each.uid == text(op, UID)), None) or _asked(op)
    if own is None:
        return False
    plugin().offers.remove(own)
    session_id = op.sessionId()
    plugin().later(lambda: _attach(session_id, own))
    return True


def _attach(session_id: int, own: Offer) -> None:
    op = at(session_id)
    if op is not None:
        scenes.attach(plugin().desk, own, HoudiniNode(op))


def _asked(op: hou.OpNode) -> Offer | None:
    """Of those that have no node any more, for a node that made nothing yet."""
    node = HoudiniNode(op)
    kept = state.readable(node)
    if kept is None or kept.key:
        return None
    fitting = [e for e in _without_node() if node.takes_any or e.workflow == kept.workflow]
    if not fitting:
        return None
    chosen = hou.ui.selectFromList(
        [each.words for each in fitting], exclusive=True, title="Comfy Relay: found results",
        message="Which one shall this node have?",
    )  # fmt: skip
    return fitting[chosen[0]] if chosen else None


def _without_node() -> Sequence[Offer]:
    found = plugin()
    return [each for each in found.offers if found.scene.node(each.uid) is None]


def _results(count: int) -> str:
    return "a result" if count == 1 else f"{count} results"
