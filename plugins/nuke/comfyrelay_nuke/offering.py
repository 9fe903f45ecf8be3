"""Results that no node of the script knows of: offered in a menu, never attached by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import nuke

from comfyrelay import scenes, state
from comfyrelay.dcc import WARNING, Status
from comfyrelay.form import Form
from comfyrelay.offers import Offer

from .node import GizmoNode
from .plugin import plugin
from .scene import is_ours

MENU = "Comfy Relay/Found results"


def offer(offers: Sequence[Offer]) -> None:
    """Put them into the menu; nodes that they were made on say so on their status line."""
    clear()
    menu = cast("Any", nuke.menu("Nuke")).addMenu(MENU)
    for each in offers:
        menu.addCommand(f"Attach {each.words}", _afterwards(attach, each))
        menu.addCommand(f"Forget {each.words}", _afterwards(forget, each))
    for node in cast("Sequence[GizmoNode]", plugin().desk.dcc.nodes()):
        count = sum(each.uid == node.state().get("uid") for each in offers)
        if count:
            words = "1 result" if count == 1 else f"{count} results"
            node.show(Status(f"found {words}: attach", WARNING))
            node.log(f"Found {words} of this node: attach in the menu {MENU}.")


def _afterwards(act: Callable[[Offer], None], chosen: Offer) -> Callable[[], None]:
    """What takes the menu away waits until its item is through."""
    return lambda: plugin().later(lambda: act(chosen))


def attach(chosen: Offer) -> None:
    """To the node that made it, if it is there, else to the selected one, else to a new one."""
    desk = plugin().desk
    node = desk.dcc.node(chosen.uid) or _selected() or GizmoNode(_made(chosen))
    clear()
    scenes.attach(desk, chosen, node)
    scenes.find(desk, offer)


def forget(chosen: Offer) -> None:
    """Never offer it again; the others stay."""
    desk = plugin().desk
    clear()
    node = desk.dcc.node(chosen.uid)
    if node is not None:
        kept = state.readable(node)
        node.show(Status(kept.status if kept and kept.status else "not generated yet"))
    scenes.dismiss(desk, chosen, offer)


def clear() -> None:
    """Take the menu away."""
    menu = cast("Any", nuke.menu("Nuke")).findItem(MENU)
    if menu is not None:
        menu.clearMenu()


def _selected() -> GizmoNode | None:
    chosen = [node for node in nuke.selectedNodes() if is_ours(node)]
    return GizmoNode(cast("nuke.Group", chosen[0])) if len(chosen) == 1 else None


def _made(chosen: Offer) -> nuke.Group:
    form = Form.from_text(chosen.entries[0].form)
    made = nuke.createNode("ComfyRelayText" if form.makes_text else "ComfyRelay")
    return cast("nuke.Group", made)
